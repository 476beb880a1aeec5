"""Displacements of many words at once: least squares on image gradients (Lucas and Kanade 1981).

Every word's patch of the reference is compared with the picture, sampled through the current warp: a shift
in x and y, a gain and an offset are solved for together; local stretch and shear come with the warp. All
patches lie one after another in flat arrays, so that a pass is a handful of whole-array operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.warp import Warp
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference

WORK_PX_PER_PT: Final = 2.0
_PAD_PT: Final = (0.6, 0.6)  # beyond the word's box; neighbours are 2 pt away
_ROW: Final = 4096  # cv2.remap wants two dimensions, each below 32767
_SETTLED_PT: Final = 0.003
_LEAST_CONTRAST: Final = 3.0  # grey levels; fainter patches tell nothing


@dataclass(frozen=True, slots=True)
class Displacements:
    """What was measured of n words. ``shift_pt[k]`` adds to where the warp puts word k, pt on the page."""

    shift_pt: NDArray[np.float64]  # (n, 2)
    spread_pt: NDArray[np.float64]  # (n,) standard deviation of x from the residual alone
    likeness: NDArray[np.float64]  # (n,) normalised correlation, -1 where not measurable
    shown: NDArray[np.bool_]  # (n,) whole patch within the picture


@dataclass(frozen=True, slots=True)
class Patches:
    """The words of a reference, cut out and prepared: flat arrays of all their pixels."""

    columns: NDArray[np.int32]  # of the work raster
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]  # where each word's pixels begin
    counts: NDArray[np.int64]
    centres_pt: NDArray[np.float64]  # (n, 2)
    basis: NDArray[np.float32]  # (3, N): gradient x, gradient y, grey, the word's mean removed
    inverse: NDArray[np.float64]  # (n, 3, 3) of the basis' Gram matrix
    power: NDArray[np.float64]  # (n,) sum of squares of grey
    usable: NDArray[np.bool_]


def cut_patches(reference: PageReference, blur_pt: float) -> Patches:
    """Return the patches of all words of a page, blurred by ``blur_pt`` (standard deviation)."""
    blurred = _work_raster(reference.raster, blur_pt)
    height, width = blurred.shape
    across = cv2.sepFilter2D(blurred, cv2.CV_32F, _SLOPE, _ONE)
    down = cv2.sepFilter2D(blurred, cv2.CV_32F, _ONE, _SLOPE)
    boxes = reference.words.boxes.astype(np.float64) + np.array([-_PAD_PT[0], -_PAD_PT[1], *_PAD_PT])
    corners = np.round(boxes * WORK_PX_PER_PT - 0.5).astype(np.int64)
    corners[:, [0, 2]] = np.clip(corners[:, [0, 2]], 0, width - 1)
    corners[:, [1, 3]] = np.clip(corners[:, [1, 3]], 0, height - 1)
    wide = np.maximum(corners[:, 2] - corners[:, 0] + 1, 1)
    high = np.maximum(corners[:, 3] - corners[:, 1] + 1, 1)
    counts = wide * high
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    stride = np.repeat(wide, counts)
    columns = (np.repeat(corners[:, 0], counts) + within % stride).astype(np.int32)
    rows = (np.repeat(corners[:, 1], counts) + within // stride).astype(np.int32)
    basis = np.stack([image[rows, columns] for image in (across, down, blurred)])
    basis -= np.repeat((_sums(basis, starts) / counts).astype(np.float32), counts, axis=1)
    gram = np.empty((len(counts), 3, 3))
    for i in range(3):
        for j in range(i, 3):
            gram[:, i, j] = gram[:, j, i] = _sums(basis[i] * basis[j], starts)
    power = gram[:, 2, 2].copy()
    usable = (power / counts > _LEAST_CONTRAST**2) & (wide >= 4) & (high >= 4)
    ridge = 1e-6 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(3) + 1e-3 * np.eye(3)
    centres = np.stack([(corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2], axis=1)
    centres_pt = (centres + 0.5) / WORK_PX_PER_PT
    return Patches(
        columns, rows, starts, counts, centres_pt, basis, np.linalg.inv(gram + ridge), power, usable
    )


def measure(
    patches: Patches, warp: Warp, blurred: NDArray[np.float32], size_pt: NDArray[np.float64], rounds: int
) -> Displacements:
    """Return the displacement of every word in a view that was blurred like the patches.

    ``rounds`` are Gauss-Newton steps at most; each samples the view anew, once.
    """
    maps = warp.maps(size_pt, WORK_PX_PER_PT)
    rows = np.minimum(patches.rows, maps[0].shape[0] - 1)
    columns = np.minimum(patches.columns, maps[0].shape[1] - 1)
    x, y = maps[0][rows, columns], maps[1][rows, columns]
    height, width = blurred.shape
    outside = (x < 1) | (x > width - 2) | (y < 1) | (y > height - 2)
    shown = np.asarray(np.add.reduceat(outside.astype(np.int32), patches.starts) == 0)
    jacobians = _jacobians(maps, patches.centres_pt)
    shift = np.zeros((len(patches.counts), 2))
    best, last = shift, shift
    spread = np.full(len(shift), np.inf)
    likeness = np.full(len(shift), -1.0)
    live = patches.usable & shown
    moving = live
    for number in range(rounds):
        move = np.einsum("nij,nj->ni", jacobians, shift).astype(np.float32)
        seen = _sample(
            blurred, x + np.repeat(move[:, 0], patches.counts), y + np.repeat(move[:, 1], patches.counts)
        )
        seen -= np.repeat((_sums(seen, patches.starts) / patches.counts).astype(np.float32), patches.counts)
        products = np.stack([_sums(row * seen, patches.starts) for row in patches.basis], axis=1)
        energy = np.maximum(_sums(seen * seen, patches.starts), 1e-9)
        solved = np.einsum("nij,nj->ni", patches.inverse, products)
        gain = np.maximum(solved[:, 2], 1e-3)
        rest = np.maximum(energy - (solved * products).sum(axis=1), 0.0)
        variance = rest / np.maximum(patches.counts - 4, 4) * patches.inverse[:, 0, 0]
        alike = products[:, 2] / np.sqrt(energy * np.maximum(patches.power, 1e-9))
        step = -solved[:, :2] / gain[:, None] / WORK_PX_PER_PT
        moving = moving & (alike >= likeness) & (alike > 0.2)  # a step that made it worse was the last
        likeness = np.where(moving, alike, likeness)
        # What is still on the move is not yet measured: the step counts as uncertainty.
        told = np.hypot(np.sqrt(variance) / gain / WORK_PX_PER_PT, step[:, 0])
        spread = np.where(moving, told, spread)
        best = np.where(moving[:, None], shift, best)
        if number % 2:
            step *= _ahead(step, last)
        last = np.where(moving[:, None], np.clip(step, -0.8, 0.8), 0.0)
        shift = best + last
        if not moving.any() or np.percentile(np.abs(last[live]), 98) < _SETTLED_PT:
            break
    likeness[~live] = -1.0
    return Displacements(shift, spread, likeness, shown)


def _ahead(step: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much to lengthen steps that follow each other at a constant ratio (Aitken 1926).

    Where the picture is blurrier than the reference, as on paper seen at a slant, every step covers only a
    part of the way (measured: a third on strongly curled paper; 8 plain steps were not enough).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.abs(last) > 1e-4, step / last, 0.0)
    return np.asarray(1.0 / (1.0 - np.clip(np.nan_to_num(ratio), 0.0, 0.8)))


def _jacobians(
    maps: tuple[NDArray[np.float32], NDArray[np.float32]], centres_pt: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return d pixel / d pt at points of the page, (n, 2, 2): the last axis is the direction on the page."""
    height, width = maps[0].shape
    column, row = np.clip((centres_pt * WORK_PX_PER_PT).astype(int), 2, [width - 3, height - 3]).T
    per_pt = WORK_PX_PER_PT / 4
    across = np.stack([seen[row, column + 2] - seen[row, column - 2] for seen in maps], axis=1)
    down = np.stack([seen[row + 2, column] - seen[row - 2, column] for seen in maps], axis=1)
    return np.stack([across, down], axis=2).astype(np.float64) * per_pt


