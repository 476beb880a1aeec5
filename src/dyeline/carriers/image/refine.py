"""Bringing a registered exhibit onto the original: shading, local shifts, blur. Marks play no part in it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.filters import (
    Grey,
    as_grey,
    covered,
    enlarged,
    gaussian,
    mean_around,
    moved,
    shrunk,
)

SHADE_PX = 61  # window in which brightness and contrast are compared
_FLAT = 25.0  # variance (grey levels squared) below which a window tells nothing about contrast
_ROUNDS = ((4.0, 40.0, 2), (3.0, 28.0, 3), (1.5, 20.0, 5), (1.0, 20.0, 5), (1.0, 14.0, 0))
"""Blur of the pictures and window of the fit (both standard deviations, pixels), and the order of the
polynomial that the shifts found so far are then replaced by (0: none), coarse to fine."""

_FIELD_STEP = 4  # shifts are computed on every fourth pixel
_FARTHEST_PX = 12.0
_OUTLIER = 40.0  # grey levels; what differs more is something lying on the picture
_TIE = 0.1  # of the mean texture: what a window must hold for its own shift to count half
_CONTINUED_ORDER = 4  # of the polynomial that carries shifts into margins
_FIT_POINTS = 60  # of a polynomial, along the shorter side
_KERNEL = 7  # side of the blur kernel, pixels
_KERNEL_SAMPLES = 60_000
_KERNEL_ROUNDS = 4
_KERNEL_OUTLIER = 3.0  # deviations from what the kernel says at which a pixel counts half
_DEVIATIONS = 1.4826  # of a normal distribution in its median absolute deviation
_LEAST_GAP = 2.0  # grey levels added to it
_RIDGE = 0.01  # of the mean energy of the picture's pixels: ties the kernel to no blur at all


def window_mean(values: Grey, weight: Grey, side: int) -> Grey:
    """Return the weighted mean in a square window around every pixel."""
    return as_grey(mean_around(values * weight, side) / (mean_around(weight, side) + 1e-6))


def shaded_alike(seen: Grey, original: Grey, weight: Grey) -> Grey:
    """Return the exhibit with the brightness and contrast that the original has around each pixel."""
    mean_o, mean_s = (window_mean(values, weight, SHADE_PX) for values in (original, seen))
    square = window_mean(original * original, weight, SHADE_PX) - mean_o * mean_o
    product = window_mean(original * seen, weight, SHADE_PX) - mean_o * mean_s
    gain = (product + _FLAT * 0.5) / (np.maximum(square, 0) + _FLAT * 0.5)
    return as_grey((seen - mean_s) / np.clip(gain, 0.1, 5.0) + mean_o)


def local_shifts(seen: Grey, original: Grey, weight: Grey) -> tuple[Grey, Grey]:
    """Return where each pixel of the original is to be found in the exhibit: maps for ``cv2.remap``.

    Windowed least squares on the brightness differences (Lucas and Kanade, IJCAI 1981). Early rounds end
    in a polynomial over the whole picture, which carries the shifts from where there is something
    to see into empty margins.
    """
    height, width = original.shape
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    right = np.zeros_like(original)
    down = np.zeros_like(original)
    for blur, window, order in _ROUNDS:
        here = moved(seen, grid_x + right, grid_y + down)
        there = covered(weight, grid_x + right, grid_y + down)
        base = gaussian(original, blur)
        other = gaussian(shaded_alike(here, original, there), blur)
        step_x, step_y, sure = _least_squares(base, other, there, window)
        right += np.clip(step_x, -_FARTHEST_PX, _FARTHEST_PX)
        down += np.clip(step_y, -_FARTHEST_PX, _FARTHEST_PX)
        if order:
            right, down = _polynomial(right, sure, order), _polynomial(down, sure, order)
    return grid_x + right, grid_y + down


def continued(
    away: NDArray[np.int64], sure: NDArray[np.bool_], blocks: tuple[int, int], size: tuple[int, ...]
) -> tuple[Grey, Grey]:
    """Return fields (right, down) of a size that go smoothly through shifts found in sure blocks, and on from there.

    ``away`` is (blocks, 2) down and right, ``blocks`` rows and columns, ``size`` height and width.
    """
    height, width = size
    planes = [as_grey(values.reshape(blocks)) for values in (away[:, 1], away[:, 0], sure)]
    right, down, trust = (enlarged(plane, width, height) for plane in planes)
    return _polynomial(right, trust, _CONTINUED_ORDER), _polynomial(down, trust, _CONTINUED_ORDER)


def blur_kernel(seen: Grey, original: Grey, weight: Grey) -> Grey:
    """Return the (7, 7) kernel that turns the original into the exhibit, by robust ridge regression.

    Pixels count the less the more the exhibit differs there from what the kernel says (handwriting, dirt): weights of
    a Cauchy distribution, reweighted a few times.
    """
    reach = _KERNEL // 2
    inner = weight[reach:-reach, reach:-reach] > 0.5
    rows, columns = np.nonzero(inner)
    if rows.size == 0:
        return _no_blur()
    take = slice(None, None, max(1, rows.size // _KERNEL_SAMPLES))
    rows, columns = rows[take], columns[take]
    flat, level = original - mean_around(original, 15), seen - mean_around(seen, 15)
    shifts = [(y, x) for y in range(_KERNEL) for x in range(_KERNEL)]
    table = np.stack([flat[rows + y, columns + x] for y, x in shifts], axis=1).astype(np.float64)
    wanted = level[rows + reach, columns + reach].astype(np.float64)
    plain = _no_blur().ravel().astype(np.float64)
    trust = np.ones(len(wanted))
    for _ in range(_KERNEL_ROUNDS):
        weighted = table * trust[:, None]
        square = weighted.T @ table
        ridge = _RIDGE * np.trace(square) / len(shifts) + 1e-3 * len(rows)
        solved = np.linalg.solve(square + ridge * np.eye(len(shifts)), weighted.T @ wanted + ridge * plain)
        gap = np.abs(wanted - table @ solved)
        trust = 1.0 / (1.0 + (gap / (_KERNEL_OUTLIER * (_DEVIATIONS * np.median(gap) + _LEAST_GAP))) ** 2)
    return solved.reshape(_KERNEL, _KERNEL).astype(np.float32)


def _no_blur() -> Grey:
    kernel = np.zeros((_KERNEL, _KERNEL), np.float32)
    kernel[_KERNEL // 2, _KERNEL // 2] = 1.0
    return kernel


def _polynomial(field: Grey, sure: Grey, order: int) -> Grey:
    """Return the polynomial in x and y that fits a field, robustly, weighted by how sure each pixel is."""
    height, width = field.shape
    step = max(1, round(min(height, width) / _FIT_POINTS))
    rows, columns = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    values, weight = (
        field[rows, columns].ravel().astype(np.float64),
        sure[rows, columns].ravel().astype(np.float64),
    )
    table = _terms(columns.ravel() / width, rows.ravel() / height, order)
    ridge = 1e-6 * weight.sum() * np.eye(table.shape[1])
    trust = weight
    for _ in range(4):
        solved = np.linalg.solve(table.T @ (table * trust[:, None]) + ridge, table.T @ (trust * values))
        gap = np.abs(values - table @ solved)
        trust = weight / (1.0 + (gap / 1.0) ** 2)
    grid = np.zeros((order + 1, order + 1))
    grid[tuple(np.array(_pairs(order)).T)] = solved
    xs = np.polynomial.chebyshev.chebvander(np.arange(width) / width * 2 - 1, order)
    ys = np.polynomial.chebyshev.chebvander(np.arange(height) / height * 2 - 1, order)
    return np.asarray(ys @ grid.T @ xs.T, dtype=np.float32)


def _pairs(order: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]


def _terms(x: NDArray[np.float64], y: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Return the Chebyshev terms up to a total order, (points, terms)."""
    xs = np.polynomial.chebyshev.chebvander(x * 2 - 1, order)
    ys = np.polynomial.chebyshev.chebvander(y * 2 - 1, order)
    return np.stack([xs[:, i] * ys[:, j] for i, j in _pairs(order)], axis=1)


