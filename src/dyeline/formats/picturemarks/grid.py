"""Which pixels of a picture belong to which block: a function of the picture's size alone.

Blocks are made of stretches of a row of JPEG units (8 x 8 pixels), all stretches of a picture being
equally long, so that a copy's JPEG can be joined from stretches encoded once (``coding``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

UNIT_PX: Final = 8
SMALLEST_PX: Final = 128
"""Shortest side of a picture that can carry marks."""

_BLOCKS_A_SIDE = 16  # of a square picture; a page scan gets about 13 x 19
_SMALLEST_BLOCK_PX = 64  # below, a photo of the picture leaves too little of a block
_RESTART_COST = 0.3  # of a unit's bytes: what ending a stretch of JPEG units costs
_SLANT_COST = 0.02  # a unit by which the next row's stretches begin elsewhere: it frays the blocks' borders


@dataclass(frozen=True, slots=True)
class Grid:
    """The blocks of a picture of ``width_px`` x ``height_px``.

    ``owner[k]`` is the block of the k-th stretch of ``stretch`` units, counted along the rows of units
    and from one row to the next; -1 where it carries nothing, as one that ends in the next row.
    """

    width_px: int
    height_px: int
    columns: int
    rows: int
    stretch: int  # units
    owner: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Return the number of blocks."""
        return self.columns * self.rows

    @property
    def block_px(self) -> float:
        """Return the side of a square as large as a block."""
        return sqrt(self.width_px * self.height_px / self.count)

    def unit_owner(self) -> NDArray[np.int32]:
        """Return the block of every unit of 8 x 8 pixels, (units down, units across)."""
        across, down = _units(self.width_px), _units(self.height_px)
        return np.repeat(self.owner, self.stretch)[: across * down].reshape(down, across)

    def pixel_owner(self) -> NDArray[np.int32]:
        """Return the block of every pixel, (height, width); -1 where a pixel carries nothing."""
        pixels = self.unit_owner().repeat(UNIT_PX, axis=0).repeat(UNIT_PX, axis=1)
        return pixels[: self.height_px, : self.width_px]


def block_count(width_px: int, height_px: int) -> int:
    """Return how many blocks a picture of that size has; 0 when it is too small for marks."""
    columns, rows = _shape(width_px, height_px)
    return columns * rows


@lru_cache(maxsize=16)
def grid_of(width_px: int, height_px: int) -> Grid | None:
    """Return the blocks of a picture of that size; None when it is too small for marks."""
    columns, rows = _shape(width_px, height_px)
    if not columns * rows:
        return None
    across, down = _units(width_px), _units(height_px)
    widest = max(2, across // columns // 2)
    stretch = min(range(max(2, widest // 2), widest + 1), key=lambda units: _stretch_cost(across, units))
    first = np.arange(0, across * down, stretch)
    middle = np.minimum(first + (stretch - 1) / 2, across * down - 1)
    column = ((middle % across) * columns / across).astype(np.int32)
    row = ((middle // across) * rows / down).astype(np.int32)
    last = np.minimum(first + stretch, across * down) - 1
    owner = np.where(first // across == last // across, row * columns + column, -1)
    return Grid(width_px, height_px, columns, rows, stretch, owner.astype(np.int32))


def _shape(width_px: int, height_px: int) -> tuple[int, int]:
    if min(width_px, height_px) < SMALLEST_PX:
        return 0, 0
    side = max(sqrt(width_px * height_px) / _BLOCKS_A_SIDE, _SMALLEST_BLOCK_PX)
    return max(1, round(width_px / side)), max(1, round(height_px / side))


def _units(size_px: int) -> int:
    return -(-size_px // UNIT_PX)


def _stretch_cost(across: int, stretch: int) -> float:
    """Return what stretches of that many units cost: bytes, what is lost at the edge, and frayed borders."""
    rest = across % stretch
    lost = stretch / across if rest else 0.0
    return _RESTART_COST / stretch + lost + _SLANT_COST * min(rest, stretch - rest)
