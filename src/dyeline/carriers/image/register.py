"""Where a document's picture stands in an exhibit's picture: features, a vote, a robust fit, and a gate.

Repeated letters defeat the usual ratio test on scanned pages (facts: 14 of 26 failed), so that every
feature keeps its nearest matches and all vote for scale and angle, then for the shift
(generalised Hough transform: Ballard, Pattern Recognition 13, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.model.document import PictureArea
from dyeline.model.pages import REFERENCE_PX_PER_PT

Points = NDArray[np.float32]
Pairs = NDArray[np.int64]
"""(n, 2): feature of the exhibit, feature of the original."""

_LONG_SIDE_PX = 1400  # of the pictures in which features are looked for
_SHORT_SIDE_PX = 500  # smaller ones are enlarged up to twofold
_FEATURES = 4000
_NEAREST = 3
_SCALE_BIN, _ANGLE_BIN = 0.25, 7.5  # octaves, degrees
_PEAKS = 3
_FEWEST = 10
_GATE_INLIERS = 25
_CLEARLY = (
    400  # of these, and the picture is not mirrored: a made-up one that is like its mirror image had 192
)
_GUIDED = 2  # times that features are matched anew near where a fit puts them
_GUIDED_SHARE = 0.012  # of the longer side: what counts as near
_LEAST_ALIKE = 0.8  # product of RootSIFT descriptors
_OUTLIER_SHARE = 0.006  # of the picture's longer side: curled paper is off by that much
_UNEVEN = 2.5  # how much longer than another a side may come out: beyond, it is no view of a flat picture


@dataclass(frozen=True, slots=True)
class Features:
    """SIFT features: (n, 4) x, y, size in pixels and angle in degrees; (n, 128) RootSIFT descriptors."""

    points: Points
    descriptors: Points
    width_px: int
    height_px: int


def features_of(grey: NDArray[np.uint8]) -> Features:
    """Return the features of a grey picture, coordinates in its own pixels."""
    height, width = grey.shape
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    if max(height, width) < _SHORT_SIDE_PX:
        scale = min(2.0, _SHORT_SIDE_PX / max(height, width))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    sift = cv2.SIFT.create(nfeatures=_FEATURES, contrastThreshold=0.01, edgeThreshold=12)
    found, raw = sift.detectAndCompute(small, None)
    if raw is None or not found:
        return Features(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32), width, height)
    points = np.array([(*(p.pt), p.size, p.angle) for p in found], dtype=np.float32)
    points[:, :2] = (points[:, :2] + 0.5) / scale - 0.5
    points[:, 2] /= scale
    descriptors = np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-9))
    return Features(points, descriptors.astype(np.float32), width, height)


def register_features(exhibit: Features, original: Features) -> NDArray[np.float64] | None:
    """Return the homography from exhibit to original pixels that most matches agree on; None below the gate.

    The exhibit may show the original mirrored. Cost: 0.2 s, twice that where it does not clearly show it as it is.
    """
    best = _registered(exhibit, original)
    if best is None or best[0] < _CLEARLY:
        other = _registered(exhibit, mirrored(original))
        if other is not None and (best is None or other[0] > best[0]):
            turn = np.array([[-1.0, 0, original.width_px - 1], [0, 1, 0], [0, 0, 1]])
            best = other[0], turn @ other[1]
    return None if best is None else best[1]


def mirrored(features: Features) -> Features:
    """Return the features of the picture seen in a mirror, its columns in reverse order."""
    x, y, size, angle = features.points.T
    points = np.stack([features.width_px - 1 - x, y, size, (540 - angle) % 360], axis=1).astype(np.float32)
    parts = features.descriptors.reshape(
        -1, 4, 4, 8
    )  # rows across the orientation, columns along it, directions
    descriptors = np.ascontiguousarray(parts[:, ::-1, :, (-np.arange(8)) % 8].reshape(-1, 128))
    return Features(points, descriptors, features.width_px, features.height_px)


def through_page(page: NDArray[np.float64], area: PictureArea) -> NDArray[np.float64]:
    """Return the homography to a picture's pixels, given the one to its page's reference pixels.

    ``page`` is ``Registration.homography``. ValueError for a picture whose place on a page is not known.
    """
    if area.page < 0:
        raise ValueError("where the picture stands on its page is not known")
    step, half = 1 / REFERENCE_PX_PER_PT, 0.5 / REFERENCE_PX_PER_PT
    to_pt = np.array([[step, 0, half], [0, step, half], [0, 0, 1.0]])  # the centre of a reference pixel
    to_centres = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    return np.asarray(to_centres @ np.linalg.inv(np.array(area.to_page)) @ to_pt @ page, dtype=np.float64)


def plausible(homography: NDArray[np.float64], width_px: int, height_px: int, original: Features) -> bool:
    """Tell whether a flat picture may look like that: no fold, no wild perspective, no speck."""
    corners = np.array([[[0, 0]], [[width_px, 0]], [[width_px, height_px]], [[0, height_px]]], np.float64)
    depth = np.concatenate([corners[:, 0], np.ones((4, 1))], axis=1) @ homography[2]
    if (depth * np.sign(depth[0]) <= 1e-9).any():
        return False
    placed = cv2.perspectiveTransform(corners, homography)[:, 0]
    sides = np.roll(placed, -1, axis=0) - placed
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    lengths = np.linalg.norm(sides, axis=1) / np.array([width_px, height_px, width_px, height_px])
    return bool((turns > 0).all() and lengths.max() < _UNEVEN * lengths.min() and 0.05 < lengths.min() < 20)


def _registered(exhibit: Features, original: Features) -> tuple[int, NDArray[np.float64]] | None:
    """Return how many places of the original agree on a homography, and that; None below the gate."""
    if min(len(exhibit.points), len(original.points)) <= _NEAREST:
        return None
    likeness = exhibit.descriptors @ original.descriptors.T
    fits = [_fit(pairs, exhibit, original, _FEWEST) for pairs in _votes(likeness, exhibit, original)]
    best = max((fit for fit in fits if fit is not None), key=lambda fit: fit[0], default=None)
    for _ in range(_GUIDED):
        if best is None:
            return None
        best = _fit(_guided(best[1], likeness, exhibit, original), exhibit, original, _GATE_INLIERS)
    return best


def _fit(
    pairs: Pairs, exhibit: Features, original: Features, fewest: int
) -> tuple[int, NDArray[np.float64]] | None:
    """Return how many places of the original agree on a homography, and that; None for too few."""
    if len(pairs) < _FEWEST:
        return None
    seen, known = exhibit.points[pairs[:, 0], :2], original.points[pairs[:, 1], :2]
    reach = _OUTLIER_SHARE * max(original.width_px, original.height_px)
    found, mask = cv2.findHomography(seen, known, cv2.USAC_MAGSAC, reach, maxIters=5000, confidence=0.999)
    fit = np.asarray(found, dtype=np.float64)
    if fit.shape != (3, 3) or not plausible(fit, exhibit.width_px, exhibit.height_px, original):
        return None
    agreeing = len(np.unique(np.rint(known[mask.ravel() > 0] / 3), axis=0))  # one place counts once
    return (agreeing, fit) if agreeing >= fewest else None


def _guided(
    homography: NDArray[np.float64], likeness: Points, exhibit: Features, original: Features
) -> Pairs:
    """Return for every feature of the exhibit the most alike of the original's near where it should be."""
    placed = cv2.perspectiveTransform(exhibit.points[:, None, :2].astype(np.float64), homography)[:, 0]
    reach = _GUIDED_SHARE * max(original.width_px, original.height_px)
    x, y = placed.T.astype(np.float32)
    near = np.abs(x[:, None] - original.points[None, :, 0]) < reach
    near &= np.abs(y[:, None] - original.points[None, :, 1]) < reach
    alike = np.where(near, likeness, 0.0)
    best = alike.argmax(axis=1)
    rows = np.flatnonzero(alike.max(axis=1) > _LEAST_ALIKE)
    return np.stack([rows, best[rows]], axis=1)


