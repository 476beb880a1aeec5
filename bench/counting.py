"""Counts of exhibits by what became of them, and exact intervals for shares."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from dyeline.model.finding import Finding

LEVEL = 0.99
RIGHT, WRONG = "right", "wrong"


def classify(finding: Finding, sources: frozenset[str]) -> str:
    """Return the column that a finding counts in.

    ``right``: attributed, and every named copy is a source. ``wrong``: attributed with any copy that
    is none. ``narrowed`` and ``narrowed, source not in the set``. Else the outcome itself.
    """
    named = {candidate.copy for candidate in finding.candidates}
    if finding.outcome == "attributed":
        return RIGHT if named <= sources else WRONG
    if finding.outcome == "narrowed":
        return "narrowed" if named & sources else "narrowed, source not in the set"
    return finding.outcome


def interval(hits: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of a share."""
    if not trials:
        return 0.0, 1.0
    tail = (1.0 - level) / 2.0
    low = 0.0 if hits == 0 else _root(lambda p: 1.0 - _at_most(hits - 1, trials, p) - tail)
    high = 1.0 if hits == trials else _root(lambda p: tail - _at_most(hits, trials, p))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def _at_most(hits: int, trials: int, p: float) -> float:
    """Return P(X <= hits) for a binomial X."""
    if p <= 0.0 or p >= 1.0:
        return 1.0 if p <= 0.0 or hits >= trials else 0.0
    terms = (
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(p) + (trials - k) * math.log1p(-p)
        for k in range(hits + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def percent(share: float) -> str:
    """Return a share in %, with as many digits as say something."""
    value = round(100 * share, 9)
    if value == round(value):
        return f"{value:.0f}"
    return f"{min(value, 99.9):.1f}" if value >= 1 else f"{value:.2g}"


def shown_interval(hits: int, trials: int) -> str:
    """Return the interval in %, "97.4-100"."""
    low, high = interval(hits, trials)
    return f"{percent(low)}-{percent(high)}"


def shares(counts: Counter[str]) -> dict[str, float]:
    """Return every count as a share of all."""
    whole = sum(counts.values())
    return {name: count / whole for name, count in sorted(counts.items())}
