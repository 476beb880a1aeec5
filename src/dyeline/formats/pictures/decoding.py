"""Opening one picture file safely: limits before decoding, and what is left of a damaged file."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import numpy as np

from dyeline.errors import TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.limits import MAX_REDUCED_PIXELS, MIN_PICTURE_SIDE, WORK_PIXELS
from dyeline.formats.pictures.kinds import PICTURE_NAMES
from dyeline.sandbox.limits import limits

if TYPE_CHECKING:
    from PIL import Image, ImageFile

_DECODERS = {"png": "PNG", "gif": "GIF", "webp": "WEBP", "tiff": "TIFF", "bmp": "BMP", "avif": "AVIF"}
_LEAST_SHARE = 0.5  # of the rows of a truncated picture that must be there
_tolerance = threading.Lock()


def open_picture(data: bytes, kind: str, *, tolerant: bool = False) -> ImageFile.ImageFile:
    """Return the picture with only its header read, its size within the limits.

    Broken chunks are skipped, with ``tolerant`` from the outset. Raises TooLarge, UnreadableFile, or
    UnsupportedFormat (HEIC without its decoder).
    """
    from PIL import Image

    if kind == "bmp" and int.from_bytes(data[2:6], "little") > len(data):
        raise _damaged(kind)  # truncated, which its decoder does not notice; rows are stored from the last
    try:
        with warnings.catch_warnings(), _tolerated() if tolerant else nullcontext():
            warnings.simplefilter("ignore")  # odd metadata; our own limit on pixels is stricter than Pillow's
            image = _opened(data, kind)
    except Image.DecompressionBombError as error:
        raise _too_large(0, 0) from error
    except UnsupportedFormat:
        raise
    except Exception as error:  # decoders raise nearly anything on hostile headers
        if tolerant:
            raise _damaged(kind) from error
        return open_picture(data, kind, tolerant=True)
    check_size(image)
    return image


def check_size(image: ImageFile.ImageFile) -> None:
    """Raise TooLarge or UnreadableFile when a picture is not to be decoded; ask JPEG to reduce."""
    width, height = image.size
    if min(width, height) < MIN_PICTURE_SIDE:
        raise UnreadableFile(
            f"The picture has {width:,} x {height:,} pixels; nothing can be read on fewer than "
            f"{MIN_PICTURE_SIDE} a side.",
            fix="give the picture as it was before it was shrunk.",
        )
    pixels, most = width * height, limits().page_megapixels * 1_000_000
    if pixels <= most:
        return
    # A progressive JPEG is held in memory at its full size, however much it is then reduced.
    if image.format == "JPEG" and pixels <= MAX_REDUCED_PIXELS and "progressive" not in image.info:
        scale = (WORK_PIXELS / pixels) ** 0.5
        image.draft("RGB", (int(width * scale), int(height * scale)))
        width, height = image.size
    if width * height > most:
        raise _too_large(width, height)


def load_picture(image: ImageFile.ImageFile, data: bytes, kind: str) -> tuple[Image.Image, float]:
    """Return the decoded picture and the share of its rows that the file holds (1: all).

    Of a truncated or damaged file what is there is returned, when that is at least half of the rows.
    Raises UnreadableFile or TooLarge.
    """
    from PIL import Image

    frame = image.tell()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
        return image, 1.0
    except Image.DecompressionBombError as error:
        raise _too_large(*image.size) from error
    except Exception as error:  # decoders raise nearly anything on damaged data
        if frame:
            raise _damaged(kind) from error
    again = open_picture(data, kind, tolerant=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _tolerated():
                again.load()
    except Exception as error:  # as above
        raise _damaged(kind) from error
    rows = _rows_there(again)
    if rows < _LEAST_SHARE * again.height:
        raise UnreadableFile(
            f"The {PICTURE_NAMES[kind]} picture is truncated or damaged: {rows:,} of {again.height:,} rows "
            "of pixels are there.",
            fix="copy or download the file again.",
        )
    return again.crop((0, 0, again.width, rows)), rows / again.height


def _opened(data: bytes, kind: str) -> ImageFile.ImageFile:
    """Open with the decoder of this kind alone, not with whichever of Pillow's claims the bytes."""
    from PIL import Image, JpegImagePlugin

    if kind == "jpg":
        # not by Image.open, whose guard refuses large files that the decoder can reduce
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    if kind == "heic":
        try:
            from pi_heif import HeifImagePlugin  # noqa: F401  # registers itself
        except ImportError as error:
            raise UnsupportedFormat(
                "The file is a HEIC picture, and the decoder for those is not installed.",
                fix="pip install 'dyeline[heic]', or save the picture as JPEG.",
            ) from error
        return Image.open(io.BytesIO(data), formats=["HEIF"])
    return Image.open(io.BytesIO(data), formats=[_DECODERS[kind]])


def _rows_there(image: Image.Image) -> int:
    """Return the number of rows above the uniform rest that a decoder leaves where data ran out."""
    grey = np.asarray(image.convert("L"))
    uniform = (grey == grey[-1, -1]).all(axis=1)
    missing = int(np.argmin(uniform[::-1])) if not uniform.all() else len(uniform)
    return len(uniform) - missing


@contextmanager
def _tolerated() -> Iterator[None]:
    """Let Pillow go on where data are missing; its only switch for that is global."""
    from PIL import ImageFile

    with _tolerance:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _too_large(width: int, height: int) -> TooLarge:
    size = (
        f"{width:,} x {height:,} = {width * height / 1e6:,.0f} million" if width else "more than 179 million"
    )
    return TooLarge(
        f"The picture has {size} pixels; at most {limits().page_megapixels:,} million are decoded.",
        fix="crop it to the page that matters, or save it at a lower resolution.",
        limit="page_megapixels",
        **({"pixels": width * height} if width else {}),
    )


def _damaged(kind: str) -> UnreadableFile:
    return UnreadableFile(
        f"The {PICTURE_NAMES[kind]} picture is damaged and cannot be decoded.",
        fix="copy or download the file again, or open it in a viewer and save it anew as PNG.",
    )
