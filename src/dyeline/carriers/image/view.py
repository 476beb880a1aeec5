"""What lies over a picture, seen from elsewhere: with a margin, as an exhibit blurs it and shows it a little off."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MARGIN_PX = 3
"""How far around what hides a picture nothing is read, in reference pixels: 1 pt."""


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
