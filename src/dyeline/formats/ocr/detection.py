"""Lines of text in a picture, by a network that marks the pixels of text (differentiable binarisation)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.ocr.curves import straight_pieces
from dyeline.formats.ocr.quads import heights

FIRST_LONG_SIDE_PX: Final = 1_280
SECOND_LONG_SIDE_PX: Final = 2_240

_SMALL_LINE_PX = 9.0  # median height at the first size, below which lines run into one another
_TEXT = 0.3  # probability of text, from which a pixel counts
_LEAST_SCORE = 0.5  # mean probability within a line
_GROWTH = 1.6  # the network marks shrunk lines: area over perimeter times this is put back on each side
_MOST_LINES = 1_000
_STEP = 32  # sides of the network's input are multiples of this


Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""A loaded model: float32 (1, 3, height, width) -> probability of text, (1, 1, height, width)."""


def find_boxes(pixels: NDArray[np.uint8], network: Network) -> NDArray[np.float32]:
    """Return rectangles around lines of text, (n, 4, 2) picture pixels, corners in any order.

    The picture is looked at with a long side of ``FIRST_LONG_SIDE_PX``, and once more at
    ``SECOND_LONG_SIDE_PX`` when it has the pixels and its lines turn out small.
    """
    boxes = _boxes_at(pixels, network, FIRST_LONG_SIDE_PX)
    long_side = max(pixels.shape[:2])
    if long_side <= FIRST_LONG_SIDE_PX * 1.2:
        return boxes
    scale = FIRST_LONG_SIDE_PX / long_side
    if len(boxes) and float(np.median(_short_sides(boxes))) * scale >= _SMALL_LINE_PX:
        return boxes
    return _boxes_at(pixels, network, SECOND_LONG_SIDE_PX)


def _boxes_at(pixels: NDArray[np.uint8], network: Network, long_side: int) -> NDArray[np.float32]:
    import cv2

    height, width = pixels.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    size = tuple(max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height))
    if scale == 1.0:
        # small pictures keep their pixels: padded, not stretched
        size = tuple(-(-side // _STEP) * _STEP for side in (width, height))
        small = cv2.copyMakeBorder(pixels, 0, size[1] - height, 0, size[0] - width, cv2.BORDER_REPLICATE)
        back = np.ones(2, dtype=np.float32)
    else:
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        back = np.array((width / size[0], height / size[1]), dtype=np.float32)
    batch = (small[:, :, ::-1].astype(np.float32) * (2 / 255) - 1).transpose(2, 0, 1)[None]
    probability = network(np.ascontiguousarray(batch))[0, 0]
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return (_boxes_in(probability, grey) + 0.5) * back - 0.5


def _boxes_in(probability: NDArray[np.float32], grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the rectangles of a probability map, in its pixels (Liao et al. 2020, section 3.6)."""
    import cv2

    mask = cv2.dilate((probability > _TEXT).astype(np.uint8), np.ones((2, 2), dtype=np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Any] = []
    for outline in sorted(outlines, key=len, reverse=True)[:_MOST_LINES]:
        centre, (wide, high), angle = cv2.minAreaRect(outline)
        if min(wide, high) < 3 or _score(probability, outline) < _LEAST_SCORE:
            continue
        thickness = cv2.contourArea(outline) / max(
            wide, high
        )  # of a bent line less than the rectangle's side
        grown = thickness * max(wide, high) * _GROWTH / (thickness + max(wide, high))
        pieces = straight_pieces(outline, grey, grown)
        if len(pieces):
            found.extend(pieces)
            continue
        grown = wide * high * _GROWTH / (wide + high)
        if min(wide, high) + grown >= 5:
            found.append(cv2.boxPoints((centre, (wide + grown, high + grown), angle)))
    return np.asarray(found, dtype=np.float32).reshape(-1, 4, 2)


def _score(probability: NDArray[np.float32], outline: NDArray[Any]) -> float:
    """Return the mean probability within an outline."""
    import cv2

    left, top, wide, high = cv2.boundingRect(outline)
    inside = np.zeros((high, wide), dtype=np.uint8)
    cv2.fillPoly(inside, [outline.reshape(-1, 2) - (left, top)], 1)
    return float(cv2.mean(probability[top : top + high, left : left + wide], inside)[0])


def _short_sides(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    other = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    return np.asarray(np.minimum(heights(boxes), other), dtype=np.float32)