def blur_view(grey: NDArray[np.float32], px_per_pt: float, blur_pt: float) -> NDArray[np.float32]:
    """Return the view blurred by so many points of the page."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_pt * px_per_pt), dtype=np.float32)


_ONE: Final = np.array([1.0], dtype=np.float32)
_SLOPE: Final = np.array([1.0, -8.0, 0.0, 8.0, -1.0], dtype=np.float32) / 12.0  # fourth-order difference


def _work_raster(raster: NDArray[np.uint8], blur_pt: float) -> NDArray[np.float32]:
    """Return the reference, blurred, at ``WORK_PX_PER_PT``, both rasters beginning at the page's corner."""
    # 3 px become 2: the larger raster is filled up to a multiple of 3 so that no pixel moves. Linear
    # interpolation keeps centres of mass, shrinking by area would not.
    unit = int(REFERENCE_PX_PER_PT)
    height, width = (-(-n // unit) * unit for n in raster.shape)
    padded = np.full((height, width), 255, dtype=np.uint8)
    padded[: raster.shape[0], : raster.shape[1]] = raster
    blurred = cv2.GaussianBlur(padded.astype(np.float32), (0, 0), blur_pt * REFERENCE_PX_PER_PT)
    scale = WORK_PX_PER_PT / REFERENCE_PX_PER_PT
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(blurred, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _sums(values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.add.reduceat(values, starts, axis=-1), dtype=np.float64)


def _sample(
    image: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the image at scattered places, linearly interpolated."""
    missing = -len(x) % _ROW
    maps = [np.pad(v, (0, missing)).reshape(-1, _ROW) for v in (x, y)]
    out = cv2.remap(image, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, dtype=np.float32).reshape(-1)[: len(x)]
