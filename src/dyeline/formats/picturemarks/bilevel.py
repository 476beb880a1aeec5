"""Marks in pictures of black and white, which stay black and white: the edges of letters move by a pixel.

Where the pattern is bright, black pixels at an edge turn white, where it is dark, white ones turn black, and the
other way round in the other variant: short stretches of an edge move together, so that copies at half
the resolution, prints and scans still show it. What a block may change follows from the error of the whole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.filters import Grey
from dyeline.formats.picturemarks.grid import Grid

WAVES = 1.5
"""Wavelengths of the pattern of other pictures: a longer one moves longer stretches of an edge."""

_CHANGED = 10**-3.65  # share of the picture's pixels in a variant: 36.5 dB
_EDGES_CHANGED = 0.006  # share of a block's edge pixels that may change, at most: a 6 is to stay a 6
_LEAST_EDGES = 100  # of a block: with fewer it is left alone, as too little of it can be compared
_NEIGHBOURS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def is_bilevel(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether a picture has no values but 0 and 255, one for all its colours."""
    return pixels.ndim == 2 and bool(((pixels == 0) | (pixels == 255)).all())


def variants(
    pixels: NDArray[np.uint8], wave: Grey, grid: Grid
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a picture of black and white with all blocks at variant 0, and with all at variant 1."""
    dark = (pixels == 0).astype(np.uint8)
    inner = cv2.erode(dark, _NEIGHBOURS) < dark
    outer = cv2.dilate(dark, _NEIGHBOURS) > dark
    edge = np.flatnonzero(inner | outer)
    owner = grid.pixel_owner().ravel()[edge]
    edge, owner = edge[owner >= 0], owner[owner >= 0]
    quota = _quota(np.bincount(owner, minlength=grid.count), _CHANGED * pixels.size)
    brightens = np.where(inner.ravel()[edge], wave.ravel()[edge], -wave.ravel()[edge])
    return _changed(pixels, edge, owner, -brightens, quota), _changed(pixels, edge, owner, brightens, quota)


def _quota(edges: NDArray[np.int64], most: float) -> NDArray[np.int64]:
    """Return how many pixels each block may change: the same number, but for blocks with few edges."""
    wanted = np.where(edges >= _LEAST_EDGES, _EDGES_CHANGED * edges, 0.0)
    rising = np.sort(wanted)
    before = np.concatenate([[0.0], np.cumsum(rising)[:-1]])
    level = (most - before) / np.arange(len(rising), 0, -1)  # for each, once those before have what they want
    short = level < rising
    limit = level[short.argmax()] if short.any() else np.inf
    if limit >= 1:
        return np.asarray(np.floor(np.minimum(wanted, limit)), dtype=np.int64)
    quota = np.zeros(len(wanted), dtype=np.int64)  # not a pixel for each: one for those with most edges
    quota[np.argsort(-wanted, kind="stable")[: int(most)]] = 1
    return np.minimum(quota, np.floor(wanted).astype(np.int64))


def _changed(
    pixels: NDArray[np.uint8],
    edge: NDArray[np.int64],
    owner: NDArray[np.int32],
    gain: NDArray[np.float32],
    quota: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Return the picture with those edge pixels inverted that gain most in their block."""
    order = np.lexsort((-gain, owner))
    sorted_owner = owner[order]
    rank = np.arange(len(order)) - np.searchsorted(sorted_owner, sorted_owner)
    chosen = order[(rank < quota[sorted_owner]) & (gain[order] > 0)]
    changed = pixels.copy()
    flat = changed.reshape(-1)
    flat[edge[chosen]] = 255 - flat[edge[chosen]]
    return changed
