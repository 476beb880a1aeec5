"""One picture seen through another: an exhibit on an original's grid, and what hides an original in an exhibit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.filters import Grey, as_grey, shrunk

MARGIN_PX = 3
"""How far around what hides a picture nothing is read, in reference pixels: 1 pt."""


def seen_through(
    exhibit: NDArray[np.uint8],
    homography: NDArray[np.float64],
    scale: float,
    size: tuple[int, int],
    shown: NDArray[np.bool_] | None = None,
) -> tuple[Grey, Grey]:
    """Return the exhibit on the original's grid at ``scale``, ``size`` (width, height), and 1 where there is exhibit.

    ``shown`` tells which pixels of the exhibit count as such, all if not given. An exhibit that shows the
    picture larger is shrunk first, so that fine structure does not turn into other structure.
    """
    to_work = _scaling(scale, scale) @ homography
    corners = np.array([[[0, 0]], [[size[0], 0]], [[size[0], size[1]]], [[0, size[1]]]], np.float64)
    placed = cv2.perspectiveTransform(corners, np.linalg.inv(to_work))[:, 0]
    there = np.ones(exhibit.shape, np.float32) if shown is None else shown.astype(np.float32)
    zoom = float(np.linalg.norm(np.roll(placed, -1, axis=0) - placed, axis=1).max()) / max(size)
    if zoom > 1.4:
        smaller = (max(1, round(exhibit.shape[1] / zoom)), max(1, round(exhibit.shape[0] / zoom)))
        to_work = to_work @ _scaling(exhibit.shape[1] / smaller[0], exhibit.shape[0] / smaller[1])
        exhibit = np.asarray(cv2.resize(exhibit, smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        there = shrunk(there, *smaller)
    view = cv2.warpPerspective(
        exhibit.astype(np.float32), to_work, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return as_grey(view), as_grey(cv2.warpPerspective(there, to_work, size, flags=cv2.INTER_LINEAR))


def around(hidden: NDArray[np.bool_], shape: tuple[int, ...] | None = None) -> NDArray[np.bool_]:
    """Return the pixels that are hidden or near to it, cut or filled up to a shape (height, width)."""
    side = 2 * MARGIN_PX + 1
    near = cv2.dilate(hidden.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    if shape is None or near.shape == tuple(shape):
        return near
    fitted = np.zeros(shape, dtype=np.bool_)
    height, width = min(shape[0], near.shape[0]), min(shape[1], near.shape[1])
    fitted[:height, :width] = near[:height, :width]
    return fitted


def seen_from(
    mask: NDArray[np.bool_], to_mask: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return which pixels of a picture of a shape (height, width) show a mask, given the homography to its pixels."""
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    height, width = shape
    return np.asarray(cv2.warpPerspective(mask.astype(np.uint8), to_mask, (width, height), flags=flags) > 0)


def _scaling(across: float, down: float) -> NDArray[np.float64]:
    """Return the matrix that scales a picture whose first pixel has its centre at (0, 0)."""
    return np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1.0]])
