"""The part of a picture that shows a page, made ready for measuring: grey, dark on light, resolution in bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.model.pages import REFERENCE_PX_PER_PT, Picture, Registration

FINEST_PX_PER_PT: Final = 4.0  # finer pictures are shrunk: blur of half a point keeps nothing beyond
COARSEST_PX_PER_PT: Final = 2.4  # coarser ones are enlarged, so that linear interpolation does no harm
_MARGIN: Final = 0.1  # of the page outline's extent: curled pages leave the outline of their homography


@dataclass(frozen=True, slots=True)
class View:
    """``grey`` is (height, width) float32; ``from_points`` maps page points (pt) to its pixels.

    Both matrices are 3 x 3 homographies; ``to_picture`` maps pixels of ``grey`` to picture pixels.
    """

    grey: NDArray[np.float32]
    from_points: NDArray[np.float64]
    to_picture: NDArray[np.float64]
    px_per_pt: float


def project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (n, 2) mapped by a homography; infinite or NaN where they have no image."""
    x, y = points[:, 0], points[:, 1]
    rows = matrix @ np.stack([x, y, np.ones_like(x)])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((rows[:2] / rows[2]).T)


def points_to_picture(registration: Registration) -> NDArray[np.float64]:
    """Return the homography from page points to picture pixels, before any refinement."""
    scale = REFERENCE_PX_PER_PT
    raster = np.array([[scale, 0.0, -0.5], [0.0, scale, -0.5], [0.0, 0.0, 1.0]])
    return np.asarray(np.linalg.inv(registration.homography) @ raster)


def view_page(picture: Picture, registration: Registration, width_pt: float, height_pt: float) -> View | None:
    """Return the page's part of the picture, or None where the outline leaves nothing to look at."""
    matrix = points_to_picture(registration)
    corners = np.array([[0, 0], [width_pt, 0], [width_pt, height_pt], [0, height_pt]], dtype=np.float64)
    outline = project(matrix, corners)
    height, width = picture.pixels.shape[:2]
    if not np.isfinite(outline).all():
        outline = np.array([[0, 0], [width, height]], dtype=np.float64)
    margin = _MARGIN * (outline.max(axis=0) - outline.min(axis=0))
    low = np.clip(np.floor(outline.min(axis=0) - margin), 0, [width, height]).astype(int)
    high = np.clip(np.ceil(outline.max(axis=0) + margin) + 1, 0, [width, height]).astype(int)
    if (high - low < 8).any():
        return None
    pixels = picture.pixels[low[1] : high[1], low[0] : high[0]]
    px_per_pt = _scale_at(matrix, _middle(matrix, corners, low, high))
    if not 0.3 < px_per_pt < 200:
        return None
    factor = 1.0
    if px_per_pt > FINEST_PX_PER_PT:
        factor = FINEST_PX_PER_PT / px_per_pt
    elif px_per_pt < COARSEST_PX_PER_PT:
        factor = float(np.ceil(COARSEST_PX_PER_PT / px_per_pt))
    height, width = pixels.shape[:2]
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    if factor < 1:  # before mixing the colours: large photographs are most of the cost
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = grey_of(pixels, inverted=registration.inverted)
    if factor > 1:
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    fx, fy = grey.shape[1] / width, grey.shape[0] / height
    to_picture = np.array(
        [[1 / fx, 0, 0.5 / fx - 0.5 + low[0]], [0, 1 / fy, 0.5 / fy - 0.5 + low[1]], [0, 0, 1.0]]
    )
    from_points = np.linalg.inv(to_picture) @ matrix
    return View(grey, np.asarray(from_points), to_picture, float(px_per_pt * factor))


def grey_of(pixels: NDArray[np.uint8], *, inverted: bool) -> NDArray[np.float32]:
    """Return the mix of the three colours that separates ink from paper best, dark on light, 0 to 255.

    The mix is the first principal component of the colours (coloured screens, night shift); where it
    would have to subtract a colour, that colour is left out.
    """
    sample = pixels[:: max(1, pixels.shape[0] // 300), :: max(1, pixels.shape[1] // 300)].reshape(-1, 3)
    covariance = np.cov(sample.astype(np.float64), rowvar=False)
    mix = np.linalg.eigh(covariance)[1][:, -1]
    mix = np.clip(mix * np.sign(mix.sum() or 1.0), 0.0, None)
    mix = mix / mix.sum() if mix.sum() > 0 else np.full(3, 1 / 3)
    mixed = np.asarray(cv2.transform(pixels, mix[None].astype(np.float64)), dtype=np.float32)
    grey = mixed.reshape(pixels.shape[:2])
    return np.asarray(255.0 - grey if inverted else grey, dtype=np.float32)


def _middle(
    matrix: NDArray[np.float64], corners: NDArray[np.float64], low: NDArray[np.int64], high: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the page point in the middle of what is seen of the page."""
    middle = np.asarray((low + high) / 2.0, dtype=np.float64)
    back = project(np.asarray(np.linalg.inv(matrix)), middle[None])[0]
    return np.asarray(np.clip(back, corners.min(axis=0), corners.max(axis=0)))


def _scale_at(matrix: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return picture pixels per point around a page point (geometric mean of both directions)."""
    steps = project(matrix, point + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    (a, b), (c, d) = steps[1] - steps[0], steps[2] - steps[0]
    return float(np.sqrt(abs(a * d - b * c)))
