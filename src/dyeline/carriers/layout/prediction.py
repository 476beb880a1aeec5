"""Where a word would stand had it not been moved, told by the references around it.

Local kriging: each word is predicted from its nearest references through a covariance with a free local
plane, a bending field, an offset common to a line, and noise. The covariance and the noise are those that
predict best every reference from the OTHERS (leave-one-out, Student-t score), so that a field which bends
to its own references cannot make the noise look small (measured trap: 0.007 pt fitted against a true
0.024). Nothing here looks at a word that carries a mark.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import lgamma, log, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NEAREST: Final = 20
_MOST_CHOOSING: Final = 240
_ACROSS: Final = 3.0  # a line's own words count as so many times nearer than those above and below
_PLANE_PT: Final = 30.0  # prior standard deviation of the local constant; of its slopes, per pt:
_SLOPE: Final = 0.2
_REGION_PT: Final = 50.0  # the noise is fitted anew over regions of this radius
_REGION_WEIGHT: Final = 4.0  # so many references' worth of the whole page's noise
_REGION_LEAST: Final = 0.05  # of the page's variance
_UNSURE: Final = 1.0  # standard error by which a region's variance is taken larger than estimated
_FAR_OUT: Final = 4.0  # standard deviations beyond which a reference counts little


@dataclass(frozen=True, slots=True)
class Covariance:
    """What is assumed of displacements around a word; lengths in pt."""

    bend_pt: float = 0.05
    reach_pt: float = 60.0
    line_pt: float = 0.01
    factor: float = 1.0  # times the spread that a word's own residual tells
    misfit_pt: float = 0.02  # times how much of the word's picture its reference does not explain
    floor_pt: float = 0.02
    freedom: float = 6.0  # degrees of freedom of Student's t


_GRIDS: Final[dict[str, tuple[float, ...]]] = {
    "floor_pt": (0.004, 0.008, 0.015, 0.025, 0.04, 0.06, 0.09, 0.14, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.5, 4.0),
    "bend_pt": (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8),
    "reach_pt": (15.0, 25.0, 40.0, 60.0, 100.0, 160.0),
    "line_pt": (0.0, 0.01, 0.02, 0.04, 0.08, 0.16),
    "misfit_pt": (0.0, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 0.6),
    "factor": (0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 5.0),
    "freedom": (3.0, 4.0, 6.0, 10.0),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Words with a measured horizontal displacement; arrays of one length."""

    centres_pt: NDArray[np.float64]  # (n, 2)
    lines: NDArray[np.int64]
    shift_pt: NDArray[np.float64]
    spread_pt: NDArray[np.float64]
    likeness: NDArray[np.float64]  # correlation with the reference, above 0
    weight: NDArray[np.float64]  # times its variance: 1, or more for a reference that fits badly
    doubt: NDArray[np.float64]  # pt^2, variance of what is not known of its mark; 0 for unmarked words

    def at(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Words:
        """Return some of the words."""
        return Words(
            self.centres_pt[rows],
            self.lines[rows],
            self.shift_pt[rows],
            self.spread_pt[rows],
            self.likeness[rows],
            self.weight[rows],
            self.doubt[rows],
        )

    def joined(self, others: Words) -> Words:
        """Return these words and others behind them."""
        return Words(*(np.concatenate([getattr(one, name) for one in (self, others)]) for name in _FIELDS))


_FIELDS: Final = tuple(field.name for field in fields(Words))


@dataclass(frozen=True, slots=True)
class Prediction:
    """Of n words: what is left of their displacement, and the Student-t scale of that rest if unmoved."""

    rest_pt: NDArray[np.float64]
    noise_pt: NDArray[np.float64]
    covariance: Covariance
    near: NDArray[np.int64]  # references within reach

    @property
    def freedom(self) -> float:
        """Return the degrees of freedom of Student's t."""
        return self.covariance.freedom


def predict(
    words: Words,
    references: Words,
    own: NDArray[np.int64] | None = None,
    start: Covariance = Covariance(),
) -> tuple[Prediction, Prediction]:
    """Return the prediction of ``words``, and of the references themselves, each from all others.

    ``own`` tells for each word which of the references it is itself, -1 for none; the covariance is looked
    for from ``start`` on. Needs two references or more; with few of them the noise is only as good as they are many.
    """
    rows = np.full(len(words.shift_pt), -1) if own is None else own
    themselves = np.arange(len(references.shift_pt))
    chosen, weighty = _choose(references, start), references
    for _ in range(2):
        held_out, held_variance = _krige(references, weighty, chosen, themselves)
        z = held_out / np.sqrt(held_variance)
        outlying = np.maximum(np.abs(z) / _FAR_OUT, 1.0)
        weighty = replace(references, weight=outlying**4)
    rest, variance = _krige(words, weighty, chosen, rows)
    region = _region_factor(words.centres_pt, references.centres_pt, z * z, chosen.freedom, rows)
    own_region = _region_factor(
        references.centres_pt, references.centres_pt, z * z, chosen.freedom, themselves
    )
    near = _count_near(words.centres_pt, references.centres_pt)
    own_near = _count_near(references.centres_pt, references.centres_pt) - 1
    return (
        Prediction(rest, np.sqrt(variance) * region, chosen, near),
        Prediction(held_out, np.sqrt(held_variance) * own_region, chosen, own_near),
    )


def _choose(references: Words, best: Covariance) -> Covariance:
    """Return the covariance with the best leave-one-out score, by coordinate ascent from ``best``."""
    n = len(references.shift_pt)
    kept = np.unique(np.linspace(0, n - 1, min(n, _MOST_CHOOSING)).astype(np.int64))
    some = references.at(kept)
    neighbours = _neighbours(some, references, kept)
    best_score = _score(some, references, best, neighbours)
    for _ in range(3):
        before = best_score
        for name, grid in _GRIDS.items():
            here = int(np.argmin(np.abs(np.log(np.array(grid) + 1e-4) - np.log(getattr(best, name) + 1e-4))))
            for direction in (1, -1):
                k = here + direction
                while 0 <= k < len(grid):
                    tried = replace(best, **{name: grid[k]})
                    score = _score(some, references, tried, neighbours)
                    if score <= best_score + 1e-9:
                        break
                    best, best_score, k = tried, score, k + direction
        if best_score - before < 0.5:
            break
    return best


def _score(some: Words, references: Words, covariance: Covariance, near: NDArray[np.int64]) -> float:
    error, variance = _krige_near(some, references, covariance, near)
    nu = covariance.freedom
    log_norm = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * pi)
    density = log_norm - 0.5 * np.log(variance) - (nu + 1) / 2 * np.log1p(error**2 / variance / nu)
    return float(density.sum())