def _votes(likeness: Points, exhibit: Features, original: Features) -> list[Pairs]:
    """Return sets of matches that agree about scale, angle and shift, the likeliest first."""
    nearest = np.argpartition(-likeness, _NEAREST, axis=1)[:, : _NEAREST + 1]
    apart = np.sqrt(np.maximum(2 - 2 * np.take_along_axis(likeness, nearest, axis=1), 0))
    farthest = apart.argmax(axis=1)
    weight = np.maximum(1 - apart / (np.max(apart, axis=1, keepdims=True) + 1e-6), 0.05)
    kept = np.arange(_NEAREST + 1)[None] != farthest[:, None]
    pairs = np.stack([np.nonzero(kept)[0], nearest[kept]], axis=1)
    weight = weight[kept]
    seen, known = exhibit.points[pairs[:, 0]], original.points[pairs[:, 1]]
    octaves = np.log2(known[:, 2] / seen[:, 2])
    turn = (known[:, 3] - seen[:, 3] + 540) % 360 - 180
    edges = np.arange(-5, 5.01, _SCALE_BIN), np.arange(-180, 180.01, _ANGLE_BIN)
    votes = np.histogram2d(octaves, turn, bins=edges, weights=weight)[0].astype(np.float32)
    votes = cv2.GaussianBlur(np.pad(votes, ((0, 0), (2, 2)), mode="wrap"), (3, 3), 0.8)[:, 2:-2]
    reach = 0.035 * max(original.width_px, original.height_px)
    sets: list[Pairs] = []
    for peak in np.argsort(-votes, axis=None, kind="stable")[:_PEAKS]:
        row, column = np.unravel_index(peak, votes.shape)
        octave, degrees = edges[0][row] + _SCALE_BIN / 2, edges[1][column] + _ANGLE_BIN / 2
        off = np.abs((turn - degrees + 180) % 360 - 180)
        alike = np.flatnonzero((np.abs(octaves - octave) < 0.5) & (off < 15))
        if alike.size < _FEWEST:
            continue
        angle = np.deg2rad(degrees)
        turned = 2**octave * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = known[alike, :2] - (seen[alike, :2] - seen[alike, :2].mean(axis=0)) @ turned.T
        sets += [pairs[alike[near]] for near in _alike_shifts(shift, weight[alike], reach)]
    return sets


def _alike_shifts(
    shift: NDArray[np.float64], weight: NDArray[np.float32], reach: float
) -> list[NDArray[np.int64]]:
    spans = [np.arange(axis.min() - reach, axis.max() + 2 * reach, reach) for axis in shift.T]
    votes, across, down = np.histogram2d(shift[:, 0], shift[:, 1], bins=spans, weights=weight)
    smooth = cv2.GaussianBlur(votes.astype(np.float32), (5, 5), 1.0, borderType=cv2.BORDER_CONSTANT)
    sets = []
    for peak in np.argsort(-smooth, axis=None, kind="stable")[:2]:
        row, column = np.unravel_index(peak, smooth.shape)
        middle = np.array([across[row] + reach / 2, down[column] + reach / 2])
        near = np.flatnonzero(np.linalg.norm(shift - middle, axis=1) < 2.5 * reach)
        if near.size >= _FEWEST:
            sets.append(near)
    return sets
