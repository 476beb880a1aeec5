"""Where a drawn page stands between the two pictures that its marks can have, mark by mark.

With both pictures known exactly, the projection on their difference is -1/2 or +1/2, whatever the page looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 0.25
"""A projection nearer to 0 than this is neither: rounding of other things on the page moved it."""


@dataclass(frozen=True, slots=True)
class Projector:
    """What is compared on one page.

    ``rows`` are the sites whose two pictures can be told apart. The pixels of mark k are numbers ``seams[k]``
    to before ``seams[k + 1]`` of ``pixels`` (offsets in the picture); the sum of what a copy shows there times
    ``weights``, less ``middles[k]``, is -1/2 for the picture of symbol 0 and +1/2 for that of symbol 1.
    """

    rows: NDArray[np.int64]
    seams: NDArray[np.int64]
    pixels: NDArray[np.int32]
    weights: NDArray[np.float32]
    middles: NDArray[np.float64]

    def projections(self, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return where the marks of a drawn page stand, from -1/2 (symbol 0) to +1/2 (symbol 1)."""
        if not self.rows.size:
            return self.middles
        seen = self.weights * picture.ravel()[self.pixels]
        return np.asarray(np.add.reduceat(seen, self.seams[:-1], dtype=np.float64) - self.middles)

    def tally(self, picture: NDArray[np.uint8], symbols: NDArray[np.uint8]) -> tuple[int, int]:
        """Return how many marks of a drawn page are found, and how many of them are not those of ``symbols``."""
        found = self.projections(picture)
        sure = np.abs(found) >= SURE
        return int(sure.sum()), int(((found > 0) != (symbols[self.rows] > 0))[sure].sum())


def projector(
    rows: NDArray[np.int64],
    pixels: NDArray[np.int64],
    minus: NDArray[np.uint8],
    plus: NDArray[np.uint8],
    least_difference: float,
    most_pixels: int | None = None,
) -> Projector:
    """Return what tells the symbols of sites on a drawn page.

    ``rows[k]`` is the site that pixel number ``pixels[k]`` belongs to. Of each site at most ``most_pixels`` are
    used, those that differ most; a site is left out whose pictures ``minus`` and ``plus`` differ by less than
    ``least_difference`` (squared grey levels, summed over them).
    """
    changed = np.flatnonzero(minus.ravel()[pixels] != plus.ravel()[pixels])
    rows, pixels = rows[changed], pixels[changed]
    left = minus.ravel()[pixels].astype(np.float64)
    right = plus.ravel()[pixels].astype(np.float64)
    difference = right - left
    order = (
        np.argsort(rows, kind="stable") if most_pixels is None else np.lexsort((-np.abs(difference), rows))
    )
    sites, seams, counts = np.unique(rows[order], return_index=True, return_counts=True)
    if most_pixels is not None:
        rank = np.arange(len(order)) - np.repeat(seams, counts)
        order = order[rank < most_pixels]
        counts = np.minimum(counts, most_pixels)
    own = np.repeat(np.arange(len(sites)), counts)
    energy = np.bincount(own, difference[order] ** 2, len(sites))
    enough = energy >= least_difference
    order, own = order[enough[own]], own[enough[own]]
    weights = difference[order] / energy[own]
    middles = np.bincount(own, weights * (left[order] + right[order]) / 2, len(sites)).astype(np.float64)[
        enough
    ]
    return Projector(
        sites[enough].astype(np.int64),
        np.concatenate([[0], np.cumsum(counts[enough])]).astype(np.int64),
        pixels[order].astype(np.int32),
        weights.astype(np.float32),
        middles,
    )