def _krige(
    words: Words, references: Words, covariance: Covariance, own: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _krige_near(words, references, covariance, _neighbours(words, references, own))


def _neighbours(words: Words, references: Words, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nearest references of each word, (n, m), itself (``own``; -1: none of them) left out."""
    apart = words.centres_pt[:, None] - references.centres_pt[None]
    square = (apart[..., 0] / _ACROSS) ** 2 + apart[..., 1] ** 2
    among = np.flatnonzero(own >= 0)
    square[among, own[among]] = np.inf
    count = min(_NEAREST, len(references.shift_pt) - (1 if len(among) else 0))
    return np.argpartition(square, count - 1, axis=1)[:, :count]


def _krige_near(
    words: Words, references: Words, covariance: Covariance, near: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return measured minus predicted displacement, and the variance of that, with the word's own noise."""
    offset = references.centres_pt[near] - words.centres_pt[:, None]  # (n, m, 2)
    y = references.shift_pt[near]
    middle = np.median(y, axis=1)
    lines = references.lines[near]
    dx = offset[:, :, None, 0] - offset[:, None, :, 0]
    dy = offset[:, :, None, 1] - offset[:, None, :, 1]
    gram = _between(covariance, dx * dx, dx * dx + dy * dy, lines[:, :, None] == lines[:, None, :])
    gram += _PLANE_PT**2 + _SLOPE**2 * np.einsum("nia,nja->nij", offset, offset)
    own = _own_variance(references, covariance)
    count = near.shape[1]
    gram[:, np.arange(count), np.arange(count)] += own[near]
    square = (offset * offset).sum(axis=2)
    cross = _between(covariance, offset[..., 0] ** 2, square, lines == words.lines[:, None]) + _PLANE_PT**2
    weights = np.linalg.solve(gram, cross[..., None])[..., 0]
    predicted = middle + (weights * (y - middle[:, None])).sum(axis=1)
    prior = covariance.bend_pt**2 + covariance.line_pt**2 + _PLANE_PT**2
    variance = np.maximum(prior - (weights * cross).sum(axis=1), 0.0)
    return words.shift_pt - predicted, variance + _own_variance(words, covariance)


def _between(
    covariance: Covariance,
    square_x: NDArray[np.float64],
    square: NDArray[np.float64],
    same_line: NDArray[np.bool_],
) -> NDArray[np.float64]:
    reach = covariance.reach_pt
    bent = covariance.bend_pt**2 * np.exp(-0.5 * square / reach**2)
    lined = np.where(same_line, covariance.line_pt**2 * np.exp(-0.5 * square_x / (4 * reach) ** 2), 0.0)
    return np.asarray(bent + lined)


def _own_variance(words: Words, covariance: Covariance) -> NDArray[np.float64]:
    """Return the variance of each word's own measurement, pt^2."""
    unexplained = 1.0 / np.clip(words.likeness, 0.1, 1.0) ** 2 - 1.0
    told = (covariance.factor * words.spread_pt) ** 2 + covariance.misfit_pt**2 * unexplained
    return np.asarray((told + covariance.floor_pt**2) * words.weight + words.doubt)


def _region_factor(
    points: NDArray[np.float64],
    references: NDArray[np.float64],
    square_z: NDArray[np.float64],
    freedom: float,
    own: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return by how much larger the noise around each point is taken than the page's, as a factor.

    The scale of a Student-t distribution by weighted expectation maximisation (Liu and Rubin 1995), so that
    a region of large errors is told from single ones.
    """
    weights = np.exp(-0.5 * ((points[:, None] - references[None]) ** 2).sum(axis=2) / _REGION_PT**2)
    among = np.flatnonzero(own >= 0)
    weights[among, own[among]] = 0.0
    total = weights.sum(axis=1) + _REGION_WEIGHT
    ratio = np.ones(len(points))
    for _ in range(12):
        tempered = (freedom + 1) / (freedom + square_z[None] / ratio[:, None]) * square_z[None]
        ratio = (_REGION_WEIGHT + (weights * tempered).sum(axis=1)) / total
    ratio *= 1 + _UNSURE * np.sqrt(2 / total)  # a region may look quiet by chance
    return np.asarray(np.sqrt(np.maximum(ratio, _REGION_LEAST)))


def _count_near(points: NDArray[np.float64], references: NDArray[np.float64]) -> NDArray[np.int64]:
    square = ((points[:, None] - references[None]) ** 2).sum(axis=2)
    return np.asarray((square < (2 * _REGION_PT) ** 2).sum(axis=1))
