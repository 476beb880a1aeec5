"""The outcome rules, all of them, in one place.

1. No passage of a registered document: ``not_ours``.
2. A passage, but no copy of it was ever issued, or not one site could be read: ``no_readable_mark``.
3. A copy whose family-wise p is at or below the bound: ``attributed``, listing exactly these copies.
4. The mean likelihood ratio of the whole list is at least 1/(0.9 bound) (an e-value: without a source on
   the list that happens with chance at most 0.9 of the bound), and 2 to ``NARROW_MOST`` copies hold
   ``NARROW_SHARE`` of it: ``narrowed``, listing these copies and any level with the least of them.
5. The same for pairs of copies, the mean taken over all pairs that the list has (the remaining tenth of
   the bound): ``narrowed``, listing the copies of the pairs that hold ``NARROW_SHARE`` of it.
6. Otherwise ``insufficient``, listing nobody.

Several copies that are attributed took part together, each of them at the bound. Of a pair that
rule 5 lists alone, at least one took part.

A copy that adds nothing to what better ones explain has a p-value of 1 (``trace.explain``).
Family-wise p is p times the number of copies scored, over all circulations of all versions that
the exhibit was compared with. A stamp or a notice line never enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.model.finding import Candidate, NoneOfThese, Outcome, Together
from dyeline.stats.posterior import PRIOR_NONE, posterior
from dyeline.trace.score import Scores
from dyeline.trace.shelf import ShelvedCopy

RULES_VERSION = "outcome-rules/4"
NARROW_SHARE = 0.95
NARROW_MOST = 20
PAIR_SHARE = 0.1
"""Share of the bound that pairs get of a narrowed finding."""

LEVEL_NATS = 1e-9
"""Evidence that differs by no more than this is level: rounding tells it apart, nothing else."""

SMALLEST_P = 1e-300
"""Reported instead of a chance that a float cannot hold."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome and the copies it lists, best first."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    none_of_these: NoneOfThese
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """Pairs of copies that explain an exhibit together, of all ``possible`` pairs that could have been listed.

    ``rows`` are pairs of row numbers, ``nats`` their ln likelihood ratios against codewords independent of both.
    """

    rows: tuple[tuple[int, int], ...] = ()
    nats: tuple[float, ...] = ()
    possible: int = 0


def pair_evidence(scores: Sequence[Scores]) -> PairEvidence:
    """Return the pairs of copies of one circulation each, rows counted through all circulations."""
    rows, nats, possible, first = [], [], 0, 0
    for one in scores:
        rows += [(first + a, first + b) for a, b in (pair.rows for pair in one.pairs)]
        nats += [pair.nats for pair in one.pairs]
        copies = one.p_value.size
        possible += copies * (copies - 1) // 2
        first += copies
    return PairEvidence(tuple(rows), tuple(nats), possible)


def judge(
    copies: Sequence[ShelvedCopy],
    p_value: NDArray[np.float64],
    mixture_nats: NDArray[np.float64],
    *,
    anything_read: bool,
    bound: float,
    pairs: PairEvidence | None = None,
    rest_nats: float = -np.inf,
) -> Verdict:
    """Return the verdict on one exhibit from the scores of every copy it was compared with.

    ``rest_nats`` is the share in the posterior of copies that a screen left out (``trace.score``).
    """
    if not copies or not anything_read:
        return Verdict("no_readable_mark", (), NoneOfThese(PRIOR_NONE, PRIOR_NONE))
    family = len(copies)
    family_wise = np.minimum(1.0, p_value * family)
    order = np.lexsort((-mixture_nats, p_value))
    named = order[family_wise[order] <= bound]
    chance, none = posterior(_with_company(mixture_nats, p_value, named), rest_nats=rest_nats)
    nothing = NoneOfThese(none, PRIOR_NONE)

    def listed(rows: NDArray[np.int64]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                copies[row].label,
                copies[row].recipient,
                max(float(p_value[row]), SMALLEST_P),
                max(float(family_wise[row]), SMALLEST_P),
                float(mixture_nats[row] / np.log(10)),
                float(chance[row]),
            )
            for row in rows.tolist()
        )

    if named.size:
        return Verdict("attributed", listed(named), nothing, _each(listed(named), named, pairs))
    group = _holding_group(mixture_nats, bound)
    if group is not None:
        return Verdict("narrowed", listed(group), nothing)
    held = _holding_pairs(pairs, bound)
    if held is not None:
        rows, nats = held
        best = order[np.isin(order, np.unique(rows))]
        return Verdict("narrowed", listed(best), nothing, _any(rows, nats, copies, pairs))
    return Verdict("insufficient", (), nothing)


