"""Agreement: words that were found where their neighbours on the page say they should be.

Paper bends, so no single map of the page need hold; but next to each other words are displaced alike, or, where
the paper falls away steeply, along a plane. A word of another page is found anywhere within the search, and seldom
like three of its neighbours.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.plane import Points

NEIGHBOURS: Final = 8
SUPPORTERS: Final = 3
STEEPEST: Final = 0.35
"""How fast displacement may change from word to word (pt a pt): paper seen at more of a slope cannot be read."""
LEAST_AREA_PT2: Final = 100.0
"""Two neighbours tell a plane when they span so much with the word: not when all three stand on one line."""


def agreeing(
    centres_pt: Points, offsets_pt: Points, good: NDArray[np.bool_], tolerance_pt: float
) -> NDArray[np.bool_]:
    """Return which words were found like at least three of their eight nearest good neighbours.

    Or on one plane with two of them that agrees with three more. ``good`` are the words found with enough
    similarity; others neither agree nor support.
    """
    agreed = np.zeros(len(good), dtype=bool)
    rows = np.flatnonzero(good)
    if len(rows) <= SUPPORTERS:
        return agreed
    near = _nearest(centres_pt[rows])
    offsets = offsets_pt[rows]
    way = centres_pt[rows][near] - centres_pt[rows][:, None]
    moved = offsets[near] - offsets[:, None]
    alike = (np.hypot(*np.moveaxis(moved, 2, 0)) < tolerance_pt).sum(axis=1) >= SUPPORTERS
    agreed[rows] = alike | _on_a_plane(way, moved, tolerance_pt)
    return agreed


def share_around(centres_pt: Points, middle: NDArray[np.bool_], counted: NDArray[np.bool_]) -> float:
    """Return the share of ``counted`` words among the eight nearest of a ``middle`` word, on average."""
    rows = np.flatnonzero(middle)
    if not len(rows) or len(centres_pt) < 2:
        return 0.0
    return float(counted[_nearest(centres_pt)[rows]].mean())


def smoothed(centres_pt: Points, offsets_pt: Points, agreed: NDArray[np.bool_], at_pt: Points) -> Points:
    """Return the offset that agreed words suggest for other places: the median of the eight nearest."""
    rows = np.flatnonzero(agreed)
    gaps = _squared(at_pt, centres_pt[rows])
    count = min(NEIGHBOURS, len(rows))
    near = np.argpartition(gaps, count - 1, axis=1)[:, :count]
    return np.asarray(np.median(offsets_pt[rows][near], axis=1))


def _on_a_plane(
    way_pt: NDArray[np.float64], moved_pt: NDArray[np.float64], tolerance_pt: float
) -> NDArray[np.bool_]:
    """Tell for each word whether two neighbours span a plane of displacement on which three more lie.

    ``way_pt`` and ``moved_pt`` (words, neighbours, 2) are where neighbours stand and how they are displaced, both as
    seen from the word. Every pair of neighbours is tried.
    """
    one, two = np.triu_indices(way_pt.shape[1], 1)
    (ax, ay), (bx, by) = np.moveaxis(way_pt[:, one], 2, 0), np.moveaxis(way_pt[:, two], 2, 0)
    area = ax * by - ay * bx
    wide = np.abs(area) >= LEAST_AREA_PT2
    area = np.where(wide, area, 1.0)[..., None]
    along_x = (moved_pt[:, one] * by[..., None] - moved_pt[:, two] * ay[..., None]) / area
    along_y = (moved_pt[:, two] * ax[..., None] - moved_pt[:, one] * bx[..., None]) / area
    possible = wide & (np.maximum(np.abs(along_x), np.abs(along_y)).max(axis=2) < STEEPEST)
    told = along_x[:, :, None] * way_pt[:, None, :, :1] + along_y[:, :, None] * way_pt[:, None, :, 1:]
    near = np.hypot(*np.moveaxis(told - moved_pt[:, None], 3, 0)) < tolerance_pt
    return np.asarray((possible & (near.sum(axis=2) >= 2 + SUPPORTERS)).any(axis=1))


def _nearest(points: Points) -> NDArray[np.intp]:
    gaps = _squared(points, points)
    np.fill_diagonal(gaps, np.inf)
    count = min(NEIGHBOURS, len(points) - 1)
    return np.argpartition(gaps, count - 1, axis=1)[:, :count]


def _squared(a: Points, b: Points) -> NDArray[np.float64]:
    """Return squared distances (len(a), len(b)), lines of text counting as farther apart than words."""
    return np.asarray((a[:, None, 0] - b[None, :, 0]) ** 2 + (2.0 * (a[:, None, 1] - b[None, :, 1])) ** 2)
