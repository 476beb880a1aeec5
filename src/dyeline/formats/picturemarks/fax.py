"""Pictures of black and white of many copies: every copy's pixels are packed anew, in the way of fax machines.

ITU-T T.6 ("group 4"), which is what PDF and TIFF take for pages scanned in black and white; packed by libtiff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np

from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels

_ROWS_A_STRIP, _STRIP_OFFSETS, _STRIP_BYTES = 278, 273, 279  # TIFF tags
PARAMETERS: Final = "/K -1 /Columns {width} /Rows {height}"
"""What a PDF says of pixels that are packed like this: 0 is black, as in /DeviceGray."""


@dataclass(frozen=True, slots=True)
class FaxCopies:
    """The packed pixels of every copy; black is what PDF shows dark."""

    ready: MarkablePicture

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the packed pixels with ``variants[b]`` (0 or 1) in block b."""
        return packed(self.ready.marked(variants))


def packed(pixels: Pixels) -> bytes:
    """Return a picture of black (0) and white in T.6 coding, rows from top to bottom."""
    from PIL import Image, TiffImagePlugin

    height, width = pixels.shape
    dark = Image.frombytes("1", (width, height), np.packbits(pixels == 0, axis=1).tobytes())
    file = BytesIO()
    dark.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_A_STRIP: height})
    with TiffImagePlugin.TiffImageFile(BytesIO(file.getvalue())) as written:
        strips = zip(written.tag_v2[_STRIP_OFFSETS], written.tag_v2[_STRIP_BYTES], strict=True)
        return b"".join(file.getvalue()[start : start + length] for start, length in strips)
