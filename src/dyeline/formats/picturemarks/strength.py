"""How strong a mark may be at every pixel."""

from __future__ import annotations

import numpy as np

from dyeline.formats.picturemarks.filters import Grey, as_grey, mean_around

SSIM_GOAL = 0.975
PSNR_GOAL_DB = 37.0

_WINDOW_PX = 7  # as that of the similarity (``likeness.ssim``)
_C2 = (0.03 * 255) ** 2
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


def _least_around(values: Grey, step: int) -> Grey:
    padded = np.pad(values, step, mode="edge")
    height, width = values.shape
    rows = np.minimum(padded[:height], padded[2 * step :])
    return as_grey(np.minimum(rows[:, :width], rows[:, 2 * step :]))
