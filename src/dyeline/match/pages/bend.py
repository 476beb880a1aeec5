"""Bent paper: the smooth field by which words are displaced from where a flat page would have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dyeline.match.pages.plane import Points

REACH_PT: Final = 30.0
"""Standard deviation of the weights of words around a point: about five lines."""
FLAT: Final = 0.02
"""Weight of the assumption that displacement does not change around a point (share of the words' weight)."""


@dataclass(frozen=True, slots=True)
class Bend:
    """Displacement (pt) seen at some words of a page, (n, 2) each."""

    centres_pt: Points
    offsets_pt: Points

    def at(self, points_pt: Points) -> Points:
        """Return the displacement at other points: around each, the plane that fits the words best.

        Far from all words it fades to the displacement of the nearest ones. Cost: points times words.
        """
        away = self.centres_pt[None, :, :] - points_pt[:, None, :]
        gaps = (away**2).sum(axis=2) / (2 * REACH_PT**2)
        weights = np.exp(-(gaps - gaps.min(axis=1, keepdims=True)))
        x, y = away[..., 0] / REACH_PT, away[..., 1] / REACH_PT
        wx, wy, total = weights * x, weights * y, weights.sum(axis=1)
        flat = FLAT * total
        normal = np.empty((len(points_pt), 3, 3))
        normal[:, 0, 0] = total
        normal[:, 0, 1] = normal[:, 1, 0] = wx.sum(axis=1)
        normal[:, 0, 2] = normal[:, 2, 0] = wy.sum(axis=1)
        normal[:, 1, 1] = (wx * x).sum(axis=1) + flat
        normal[:, 2, 2] = (wy * y).sum(axis=1) + flat
        normal[:, 1, 2] = normal[:, 2, 1] = (wx * y).sum(axis=1)
        right = np.stack([weights @ self.offsets_pt, wx @ self.offsets_pt, wy @ self.offsets_pt], axis=1)
        near = gaps.min(axis=1) < 8.0
        plane = np.linalg.solve(normal, right)[:, 0]
        return np.where(near[:, None], plane, right[:, 0] / total[:, None])
