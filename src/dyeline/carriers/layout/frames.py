"""Where a drawing of the page by a known engine lies in a picture, pixel for pixel.

Measured on real windows: viewers draw a page into a rectangle of whole pixels, whose size
is not always the rounded one and which stands at whole pixels. Unmarked words alone decide here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.displacement import Measured
from dyeline.carriers.layout.view import project
from dyeline.model.pages import PageRenderer, SeenPage

LEAST_WORDS: Final = 12
_COARSEST, _FINEST = 0.6, 4.5  # px per pt between which screenshots are looked for
_TILT: Final = 0.002  # more is no screenshot
_JITTER_PX: Final = 0.6  # words snapped to whole pixels stray by 0.29
_SEARCHED: Final = 140  # words by which size and place are found
_HOPELESS: Final = 2.0  # times the error of a better engine, before size and place are searched
_LEAST_LIKENESS: Final = 0.8  # correlation of a drawing with the picture, below which it is another engine's


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a drawing of the whole page lies in the picture: its size, and its corner's pixel."""

    width_px: int
    height_px: int
    left_px: int
    top_px: int


@dataclass(frozen=True, slots=True)
class Patch:
    """The pixels of some words: flat indexes into a drawing and into the picture, words one after another."""

    words: NDArray[np.int64]  # of those asked for, the ones wholly inside both
    starts: NDArray[np.int64]
    drawn: tuple[NDArray[np.int64], NDArray[np.int64]]  # rows, columns
    seen: tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Match:
    """The engine that drew a picture, as far as known engines go, and its frame."""

    engine: str
    frame: Frame
    error: float  # 1 - squared correlation on unmarked words


def first_frame(page: SeenPage, measured: Measured) -> Frame | None:
    """Return about where a drawing would lie, or None where the page is not seen upright and square."""
    if page.registration.mirrored:
        return None
    base = measured.usable & page.fixed
    points = measured.centres_pt[base]
    if len(points) < LEAST_WORDS:
        return None
    view = measured.warp.view
    seen = project(view.to_picture, project(view.from_points, points + measured.shift_pt[base]))
    lines = []
    for axis in (0, 1):
        columns = np.column_stack([points, np.ones(len(points))])
        weights = np.ones(len(points))
        for _ in range(8):
            fit = np.linalg.lstsq(columns * weights[:, None], seen[:, axis] * weights, rcond=None)[0]
            rest = seen[:, axis] - columns @ fit
            jitter = 1.4826 * float(np.median(np.abs(rest)))
            weights = 1.0 / (1.0 + (rest / (2 * jitter + 0.02)) ** 2)
        scale, tilt = fit[axis], fit[1 - axis]
        if not _COARSEST < scale < _FINEST or abs(tilt) > _TILT * scale or jitter > _JITTER_PX:
            return None
        lines.append((float(scale), float(fit[2])))
    (sx, tx), (sy, ty) = lines
    if not 0.97 < sx / sy < 1.03:
        return None
    words = page.reference.words
    return Frame(round(sx * words.width_pt), round(sy * words.height_pt), round(tx + 0.5), round(ty + 0.5))


def find_engine(
    renderer: PageRenderer,
    page: SeenPage,
    picture: NDArray[np.float32],
    unmarked: NDArray[np.int64],
    first: Frame,
) -> Match | None:
    """Return the engine and frame whose unmarked drawing is most like the picture on unmarked words."""
    some = unmarked[np.unique(np.linspace(0, len(unmarked) - 1, min(len(unmarked), _SEARCHED)).astype(int))]
    best: Match | None = None
    for engine in renderer.engines:
        limit = _HOPELESS * best.error if best else 1.0
        starts = (first, best.frame) if best else (first,)
        match = _place(renderer, engine, page, picture, some, starts, limit)
        if best is None or match.error < best.error:
            best = match
    return best if best is not None and best.error < 1.0 - _LEAST_LIKENESS**2 else None


def _place(
    renderer: PageRenderer,
    engine: str,
    page: SeenPage,
    picture: NDArray[np.float32],
    some: NDArray[np.int64],
    starts: tuple[Frame, ...],
    limit: float,
) -> Match:
    """Return the frame of least error, stepping size and place by whole pixels, x and y in turn.

    An engine whose error is above ``limit`` at all ``starts`` is not looked into further.
    """
    drawings: dict[tuple[int, int], NDArray[np.float32]] = {}
    errors: dict[Frame, float] = {}

    def error(frame: Frame) -> float:
        if frame not in errors:
            drawing = drawings[frame.width_px, frame.height_px]
            errors[frame] = _error(drawing, picture, cut_words(page, frame, some, picture.shape))
        return errors[frame]

    def least(frames: Sequence[Frame]) -> Frame:
        # all sizes at once: asking for a drawing takes longer than drawing it
        sizes = list(dict.fromkeys((frame.width_px, frame.height_px) for frame in frames))
        new = [size for size in sizes if size not in drawings]
        if new:
            drawn = renderer.draw(engine, 0, new)
            drawings.update((size, one.astype(np.float32)) for size, one in zip(new, drawn, strict=True))
        return min(frames, key=error)

    best = least(starts)
    for _ in range(4 if error(best) <= limit else 0):
        before = best
        steps = [(size, place) for size in (0, 1, -1) for place in (0, 1, -1)]
        across = [replace(best, width_px=best.width_px + s, left_px=best.left_px + p) for s, p in steps]
        best = least(across)
        down = [replace(best, height_px=best.height_px + s, top_px=best.top_px + p) for s, p in steps]
        best = least(down)
        if best == before:
            break
    return Match(engine, best, error(best))


def _error(drawing: NDArray[np.float32], picture: NDArray[np.float32], patch: Patch) -> float:
    if len(patch.words) < LEAST_WORDS:
        return 1.0
    drawn, seen = drawing[patch.drawn], picture[patch.seen]
    spread = float(drawn.std() * seen.std())
    if spread < 1e-3:
        return 1.0
    likeness = float(((drawn - drawn.mean()) * (seen - seen.mean())).mean()) / spread
    return 1.0 - max(likeness, 0.0) ** 2


def cut_words(
    page: SeenPage, frame: Frame, words: NDArray[np.int64], shape: tuple[int, ...], margin: int = 2
) -> Patch:
    """Return the pixels of these words' boxes, a point wider than the words, that both images have."""
    reference = page.reference.words
    scale = np.array([frame.width_px / reference.width_pt, frame.height_px / reference.height_pt])
    boxes = reference.boxes[words].astype(np.float64) + np.array([-1.0, 0.0, 1.0, 0.0])
    low = np.floor(boxes[:, :2] * scale).astype(np.int64)
    high = np.ceil(boxes[:, 2:] * scale).astype(np.int64)
    corner = np.array([frame.left_px, frame.top_px])
    size = np.array([frame.width_px, frame.height_px])
    inside = (
        (low >= margin)
        & (high <= size - margin)
        & (low + corner >= margin)
        & (high + corner <= np.array([shape[1], shape[0]]) - margin)
    ).all(axis=1)
    low, high = low[inside], high[inside]
    wide, tall = (high - low).T
    counts = wide * tall
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
    within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    stride = np.repeat(wide, counts)
    rows = np.repeat(low[:, 1], counts) + within // np.maximum(stride, 1)
    columns = np.repeat(low[:, 0], counts) + within % np.maximum(stride, 1)
    return Patch(words[inside], starts, (rows, columns), (rows + corner[1], columns + corner[0]))
