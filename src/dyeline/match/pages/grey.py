"""Grey pictures for registration: the mix of colours with most contrast, and smaller ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

SAMPLE_PX: Final = 700
"""Longer side of the picture on which the contrast of colours is compared."""
LUMA_UNLESS: Final = 1.3
"""A single colour is used only where it has this many times the contrast of the usual mix: it is noisier."""


class Grey:
    """A grey picture in all sizes: halved again and again, each made once, when it is asked for."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._sizes = [GreyPicture(grey_of(pixels), np.eye(3))]

    @property
    def shape(self) -> tuple[int, int]:
        """Return height and width of the whole picture, in its own pixels."""
        height, width = self._sizes[0].pixels.shape
        return height, width

    def reduced(self, factor: float) -> GreyPicture:
        """Return the picture made smaller by a power of two near ``factor``, rather too large than too small."""
        wanted = max(0, int(np.floor(np.log2(max(factor, 1.0)) + 0.4)))
        while len(self._sizes) <= wanted and min(self._sizes[-1].pixels.shape) >= 2:
            self._sizes.append(_halved(self._sizes[-1]))
        return self._sizes[min(wanted, len(self._sizes) - 1)]


@dataclass(frozen=True, slots=True)
class GreyPicture:
    """A grey picture, possibly reduced: pixel (x, y) of the original lies at ``reduce @ (x, y, 1)``."""

    pixels: NDArray[np.uint8]  # (height, width)
    reduce: NDArray[np.float64]  # (3, 3)


def grey_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an RGB picture (height, width, 3), or a grey one (height, width), as grey.

    Tinted screens (night shift, coloured themes) keep their letters in one colour more than in
    others; that one is taken.
    """
    if pixels.ndim == 2:
        return pixels
    mixed = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    share = min(1.0, SAMPLE_PX / max(mixed.shape))
    sample = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    usual = _contrast(np.asarray(cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY)))
    each = [_contrast(np.ascontiguousarray(sample[..., k])) for k in range(3)]
    best = int(np.argmax(each))
    return np.ascontiguousarray(pixels[..., best]) if each[best] > LUMA_UNLESS * usual else mixed


def letters_are_dark(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether fine detail is darker than what is around it rather than lighter (skewness of detail)."""
    fine = pixels.astype(np.float32)
    fine -= cv2.GaussianBlur(fine, (0, 0), 6.0)
    return float((fine**3).mean()) <= 0.0


def _halved(picture: GreyPicture) -> GreyPicture:
    height, width = (length // 2 * 2 for length in picture.pixels.shape)
    half = cv2.resize(
        picture.pixels[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA
    )
    halve = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
    return GreyPicture(np.asarray(half, dtype=np.uint8), halve @ picture.reduce)


def _contrast(grey: NDArray[np.uint8]) -> float:
    """Return how much a picture differs from its own blurred version (standard deviation, grey levels)."""
    fine = grey.astype(np.float32)
    return float(np.std(fine - cv2.GaussianBlur(fine, (0, 0), 3.0)))