def _with_company(
    mixture_nats: NDArray[np.float64], p_value: NDArray[np.float64], named: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return ln LR for the posterior: of a named copy at least what its p-value is worth, 1/(2 sqrt(p)).

    A copy that was merged with others may explain little alone, and be named for what it explains beside them.
    (The e-value of a p-value: Vovk and Wang, E-values, Annals of Statistics 2021, section 2, kappa = 1/2.)
    """
    nats = mixture_nats.copy()
    worth = -np.log(2.0) - 0.5 * np.log(np.maximum(p_value[named], SMALLEST_P))
    nats[named] = np.maximum(nats[named], worth)
    return nats


def _holding_group(mixture_nats: NDArray[np.float64], bound: float) -> NDArray[np.int64] | None:
    """Return the smallest set of copies that holds ``NARROW_SHARE`` of the evidence, if rule 4 applies."""
    ln_sum = float(np.logaddexp.reduce(mixture_nats))
    if ln_sum - np.log(mixture_nats.size) < -np.log((1 - PAIR_SHARE) * bound):
        return None
    best = holding(mixture_nats)
    if not 2 <= best.size <= min(NARROW_MOST, mixture_nats.size - 1):
        return None
    return best


def holding(nats: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows, best first, of the fewest that hold ``NARROW_SHARE`` of the evidence, and those level with them.

    Without the level ones it would depend on the order of the list which of several equals is shown.
    """
    order = np.argsort(-nats, kind="stable")
    held = np.cumsum(np.exp(nats[order] - np.logaddexp.reduce(nats)))
    last = order[int(np.searchsorted(held, NARROW_SHARE - LEVEL_NATS))]
    return np.asarray(order[nats[order] >= nats[last] - LEVEL_NATS], dtype=np.int64)


def _each(
    candidates: tuple[Candidate, ...], named: NDArray[np.int64], pairs: PairEvidence | None
) -> tuple[Together, ...]:
    """Return the statement that all attributed copies took part: wrong no more often than the largest of their p."""
    if len(candidates) < 2:
        return ()
    known = dict(zip(pairs.rows, pairs.nats, strict=True)) if pairs is not None and named.size == 2 else {}
    first, *others = named.tolist()
    nats = known.get((first, others[0]), known.get((others[0], first)))
    p = max(candidate.family_wise_p for candidate in candidates)
    labels = tuple(candidate.copy for candidate in candidates)
    return (Together(labels, "each", p, None if nats is None else nats / float(np.log(10))),)


def _holding_pairs(
    pairs: PairEvidence | None, bound: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """Return the fewest pairs that hold ``NARROW_SHARE`` of the evidence of all listed pairs, if rule 5 applies."""
    if pairs is None or not pairs.rows:
        return None
    rows, nats = np.array(pairs.rows, dtype=np.int64), np.array(pairs.nats)
    ln_sum = float(np.logaddexp.reduce(nats))
    if ln_sum - np.log(pairs.possible) < -np.log(PAIR_SHARE * bound):
        return None
    best = holding(nats)
    if np.unique(rows[best]).size > NARROW_MOST:
        return None
    return rows[best], nats[best]


def _any(
    rows: NDArray[np.int64],
    nats: NDArray[np.float64],
    copies: Sequence[ShelvedCopy],
    pairs: PairEvidence | None,
) -> tuple[Together, ...]:
    """Return the statement that at least one copy of the only pair took part."""
    if pairs is None or rows.shape[0] != 1:
        return ()
    p = min(1.0, pairs.possible * float(np.exp(-nats[0])) / PAIR_SHARE)
    labels = tuple(copies[row].label for row in rows[0].tolist())
    return (Together(labels, "any", max(p, SMALLEST_P), float(nats[0] / np.log(10))),)
