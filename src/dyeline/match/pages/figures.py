"""Describing a page: its figures (whatever is no text: photographs, charts, drawings) closely, the rest roughly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.features import PageFeatures, described
from dyeline.match.pages.grey import grey_of

SKETCH_PX: Final = 640
"""Longer side of the drawn page in which figures are looked for."""
PAGE_PX: Final = 400
"""Longer side at which a page is described; text leads to it, unless its letters are too small to be read."""
PAGE_FEATURES: Final = 96
FIGURE_PX: Final = 400
"""Longer side at which a figure is described, so that a picture of it alone has the same features."""
FIGURE_FEATURES: Final = 160
"""Of all figures of a page together."""
MOST_FIGURES: Final = 3
LEAST_FIGURE_PT: Final = 50.0
"""Shorter side of a figure: smaller ones are logos, or carry too little to be told from others."""
INK: Final = 24
"""Grey levels by which something differs from the page's ground."""
JOINED_PT: Final = 8.0
"""What lies so close together is one figure."""
_CLOSEST: Final = 4.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pt."""
Draw = Callable[[float], NDArray[np.uint8]]
"""Draws a page, grey, at so many pixels a pt; pixel (x, y) lies at the point ((x + 0.5) / scale, …)."""


def page_features(draw: Draw, size_pt: tuple[float, float], words: NDArray[np.float32]) -> PageFeatures:
    """Return what is kept of a page: of its figures closely, of the rest roughly, places and sizes in pt.

    ``words`` are boxes that hold the page's text, (n, 4) in pt. 0.05 s, and as much for each figure.
    """
    scale = SKETCH_PX / max(size_pt)
    sketch = draw(scale)
    figures = find_figures(sketch, scale, words)
    rough = _placed(
        described(_shrunk(sketch, PAGE_PX), 2 * PAGE_FEATURES), PAGE_PX / max(size_pt), (0.0, 0.0)
    )
    parts = [_outside(rough, figures, PAGE_FEATURES)]
    closer = [min(_CLOSEST * scale, max(scale, FIGURE_PX / _longest(figure))) for figure in figures]
    drawn = {one: sketch if one == scale else draw(one) for one in sorted(set(closer))}
    for figure, one in zip(figures, closer, strict=True):
        left, top, right, bottom = (round(side * one) for side in figure)
        cut = np.ascontiguousarray(drawn[one][top:bottom, left:right])
        parts.append(_placed(described(cut, FIGURE_FEATURES // len(figures)), one, (left / one, top / one)))
    return PageFeatures(
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.angles for part in parts]),
        np.concatenate([part.codes for part in parts]),
    )


def picture_features(pixels: NDArray[np.uint8]) -> PageFeatures:
    """Return what is kept of a picture that stands on no page, RGB or grey; places in pixels of its small version."""
    return described(_shrunk(grey_of(pixels), FIGURE_PX), FIGURE_FEATURES)


def find_figures(sketch: NDArray[np.uint8], px_per_pt: float, words: NDArray[np.float32]) -> list[Box]:
    """Return the largest parts of a page that show something other than its words, largest first."""
    ink = (cv2.absdiff(sketch, np.full_like(sketch, int(np.median(sketch)))) > INK).astype(np.uint8)
    for left, top, right, bottom in np.round(words * px_per_pt).astype(int).tolist():
        ink[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2] = 0
    reach = max(3, round(JOINED_PT * px_per_pt) | 1)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(joined)
    boxes = [(x, y, x + width, y + height) for x, y, width, height, _ in found[1:].tolist()]
    boxes = [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) >= LEAST_FIGURE_PT * px_per_pt]
    boxes.sort(key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))
    kept: list[tuple[int, int, int, int]] = []
    for box in boxes:
        if not any(_within(box, other) for other in kept):
            kept.append(box)
    return [
        (left / px_per_pt, top / px_per_pt, right / px_per_pt, bottom / px_per_pt)
        for left, top, right, bottom in kept[:MOST_FIGURES]
    ]


def _shrunk(grey: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    scale = longest / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(scale * grey.shape[1])), max(1, round(scale * grey.shape[0])))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _within(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _longest(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _placed(features: PageFeatures, px_per_pt: float, origin_pt: tuple[float, float]) -> PageFeatures:
    places = (features.places + 0.5) / px_per_pt + np.array(origin_pt, np.float32)
    return PageFeatures(
        places.astype(np.float32),
        (features.sizes / px_per_pt).astype(np.float32),
        features.angles,
        features.codes,
    )


def _outside(features: PageFeatures, boxes: list[Box], most: int) -> PageFeatures:
    """Return at most so many features, those that lie outside all boxes."""
    chosen = np.ones(len(features), dtype=np.bool_)
    x, y = features.places.T
    for left, top, right, bottom in boxes:
        chosen &= (x < left) | (x > right) | (y < top) | (y > bottom)
    rows = np.flatnonzero(chosen)[:most]
    return PageFeatures(
        features.places[rows], features.sizes[rows], features.angles[rows], features.codes[rows]
    )
