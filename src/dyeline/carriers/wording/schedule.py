"""Choosing among alternations that compete for the same words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

GAP = 8  # unchanged characters that the reader needs between two places

_T = TypeVar("_T")


def heaviest(spans: Sequence[tuple[int, int, float, _T]], gap: int = GAP) -> list[_T]:
    """Return the items of the heaviest set of (start, end, weight, item) with ``gap`` between neighbours.

    Weighted interval scheduling; items come back in text order. Cost: O(n log n). Ties keep the
    later item out, so the result depends on the spans alone.
    """
    ranked = sorted(range(len(spans)), key=lambda k: (spans[k][1], spans[k][0], k))
    ends = [spans[k][1] for k in ranked]
    best = [0.0]
    previous: list[int] = []
    for rank, k in enumerate(ranked):
        start, _, weight, _ = spans[k]
        compatible = bisect_right(ends, start - gap, 0, rank)
        previous.append(compatible)
        best.append(max(best[-1], best[compatible] + weight))
    chosen: list[_T] = []
    rank = len(ranked)
    while rank:
        if best[rank] > best[rank - 1]:
            chosen.append(spans[ranked[rank - 1]][3])
            rank = previous[rank - 1]
        else:
            rank -= 1
    return chosen[::-1]
