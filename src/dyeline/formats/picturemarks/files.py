"""Picture files inside other files: their pixels, and the files of all copies."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

import numpy as np

from dyeline.formats.limits import WORK_PIXELS
from dyeline.formats.picturemarks.copies import Copies, small_jpeg
from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels, markable, usable_blocks
from dyeline.formats.picturemarks.grid import block_count
from dyeline.formats.picturemarks.png import PngCopies, shown_chunks

_ORIENTATION = 0x112  # EXIF tag
_PROFILE = b"ICC_PROFILE\x00"
_APP2 = 0xE2


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A decoded PNG or JPEG file. ``alpha`` is (height, width), None where all is opaque."""

    kind: str  # "png" or "jpg"
    pixels: Pixels
    alpha: Pixels | None


def file_key(data: bytes) -> str:
    """Return the name of a picture that is a file of its own: a hash of its bytes."""
    return blake2b(data, digest_size=8).hexdigest()


def open_file(data: bytes) -> PictureFile | None:
    """Return a picture that could be marked; None for other kinds, depths and sizes, and for damaged ones.

    A JPEG that is to be shown turned (EXIF) is left alone, as marking loses its EXIF data.
    """
    try:
        if data.startswith(b"\x89PNG"):
            return _png(data)
        return _jpeg(data) if data.startswith(b"\xff\xd8") else None
    except Exception:  # decoders raise nearly anything on hostile data
        return None


def file_copies(picture: PictureFile, data: bytes, key: str) -> Copies | None:
    """Return the files of all copies, of the same kind; None when the picture is not worth marking."""
    ready = markable(picture.pixels, key)
    return None if ready is None or not usable_blocks(ready) else ready_copies(ready, picture, data)


def ready_copies(ready: MarkablePicture, picture: PictureFile, data: bytes) -> Copies | None:
    """Return the files of all copies of a picture made ready; None when they cannot be good enough."""
    if picture.kind == "png":
        return PngCopies(ready, picture.alpha, shown_chunks(data))
    copies = small_jpeg(ready, picture.pixels)
    return copies and replace(copies, head=_with_profile(copies.head, data))


def _png(data: bytes) -> PictureFile | None:
    from PIL import PngImagePlugin

    with PngImagePlugin.PngImageFile(BytesIO(data)) as image:
        if not _fits(image.size) or getattr(image, "is_animated", False):
            return None
        mode = image.mode
        if mode in ("P", "PA"):
            mode = "RGBA" if image.has_transparency_data else "RGB"
        elif mode == "1":
            mode = "L"
        elif (mode in ("L", "RGB") and image.has_transparency_data) or mode == "LA":
            mode = "RGBA"
        if mode not in ("L", "RGB", "RGBA"):
            return None
        pixels = np.array(image.convert(mode), dtype=np.uint8)
    if mode != "RGBA":
        return PictureFile("png", pixels, None)
    return PictureFile("png", np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]))


def _jpeg(data: bytes) -> PictureFile | None:
    from PIL import JpegImagePlugin

    with JpegImagePlugin.JpegImageFile(BytesIO(data)) as image:
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        if not _fits(image.size) or image.mode not in ("L", "RGB") or turned:
            return None
        return PictureFile("jpg", np.array(image, dtype=np.uint8), None)


def _fits(size: tuple[int, int]) -> bool:
    return block_count(*size) > 0 and size[0] * size[1] <= WORK_PIXELS


def _with_profile(head: bytes, original: bytes) -> bytes:
    """Return the head of a JPEG file with the original's colour profile behind its first segment."""
    profile = b"".join(
        segment
        for marker, segment in _segments(original)
        if marker == _APP2 and segment[4:].startswith(_PROFILE)
    )
    behind = 4 + int.from_bytes(head[4:6], "big")
    return head[:behind] + profile + head[behind:]


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of the segments before a JPEG's scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        yield data[at + 1], data[at:end]
        at = end
