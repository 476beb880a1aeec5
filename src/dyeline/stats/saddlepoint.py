"""The tail of a sum over many sites by the saddlepoint: a screen, never the number that decides.

Sites are grouped by their kind (values and chances). For a tilt t the cumulant function K and its
derivatives give the score s = K'(t) and three statements about P(S >= s) at once:

* Chernoff's bound exp(K(t) - t s), rigorous whatever the kinds;
* Lugannani and Rice (1980), within some percent for a few hundred unequal sites;
* the same with Daniels' (1987) correction where all values lie on a lattice of a span that matters.

``TailCurve`` tabulates them over tilts once and reads any number of scores off by interpolation, so that a
million p-values cost a tenth of a second. What is shown follows rules fixed beforehand: Chernoff's bound where
there are few sites, or near the end of the support, the approximation elsewhere (``TailCurve.shown``);
and the exact tail wherever the sites are of few kinds, which is where the approximation fails (``chances``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.exacttail import exact_tail

SADDLEPOINT_VERSION = "saddlepoint/1"

FEWEST_SITES = 100
"""With fewer sites than this the bound is shown (``bench.tails``: up to 1.4 times too small there)."""

FEWEST_FREE = 2.0
"""Tilted variance in units of the largest squared step; with less the score is near the end of the support."""

FEW_KINDS = 12
"""Sums over this many kinds or fewer jump: the approximation was up to 1.7 times too small for 128 sites of 3 kinds."""

EXACT_SITES = 256
"""With fewer sites than this the tail is exact whatever their kinds."""

EXACT_STEPS_NATS = (0.0005, 0.001)
"""Steps of the exact tail below and from 1,024 sites on: sums of few kinds lie in clusters that others blur."""

_TILTS = np.concatenate([np.linspace(1e-4, 0.05, 40), np.geomspace(0.052, 40.0, 760)])
_HALF_LN_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class TailCurve:
    """ln P(S >= s) along rising scores, in nats: approximated, bounded, and what is shown of the two.

    ``sites`` is the number of sites whose score is not constant.
    """

    sites: int
    score: NDArray[np.float64]
    approximate: NDArray[np.float64]
    bound: NDArray[np.float64]
    shown: NDArray[np.float64]

    def chances(self, scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the p-value that is shown for each score: 1 below the mean, the bound beyond the curve."""
        return self._read(self.shown, scores_nats)

    def bounds(self, scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Chernoff's bound for each score."""
        return self._read(self.bound, scores_nats)

    def _read(self, ln: NDArray[np.float64], scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.score.size:
            return np.ones(np.shape(scores_nats))
        return np.exp(np.interp(scores_nats, self.score, ln, left=0.0, right=float(ln[-1])))


def tail_curve(nats: NDArray[np.float64], prior: NDArray[np.float64]) -> TailCurve:
    """Return the curve of a sum over sites; ``nats`` and ``prior`` are (sites, symbols)."""
    values, chances, times = _kinds(nats, prior)
    if not times.size:
        empty = np.zeros(0)
        return TailCurve(0, empty, empty, empty, empty)
    k, k1, k2 = _cumulants(values, chances, times)
    tilt = _TILTS
    ln_bound = np.minimum(k - tilt * k1, 0.0)
    span = _span(values, chances)
    w = np.sqrt(2 * np.maximum(-ln_bound, 1e-300))
    step = -np.expm1(-tilt * span) / span if span > 0 else tilt
    u = step * np.sqrt(k2)
    inside = _mills(w) + 1.0 / u - 1.0 / w
    ln_approximate = np.where(
        inside > 0, ln_bound - _HALF_LN_2PI + np.log(np.maximum(inside, 1e-300)), ln_bound
    )
    near_mean = w < 0.05  # both 1/u and 1/w are large there; half is right to a few per cent
    ln_approximate = np.where(near_mean, math.log(0.5), np.minimum(ln_approximate, ln_bound))
    largest = float(np.ptp(np.where(chances > 0, values, values[:, :1]), axis=1).max())
    thin = (k2 < FEWEST_FREE * largest**2) | (times.sum() < FEWEST_SITES)
    shown = np.where(thin | near_mean, ln_bound, ln_approximate)
    rising = np.concatenate([[True], np.diff(k1) > 1e-12])
    # a p-value falls with the score: where the rule changes sides, the larger one holds from there down
    shown = np.maximum.accumulate(shown[::-1])[::-1]
    return TailCurve(int(times.sum()), *(line[rising] for line in (k1, ln_approximate, ln_bound, shown)))


def chances(
    nats: NDArray[np.float64], prior: NDArray[np.float64], scores_nats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return P(S >= s) for every score: exact (rounded upwards) for few sites or kinds, else as ``TailCurve.shown``."""
    sites = nats.shape[0]
    if sites < EXACT_SITES or _kinds(nats, prior)[2].size <= FEW_KINDS:
        return exact_tail(nats, prior, EXACT_STEPS_NATS[sites >= 1024]).at_least(scores_nats)
    return tail_curve(nats, prior).chances(scores_nats)


def _kinds(
    nats: NDArray[np.float64], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the kinds of sites: values (kinds, symbols), their chances, how many sites are of each."""
    kinds: dict[tuple[tuple[float, float], ...], int] = defaultdict(int)
    for row, chances in zip(np.round(nats, 12).tolist(), prior.tolist(), strict=True):
        pairs = sorted((value, chance) for value, chance in zip(row, chances, strict=True) if chance > 0)
        if pairs[0][0] < pairs[-1][0]:
            kinds[tuple(pairs)] += 1
    if not kinds:
        return np.zeros((0, 1)), np.zeros((0, 1)), np.zeros(0)
    width = max(len(kind) for kind in kinds)
    values, weights = np.zeros((len(kinds), width)), np.zeros((len(kinds), width))
    for row, kind in enumerate(kinds):
        values[row, : len(kind)] = [value for value, _ in kind]
        weights[row, : len(kind)] = [chance for _, chance in kind]
    return values, weights, np.array(list(kinds.values()), dtype=np.float64)


def _cumulants(
    values: NDArray[np.float64], chances: NDArray[np.float64], times: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return K, K' and K'' at every tilt, each of shape (tilts,)."""
    with np.errstate(divide="ignore"):
        ln_chance = np.log(chances)
    power = _TILTS[:, None, None] * values[None] + ln_chance[None]
    top = power.max(axis=2, keepdims=True)
    weight = np.exp(power - top)
    whole = weight.sum(axis=2, keepdims=True)
    k = (top + np.log(whole))[:, :, 0] @ times
    weight /= whole
    mean = (weight * values[None]).sum(axis=2)
    variance = (weight * (values[None] - mean[:, :, None]) ** 2).sum(axis=2)
    return k, mean @ times, np.maximum(variance @ times, 1e-300)


def _span(values: NDArray[np.float64], chances: NDArray[np.float64]) -> float:
    """Return the span of the lattice on which all sums lie, 0 where it is too fine to matter (below 0.01 nats)."""
    gaps = [
        float(value - row[0])
        for row, weights in zip(values, chances, strict=True)
        for value, weight in zip(row[1:], weights[1:], strict=True)
        if weight > 0
    ]
    span = 0.0
    for gap in gaps:
        while gap > 1e-6:
            span, gap = gap, math.fmod(span, gap) if span else 0.0
            if span and span - gap < 1e-6:  # fmod left nearly a whole span
                gap = 0.0
    return span if span >= 0.01 else 0.0


def _mills(w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (1 - Phi(w)) / phi(w), relative error below 2e-4 (a continued fraction; Abramowitz and Stegun 26.2.14)."""
    result = np.asarray(w, dtype=np.float64).copy()
    for k in range(400, 0, -1):
        result = w + k / result
    return np.asarray(1.0 / result)
