"""Quads of text lines: direction, the other ways round, straight strips of pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.ocr.contract import Quad

_LINE_LIKE = 2.0  # length over height, from which the long side tells where a line runs


def lengths(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each quad along its text, px; ``quads`` is (n, 4, 2)."""
    return np.asarray(np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1), dtype=np.float32)


def heights(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the height of each quad across its text, px; ``quads`` is (n, 4, 2)."""
    return np.asarray(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), dtype=np.float32)


def oriented(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rectangles of any corner order (n, 4, 2) as quads whose texts run right, or all down.

    The direction most line length agrees on holds for everything too short to tell.
    """
    if not len(boxes):
        return boxes
    side_a, side_b = boxes[:, 1] - boxes[:, 0], boxes[:, 2] - boxes[:, 1]
    length_a, length_b = np.linalg.norm(side_a, axis=1), np.linalg.norm(side_b, axis=1)
    along = np.where((length_a >= length_b)[:, None], side_a, side_b)
    long, short = np.maximum(length_a, length_b), np.maximum(np.minimum(length_a, length_b), 1e-3)
    told = long / short >= _LINE_LIKE
    if not told.any():
        told = np.ones(len(boxes), dtype=bool)
    horizontal = np.abs(along[:, 0]) >= np.abs(along[:, 1])
    downwards = long[told & ~horizontal].sum() > long[told & horizontal].sum()
    axis = np.array((0.0, 1.0) if downwards else (1.0, 0.0), dtype=np.float32)
    return np.stack(
        [
            _from_corner(box, axis, bool(clear))
            for box, clear in zip(boxes, long / short >= _LINE_LIKE, strict=True)
        ]
    )


def runs_down(quads: NDArray[np.float32]) -> bool:
    """Tell whether most length of the texts runs along the vertical axis; ``quads`` is (n, 4, 2)."""
    along = quads[:, 1] - quads[:, 0]
    vertical = np.abs(along[:, 1]) > np.abs(along[:, 0])
    return bool(lengths(quads)[vertical].sum() > lengths(quads)[~vertical].sum())


def turned(quads: NDArray[np.float32], half_turn: bool, mirrored: bool) -> NDArray[np.float32]:
    """Return quads as if their texts ran the other way, or were seen in a mirror."""
    order = [0, 1, 2, 3]
    if mirrored:
        order = [order[k] for k in (1, 0, 3, 2)]
    if half_turn:
        order = [order[k] for k in (2, 3, 0, 1)]
    return np.asarray(quads[:, order], dtype=np.float32)


def strip(pixels: NDArray[np.uint8], quad: Quad, height_px: int, most_px: int) -> NDArray[np.uint8]:
    """Return the pixels of a line upright, ``height_px`` high and at most ``most_px`` wide, RGB.

    A line much larger than the strip is shrunk first by averaging, as sampling would make it ragged.
    """
    import cv2

    across = max(float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[2] - quad[3])), 1.0)
    high = max(float(np.linalg.norm(quad[3] - quad[0])), float(np.linalg.norm(quad[2] - quad[1])), 1.0)
    width = int(np.clip(round(across * height_px / high), 16, most_px))
    low = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    top = np.minimum(np.ceil(quad.max(axis=0)).astype(int) + 3, pixels.shape[1::-1])
    if (top <= low).any():
        return np.full((height_px, width, 3), 255, dtype=np.uint8)
    part = pixels[low[1] : top[1], low[0] : top[0]]
    corners = (quad - low).astype(np.float32)
    factor = high / height_px
    if factor > 1.5:
        size = (max(1, round(part.shape[1] / factor)), max(1, round(part.shape[0] / factor)))
        scale = np.array(size, dtype=np.float32) / part.shape[1::-1]
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        corners = ((corners + 0.5) * scale - 0.5).astype(np.float32)
    target = np.array([(0, 0), (width, 0), (width, height_px), (0, height_px)], dtype=np.float32) - 0.5
    warp = cv2.getPerspectiveTransform(corners, target)
    cut = cv2.warpPerspective(
        part, warp, (width, height_px), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, dtype=np.uint8)


def _from_corner(box: NDArray[np.float32], axis: NDArray[np.float32], clear: bool) -> NDArray[np.float32]:
    """Return the clockwise box from the corner whose next side is the long one, or runs along ``axis``."""
    clockwise = box if _area(box) > 0 else box[::-1]
    sides = np.roll(clockwise, -1, axis=0) - clockwise
    if clear and np.linalg.norm(sides[0]) != np.linalg.norm(sides[1]):
        long_axis = sides[0] if np.linalg.norm(sides[0]) > np.linalg.norm(sides[1]) else sides[1]
        horizontal = abs(long_axis[0]) >= abs(long_axis[1])
        axis = np.array((1.0, 0.0) if horizontal else (0.0, 1.0), dtype=np.float32)
    return np.roll(clockwise, -int(np.argmax(sides @ axis)), axis=0)


def _area(box: NDArray[np.float32]) -> float:
    """Return the signed area: positive when the corners run clockwise as seen (y downwards)."""
    x, y = box[:, 0], box[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def as_array(quads: Sequence[Quad]) -> NDArray[np.float32]:
    """Return quads as one array (n, 4, 2)."""
    return np.asarray(quads, dtype=np.float32).reshape(-1, 4, 2)
