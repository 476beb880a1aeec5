"""The outcome rules, all of them, in one place.

1. No passage of a registered document: ``not_ours``.
2. A passage, but no copy of it was ever issued, or not one site could be read: ``no_readable_mark``.
3. A copy whose family-wise p is at or below the bound: ``attributed``, listing exactly these copies.
4. The mean likelihood ratio of the whole list is at least 1/bound (an e-value: without a source on
   the list that happens with chance at most the bound), and 2 to ``NARROW_MOST`` copies hold
   ``NARROW_SHARE`` of it: ``narrowed``, listing these copies.
5. Otherwise ``insufficient``, listing nobody.

A copy that adds nothing to what better ones explain has a p-value of 1 (``trace.explain``).
Family-wise p is p times the number of copies scored, over all circulations of all versions that
the exhibit was compared with. A stamp or a notice line never enters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.model.finding import Candidate, NoneOfThese, Outcome
from dyeline.stats.posterior import PRIOR_NONE, posterior
from dyeline.trace.shelf import ShelvedCopy

RULES_VERSION = "outcome-rules/2"
NARROW_SHARE = 0.95
NARROW_MOST = 20
SMALLEST_P = 1e-300
"""Reported instead of a chance that a float cannot hold."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome and the copies it lists, best first."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    none_of_these: NoneOfThese


def judge(
    copies: list[ShelvedCopy],
    p_value: NDArray[np.float64],
    mixture_nats: NDArray[np.float64],
    *,
    anything_read: bool,
    bound: float,
) -> Verdict:
    """Return the verdict on one exhibit from the scores of every copy it was compared with."""
    if not copies or not anything_read:
        return Verdict("no_readable_mark", (), NoneOfThese(PRIOR_NONE, PRIOR_NONE))
    family = len(copies)
    family_wise = np.minimum(1.0, p_value * family)
    chance, none = posterior(mixture_nats)
    order = np.lexsort((-mixture_nats, p_value))
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

    named = order[family_wise[order] <= bound]
    if named.size:
        return Verdict("attributed", listed(named), nothing)
    group = _holding_group(mixture_nats, bound)
    if group is not None:
        return Verdict("narrowed", listed(group), nothing)
    return Verdict("insufficient", (), nothing)


def _holding_group(mixture_nats: NDArray[np.float64], bound: float) -> NDArray[np.int64] | None:
    """Return the smallest set of copies that holds ``NARROW_SHARE`` of the evidence, if rule 4 applies."""
    ln_sum = float(np.logaddexp.reduce(mixture_nats))
    if ln_sum - np.log(mixture_nats.size) < -np.log(bound):
        return None
    order = np.argsort(-mixture_nats, kind="stable")
    held = np.cumsum(np.exp(mixture_nats[order] - ln_sum))
    size = int(np.searchsorted(held, NARROW_SHARE)) + 1
    if not 2 <= size <= min(NARROW_MOST, mixture_nats.size - 1):
        return None
    return np.asarray(order[:size], dtype=np.int64)