def _least_squares(base: Grey, other: Grey, weight: Grey, window: float) -> tuple[Grey, Grey, Grey]:
    """Return by how much ``other`` is displaced (right, down), solved in Gaussian windows, and how sure that is.

    Sure is 0 where the window holds texture of one direction only, or none, and near 1 where it holds plenty.
    """
    gradient_x = as_grey(cv2.Sobel(base, cv2.CV_32F, 1, 0, scale=1 / 8))
    gradient_y = as_grey(cv2.Sobel(base, cv2.CV_32F, 0, 1, scale=1 / 8))
    gap = as_grey(np.clip(base - other, -_OUTLIER, _OUTLIER))
    height, width = base.shape
    across, down = max(1, width // _FIELD_STEP), max(1, height // _FIELD_STEP)

    def summed(field: Grey) -> Grey:
        return gaussian(shrunk(field * weight, across, down), window / _FIELD_STEP)

    xx, xy, yy = (
        summed(gradient_x * gradient_x),
        summed(gradient_x * gradient_y),
        summed(gradient_y * gradient_y),
    )
    xt, yt = summed(gradient_x * gap), summed(gradient_y * gap)
    tie = _TIE * float((xx + yy).mean()) + 1e-3
    least = np.maximum((xx + yy) / 2 - np.sqrt((xx - yy) ** 2 / 4 + xy * xy), 0)
    xx, yy = xx + tie, yy + tie
    scale = xx * yy - xy * xy
    return (
        enlarged(as_grey((yy * xt - xy * yt) / scale), width, height),
        enlarged(as_grey((xx * yt - xy * xt) / scale), width, height),
        enlarged(as_grey(least / (least + tie)), width, height),
    )
