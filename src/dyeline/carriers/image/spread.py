"""Correlating what an exhibit adds to a picture with the picture's pattern, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.refine import window_mean
from dyeline.formats.picturemarks.filters import Grey, as_grey, mean_around, shrunk
from dyeline.formats.picturemarks.grid import Grid

GROUNDS = 2
"""Kinds of ground, whose marks are compared by themselves: flat (paper, sky) and structured (letters, leaves).

A path leaves different shares of the strength on them: printers, photocopiers and fax machines turn paper
white, and all that stood on it is gone, while the edges of letters keep their marks as displacements.
"""

_DECOY_LEAST_WAVES, _DECOY_REACH_WAVES = (
    2.0,
    5.0,
)  # how far a decoy is displaced, at least and each way at most
_CLIP = 3.0  # standard deviations; what differs more is dirt, not noise
_LEAST_NOISE = 0.25  # grey levels: rounding to whole ones
_FLAT = 12.0  # grey levels, standard deviation in a window: below, the ground is flat
_FLAT_PX = 5  # side of that window
_LEAST_SEEN = 0.3  # share of a block's pixels of one ground that must be in the exhibit
_LEAST_PIXELS = 64  # of one ground in a block; fewer do not tell what noise is
_FARTHEST_STEPS = 5  # work pixels that the pattern is looked for around its place
_STEPS = 2 * _FARTHEST_STEPS + 1  # down, and across
_CLEARLY_BARE = 4.0  # standard deviations
_CLEARLY_BETTER = 50.0  # gain in the sum of nine squared scores that a displacement needs (121 are tried)


@dataclass(frozen=True, slots=True)
class Correlations:
    """Per ground and block: correlation with the pattern in standard deviations of noise, and what a full mark gives.

    ``score`` and ``full`` are (grounds, blocks), ``rows`` x ``columns`` blocks flattened; ``full`` is 0 where
    a ground was not seen. ``away`` (blocks, 2) is how far down and right of its place the pattern was found (work
    pixels), ``sure`` (blocks,) whether it stands out there. ``likeness`` is the correlation of the exhibit's fine
    structure with the unmarked picture's, 0 where they were not compared. ``bare`` and ``bare_full`` are score and full
    of what the picture without marks adds to the middle of the variants; None where that is nothing.
    """

    rows: int
    columns: int
    score: NDArray[np.float64]
    full: NDArray[np.float64]
    away: NDArray[np.int64]
    sure: NDArray[np.bool_]
    likeness: float = 0.0
    bare: NDArray[np.float64] | None = None
    bare_full: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is compared, on a grid of ``unit`` x ``unit`` work pixels a JPEG unit.

    ``base`` is the unmarked picture, ``residual`` exhibit minus that, ``sign`` half the difference of the
    variants, ``raw`` the bare pattern, the last two blurred as the exhibit is; ``weight`` is 1 where there is
    exhibit, else 0. ``edges_only`` tells that nothing is marked on flat ground. ``bare`` is what the picture without
    marks adds to ``base``, which is between its variants, blurred too.
    """

    grid: Grid
    unit: int
    wave_px: float
    likeness: float
    base: Grey
    residual: Grey
    sign: Grey
    raw: Grey
    weight: Grey
    bare: Grey
    edges_only: bool = False


def unseen(grid: Grid) -> Correlations:
    """Return the correlations of a picture of which nothing was seen."""
    nothing = np.zeros((GROUNDS, grid.count))
    away, sure = np.zeros((grid.count, 2), dtype=np.int64), np.zeros(grid.count, dtype=np.bool_)
    return Correlations(grid.rows, grid.columns, nothing, nothing, away, sure)


def correlations(found: Evidence) -> Correlations:
    """Return scores of all blocks, noise taken from the same strengths with displaced patterns."""
    sums = _BlockSums(found)
    flat = _deviation(found.base - mean_around(found.base, _FLAT_PX), _FLAT_PX) < _FLAT
    compared = [_compared(found, as_grey(ground), sums) for ground in (flat & (not found.edges_only), ~flat)]
    scores = np.stack([near for near, *_ in compared])  # (grounds, displacements, blocks)
    full, bare, bare_full = (np.stack(parts) for parts in list(zip(*compared, strict=True))[1:])
    chosen, sure = _displaced(scores, found.grid)
    score = np.take_along_axis(scores, chosen[None, None], axis=1)[:, 0]
    moved = np.stack(np.divmod(chosen, _STEPS), axis=1) - _FARTHEST_STEPS
    sure &= (full > 0).any(axis=0)
    size = found.grid.rows, found.grid.columns
    return Correlations(*size, score, full, moved, sure, found.likeness, bare, bare_full)


