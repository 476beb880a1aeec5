"""Word templates: where the words of a page really stand in a picture that was brought into its frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.bend import Bend
from dyeline.match.pages.grey import Grey
from dyeline.match.pages.plane import Matrix, Points, apply, inverse, local_px_per_pt, raster_of
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference

PX_PER_PT: Final = 1.5
"""Resolution at which words are compared: letters of 6 pt are still told apart, and a page is 1.1 megapixels."""
LEAST_WIDTH_PT: Final = 20.0
"""Shorter words are compared together with what stands beside them: "of" is found everywhere."""
LEAST_INK: Final = 12.0
"""Standard deviation of grey levels below which a template has nothing to be recognised by."""
FEW_WORDS: Final = 60
"""A page with fewer words is compared by pieces of its picture too."""
PIECE_PT: Final = 24.0
LEAST_STRUCTURE: Final = 3e-5
"""Of a piece: what OpenCV's ``cornerMinEigenVal`` exceeds at a tenth of its pixels. With less a piece shows a
straight edge, and is found anywhere along it: of eight charts four were then taken for other pages."""
SMOOTHING_PX: Final = 0.6
NODE_PX: Final = 24
"""Distance of the nodes at which a bend is computed."""
STROKE_PX: Final = 5
"""What is dark and narrower than this (3.3 pt) is a stroke of a letter."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The words of a page as small pictures, at ``PX_PER_PT``.

    On a page with few words (a scan, drawings) pieces of the page stand in for them. ``strokes`` tells
    that only dark strokes are compared: a bad copier leaves letters in bright halos on a dark ground.
    """

    raster: NDArray[np.uint8]
    windows: NDArray[np.int32]  # (n, 4): left, top, right, bottom, half-open pixels of the raster
    centres_pt: Points  # (n, 2)
    corners_pt: NDArray[np.float64]  # (n, 4, 2)
    strokes: bool = False

    def by_strokes(self) -> Templates:
        """Return templates that compare dark strokes only, whatever the ground is like."""
        return replace(self, raster=_strokes(self.raster), strokes=True)


@dataclass(frozen=True, slots=True)
class Matches:
    """How words were found: offset from where they were expected (pt), and similarity (-1 to 1).

    ``dark`` is for letters as dark as the page's, ``light`` for the negative of them. ``contrast``
    is that of the picture where the word is expected, in units of the page's.
    """

    dark_pt: Points
    dark: NDArray[np.float64]
    light_pt: Points
    light: NDArray[np.float64]
    contrast: NDArray[np.float64]


def templates_of(reference: PageReference) -> Templates:
    """Return templates of all words of a page that have any ink to be recognised by, or of its pieces."""
    height, width = reference.raster.shape
    size = (round(width * PX_PER_PT / REFERENCE_PX_PER_PT), round(height * PX_PER_PT / REFERENCE_PX_PER_PT))
    small = cv2.resize(reference.raster, size, interpolation=cv2.INTER_AREA)
    raster = np.asarray(cv2.GaussianBlur(small, (0, 0), SMOOTHING_PX), dtype=np.uint8)
    chosen = _inked(raster, reference.words.boxes.astype(np.float64))
    if len(chosen) < FEW_WORDS:
        chosen = np.concatenate([chosen, _structured(raster, _inked(raster, _pieces(size)))])
    corners = chosen[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    return Templates(raster, _windows(chosen, size), corners.mean(axis=1), corners)


def _windows(boxes: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.int32]:
    grow = np.maximum(0.0, LEAST_WIDTH_PT - (boxes[:, 2] - boxes[:, 0])) / 2 + 1
    wide = boxes + np.stack([-grow, 0 * grow, grow, 0 * grow], axis=1)
    windows = np.round(wide * PX_PER_PT).astype(np.int32)
    windows[:, 0::2] = np.clip(windows[:, 0::2], 0, size[0])
    windows[:, 1::2] = np.clip(windows[:, 1::2], 0, size[1])
    return windows


def _pieces(size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the boxes (pt) of a grid over the page."""
    left = np.arange(0.0, size[0] / PX_PER_PT - PIECE_PT, PIECE_PT)
    top = np.arange(0.0, size[1] / PX_PER_PT - PIECE_PT, PIECE_PT)
    x, y = (grid.ravel() for grid in np.meshgrid(left, top))
    return np.stack([x, y, x + PIECE_PT, y + PIECE_PT], axis=1)


