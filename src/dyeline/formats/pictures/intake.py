"""The pictures of a file, one at a time: upright, RGB, square pixels, of a size to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import DyelineError, UnreadableFile, UnsupportedFormat
from dyeline.formats.limits import (
    MAX_MOVING_FRAMES,
    MAX_PICTURE_PAGES,
    WORK_PIXELS,
    check_bytes,
)
from dyeline.formats.pictures.colour import rgb_image
from dyeline.formats.pictures.decoding import check_size, load_picture, open_picture
from dyeline.formats.pictures.kinds import PICTURE_NAMES, picture_kind
from dyeline.model.pages import Picture

if TYPE_CHECKING:
    from PIL import Image, ImageFile

Notice = Callable[[str], None]

_MOST_DISTINCT_FRAMES = 4  # of an animation
_SAME_FRAME = 2.0  # mean difference in grey levels, below which a frame shows nothing new
_NEWSUBFILETYPE, _REDUCED = 254, 1  # TIFF 6.0, section 8: a thumbnail of another page
_ORIENTATION, _ON_ITS_SIDE = 274, (5, 6, 7, 8)
_PLAUSIBLE_ASPECT = (1.05, 4.1)  # of pixels; fax: 204 x 98 and 204 x 391 to the inch (ITU-T T.4)


def pictures_of(data: bytes, *, first_number: int = 0, notice: Notice = lambda _: None) -> Iterator[Picture]:
    """Yield the pictures of a picture file: pages of a TIFF, distinct frames of an animation, else one.

    Lazy: one page is in memory at a time. ``notice`` is called with a sentence for each thing that was
    left out or mended. Raises UnsupportedFormat, UnreadableFile or TooLarge, at the latest when the
    first picture is asked for; a damaged later page only ends the file, with a notice.
    """
    check_bytes(data)
    kind = picture_kind(data)
    if not kind:
        raise UnsupportedFormat(
            "The file is no picture of a kind that is read.",
            fix=f"save it as one of {', '.join(PICTURE_NAMES.values())}.",
        )
    image = open_picture(data, kind)
    if kind == "tiff":
        frames = _pages(image, data, notice)
    elif _moves(image):
        frames = _distinct_frames(image, data, kind, notice)
    else:
        frames = _single(image, data, kind, notice)
    return (Picture(first_number + k, pixels, source) for k, (pixels, source) in enumerate(frames))


def shrunk(pixels: NDArray[np.uint8], most: int = WORK_PIXELS) -> NDArray[np.uint8]:
    """Return a picture of at most about ``most`` pixels, (height, width, 3) uint8, contiguous."""
    import cv2

    height, width = pixels.shape[:2]
    scale = (most / (width * height)) ** 0.5
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _moves(image: ImageFile.ImageFile) -> bool:
    """Tell whether the file has a second frame that can be found. Of a JPEG or HEIC only the first counts."""
    if image.format not in ("GIF", "PNG", "WEBP", "AVIF"):
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # a GIF is searched for its second frame, which may be damaged in any way
        return False


def _single(
    image: ImageFile.ImageFile, data: bytes, kind: str, notice: Notice
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    yield _decoded(image, data, kind, "picture", notice), "picture"


def _pages(
    image: ImageFile.ImageFile, data: bytes, notice: Notice
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Yield the pages of a TIFF, thumbnails left out."""
    for number in range(MAX_PICTURE_PAGES + 1):
        source = f"page {number + 1}"
        try:
            if number:
                image.seek(number)
                check_size(image)
            if number == MAX_PICTURE_PAGES:
                notice(f"Only the first {number} pages of the TIFF file were examined.")
                return
            if _tag(image, _NEWSUBFILETYPE) & _REDUCED and number:
                continue
            pixels = _decoded(image, data, "tiff", source, notice)
        except EOFError:
            return
        except DyelineError as error:
            if not number:
                raise
            notice(f"The TIFF file from {source} on was not examined. {error.problem}")
            return
        except Exception:  # decoders raise nearly anything on a damaged directory
            notice(f"The TIFF file from {source} on was not examined: it is damaged.")
            return
        yield pixels, source


def _distinct_frames(
    image: ImageFile.ImageFile, data: bytes, kind: str, notice: Notice
) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Yield the first frame of an animation, and later ones that show something else."""
    kept: list[NDArray[np.int16]] = []
    for number in range(MAX_MOVING_FRAMES):
        source = f"frame {number + 1}"
        try:
            if number:
                image.seek(number)
                check_size(image)
            pixels = _decoded(image, data, kind, source, notice)
        except EOFError:
            return
        except Exception:  # as with pages: a damaged later frame spoils no earlier one
            if not number:
                raise
            notice(f"The animation from {source} on was not examined: it is damaged.")
            return
        small = _thumbnail(pixels)
        if any(np.abs(small - other).mean() < _SAME_FRAME for other in kept):
            continue
        kept.append(small)
        yield pixels, source
        if len(kept) == _MOST_DISTINCT_FRAMES:
            break
    notice(f"Of the animation, {len(kept)} distinct frames were examined, none after {source}.")


def _decoded(
    image: ImageFile.ImageFile, data: bytes, kind: str, source: str, notice: Notice
) -> NDArray[np.uint8]:
    """Return the current page or frame as RGB. Raises UnreadableFile or TooLarge."""
    aspect = _pixel_aspect(image) if kind == "tiff" else 1.0
    loaded, share = load_picture(image, data, kind)
    if share < 1:
        notice(f"The file is damaged or truncated: {share:.0%} of the rows of its {source} are there.")
    try:
        upright = _upright(loaded)
        pixels = np.asarray(rgb_image(upright), dtype=np.uint8)
    except Exception as error:  # odd colour models
        raise UnreadableFile(
            f"The {PICTURE_NAMES[kind]} picture has a colour model that cannot be converted.",
            fix="open it in a viewer and save it anew as PNG.",
        ) from error
    return _with_square_pixels(pixels, aspect)


def _upright(image: Image.Image) -> Image.Image:
    """Return the picture turned as its EXIF orientation says; as it is when that cannot be read."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # hostile EXIF: anything
        return image


def _pixel_aspect(image: ImageFile.ImageFile) -> float:
    """Return the height over the width of the pixels of a TIFF once upright, 1 where the file does not say."""
    try:
        across, down = (float(number) for number in image.info["dpi"])
        aspect = across / down
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 1.0
    if _tag(image, _ORIENTATION) in _ON_ITS_SIDE:  # resolutions are those of the rows and columns as stored
        aspect = 1 / aspect
    low, high = _PLAUSIBLE_ASPECT
    return aspect if low < max(aspect, 1 / aspect) < high else 1.0


def _with_square_pixels(pixels: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    """Return the picture shrunk, the coarser axis stretched where pixels are not square."""
    import cv2

    if aspect == 1.0:
        return shrunk(pixels)
    height, width = pixels.shape[:2]
    wide, high = width * max(1.0, 1 / aspect), height * max(1.0, aspect)
    scale = min(1.0, (WORK_PIXELS / (wide * high)) ** 0.5)
    size = (round(wide * scale), round(high * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _tag(image: ImageFile.ImageFile, number: int) -> int:
    tags = getattr(image, "tag_v2", {})
    value = tags.get(number, 0)
    return value if isinstance(value, int) else 0


def _thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return a picture as 128 x 128 grey, to compare frames by."""
    import cv2

    small = cv2.resize(pixels, (128, 128), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.int16)
