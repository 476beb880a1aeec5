"""The few filters that marking and reading pictures take, on float32 fields (height, width)."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.float32]


def grey_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the luma of a grey or RGB picture."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def as_grey(field: object) -> Grey:
    """Return the field as float32, itself where it is that already."""
    return np.asarray(field, dtype=np.float32)


def mean_around(field: Grey, side_px: int) -> Grey:
    """Return the mean in the square around every pixel, the picture mirrored beyond its borders."""
    return as_grey(cv2.blur(field, (side_px, side_px)))


def gaussian(field: Grey, deviation_px: float) -> Grey:
    """Return the field blurred."""
    return as_grey(cv2.GaussianBlur(field, (0, 0), deviation_px))


def convolved(field: Grey, kernel: Grey) -> Grey:
    """Return the correlation with a kernel, border pixels repeated."""
    return as_grey(cv2.filter2D(field, -1, kernel, borderType=cv2.BORDER_REPLICATE))


def shrunk(field: Grey, width_px: int, height_px: int) -> Grey:
    """Return the field in fewer pixels, each the mean of what it covers."""
    if field.shape == (height_px, width_px):
        return field
    return as_grey(cv2.resize(field, (width_px, height_px), interpolation=cv2.INTER_AREA))


def enlarged(field: Grey, width_px: int, height_px: int) -> Grey:
    """Return the field in more pixels, linear between them."""
    return as_grey(cv2.resize(field, (width_px, height_px), interpolation=cv2.INTER_LINEAR))


def moved(field: Grey, map_x: Grey, map_y: Grey, *, cubic: bool = False) -> Grey:
    """Return what stands at (map_x, map_y) of the field, border pixels repeated."""
    how = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    return as_grey(cv2.remap(field, map_x, map_y, how, borderMode=cv2.BORDER_REPLICATE))


def covered(weight: Grey, map_x: Grey, map_y: Grey) -> Grey:
    """Return the weight at (map_x, map_y), 0 beyond the borders."""
    return as_grey(
        cv2.remap(weight, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    )
