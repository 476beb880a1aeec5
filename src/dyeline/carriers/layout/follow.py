"""Following a bent page: words are found by template, first where the homography fits, then outwards."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.field import ROUGH, Field, fit_field, flat_field
from dyeline.carriers.layout.view import View
from dyeline.carriers.layout.warp import Warp, flatten
from dyeline.carriers.layout.words import blur_view
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference

_PX_PER_PT: Final = 1.0
_REACH_PT: Final = (9.0, 7.0, 5.0, 5.0, 4.0)  # search radius of each round, below the usual line pitch
_LEAST_WIDTH_PT: Final = 48.0  # narrower words are looked for together with their neighbours
_LEAST_LIKENESS: Final = 0.5
_NEIGHBOURS: Final = 10
_AGREE_PT: Final = 1.6


def follow_page(view: View, reference: PageReference, references: NDArray[np.int64]) -> Field | None:
    """Return a rough field of displacements (pt) on the homography, good to about half a point.

    ``references`` are the words to go by. None where too few of them are found to say anything.
    """
    size = np.array([reference.words.width_pt, reference.words.height_pt])
    scale = _PX_PER_PT / REFERENCE_PX_PER_PT
    raster = np.asarray(
        cv2.resize(reference.raster, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    boxes = _windows(reference.words.boxes[references].astype(np.float64), size)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    blurred = blur_view(view.grey, view.px_per_pt, 0.4)
    field, found_before = flat_field(size), 0
    fitted: Field | None = None
    for reach in _REACH_PT:
        flat, shown = flatten(blurred, Warp(view, field).maps(size, _PX_PER_PT))
        flat8 = np.clip(flat, 0, 255).astype(np.uint8)
        shifts, likeness = _match(raster, flat8, shown, boxes * _PX_PER_PT, round(reach * _PX_PER_PT))
        shifts = shifts / _PX_PER_PT
        total = shifts + field.at(centres + shifts)
        good = likeness > _LEAST_LIKENESS
        good[good] = _agreeing(centres[good], total[good])
        found = int(good.sum())
        if found < 6:
            break
        fitted = field = fit_field(centres[good], total[good], size, ROUGH)
        settled = np.median(np.abs(shifts[good])) < 0.6
        if settled and found <= 1.03 * found_before:
            break
        found_before = found
    return fitted


def _windows(boxes: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return boxes widened to where a match is unmistakable, within the page."""
    lack = np.maximum(_LEAST_WIDTH_PT - (boxes[:, 2] - boxes[:, 0]), 0) / 2
    wide = boxes + np.stack([-lack - 1, np.full_like(lack, -1), lack + 1, np.full_like(lack, 1)], axis=1)
    return np.asarray(np.clip(wide, 0, np.tile(size, 2)))


def _match(
    raster: NDArray[np.uint8],
    flat: NDArray[np.uint8],
    shown: NDArray[np.bool_],
    boxes: NDArray[np.float64],
    reach: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the best shift of each box's template within ``reach`` pixels, and its correlation."""
    padded = cv2.copyMakeBorder(flat, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    height, width = min(raster.shape[0], flat.shape[0]), min(raster.shape[1], flat.shape[1])
    hidden = cv2.integral((~shown).astype(np.uint8))
    corners = np.round(boxes).astype(int)
    shifts, likeness = np.zeros((len(boxes), 2)), np.full(len(boxes), -1.0)
    for k, (x0, y0, x1, y1) in enumerate(corners):
        x1, y1 = min(x1, width), min(y1, height)
        if x1 - x0 < 8 or y1 - y0 < 5:
            continue
        if hidden[y1, x1] - hidden[y0, x1] - hidden[y1, x0] + hidden[y0, x0] > 0.3 * (x1 - x0) * (y1 - y0):
            continue
        template = raster[y0:y1, x0:x1]
        if template.std() < 4:
            continue
        window = padded[y0 : y1 + 2 * reach, x0 : x1 + 2 * reach]
        scores = np.asarray(cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED), dtype=np.float32)
        _, best, _, (i, j) = cv2.minMaxLoc(scores)
        if not 0 < i < 2 * reach or not 0 < j < 2 * reach or not np.isfinite(best):
            continue
        shifts[k] = (
            i - reach + _peak(scores[j, i - 1 : i + 2]),
            j - reach + _peak(scores[j - 1 : j + 2, i]),
        )
        likeness[k] = best
    return shifts, likeness


def _peak(three: NDArray[np.float32]) -> float:
    """Return where a parabola through three scores has its top, from the middle one."""
    bend = three[0] - 2 * three[1] + three[2]
    return float(np.clip((three[0] - three[2]) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def _agreeing(centres: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which words moved as most of their neighbours did (a false match moves as no other)."""
    count = min(_NEIGHBOURS, len(centres) - 1)
    if count < 3:
        return np.zeros(len(centres), dtype=np.bool_)
    square = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
    near = np.argpartition(square, count, axis=1)[:, : count + 1]
    apart = np.abs(values[near] - values[:, None])
    return np.asarray((apart.max(axis=2) < _AGREE_PT).sum(axis=1) - 1 >= 0.5 * count)
