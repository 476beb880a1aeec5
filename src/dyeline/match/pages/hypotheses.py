"""First guesses of where a page stands in a picture, from the ends of recognised lines."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.plane import Matrix, Points, affine, apply, possible

SURE_POINTS: Final = 8
SURE_SHARE: Final = 0.6
TOLERANCE_PT: Final = 7.0
"""Half a line: an end of a line taken for that of the next one is an outlier."""


def from_lines(candidate: CandidatePage) -> list[Matrix]:
    """Return maps from picture to page (pt) that fit many line ends: a homography, and an affine map.

    The affine map is the better guess for a few lines only, which do not tell perspective.
    """
    picture, page = candidate.picture_px, candidate.page_pt
    if len(page) < 4:
        return []
    size = max(1.0, float(np.ptp(picture)))
    found: list[Matrix] = []
    cv2.setRNGSeed(0)
    if len(page) >= 6:
        matrix, _ = cv2.findHomography(
            picture, page, cv2.USAC_MAGSAC, TOLERANCE_PT, maxIters=3000, confidence=0.999
        )
        if matrix is not None:
            found.append(np.asarray(matrix, dtype=np.float64))
    rough, inliers = cv2.estimateAffine2D(
        picture / size, page, method=cv2.RANSAC, ransacReprojThreshold=2 * TOLERANCE_PT, maxIters=3000
    )
    if rough is not None and (chosen := inliers.ravel() > 0).sum() >= 3:
        better = affine(picture[chosen], page[chosen])
        if better is not None:
            found.append(better)
    return [matrix for matrix in found if possible(matrix, _fitting(matrix, candidate))]


def is_sure(guesses: list[Matrix], candidate: CandidatePage) -> bool:
    """Tell whether the lines leave no doubt where the page would be: whether one guess fits most of many ends."""
    fitting = [len(_fitting(guess, candidate)) for guess in guesses]
    return max(fitting, default=0) >= max(SURE_POINTS, SURE_SHARE * len(candidate.page_pt))


def _fitting(matrix: Matrix, candidate: CandidatePage) -> Points:
    error = np.hypot(*(apply(matrix, candidate.picture_px) - candidate.page_pt).T)
    return np.asarray(candidate.page_pt[error < 2 * TOLERANCE_PT])