def _inked(raster: NDArray[np.uint8], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return those boxes that show something to be recognised by."""
    kept = []
    for row, (left, top, right, bottom) in enumerate(_windows(boxes, raster.shape[::-1]).tolist()):
        if right - left >= 6 and bottom - top >= 5 and raster[top:bottom, left:right].std() > LEAST_INK:
            kept.append(row)
    return boxes[np.array(kept, dtype=np.intp)]


def _structured(raster: NDArray[np.uint8], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return those boxes that show something which is not alike all along a line."""
    structure = cv2.cornerMinEigenVal(raster, 5)
    windows = _windows(boxes, raster.shape[::-1]).tolist()
    kept = [
        row
        for row, (left, top, right, bottom) in enumerate(windows)
        if np.quantile(structure[top:bottom, left:right], 0.9) > LEAST_STRUCTURE
    ]
    return boxes[np.array(kept, dtype=np.intp)]


def within(templates: Templates, to_page: Matrix, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell for each template whether a picture of that shape holds its whole word."""
    corners = apply(inverse(to_page), templates.corners_pt.reshape(-1, 2)).reshape(-1, 4, 2)
    low, high = corners.min(axis=1), corners.max(axis=1)
    fits = (low > 0).all(axis=1) & (high[:, 0] < shape[1] - 1) & (high[:, 1] < shape[0] - 1)
    return np.asarray(fits)


def flattened(
    grey: Grey, to_page: Matrix, templates: Templates, bend: Bend | None = None
) -> NDArray[np.uint8]:
    """Return a picture brought into the frame of a page's templates, and unbent."""
    to_picture = inverse(to_page)
    inside = within(templates, to_page, grey.shape)
    points = templates.centres_pt[inside] if inside.any() else templates.centres_pt
    scale = float(np.median(np.abs(local_px_per_pt(to_picture, points))))
    small = grey.reduced(scale / PX_PER_PT)
    to_small = small.reduce @ to_picture
    size = templates.raster.shape[::-1]
    if bend is None:
        flat = cv2.warpPerspective(
            small.pixels,
            to_small @ inverse(raster_of(PX_PER_PT)),
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    else:
        x, y = _bent(to_small, bend, size)
        flat = cv2.remap(small.pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    smooth = np.asarray(cv2.GaussianBlur(flat, (0, 0), SMOOTHING_PX), dtype=np.uint8)
    return _strokes(smooth) if templates.strokes else smooth


def _strokes(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return dark strokes on an even white ground."""
    ground = np.ones((STROKE_PX, STROKE_PX), dtype=np.uint8)
    return np.asarray(255 - cv2.morphologyEx(pixels, cv2.MORPH_BLACKHAT, ground), dtype=np.uint8)


def _bent(
    to_small: Matrix, bend: Bend, size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return, for each pixel of a flattened picture, where it is seen: computed at nodes, then interpolated."""
    across, down = (-(-length // NODE_PX) for length in size)
    columns, rows = ((np.arange(count) + 0.5) * NODE_PX / PX_PER_PT for count in (across, down))
    nodes = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    seen = apply(to_small, nodes + bend.at(nodes)).reshape(down, across, 2).astype(np.float32)
    whole = (across * NODE_PX, down * NODE_PX)
    x, y = (
        cv2.resize(np.ascontiguousarray(seen[..., k]), whole, interpolation=cv2.INTER_LINEAR) for k in (0, 1)
    )
    return np.asarray(x[: size[1], : size[0]]), np.asarray(y[: size[1], : size[0]])


def match(
    templates: Templates,
    flat: NDArray[np.uint8],
    which: NDArray[np.intp],
    radius_pt: float,
) -> Matches:
    """Return where the templates ``which`` are most similar to a flattened picture.

    They are searched for up to ``radius_pt`` around their own place. About 0.1 ms a word.
    """
    n = len(which)
    contrast = np.zeros(n)
    found = np.zeros((2, n, 2))
    similar = np.full((2, n), -1.0)
    radius = max(1, round(radius_pt * PX_PER_PT))
    around = cv2.copyMakeBorder(flat, radius, radius, radius, radius, cv2.BORDER_REPLICATE)
    for row, number in enumerate(which):
        left, top, right, bottom = (int(v) for v in templates.windows[number])
        area = around[top : bottom + 2 * radius, left : right + 2 * radius]
        template = templates.raster[top:bottom, left:right]
        contrast[row] = flat[top:bottom, left:right].std() / template.std()
        scores = np.asarray(cv2.matchTemplate(area, template, cv2.TM_CCOEFF_NORMED), dtype=np.float32)
        low, high, low_at, high_at = cv2.minMaxLoc(scores)
        for sign, value, at in ((0, high, high_at), (1, -low, low_at)):
            similar[sign, row] = value if np.isfinite(value) and value <= 1.001 else -1.0
            found[sign, row] = _peak(scores, at[0], at[1]) - radius
    found /= PX_PER_PT
    return Matches(found[0], similar[0], found[1], similar[1], contrast)


def _peak(scores: NDArray[np.float32], x: int, y: int) -> NDArray[np.float64]:
    """Return the place of an extremum to a fraction of a pixel: tops of parabolas along x and y."""
    place = np.array([x, y], dtype=np.float64)
    if 0 < x < scores.shape[1] - 1:
        place[0] += _top(scores[y, x - 1], scores[y, x], scores[y, x + 1])
    if 0 < y < scores.shape[0] - 1:
        place[1] += _top(scores[y - 1, x], scores[y, x], scores[y + 1, x])
    return place


def _top(before: float, here: float, after: float) -> float:
    bend = float(before) - 2 * float(here) + float(after)
    return 0.0 if abs(bend) < 1e-9 else float(np.clip((float(before) - float(after)) / (2 * bend), -0.5, 0.5))
