"""Writing marks into the pixels of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.bilevel import WAVES, is_bilevel, variants
from dyeline.formats.picturemarks.filters import Grey, as_grey, grey_of, shrunk
from dyeline.formats.picturemarks.grid import Grid, grid_of
from dyeline.formats.picturemarks.likeness import least_ssim, psnr_db, ssim
from dyeline.formats.picturemarks.pattern import pattern, wavelength_px
from dyeline.formats.picturemarks.strength import PSNR_GOAL_DB, SSIM_GOAL, strength

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width) grey, or (height, width, 3) RGB."""

_LEAST_DIFFERENCE = 0.4  # grey levels, root of the mean square, of a block's mark, for the block to count
_LEAST_BLOCKS = 6  # that count, for a picture to be worth marking
_LEAST_CONTRAST = (
    2.0  # grey levels, deviation at half size, for a picture of black and white to be compared with
)
_WEAKER = 0.85  # factor on the strength when a goal is missed
_TRIES = 12


@dataclass(frozen=True, slots=True)
class MarkablePicture:
    """A picture with all its blocks at variant 0 and with all at variant 1; every copy is a mixture of both.

    ``psnr_db`` and ``ssim`` are the lower ones of the two against the unmarked picture; they hold for every copy,
    because error and similarity are means. ``wave_px`` is the wavelength of the pattern, ``bilevel`` tells
    that all pixels are 0 or 255 and that edges alone are marked.
    """

    grid: Grid
    minus: Pixels
    plus: Pixels
    psnr_db: float
    ssim: float
    wave_px: float
    bilevel: bool = False

    def marked(self, variants: Sequence[int]) -> Pixels:
        """Return the picture with ``variants[b]`` (0 or 1) in block b."""
        chosen = np.append(np.asarray(variants, dtype=bool), False)[self.grid.pixel_owner()]
        if self.plus.ndim == 3:
            chosen = chosen[..., None]
        return np.where(chosen, self.plus, self.minus)

    def usable(self) -> NDArray[np.bool_]:
        """Return which blocks differ enough between variants for a mark that outlives anything."""
        if self.bilevel:
            owner = self.grid.pixel_owner()
            changed = np.bincount(owner[(self.plus != self.minus) & (owner >= 0)], minlength=self.grid.count)
            return np.asarray(changed > 0)
        difference = grey_of(self.plus).astype(np.float32) - grey_of(self.minus)
        owner = self.grid.pixel_owner()
        inside = owner >= 0
        square = np.bincount(owner[inside], (difference[inside] / 2) ** 2, self.grid.count)
        pixels = np.maximum(np.bincount(owner[inside], minlength=self.grid.count), 1)
        return np.asarray(np.sqrt(square / pixels) >= _LEAST_DIFFERENCE)


def usable_blocks(ready: MarkablePicture) -> tuple[int, ...]:
    """Return the blocks of a picture that can carry a mark that outlives anything; none where they are too few."""
    found = np.flatnonzero(ready.usable())
    return tuple(found.tolist()) if len(found) >= _LEAST_BLOCKS else ()


def markable(pixels: Pixels, key: str) -> MarkablePicture | None:
    """Return a picture ready to be marked; None when it is too small or cannot be marked unseen.

    Cost: about a third of a second a million pixels, once for all copies.
    """
    height, width = pixels.shape[:2]
    grid = grid_of(width, height)
    if grid is None:
        return None
    wave_px = wavelength_px(grid.block_px)
    if is_bilevel(pixels):
        return _bilevel(pixels, key, grid, WAVES * wave_px)
    grey = grey_of(pixels)
    wave = pattern(key, width, height, wave_px)
    delta = wave * strength(as_grey(grey))
    delta[grid.pixel_owner() < 0] = 0.0
    for _ in range(_TRIES):
        plus, minus = _added(pixels, delta), _added(pixels, -delta)
        quality = min(psnr_db(plus, pixels), psnr_db(minus, pixels))
        likeness = min(ssim(grey_of(plus), grey), ssim(grey_of(minus), grey))
        if quality >= PSNR_GOAL_DB and likeness >= SSIM_GOAL:
            return MarkablePicture(grid, minus, plus, quality, likeness, wave_px)
        delta *= _WEAKER
    return None


def mark_picture(pixels: Pixels, key: str, variants: Sequence[int]) -> Pixels:
    """Return a grey or RGB picture with ``variants[b]`` written in block b; unchanged when it cannot be marked."""
    ready = markable(pixels, key)
    return pixels if ready is None else ready.marked(variants)


def _bilevel(pixels: Pixels, key: str, grid: Grid, wave_px: float) -> MarkablePicture | None:
    half = shrunk(as_grey(pixels), grid.width_px // 2, grid.height_px // 2)
    if half.std() < _LEAST_CONTRAST:  # blank, or a raster of which nothing is left when it is shown smaller
        return None
    minus, plus = variants(pixels, pattern(key, grid.width_px, grid.height_px, wave_px), grid)
    quality = min(psnr_db(plus, pixels), psnr_db(minus, pixels))
    likeness = min(least_ssim(plus, pixels), least_ssim(minus, pixels))
    return MarkablePicture(grid, minus, plus, quality, likeness, wave_px, bilevel=True)


def _added(pixels: Pixels, delta: Grey) -> Pixels:
    """Return the picture with the same change to all its colours, so that hues stay."""
    change = delta if pixels.ndim == 2 else delta[..., None]
    return np.asarray(np.clip(np.rint(pixels + change), 0, 255), dtype=np.uint8)
