"""Distributions on a lattice, rounded so that every upper tail is at least the true one.

The exact null distribution of a sum of independent site scores, by convolution of positive
numbers only, so that small tails keep their relative accuracy. Three roundings are made and all
go the safe way: a value goes up to the next lattice point, a sum below ``LOWEST_NATS`` counts as
``LOWEST_NATS``, and a partial sum that once reached ``HIGHEST_NATS`` counts as being there for ever.
Because exp(score) has mean 1, the last two add at most about exp(-40) (Ville's inequality).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEP_NATS = 0.004
LOWEST_NATS = -40.0
HIGHEST_NATS = 40.0
_LOW = round(LOWEST_NATS / STEP_NATS)
_HIGH = round(HIGHEST_NATS / STEP_NATS)
_DIRECT_CELLS = 4_000_000
"""Larger convolutions go through the FFT, whose absolute error is then added to every point."""
_FFT_ERROR = (
    2e-16  # at least 10 times what was seen for 2**17 points; the tail is then no less than about 1e-11
)
_SLACK = 1e-9  # nats; covers rounding of floating-point sums


@dataclass(frozen=True, slots=True)
class Tail:
    """A lattice distribution: ``mass[k]`` at (first + k) steps, ``over`` at or above the highest point."""

    first: int
    mass: NDArray[np.float64]
    over: float

    def at_least(self, score_nats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return an upper bound on P(score >= s) for every s, exact but for the rounding upwards."""
        sums = np.append(np.cumsum(self.mass[::-1])[::-1], 0.0) + self.over
        index = np.floor((np.asarray(score_nats) - _SLACK) / STEP_NATS).astype(np.int64) - self.first
        return np.asarray(np.minimum(1.0, sums[np.clip(index, 0, self.mass.size)]))


POINT = Tail(0, np.ones(1), 0.0)
"""The distribution of a score without any site: 0 for certain."""


def atoms(values_nats: NDArray[np.float64], chances: NDArray[np.float64], over: float = 0.0) -> Tail:
    """Return the lattice distribution of a variable with these values (any order, repeats allowed)."""
    steps = np.ceil((values_nats - _SLACK) / STEP_NATS).astype(np.int64)
    used = chances > 0
    high = used & (steps >= _HIGH)
    over += float(chances[high].sum())
    steps, kept = np.maximum(steps[used & ~high], _LOW), chances[used & ~high]
    if not steps.size:
        return Tail(0, np.zeros(1), over)
    first = int(steps.min())
    return Tail(first, np.bincount(steps - first, weights=kept).astype(np.float64), over)


def add(one: Tail, other: Tail) -> Tail:
    """Return the distribution of the sum of two independent variables."""
    few, many = sorted((one, other), key=lambda tail: int(np.count_nonzero(tail.mass)))
    used = np.flatnonzero(few.mass)
    size = few.mass.size + many.mass.size - 1
    if used.size * many.mass.size > _DIRECT_CELLS:
        points = 1 << (size - 1).bit_length()
        spectrum = np.fft.rfft(few.mass, points) * np.fft.rfft(many.mass, points)
        total = np.maximum(np.fft.irfft(spectrum, points)[:size], 0.0) + _FFT_ERROR
    else:
        total = np.zeros(size)
        for shift in used.tolist():
            total[shift : shift + many.mass.size] += few.mass[shift] * many.mass
    over = one.over + other.over * (1.0 - one.over)
    return _clamped(one.first + other.first, total, over)


def _clamped(first: int, mass: NDArray[np.float64], over: float) -> Tail:
    if first < _LOW:
        cut = min(_LOW - first, mass.size - 1)
        mass = np.concatenate(([mass[: cut + 1].sum()], mass[cut + 1 :]))
        first = _LOW if cut == _LOW - first else first + cut
        first = max(first, _LOW)
    if first + mass.size > _HIGH:
        keep = max(_HIGH - first, 1)
        over += float(mass[keep:].sum())
        mass = mass[:keep]
    return Tail(first, mass, over)


def repeated(values_nats: NDArray[np.float64], chances: NDArray[np.float64], times: int) -> Tail:
    """Return the distribution of the sum of ``times`` equal, independent variables.

    Two-valued variables are binomial and rounded once; others are added one by one.
    """
    if values_nats.size == 2 and times > 1:
        high, low = float(values_nats[0]), float(values_nats[1])
        count = np.arange(times + 1)
        return atoms(count * high + (times - count) * low, binomial(times, float(chances[0])))
    one = atoms(values_nats, chances)
    result = one
    for _ in range(times - 1):
        result = add(result, one)
    return result


def binomial(times: int, chance: float) -> NDArray[np.float64]:
    """Return P(k of ``times``) for k = 0 … times, each accurate in relative terms."""
    log_factorial = np.array([math.lgamma(k + 1) for k in range(times + 1)])
    count = np.arange(times + 1)
    ln = log_factorial[times] - log_factorial - log_factorial[::-1]
    ln = ln + count * math.log(chance) + (times - count) * math.log1p(-chance)
    return np.asarray(np.exp(ln) * (1 + 1e-12))


def total(parts: Iterable[Tail]) -> Tail:
    """Return the distribution of the sum of independent variables, smallest first."""
    result = POINT
    for part in sorted(parts, key=lambda tail: tail.mass.size):
        result = add(result, part)
    return result


def mapped(tail: Tail, rate: float) -> Tail:
    """Return the distribution of ln((1 - rate) + rate * exp(t)) where t has the given one."""
    if rate >= 1.0:
        return tail
    values = (tail.first + np.arange(tail.mass.size)) * STEP_NATS
    with np.errstate(divide="ignore"):
        image = (
            np.logaddexp(math.log1p(-rate), math.log(rate) + values) if rate > 0 else np.zeros_like(values)
        )
    return atoms(image, tail.mass, tail.over)
