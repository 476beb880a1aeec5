"""Pictures of black and white of many copies: every copy's pixels are packed anew, in the way of fax machines.

ITU-T T.6 ("group 4"), which is what PDF and TIFF take for pages scanned in black and white; packed by libtiff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels

_ROWS_A_STRIP, _STRIP_OFFSETS, _STRIP_BYTES = 278, 273, 279  # TIFF tags
PARAMETERS: Final = "/K -1 /Columns {width} /Rows {height}"
"""What a PDF says of pixels that are packed like this: 0 is black, as in /DeviceGray."""


@dataclass(frozen=True, slots=True)
class FaxCopies:
    """The packed pixels of every copy; black is what PDF shows dark.

    ``minus`` has the dark pixels of the picture with all blocks at variant 0, eight to a byte, rows filled up to
    whole bytes; ``changed[b]`` are the bits, counted from the first, that block b has otherwise at variant 1.
    """

    width: int
    height: int
    minus: bytes
    changed: tuple[NDArray[np.int64], ...]

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the packed pixels with ``variants[b]`` (0 or 1) in block b."""
        bits = np.frombuffer(self.minus, dtype=np.uint8).copy()
        none = np.zeros(0, dtype=np.int64)
        chosen = np.concatenate(
            [none, *(bit for bit, variant in zip(self.changed, variants, strict=False) if variant)]
        )
        np.bitwise_xor.at(bits, chosen // 8, (128 >> chosen % 8).astype(np.uint8))
        return _coded(bits.tobytes(), self.width, self.height)


def fax_copies(ready: MarkablePicture) -> FaxCopies:
    """Return the copies of a picture of black and white."""
    height, width = ready.minus.shape
    rows, columns = np.nonzero(ready.minus != ready.plus)
    owner = ready.grid.pixel_owner()[rows, columns]
    bits = rows * (-(-width // 8) * 8) + columns
    changed = tuple(bits[owner == block] for block in range(ready.grid.count))
    return FaxCopies(width, height, _dark(ready.minus), changed)


def packed(pixels: Pixels) -> bytes:
    """Return a picture of black (0) and white in T.6 coding, rows from top to bottom."""
    height, width = pixels.shape
    return _coded(_dark(pixels), width, height)


def _dark(pixels: Pixels) -> bytes:
    return np.packbits(pixels == 0, axis=1).tobytes()


def _coded(dark: bytes, width: int, height: int) -> bytes:
    from PIL import Image, TiffImagePlugin

    file = BytesIO()
    picture = Image.frombytes("1", (width, height), dark)
    picture.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_A_STRIP: height})
    with TiffImagePlugin.TiffImageFile(BytesIO(file.getvalue())) as written:
        strips = zip(written.tag_v2[_STRIP_OFFSETS], written.tag_v2[_STRIP_BYTES], strict=True)
        return b"".join(file.getvalue()[start : start + length] for start, length in strips)
