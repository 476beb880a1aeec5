"""The chance that a recipient whose copy is not the source would score as high.

A recipient's codeword is independent of an exhibit that does not descend from his copy, given the
biases. So the distribution of his score is known once the exhibit is read: it is computed here by
exact convolution with every rounding upwards, not estimated, and holds whatever was done to the
exhibit and however wrong the model of the path is; a wrong model only costs power.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.stats import lattice
from dyeline.stats.evidence import Evidence
from dyeline.stats.models import MODELS, ScoreTable

TAIL_VERSION = "lattice-tail/2"

SMALL_NATS = 50.0
"""Evidence of less than this (72 even binary sites) cannot show a coalition; almost all of the error budget then
goes to a single copy. The rule looks at which sites were read, never at a codeword."""

_SHARES = ((0.40, 0.10, 0.06, 0.04, 0.06, 0.04, 0.30), (0.92, 0.02, 0.015, 0.005, 0.02, 0.01, 0.01))
"""Shares of the error budget for each of ``MODELS`` and, last, for e-values; for much and for small evidence."""

MARKOV_NATS = 36.0
"""From here on the bound P(LR >= x) <= 1/x is used; below it the lattice is exact to better than exp(-36)."""


def null_tail(table: ScoreTable, prior: NDArray[np.float64]) -> lattice.Tail:
    """Return the null distribution of the score in ``table`` for a codeword drawn from ``prior``.

    Cost: about 10 ms for 1,000 sites of few distinct kinds.
    """
    parts = []
    for number in range(table.rate.size):
        members = np.flatnonzero(table.group == number)
        inside = lattice.total(_equal_sites(table.nats[members], prior[members]))
        parts.append(lattice.mapped(inside, float(table.rate[number])))
    return lattice.total(parts)


def _equal_sites(nats: NDArray[np.float64], prior: NDArray[np.float64]) -> list[lattice.Tail]:
    """Return one distribution for each kind of site, a kind being its values and their chances."""
    kinds: dict[tuple[tuple[float, float], ...], int] = defaultdict(int)
    for values, chances in zip(np.round(nats, 12).tolist(), prior.tolist(), strict=True):
        kind: dict[float, float] = defaultdict(float)
        for value, chance in zip(values, chances, strict=True):
            if chance > 0:
                kind[value] += chance
        kinds[tuple(sorted(kind.items()))] += 1
    return [
        lattice.repeated(np.array([v for v, _ in kind]), np.array([c for _, c in kind]), times)
        for kind, times in kinds.items()
    ]


def tail_chances(tail: lattice.Tail, scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an upper bound on the null chance of each score: lattice tail, or 1/LR where that is small."""
    bound = tail.at_least(np.minimum(scores_nats, MARKOV_NATS))
    markov = np.exp(-np.maximum(scores_nats, MARKOV_NATS))
    return np.asarray(np.where(scores_nats > MARKOV_NATS, np.minimum(markov, bound), bound))


def error_shares(evidence: Evidence) -> tuple[float, ...]:
    """Return the shares of the error budget: one for each of ``MODELS``, then one for e-values. They add up to 1."""
    return _SHARES[0 if can_show_coalition(evidence) else 1]


def can_show_coalition(evidence: Evidence) -> bool:
    """Tell whether the sites that were read carry enough for copies that were mixed to be told apart."""
    collision = (evidence.prior**2).sum(axis=1)
    return float(-np.log(collision).sum()) >= SMALL_NATS


def p_values(
    tables: list[ScoreTable],
    evidence: Evidence,
    scores_nats: NDArray[np.float64],
    e_nats: NDArray[np.float64] | None = None,
    *,
    tails: Sequence[lattice.Tail] | None = None,
) -> NDArray[np.float64]:
    """Return one p-value a codeword from its scores under every model, (models, codewords), and its e-value.

    p = min over models of p_model / share, and 1 / (share of e-values * e): a union bound with shares that
    depend on no codeword and add up to 1, so P(p <= a) <= a for every recipient who is not the source.
    ``e_nats`` is ln of an e-value of each codeword; without it that share of the budget is not used. ``tails``
    are the ``null_tail`` of each table, where they are known.
    """
    *shares, e_share = error_shares(evidence)
    assert len(tables) == len(MODELS) == len(shares) and sum(shares) + e_share <= 1.0 + 1e-9
    tails = tails or [null_tail(table, evidence.prior) for table in tables]
    chances = [
        tail_chances(tail, row) / share for tail, row, share in zip(tails, scores_nats, shares, strict=True)
    ]
    if e_nats is not None:
        chances.append(np.exp(-np.maximum(e_nats, 0.0)) / e_share)
    return np.asarray(np.minimum(1.0, np.min(chances, axis=0)))


def mixture_nats(tables: Sequence[ScoreTable], scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln of the weighted mean of the models' likelihood ratios, per codeword (an e-value)."""
    ln_weights = np.log([table.weight for table in tables])
    return np.asarray(np.logaddexp.reduce(scores_nats + ln_weights[:, None], axis=0))
