"""How the copies of a picture are encoded: as small as the quality that is promised allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels, grey_of
from dyeline.formats.picturemarks.jpeg import JpegCopies, decoded, jpeg_copies
from dyeline.formats.picturemarks.strength import psnr_db, ssim

LEAST_PSNR_DB: Final = 36.2
LEAST_SSIM: Final = 0.971
"""Of a copy's picture as a viewer decodes it, against the original's; 36 dB and 0.97 are promised."""

_QUALITIES = (85, 90, 94, 98)  # below 85 the encoder takes more of the marks than it saves bytes


class Copies(Protocol):
    """The encoded pictures of all copies. Must pickle (worker processes)."""

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the file with ``variants[b]`` (0 or 1) in block b."""
        ...


def small_jpeg(ready: MarkablePicture, original: Pixels) -> JpegCopies | None:
    """Return a picture's copies in the lowest JPEG quality that is good enough; None when none is."""
    grey = grey_of(original)
    for quality in _QUALITIES:
        copies = jpeg_copies(ready, quality)
        sides = [decoded(copies.filled([side] * ready.grid.count)) for side in (0, 1)]
        if all(
            psnr_db(side, original) >= LEAST_PSNR_DB and ssim(grey_of(side), grey) >= LEAST_SSIM
            for side in sides
        ):
            return copies
    return None
