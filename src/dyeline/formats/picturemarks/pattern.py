"""The pattern that a picture's marks are written with: noise of middle frequencies, the same for every copy.

It follows from the picture's key alone, because whoever reads a mark must know it and does not know
the circulation's secret; what differs between copies, and follows from the secret, is the sign that each
block has. Somebody who holds the unmarked picture, or several copies, can therefore find the marks
and remove them (as he can those of every other carrier); he cannot tell whose they are or write another's.
"""

from __future__ import annotations

from hashlib import shake_256

import cv2
import numpy as np

from dyeline.formats.picturemarks.filters import Grey, as_grey, gaussian

WAVES_A_BLOCK = 14.0
"""Wavelengths of the pattern along the side of a block: 1.1 mm on a page scan, whatever its resolution.

Shorter waves are lost in half-size copies and photos (facts: a photo shows a page at 100-150 dpi), longer ones
are where the eye sees best.
"""

SHORTEST_WAVE_PX = 6.0
_CELLS_A_WAVE = 3.0
_INNER, _OUTER = 0.15, 0.35  # of the wavelength: the two Gaussians whose difference is the band
_LIMIT = 2.0  # standard deviations: peaks are rounded off, because single specks are what the eye finds


def wavelength_px(block_px: float) -> float:
    """Return the middle wavelength of the pattern of a picture with blocks of that side."""
    return max(block_px / WAVES_A_BLOCK, SHORTEST_WAVE_PX)


def pattern(key: str, width_px: int, height_px: int, wave_px: float) -> Grey:
    """Return the pattern of picture ``key``, (height, width), mean 0, standard deviation 1.

    Signs come from SHAKE-256 of the key, so that no library's generator can change them.
    """
    cell = wave_px / _CELLS_A_WAVE
    across, down = int(width_px / cell) + 2, int(height_px / cell) + 2
    stream = shake_256(b"dyeline image/1\x00" + key.encode()).digest((across * down + 7) // 8)
    bits = np.unpackbits(np.frombuffer(stream, np.uint8))[: across * down]
    signs = bits.reshape(down, across).astype(np.float32) * 2 - 1
    to_cells = np.array([[1 / cell, 0, 0], [0, 1 / cell, 0]])
    noise = as_grey(
        cv2.warpAffine(
            signs,
            to_cells,
            (width_px, height_px),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT,
        )
    )
    band = gaussian(noise, _INNER * wave_px) - gaussian(noise, _OUTER * wave_px)
    rounded = _LIMIT * np.tanh(band / (_LIMIT * band.std()))
    rounded -= rounded.mean()
    return as_grey(rounded / rounded.std())
