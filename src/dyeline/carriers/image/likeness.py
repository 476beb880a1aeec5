"""Whether an exhibit shows an original where features say so: how alike their fine structure is. Marks play no part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.refine import SHADE_PX, blur_kernel, local_shifts, shaded_alike, window_mean
from dyeline.carriers.image.view import seen_through
from dyeline.formats.picturemarks.filters import (
    Grey,
    as_grey,
    convolved,
    covered,
    mean_around,
    moved,
    shrunk,
)

LEAST_PIXELS = 2000
"""Of the original's grid that must be in the exhibit."""

ALONE = 0.25
"""Likeness above which a picture is taken for the original, at ``LONG_SIDE_PX``. Measured (37 scans, drawings and
photographs of strangers, 65 exhibits of them): 0.72 to 0.99 where it is; 58 of 74 others that features matched have
less than 0.16, the rest 0.27 to 0.68: pieces of text whose lines lie alike, and one text at two resolutions."""

LONG_SIDE_PX = 900
_FINE_PX = 15  # window whose mean is left out when exhibit and original are compared


def likeness_through(
    exhibit: NDArray[np.uint8], homography: NDArray[np.float64], original: NDArray[np.uint8]
) -> float:
    """Return how alike an exhibit is to an original, both grey, -1 to 1; 0 where it shows too little of it.

    ``homography`` maps pixels of the exhibit to the original's, good to about a hundredth of its side. Cost: 0.4 s.
    """
    scale = min(1.0, LONG_SIDE_PX / max(original.shape))
    width, height = (max(1, round(side * scale)) for side in original.shape[::-1])
    base = shrunk(as_grey(original), width, height)
    seen, weight = seen_through(exhibit, homography, scale, (width, height))
    if weight.sum() < LEAST_PIXELS:
        return 0.0
    maps = local_shifts(seen, base, weight)
    seen, weight = moved(seen, *maps, cubic=True), as_grey(covered(weight, *maps) > 0.99)
    seen = shaded_alike(seen, base, weight)
    wanted = convolved(base, blur_kernel(seen, base, weight))
    shade = window_mean(base, weight, SHADE_PX)  # which the exhibit has been given, whatever it shows
    return fine_likeness(as_grey(seen - shade), as_grey(wanted - shade), weight)


def fine_likeness(seen: Grey, wanted: Grey, weight: Grey) -> float:
    """Return the correlation of two pictures' fine structure, where ``weight`` is not 0; 0 where that is little."""
    inside = weight > 0
    if inside.sum() < LEAST_PIXELS:
        return 0.0
    fine = (seen - mean_around(seen, _FINE_PX))[inside], (wanted - mean_around(wanted, _FINE_PX))[inside]
    return float((fine[0] * fine[1]).sum() / (np.linalg.norm(fine[0]) * np.linalg.norm(fine[1]) + 1e-6))
