"""How strong a mark may be at every pixel, and how much two pictures differ.

SSIM: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", IEEE Trans. Image Processing 13 (2004).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.filters import Grey, as_grey, mean_around

SSIM_GOAL = 0.975
PSNR_GOAL_DB = 37.0

_WINDOW_PX = 7  # as scikit-image's structural_similarity, uniform
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_SMOOTHED_PX = 5  # window in which strengths are averaged
_STRONGEST = 6.0  # grey levels, standard deviation
_GRAIN_SHARE, _UNSEEN = 0.5, 0.3  # on flat ground: half the grain's own deviation, and less than a grey level


def strength(grey: Grey, ssim_goal: float = SSIM_GOAL) -> Grey:
    """Return the standard deviation in grey levels that noise may have at each pixel.

    Independent noise of variance v over texture of variance t lowers the local SSIM to
    (2 t + C2) / (2 t + C2 + v), so that v is chosen for the same loss everywhere. Flat ground gets no more
    than its grain hides. Texture is the least of four windows that touch the pixel, or edges would
    lend their strength to the flat ground beside them.
    """
    mean = mean_around(grey, _WINDOW_PX)
    variance = mean_around(grey * grey, _WINDOW_PX) - mean * mean
    texture = _least_around(as_grey(np.maximum(variance, 0.0)), _WINDOW_PX // 2)
    loss = (1.0 - ssim_goal) / ssim_goal
    allowed = np.sqrt(loss * (2.0 * texture + _C2))
    hidden = _UNSEEN + _GRAIN_SHARE * np.sqrt(texture)
    return mean_around(as_grey(np.minimum(np.minimum(allowed, hidden), _STRONGEST)), _SMOOTHED_PX)


def psnr_db(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio of two pictures of one shape; infinite when equal."""
    error = float(np.mean((one.astype(np.float32) - two.astype(np.float32)) ** 2))
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of two grey pictures, window 7 x 7, uniform, borders left out."""
    x, y = as_grey(one), as_grey(two)
    sample = _WINDOW_PX**2 / (_WINDOW_PX**2 - 1)
    mx, my = mean_around(x, _WINDOW_PX), mean_around(y, _WINDOW_PX)
    vx = sample * (mean_around(x * x, _WINDOW_PX) - mx * mx)
    vy = sample * (mean_around(y * y, _WINDOW_PX) - my * my)
    cov = sample * (mean_around(x * y, _WINDOW_PX) - mx * my)
    score = (2 * mx * my + _C1) * (2 * cov + _C2) / ((mx * mx + my * my + _C1) * (vx + vy + _C2))
    edge = _WINDOW_PX // 2
    return float(score[edge:-edge, edge:-edge].mean())


def _least_around(values: Grey, step: int) -> Grey:
    padded = np.pad(values, step, mode="edge")
    height, width = values.shape
    rows = np.minimum(padded[:height], padded[2 * step :])
    return as_grey(np.minimum(rows[:, :width], rows[:, 2 * step :]))
