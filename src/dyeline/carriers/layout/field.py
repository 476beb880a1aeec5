"""A smooth field of displacements over a page, fitted to scattered words.

Gaussian-process regression (Rasmussen and Williams 2006, sections 2.2 and 2.7): a polynomial with a wide
prior plus a squared exponential, the shape being chosen by leave-one-out prediction (their equation
5.12). Measured on a prototype: on strongly curled paper a cubic leaves 0.28-0.36 pt, a fifth order
0.15, a smooth field 0.03.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_PRIOR_PT: Final = (60.0, 60.0, 30.0, 20.0, 10.0, 10.0)  # standard deviation of the terms of each order
_MOST_CHOOSING: Final = 200  # words used for choosing the shape (the cost grows with the cube)
_MOST_FITTED: Final = 700


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a field may bend: polynomial order, amplitude and reach of the rest, noise (all pt)."""

    order: int
    bend_pt: float
    reach_pt: float
    noise_pt: float


_BENDS: Final = ((1, 0.0, 1.0), (3, 0.0, 1.0), (5, 0.0, 1.0), (3, 3.0, 110.0), (3, 1.0, 55.0), (3, 0.7, 32.0))
_NOISES_PT: Final = (0.03, 0.15)
ROUGH: Final = Shape(order=2, bend_pt=4.0, reach_pt=90.0, noise_pt=0.5)  # while words are still searched for


@dataclass(frozen=True, slots=True)
class Field:
    """A fitted field. ``at`` evaluates it anywhere."""

    shape: Shape
    size_pt: NDArray[np.float64]
    points: NDArray[np.float64]  # (n, 2) pt, where the field was fitted
    weights: NDArray[np.float64]  # (n, 2)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return displacements (m, 2) in pt at points (m, 2) in pt."""
        if not len(self.points):
            return np.zeros((len(points), 2))
        return np.asarray(_kernel(points, self.points, self.shape, self.size_pt) @ self.weights)


def flat_field(size_pt: NDArray[np.float64]) -> Field:
    """Return the field that displaces nothing."""
    return Field(ROUGH, size_pt, np.zeros((0, 2)), np.zeros((0, 2)))


def fit_field(
    points: NDArray[np.float64],
    values: NDArray[np.float64],
    size_pt: NDArray[np.float64],
    shape: Shape | None = None,
    play_pt: NDArray[np.float64] | None = None,
) -> Field:
    """Return a field through displacements (n, 2) pt at points (n, 2) pt, choosing its shape if not given.

    ``play_pt`` (n,) is by how much each word may be off its place on the page itself (a mark), none if not
    given. Words whose own leave-one-out error is far out are left out of the fit. Cost O(n^3), n bounded.
    """
    play = np.zeros(len(points)) if play_pt is None else play_pt
    if len(points) > _MOST_FITTED:
        kept = np.linspace(0, len(points) - 1, _MOST_FITTED).astype(int)
        points, values, play = points[kept], values[kept], play[kept]
    chosen = shape or _choose(points, values, size_pt, play)
    gram = _kernel(points, points, chosen, size_pt)
    variance = chosen.noise_pt**2 + play**2
    errors, spread = _held_out(gram, values, variance)
    usual = np.maximum(1.4826 * np.median(np.abs(errors)), 0.02)
    good = (np.abs(errors) < (4 * usual * np.maximum(spread / np.median(spread), 1))[:, None]).all(axis=1)
    if good.sum() >= 6:
        points, values, variance, gram = points[good], values[good], variance[good], gram[np.ix_(good, good)]
    gram[np.diag_indices_from(gram)] += variance
    return Field(chosen, size_pt, points, np.asarray(np.linalg.solve(gram, values), dtype=np.float64))


def _choose(
    points: NDArray[np.float64],
    values: NDArray[np.float64],
    size_pt: NDArray[np.float64],
    play_pt: NDArray[np.float64],
) -> Shape:
    kept = np.unique(np.linspace(0, len(points) - 1, min(len(points), _MOST_CHOOSING)).astype(int))
    best, best_score = Shape(*_BENDS[0], _NOISES_PT[0]), -np.inf
    for bend in _BENDS:
        if (bend[0] + 1) * (bend[0] + 2) > len(kept):
            continue
        gram = _kernel(points[kept], points[kept], Shape(*bend, 0.0), size_pt)
        for noise in _NOISES_PT:
            errors, spread = _held_out(gram, values[kept], noise**2 + play_pt[kept] ** 2)
            density = -2.5 * np.log1p((errors / spread[:, None]) ** 2 / 4) - np.log(spread)[:, None]
            if (score := float(density.sum())) > best_score:
                best, best_score = Shape(*bend, noise), score
    return best


def _held_out(
    gram: NDArray[np.float64], values: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each word's error when predicted by all others, (n, 2), and its standard deviation, (n,)."""
    inverse = np.linalg.inv(gram + np.diag(variance))
    diagonal = np.maximum(np.diag(inverse), 1e-12)
    return np.asarray((inverse @ values) / diagonal[:, None]), np.asarray(1.0 / np.sqrt(diagonal))


def _kernel(
    a: NDArray[np.float64], b: NDArray[np.float64], shape: Shape, size_pt: NDArray[np.float64]
) -> NDArray[np.float64]:
    kernel = _terms(a, shape.order, size_pt) @ _terms(b, shape.order, size_pt).T
    if shape.bend_pt > 0:
        square = (a[:, None, 0] - b[None, :, 0]) ** 2 + (a[:, None, 1] - b[None, :, 1]) ** 2
        kernel += shape.bend_pt**2 * np.exp(-0.5 * square / shape.reach_pt**2)
    return kernel


def _terms(points: NDArray[np.float64], order: int, size_pt: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the polynomial terms, each times its prior standard deviation."""
    x, y = (points / size_pt * 2.0 - 1.0).T
    columns = [_PRIOR_PT[i + j] * x**i * y**j for i in range(order + 1) for j in range(order + 1 - i)]
    return np.stack(columns, axis=1)
