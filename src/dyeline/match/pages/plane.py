"""Homographies between a picture (pixels) and a page (pt): fitting, applying, and telling possible ones."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.model.pages import REFERENCE_PX_PER_PT

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]

WORST_STRETCH: Final = 8.0
"""A page seen so slantingly that its scale varies by more than this within the picture is unreadable."""


def raster_of(px_per_pt: float) -> Matrix:
    """Return the map from pt to pixels of a page raster (pixel centres at whole numbers)."""
    return np.array([[px_per_pt, 0, -0.5], [0, px_per_pt, -0.5], [0, 0, 1.0]])


TO_REFERENCE: Final = raster_of(REFERENCE_PX_PER_PT)


def apply(matrix: Matrix, points: Points) -> Points:
    """Return (n, 2) points mapped by a (3, 3) matrix; points at infinity become very large numbers."""
    x = points @ matrix[:2, :2].T + matrix[:2, 2]
    w = points @ matrix[2, :2] + matrix[2, 2]
    w = np.where(np.abs(w) < 1e-9, 1e-9, w)
    return np.asarray(x / w[:, None])


def outline(width_pt: float, height_pt: float) -> Points:
    """Return the corners of a page in pt, from its top left clockwise."""
    return np.array([[0, 0], [width_pt, 0], [width_pt, height_pt], [0, height_pt]], dtype=np.float64)


def inverse(matrix: Matrix) -> Matrix:
    """Return the map back."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def local_px_per_pt(to_picture: Matrix, points_pt: Points) -> NDArray[np.float64]:
    """Return how many picture pixels one pt measures at points of a page (negative where mirrored)."""
    step = 0.5
    base = apply(to_picture, points_pt)
    across = (apply(to_picture, points_pt + np.array([step, 0.0])) - base) / step
    down = (apply(to_picture, points_pt + np.array([0.0, step])) - base) / step
    area = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]
    return np.asarray(np.sign(area) * np.sqrt(np.abs(area)))


def possible(to_page: Matrix, points_pt: Points) -> bool:
    """Tell whether a homography (picture to page) can show these points of a page in a picture."""
    if not _invertible(to_page) or len(points_pt) == 0:
        return False
    scale = local_px_per_pt(inverse(to_page), points_pt)
    if not np.isfinite(scale).all() or scale.min() < 0 < scale.max():
        return False
    size = np.abs(scale)
    return bool(size.min() > 0.2 and size.max() < 60 and size.max() < WORST_STRETCH * size.min())


def _invertible(matrix: Matrix) -> bool:
    return bool(np.isfinite(matrix).all() and abs(np.linalg.det(matrix)) >= 1e-18)


def fit(picture_px: Points, page_pt: Points) -> Matrix | None:
    """Return the homography from picture to page that fits matched points best, outliers left out.

    Affine where the points are too few, or too close to a line, to tell perspective; None where they stand on one.
    """
    chosen = np.ones(len(page_pt), dtype=bool)
    matrix: Matrix | None = None
    for _ in range(3):
        matrix = _least_squares(picture_px[chosen], page_pt[chosen])
        if matrix is None or not _invertible(matrix):
            return None
        error = np.hypot(*(apply(matrix, picture_px) - page_pt).T)
        chosen = error <= max(0.3, 3.5 * float(np.median(error[chosen])))
    return matrix


def _least_squares(picture_px: Points, page_pt: Points) -> Matrix | None:
    if len(page_pt) < 4:
        return None
    centred = page_pt - page_pt.mean(axis=0)
    spread = np.linalg.svd(centred, compute_uv=False) / np.sqrt(len(page_pt))
    if len(page_pt) < 10 or spread[1] < 15.0:
        return affine(picture_px, page_pt)
    found, _ = cv2.findHomography(picture_px, page_pt, 0)
    return None if found is None else np.asarray(found, dtype=np.float64)


def affine(picture_px: Points, page_pt: Points) -> Matrix | None:
    """Return the least-squares affine map from picture to page; None where the points do not span a plane in both."""
    if len(page_pt) < 3 or not (_span_a_plane(picture_px) and _span_a_plane(page_pt)):
        return None
    mean = picture_px.mean(axis=0)
    centred = picture_px - mean
    linear, *_ = np.linalg.lstsq(centred, page_pt - page_pt.mean(axis=0), rcond=None)
    matrix = np.eye(3)
    matrix[:2, :2] = linear.T
    matrix[:2, 2] = page_pt.mean(axis=0) - linear.T @ mean
    return matrix


def _span_a_plane(points: Points) -> bool:
    centred = points - points.mean(axis=0)
    return bool(np.linalg.matrix_rank(centred, tol=1e-3 * max(1.0, np.ptp(centred))) == 2)
