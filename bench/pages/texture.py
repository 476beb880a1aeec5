"""Random textures for the simulators: grain, smooth fields, crumple, wood. All from the given generator."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]  # float32; OpenCV declares any number for what it returns
Bytes = NDArray[Any]  # uint8, likewise
_TILE = 1024


def grain(shape: tuple[int, ...], rng: np.random.Generator, *, size_px: float = 0.0) -> Floats:
    """Return normal noise of deviation 1, blurred to spots of ``size_px``.

    A tile repeated at a random place: grain of the 33 million pixels of a page at 600 dpi would take
    longer to draw than all the rest of a simulation.
    """
    channels = shape[2] if len(shape) == 3 else 1
    tile = rng.standard_normal((_TILE, _TILE, channels), dtype=np.float32)
    if size_px:
        pad = int(4 * size_px) + 1
        wrapped = cv2.copyMakeBorder(tile, pad, pad, pad, pad, cv2.BORDER_WRAP)
        blurred = cv2.GaussianBlur(wrapped, (0, 0), size_px).reshape(*wrapped.shape[:2], channels)
        tile = blurred[pad:-pad, pad:-pad] / blurred.std()
    repeats = (shape[0] // _TILE + 1, shape[1] // _TILE + 1, 1)
    return np.ascontiguousarray(np.tile(tile, repeats)[: shape[0], : shape[1]].reshape(shape))


def smooth_field(shape: tuple[int, int], rng: np.random.Generator, *, wave_px: float) -> Floats:
    """Return a smooth random field of deviation 1 with bumps about ``wave_px`` wide."""
    step = max(1, int(wave_px / 8))
    height, width = shape[0] // step + 3, shape[1] // step + 3
    coarse = rng.standard_normal((height, width), dtype=np.float32)
    coarse = cv2.GaussianBlur(coarse, (0, 0), max(0.5, wave_px / step / 2.5))
    coarse = (coarse - coarse.mean()) / (coarse.std() + 1e-9)
    field = cv2.resize(coarse, (width * step, height * step), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(field[: shape[0], : shape[1]])


def facets(shape: tuple[int, int], rng: np.random.Generator, *, facet_px: float) -> Floats:
    """Return heights of deviation 1 over a crumpled sheet: plane facets between sharp ridges."""
    from scipy.interpolate import LinearNDInterpolator

    height, width = shape
    count = max(8, int(height * width / facet_px**2))
    points = rng.uniform(-0.2, 1.2, (int(count * 1.96), 2)) * (height, width)
    surface = LinearNDInterpolator(points, rng.standard_normal(len(points)), fill_value=0.0)
    rows, columns = np.mgrid[0:height, 0:width]
    heights = np.asarray(surface(rows, columns), dtype=np.float32)
    return cv2.GaussianBlur(heights, (0, 0), 0.6)


def sampled(picture: NDArray[Any], x: NDArray[Any], y: NDArray[Any], *, fill: Any = None) -> NDArray[Any]:
    """Return a picture's values at places (x, y), linearly between pixels; beyond it ``fill``, or its edge."""
    border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
    places = (x.astype(np.float32), y.astype(np.float32))
    return np.asarray(cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=border, borderValue=fill or 0))


def wood(shape: tuple[int, int], rng: np.random.Generator) -> Bytes:
    """Return a table top, RGB."""
    height, width = shape
    quarter = (height // 4 + 1, width // 4 + 1)
    long_grain = smooth_field((quarter[0], quarter[1] // 12 + 2), rng, wave_px=6)
    long_grain = cv2.resize(long_grain, quarter[::-1], interpolation=cv2.INTER_CUBIC)
    figure = np.sin(3.0 * smooth_field(quarter, rng, wave_px=quarter[0] / 3) + long_grain)
    tone = cv2.resize(0.6 * figure + 0.8 * long_grain, (width, height), interpolation=cv2.INTER_LINEAR)
    base = np.array([[150, 105, 66], [92, 72, 58], [176, 160, 140], [70, 70, 74]])[rng.integers(4)]
    colour = base + tone[..., None] * (14, 12, 9) + grain((height, width, 1), rng, size_px=0.8) * 3
    return np.clip(colour, 0, 255).astype(np.uint8)