def _compared(
    found: Evidence, ground: Grey, sums: _BlockSums
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, of one ground (1, else 0), the scores (displacements, blocks) and what a full mark gives (blocks,).

    The last two are the same of the picture without marks, at home.
    """
    weight = as_grey(found.weight * ground)
    far = 2 * round(found.wave_px) + 1
    residual = (found.residual - window_mean(found.residual, weight, far)) * weight
    square = window_mean(as_grey(residual * residual), weight, 2 * far + 1)
    noise = np.sqrt(np.maximum(square, 0.0)) + _LEAST_NOISE
    white = as_grey(np.clip(residual / noise, -_CLIP, _CLIP) / noise)
    inverse = as_grey(weight / (noise * noise))
    amplitude = _deviation(found.sign, far)
    energy = np.sqrt(sums(found.sign * found.sign * inverse)) + 1e-6
    decoy_energy = np.sqrt(sums(amplitude * amplitude * inverse) * float((found.raw**2).mean())) + 1e-6
    pixels, seen = sums(ground), sums(weight)
    there = (pixels >= _LEAST_PIXELS) & (seen >= _LEAST_SEEN * pixels)

    reach = round(_DECOY_REACH_WAVES * found.wave_px)
    away = _ring(reach, _DECOY_LEAST_WAVES * found.wave_px)
    null, near = np.zeros(found.grid.count), np.zeros((found.grid.count, _STEPS, _STEPS))
    around_raw, around_white = _padded(found.raw, reach), _padded(white, _FARTHEST_STEPS)
    strong, sign = white * amplitude, found.sign * weight
    for block, (rows, columns, inside) in enumerate(sums.patches()):
        if not there[block]:
            continue
        decoys = _products(around_raw, strong[rows, columns] * inside, rows, columns, reach)
        null[block] = float((decoys[away] ** 2).mean())
        near[block] = _products(around_white, sign[rows, columns] * inside, rows, columns, _FARTHEST_STEPS)
    spread = np.sqrt(null) / decoy_energy + 1e-6
    scores = near.reshape(found.grid.count, -1).T / (energy * spread)
    bare_energy = np.sqrt(sums(found.bare * found.bare * inverse)) + 1e-6
    bare = sums(found.bare * white * weight) / (bare_energy * spread)
    there &= ~_shows_none(bare, bare_energy / spread, scores[len(scores) // 2], energy / spread)
    fields = scores, energy / spread, bare, bare_energy / spread
    return tuple(np.where(there, each, 0.0) for each in fields)  # type: ignore[return-value]


def _shows_none(
    bare: NDArray[np.float64],
    full_bare: NDArray[np.float64],
    score: NDArray[np.float64],
    full: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return the blocks that clearly show the picture without marks rather than with one of either sign.

    On white and in black and white the variants of a block do not lie evenly on both sides of the picture without
    marks, which so correlates with their difference. Signs play no part in it.
    """
    return np.asarray((bare > _CLEARLY_BARE) & (bare * full > np.abs(score) * full_bare))


def _displaced(scores: NDArray[np.float64], grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return, per block, the displacement at which the pattern stands out clearly more than at home, and if it does.

    ``scores`` is (grounds, displacements, blocks). Sizes of the scores decide, not their signs, summed over the
    block and its eight neighbours, so that noise is hardly ever taken for a displaced mark. Empty margins need it:
    nothing else is to be seen there that tells how the paper is curled.
    """
    squares = (scores**2).sum(axis=0).reshape(-1, grid.rows, grid.columns).astype(np.float32)
    home = len(squares) // 2
    sums = np.stack([cv2.blur(plane, (3, 3), borderType=cv2.BORDER_REFLECT_101) * 9 for plane in squares])
    sums = sums.reshape(len(squares), -1)
    best = sums.argmax(axis=0)
    chosen = np.where(sums.max(axis=0) - sums[home] > _CLEARLY_BETTER, best, home)
    there = np.take_along_axis(sums, chosen[None], axis=0)[0]
    return chosen, there - np.median(sums, axis=0) > _CLEARLY_BETTER


def _deviation(field: Grey, side_px: int) -> Grey:
    """Return the root of the mean square around every pixel."""
    return as_grey(np.sqrt(np.maximum(mean_around(field * field, side_px), 0.0)))


class _BlockSums:
    """The pixels of each block, and sums of a field over them."""

    def __init__(self, found: Evidence) -> None:
        self._owner = found.grid.unit_owner()
        self._count, self._unit = found.grid.count, found.unit
        self._where = np.where(self._owner < 0, self._count, self._owner).ravel()

    def __call__(self, field: Grey) -> NDArray[np.float64]:
        down, across = self._owner.shape
        means = shrunk(field, across, down)
        sums = np.bincount(self._where, means.ravel(), self._count + 1)[: self._count]
        return np.asarray(sums * self._unit**2)

    def patches(self) -> Iterator[tuple[slice, slice, Grey]]:
        """Yield, per block, the rectangle around it and which of its pixels are the block's (1, else 0)."""
        for block in range(self._count):
            rows, columns = np.nonzero(self._owner == block)
            if not rows.size:
                yield slice(0), slice(0), as_grey([])
                continue
            low, high, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
            units = self._owner[low:high, left:right] == block
            inside = units.repeat(self._unit, axis=0).repeat(self._unit, axis=1)
            scale = self._unit
            yield slice(low * scale, high * scale), slice(left * scale, right * scale), as_grey(inside)


def _products(around: Grey, patch: Grey, rows: slice, columns: slice, reach: int) -> Grey:
    """Return the sums of products of a patch with a padded field, displaced by up to ``reach`` each way.

    Entry [reach + d, reach + r] is for the field's values d below and r to the right of the patch's.
    """
    window = around[rows.start : rows.stop + 2 * reach, columns.start : columns.stop + 2 * reach]
    return as_grey(cv2.matchTemplate(window, patch, cv2.TM_CCORR))


def _padded(field: Grey, reach: int) -> Grey:
    return as_grey(np.pad(field, reach, mode="reflect"))


def _ring(reach: int, least: float) -> NDArray[np.bool_]:
    """Return which displacements of ``_products`` are far enough for a decoy."""
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(np.hypot(down, right) >= least)
