"""How the copies of a picture are encoded: as small as the quality that is promised allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels
from dyeline.formats.picturemarks.jpeg import JpegCopies, decoded, jpeg_copies
from dyeline.formats.picturemarks.likeness import least_ssim, psnr_db

LEAST_PSNR_DB: Final = 36.2
LEAST_SSIM: Final = 0.9705
"""Of a copy's picture as a viewer decodes it, against the original's; 36 dB and 0.97 are promised,
0.97 by each of the usual ways to compute it (``likeness.least_ssim``)."""

_QUALITIES = (85, 90, 92, 94, 96, 98, 99)  # below 85 the encoder takes more of the marks than it saves bytes


class Copies(Protocol):
    """The encoded pictures of all copies. Must pickle (worker processes)."""

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the file with ``variants[b]`` (0 or 1) in block b."""
        ...


def small_jpeg(ready: MarkablePicture, original: Pixels) -> JpegCopies | None:
    """Return a picture's copies in the lowest JPEG quality that is good enough; None when none is."""
    best: JpegCopies | None = None
    low, high = 0, len(_QUALITIES)
    while low < high:
        middle = (low + high) // 2
        copies = jpeg_copies(ready, _QUALITIES[middle])
        if _good_enough(copies, ready.grid.count, original):
            best, high = copies, middle
        else:
            low = middle + 1
    return best


def _good_enough(copies: JpegCopies, blocks: int, original: Pixels) -> bool:
    sides = (decoded(copies.filled([side] * blocks)) for side in (0, 1))
    return all(
        psnr_db(side, original) >= LEAST_PSNR_DB and least_ssim(side, original) >= LEAST_SSIM
        for side in sides
    )
