"""The chance that a recipient whose copy is not the source would score as high.

A recipient's codeword is independent of an exhibit that does not descend from his copy, given the
biases. So the distribution of his score is known once the exhibit is read: it is computed here by
exact convolution with every rounding upwards, not estimated, and holds whatever was done to the
exhibit and however wrong the model of the path is; a wrong model only costs power.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from dyeline.stats import lattice
from dyeline.stats.evidence import Evidence
from dyeline.stats.models import MODELS, ScoreTable

TAIL_VERSION = "lattice-tail/1"

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


def p_values(
    tables: list[ScoreTable], evidence: Evidence, scores_nats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return one p-value a codeword from its scores under every model, shape (models, codewords).

    p = min over models of p_model / weight: a union bound with weights fixed beforehand that add up
    to 1, so P(p <= a) <= a for every recipient who is not the source.
    """
    weights = [table.model.weight for table in tables]
    assert sum(weights) <= 1.0 + 1e-9 and len(tables) == len(MODELS)
    chances = [
        tail_chances(null_tail(table, evidence.prior), row) / table.model.weight
        for table, row in zip(tables, scores_nats, strict=True)
    ]
    return np.asarray(np.minimum(1.0, np.min(chances, axis=0)))


def mixture_nats(tables: list[ScoreTable], scores_nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln of the weighted mean of the models' likelihood ratios, per codeword (an e-value)."""
    ln_weights = np.log([table.model.weight for table in tables])
    return np.asarray(np.logaddexp.reduce(scores_nats + ln_weights[:, None], axis=0))
