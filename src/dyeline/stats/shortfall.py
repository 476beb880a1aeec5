"""How surprising a poor result is without a leak, from past results of the same kind.

Successes of an operation are binomial with a rate of its own; the rates of comparable operations are
beta distributed around a mean, closer or wider: beta-binomial. Mean and spread are not known, so all
are tried on a grid, weighted by how well they explain the past (flat prior on the mean, flat on the
logarithm of the concentration).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MEANS = np.linspace(0.005, 0.995, 100)
_CONCENTRATIONS = np.geomspace(1.0, 300.0, 24)
"""Alpha + beta: 1 is "anything may happen", 300 "as regular as drawing balls"."""

MOST_EXPECTED = 10_000
"""Largest count of one operation."""


@dataclass(frozen=True, slots=True)
class Result:
    """One operation: what was to be expected at most, and how much of it came. 0 <= observed <= expected."""

    expected: int
    observed: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How surprising a result is.

    ``chance_without`` is the chance, without a leak, of this result or a worse one; ``ratio`` is P(exactly
    this result | leak) / P(exactly this result | no leak), where a leak multiplies the rate of success
    by ``leak_factor`` (an assumption); ``ratios`` has it for other factors.
    """

    past: int
    typical: float  # expected rate of success without a leak
    chance_without: float
    leak_factor: float
    ratio: float
    ratios: tuple[tuple[float, float], ...]


def shortfall(
    past: Sequence[Result],
    this: Result,
    *,
    leak_factor: float,
    other_factors: Sequence[float] = (0.25, 0.5, 0.75),
) -> Shortfall:
    """Return how surprising ``this`` is after ``past``. Cost: 2,400 rates for each operation and result."""
    means, concentrations = (grid.ravel() for grid in np.meshgrid(_MEANS, _CONCENTRATIONS))
    ln_weight = np.zeros(means.size)
    for result in past:
        ln_weight += _ln_chance(result.expected, result.observed, means, concentrations)
    weight = np.exp(ln_weight - ln_weight.max())
    weight /= weight.sum()

    def chance(observed: int, factor: float) -> float:
        terms = np.exp(_ln_chance(this.expected, observed, means * factor, concentrations))
        return float(weight @ terms)

    same = chance(this.observed, 1.0)
    worse = _tail(this, weight, means, concentrations)
    factors = sorted({*other_factors, leak_factor})
    return Shortfall(
        past=len(past),
        typical=float(weight @ means),
        chance_without=min(worse, 1.0),
        leak_factor=leak_factor,
        ratio=chance(this.observed, leak_factor) / same,
        ratios=tuple((factor, chance(this.observed, factor) / same) for factor in factors),
    )


def _tail(
    this: Result,
    weight: NDArray[np.float64],
    means: NDArray[np.float64],
    concentrations: NDArray[np.float64],
) -> float:
    """Return P(at most what was observed), by P(k + 1) / P(k) from k = 0 on."""
    alpha, beta = means * concentrations, (1 - means) * concentrations
    ln_term = _ln_chance(this.expected, 0, means, concentrations)
    total = np.exp(ln_term)
    for k in range(this.observed):
        left = this.expected - k
        ln_term = ln_term + np.log(left / (k + 1)) + np.log((k + alpha) / (left - 1 + beta))
        total += np.exp(ln_term)
    return float(weight @ total)


def _ln_chance(
    expected: int, observed: int, means: NDArray[np.float64], concentrations: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return ln P(observed of expected) of the beta-binomial for each mean and concentration."""
    alpha, beta = means * concentrations, (1 - means) * concentrations
    ways = _ln_gamma(np.array([expected + 1.0, observed + 1.0, expected - observed + 1.0])) @ [1, -1, -1]
    seen = _ln_beta(observed + alpha, expected - observed + beta)
    return np.asarray(ways + seen - _ln_beta(alpha, beta))


def _ln_beta(alpha: NDArray[np.float64], beta: NDArray[np.float64]) -> NDArray[np.float64]:
    return _ln_gamma(alpha) + _ln_gamma(beta) - _ln_gamma(alpha + beta)


def _ln_gamma(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([math.lgamma(value) for value in values.tolist()])
