"""How soon a secret gets out, by how many know it and how long; whom not telling would halve that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHANCE_A_DAY = 2e-5
"""Chance that one person who knows lets it out on one day.

6 to 11 % of company takeovers showed signs of a leak before they were announced (Intralinks and Cass
Business School, more than 4,000 deals of 2004 to 2015). With 75 people in the know for 60 days, which
is an assumption, 8 % is 1.9e-5. States keep better: 4e-6 a person and *year* (Grimes 2016, PLoS ONE 11(1)
e0147905, from three affairs of thousands of people), which is 1e-8 a day. Whoever has figures of his own
should use them.
"""

BASIS = (
    "6-11 % of company takeovers leak (2004-2015), 75 people in the know for 60 days being assumed; "
    "state secrets: about 1e-8 (Grimes 2016)"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What to leave out so that the risk is at most halved: groups, single people (rows), how many then still know."""

    groups: tuple[int, ...]
    people: tuple[int, ...]
    left: int


def chance_out(parties: float, days: float, chance_a_day: float = CHANCE_A_DAY) -> float:
    """Return the chance that something known to so many has got out after so many days: 1 - (1 - q)^(n t)."""
    return -math.expm1(parties * days * math.log1p(-chance_a_day))


def most_for_half(parties: int, days: float, chance_a_day: float = CHANCE_A_DAY) -> int:
    """Return how many may know at most for half the chance that ``parties`` have; 0 if one alone is more.

    Half to within 1 %: the curve bends, so exactly half would ask 8 people to become 3, and 4 is meant.
    """
    target = chance_out(parties, days, chance_a_day) / 2
    allowed = math.log1p(-target) / (days * math.log1p(-chance_a_day))
    return min(int(allowed * 1.01), parties - 1)


def cheapest_cut(member: NDArray[np.bool_], knows: NDArray[np.bool_], most: int, order: Sequence[int]) -> Cut:
    """Return whom not to tell so that at most ``most`` people know: few decisions, few people more than needed.

    Whole groups first, the largest that is not more than needed each time; then single people in
    ``order`` (rows), members of no group first. ``member`` is bool (people, groups), ``knows`` (people,).
    """
    left = knows.copy()
    groups: list[int] = []
    while (needed := int(left.sum()) - most) > 0:
        counts = (member & left[:, None]).sum(axis=0)
        fitting = np.flatnonzero((counts <= needed) & (counts > 1))
        if not fitting.size:
            break
        best = int(fitting[counts[fitting].argmax()])
        groups.append(best)
        left &= ~member[:, best]
    needed = max(int(left.sum()) - most, 0)
    loose = sorted((row for row in order if left[row]), key=lambda row: bool(member[row].any()))
    people = tuple(loose[:needed])
    return Cut(tuple(groups), people, int(left.sum()) - len(people))
