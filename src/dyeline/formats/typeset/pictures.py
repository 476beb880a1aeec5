"""Pictures that a source holds itself, as data: addresses. Nothing is ever fetched."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from urllib.parse import unquote_to_bytes

from dyeline.formats.typeset.tree import Image

MAX_PIXELS: Final = 40_000_000
MAX_ALL_PIXELS: Final = 200_000_000  # of one document
WIDEST_PT: Final = 440.0
HIGHEST_PT: Final = 600.0
_PT_PER_PX: Final = 0.75  # a browser's pixel is 1/96 inch
_DATA = re.compile(r"data:image/[\w.+-]+((?:;[\w=.+-]+)*),(.*)", re.DOTALL | re.IGNORECASE)
_KINDS = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(slots=True)
class Pictures:
    """The pictures met so far; ``files[k]`` holds the bytes of picture k. ``left_out`` counts those not taken."""

    files: list[bytes] = field(default_factory=list)
    left_out: int = 0
    _pixels: int = 0

    def take(self, address: str, alt: str, width_px: float | None = None) -> Image | None:
        """Return the picture of an address; None for what is elsewhere, damaged or too large.

        ``width_px`` is the width that the source asks for, in browser pixels.
        """
        data = _held(address)
        size = None if data is None else _size(data)
        if data is None or size is None or self._pixels + size[0] * size[1] > MAX_ALL_PIXELS:
            self.left_out += 1
            return None
        self._pixels += size[0] * size[1]
        self.files.append(data)
        width = (width_px if width_px and width_px > 0 else size[0]) * _PT_PER_PX
        height = width * size[1] / size[0]
        scale = min(1.0, WIDEST_PT / width, HIGHEST_PT / height)
        return Image(len(self.files) - 1, width * scale, height * scale, alt)


def _held(address: str) -> bytes | None:
    match = _DATA.fullmatch(address.strip())
    if match is None:
        return None
    raw = unquote_to_bytes(match.group(2))
    if not match.group(1).lower().endswith(";base64"):
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error:
        return None


def _size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a picture that decodes, else None."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a picture that Pillow warns of is measured here
        try:
            with Pillow.open(BytesIO(data), formats=_KINDS) as picture:
                width, height = picture.size
                if not 0 < width * height <= MAX_PIXELS:
                    return None
                picture.load()
                return width, height
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
            return None
