"""From points of a page to pixels of a view: homography after a smooth field of displacements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.field import Field
from dyeline.carriers.layout.view import View, project

_NODE_PT: Final = 12.0  # distance of the nodes between which a warp is interpolated (cubic)


@dataclass(frozen=True, slots=True)
class Warp:
    """Page point p is seen at ``view.from_points`` of ``p + field(p)``."""

    view: View
    field: Field

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where page points (n, 2) are seen, (n, 2) pixels of the view."""
        return project(self.view.from_points, points + self.field.at(points))

    def maps(
        self, size_pt: NDArray[np.float64], px_per_pt: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return view x and y for each pixel of a page raster of this resolution, two (height, width).

        Pixel k of the raster is at (k + 0.5) / px_per_pt. Between nodes it is interpolated by Catmull and
        Rom's cubic, which is exact for straight lines (that of ``cv2.resize`` is not: it ripples by 0.5 pt).
        """
        step = max(2, round(_NODE_PT * px_per_pt))
        width, height = (int(np.ceil(v * px_per_pt)) for v in size_pt)
        x, y = ((step * np.arange(-1, n // step + 4) + 0.5) / px_per_pt for n in (width, height))
        nodes = np.stack(np.meshgrid(x, y), axis=2).reshape(-1, 2)
        seen = self.pixels(nodes)
        seen = np.clip(np.nan_to_num(seen, nan=-1e6, posinf=1e6, neginf=-1e6), -1e6, 1e6)
        grid = seen.reshape(len(y), len(x), 2).astype(np.float32)
        fine_x, fine_y = (_between_nodes(_between_nodes(grid[..., k], step).T, step).T for k in (0, 1))
        return np.ascontiguousarray(fine_x[:height, :width]), np.ascontiguousarray(fine_y[:height, :width])


def _between_nodes(grid: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return rows interpolated from row 1 on, ``step`` to each interval (Catmull and Rom 1974)."""
    t = (np.arange(step, dtype=np.float32) / step)[:, None]
    weights = (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
    count = len(grid) - 3
    fine = sum(weight * grid[k : k + count, None, :] for k, weight in enumerate(weights))
    return np.asarray(fine, dtype=np.float32).reshape(count * step, grid.shape[1])


def flatten(
    grey: NDArray[np.float32], maps: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the page as if laid flat, and which of its pixels the view shows."""
    flat = cv2.remap(grey, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    height, width = grey.shape
    shown = (maps[0] > 0) & (maps[0] < width - 1) & (maps[1] > 0) & (maps[1] < height - 1)
    return np.asarray(flat, dtype=np.float32), shown
