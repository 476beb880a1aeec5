"""How much two pictures differ, by the usual measures.

SSIM: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", IEEE Trans. Image Processing 13 (2004).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.filters import Grey, as_grey, grey_of, mean_around

_WINDOW_PX = 7  # as scikit-image's structural_similarity, uniform
_GAUSSIAN_PX, _GAUSSIAN_DEVIATION_PX = 11, 1.5  # the paper's
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_COMPARED_PX = 1_000_000
_BAND_PX = 64


def psnr_db(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio of two pictures of one shape; infinite when equal."""
    error = float(np.mean((one.astype(np.float32) - two.astype(np.float32)) ** 2))
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of two grey pictures, window 7 x 7, uniform, borders left out."""
    sample = _WINDOW_PX**2 / (_WINDOW_PX**2 - 1)
    return _similarity(one, two, partial(mean_around, side_px=_WINDOW_PX), _WINDOW_PX // 2, sample)


def gaussian_ssim(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of two grey pictures, Gaussian window of 1.5 px (the paper's)."""
    return _similarity(one, two, _gaussian_mean, _GAUSSIAN_PX // 2, 1.0)


def least_ssim(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    """Return the least of the usual similarities of two grey or RGB pictures: either window, luma or mean of colours.

    Of a large picture, bands of rows spread over it are compared, a million pixels in all.
    """
    found = np.mean([_similarities(*pair) for pair in zip(_bands(one), _bands(two), strict=True)], axis=0)
    return float(found.min())


def _similarities(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> list[float]:
    lumas = grey_of(one), grey_of(two)
    found = [measure(*lumas) for measure in (ssim, gaussian_ssim)]
    if one.ndim == 3:
        for measure in (ssim, gaussian_ssim):
            found.append(float(np.mean([measure(one[..., k], two[..., k]) for k in range(one.shape[2])])))
    return found


def _bands(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return the picture, or of a large one bands of rows from top to bottom."""
    height, width = pixels.shape[:2]
    count = max(_COMPARED_PX // (_BAND_PX * width), 1)
    if count * _BAND_PX >= height:
        return [pixels]
    tops = np.linspace(0, height - _BAND_PX, count).astype(int)
    return [pixels[top : top + _BAND_PX] for top in tops]


def _gaussian_mean(field: Grey) -> Grey:
    return as_grey(cv2.GaussianBlur(field, (_GAUSSIAN_PX, _GAUSSIAN_PX), _GAUSSIAN_DEVIATION_PX))


def _similarity(
    one: NDArray[np.uint8], two: NDArray[np.uint8], mean: Callable[[Grey], Grey], edge: int, sample: float
) -> float:
    x, y = as_grey(one), as_grey(two)
    mx, my = mean(x), mean(y)
    vx = sample * (mean(x * x) - mx * mx)
    vy = sample * (mean(y * y) - my * my)
    cov = sample * (mean(x * y) - mx * my)
    score = (2 * mx * my + _C1) * (2 * cov + _C2) / ((mx * mx + my * my + _C1) * (vx + vy + _C2))
    return float(score[edge:-edge, edge:-edge].mean())
