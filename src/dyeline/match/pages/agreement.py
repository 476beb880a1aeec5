"""Agreement: words that were found where their neighbours on the page say they should be.

Paper bends, so no single map of the page need hold; but next to each other words are displaced alike.
A word of another page is found anywhere within the search, and seldom like three of its neighbours.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.plane import Points

NEIGHBOURS: Final = 8
SUPPORTERS: Final = 3


def agreeing(
    centres_pt: Points, offsets_pt: Points, good: NDArray[np.bool_], tolerance_pt: float
) -> NDArray[np.bool_]:
    """Return which words were found like at least three of their eight nearest good neighbours.

    ``good`` are the words found with enough similarity; others neither agree nor support.
    """
    agreed = np.zeros(len(good), dtype=bool)
    rows = np.flatnonzero(good)
    if len(rows) <= SUPPORTERS:
        return agreed
    near = _nearest(centres_pt[rows])
    offsets = offsets_pt[rows]
    apart = np.hypot(*np.moveaxis(offsets[near] - offsets[:, None], 2, 0))
    agreed[rows] = (apart < tolerance_pt).sum(axis=1) >= SUPPORTERS
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


def _nearest(points: Points) -> NDArray[np.intp]:
    gaps = _squared(points, points)
    np.fill_diagonal(gaps, np.inf)
    count = min(NEIGHBOURS, len(points) - 1)
    return np.argpartition(gaps, count - 1, axis=1)[:, :count]


def _squared(a: Points, b: Points) -> NDArray[np.float64]:
    """Return squared distances (len(a), len(b)), lines of text counting as farther apart than words."""
    return np.asarray((a[:, None, 0] - b[None, :, 0]) ** 2 + (2.0 * (a[:, None, 1] - b[None, :, 1])) ** 2)
