"""The order in which lines, or pieces of bent lines, are read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.ocr.quads import heights

_COLUMN_GAP = 1.0  # of the median line height: a gap between columns
_COLUMN_LINES = 3  # lines on either side of it
_LEAST_FOR_SLOPE = 6  # quads, to fit how lines slope over the page
_LEAST_FOR_BENDS = 24
_RIDGE = 1e-3


def reading_order(quads: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the numbers of quads top to bottom and left to right, column by column (recursive X-Y cut).

    Nagy, Seth and Viswanathan 1992, on boxes, in the frame of the mean text direction, bent lines made
    level; a cut between columns comes before one between lines. About n squared at worst.
    """
    if len(quads) < 2:
        return np.arange(len(quads))
    across = (quads[:, 1] - quads[:, 0]).sum(axis=0)
    across /= max(float(np.linalg.norm(across)), 1e-6)
    down = (quads[:, 3] - quads[:, 0]).sum(axis=0)
    down -= across * float(down @ across)
    down /= max(float(np.linalg.norm(down)), 1e-6)
    x, y = quads @ across, _flattened(quads @ across, quads @ down)
    boxes = np.stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)], axis=1)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    height = float(np.median(heights(quads)))
    order: list[int] = []
    waiting = [np.arange(len(quads))]
    while waiting:
        group = waiting.pop()
        halves = _cut(boxes, middle, group, height)
        if halves is None:
            order.extend(group[np.argsort(boxes[group, 0], kind="stable")].tolist())
        else:
            waiting.extend(halves[::-1])
    return np.array(order, dtype=np.int64)


def _flattened(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the corners' places down the page with the lines made level; ``x`` and ``y`` are (n, 4).

    The slope of the text is fitted as a polynomial of the place on the page, third order across and
    first order down, and integrated across.
    """
    if len(x) < _LEAST_FOR_SLOPE:
        return y.astype(np.float64)
    powers = 4 if len(x) >= _LEAST_FOR_BENDS else 2
    width = x[:, 1] + x[:, 2] - x[:, 0] - x[:, 3]
    slope = (y[:, 1] + y[:, 2] - y[:, 0] - y[:, 3]) / np.maximum(np.abs(width), 1e-3)
    weight = np.sqrt(np.clip(width, 0, None))
    middle_x, middle_y = float(x.mean()), float(y.mean())
    half_x, half_y = max(float(np.ptp(x)) / 2, 1.0), max(float(np.ptp(y)) / 2, 1.0)
    s, t = (x - middle_x) / half_x, (y - middle_y) / half_y
    at, down = s.mean(axis=1), t.mean(axis=1)
    basis = np.stack([at**k * down**m for m in (0, 1) for k in range(powers)], axis=1)
    weighted = basis * weight[:, None]
    square = weighted.T @ weighted + _RIDGE * float(weight @ weight) * np.eye(basis.shape[1])
    fitted = np.linalg.solve(square, weighted.T @ (slope * weight)).reshape(2, powers)
    rise = sum(fitted[m, k] * t**m * s ** (k + 1) / (k + 1) for m in (0, 1) for k in range(powers))
    return np.asarray(y - rise * half_x, dtype=np.float64)


def _cut(
    boxes: NDArray[np.float32], middle: NDArray[np.float32], group: NDArray[np.int64], height: float
) -> list[NDArray[np.int64]] | None:
    """Return a group in two parts, the first to be read first; None for a single row."""
    if len(group) < 2:
        return None
    if len(group) >= 2 * _COLUMN_LINES:
        at = _widest_gap(boxes[group, 0], boxes[group, 2], _COLUMN_GAP * height)
        if at is not None:
            left = boxes[group, 0] < at
            if min(left.sum(), (~left).sum()) >= _COLUMN_LINES:
                return [group[left], group[~left]]
    in_order = group[np.argsort(middle[group], kind="stable")]
    steps = np.diff(middle[in_order])
    at_step = int(np.argmax(steps))
    if steps[at_step] < height / 2:
        return None
    return [in_order[: at_step + 1], in_order[at_step + 1 :]]


def _widest_gap(starts: NDArray[np.float32], ends: NDArray[np.float32], least: float) -> float | None:
    """Return where the widest stretch begins to end that no interval covers, if it is wide enough."""
    order = np.argsort(starts, kind="stable")
    reach = np.maximum.accumulate(ends[order])[:-1]
    gaps = starts[order][1:] - reach
    at = int(np.argmax(gaps))
    return float(starts[order][at + 1]) if gaps[at] >= least else None
