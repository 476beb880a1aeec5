"""What may be said from access alone: a group, a channel, outside, or nothing; never a person.

The statement must survive other assumptions than the ones made (the sweep). Where fewer than
``FEWEST`` people remain, their labels are withheld: it would be a name by another way, and what
separates the last two or three is a mark, not a log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dyeline.access.model import Assumptions, Circle, Leak
from dyeline.access.posterior import CredibleSet, credible_set, group_mass, inseparable, posterior

SURE = 0.95
"""A group is named from this posterior on: wrong in at most 2 % (bench/access)."""

SURE_IN_SWEEP = 0.8
"""And it must keep this much under every other set of assumptions."""

FEWEST = 3
"""Fewest people in a group that is named, or in a list that is shown. Of two, each would know who is meant."""

Outcome = Literal["group", "channel", "outside", "open"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One set of assumptions of the sweep, with the words for it."""

    words: str
    assumed: Assumptions


@dataclass(frozen=True, slots=True)
class SweepRow:
    """What one set of assumptions gives: posterior of the statement in question and of outside, people in the set."""

    words: str
    statement: float
    outside: float
    people: int


@dataclass(frozen=True, slots=True)
class AccessFinding:
    """What several leaks and the log say together.

    ``statement`` is the label of the group or channel in question: the one that is named, or under
    ``open`` the likeliest, "" for outside. ``people`` are the members of the 90 % set in label order,
    empty when ``withheld``; their number is ``people_in_set`` either way.
    """

    outcome: Outcome
    kind: Literal["group", "channel", "outside"]
    statement: str
    probability: float
    refused_by: tuple[str, ...]
    sweep: tuple[SweepRow, ...]
    set_mass: float
    people_in_set: int
    people: tuple[str, ...]
    withheld: bool
    groups_in_set: tuple[str, ...]
    channels_in_set: tuple[str, ...]
    outside_in_set: bool
    outside: float
    inseparable: tuple[tuple[str, ...], ...]


def sweep(assumed: Assumptions) -> tuple[Variant, ...]:
    """Return the sets of assumptions that a statement must survive, beginning with the one given."""
    return (
        Variant("as assumed", assumed),
        Variant("colleagues tell each other nothing", replace(assumed, passing=(0.0,))),
        Variant("colleagues tell each other much (30 %)", replace(assumed, passing=(0.3,))),
        Variant("the log lacks 1 entry in 20", replace(assumed, unlogged=0.05)),
        Variant("the log lacks 1 entry in 5", replace(assumed, unlogged=0.2)),
        Variant("every source leaves out what few know", replace(assumed, careful=1.0)),
        Variant("what is absent says little", replace(assumed, absence=0.3)),
        Variant("outside as probable as everybody inside", _half_outside(assumed)),
    )


def judge(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> AccessFinding:
    """Return what may be said about the source of the leaks. Cost: 8 posteriors."""
    variants = sweep(assumed)
    masses = [posterior(circle, leaks, variant.assumed) for variant in variants]
    kind, number = _statement(circle, masses[0])
    rows, sets = [], [credible_set(mass) for mass in masses]
    for variant, mass, chosen in zip(variants, masses, sets, strict=True):
        kept = _mass_of(circle, mass, kind, number)
        people = int((chosen.rows < len(circle.people)).sum())
        rows.append(SweepRow(variant.words, kept, float(mass[-1]), people))
    refused = tuple(row.words for row in rows[1:] if row.statement < SURE_IN_SWEEP)
    sure = rows[0].statement >= SURE and not refused
    label = {"group": circle.groups, "channel": circle.channels, "outside": ("",)}[kind][number]
    people_in_set = [circle.people[row] for row in sets[0].rows if row < len(circle.people)]
    withheld = 0 < len(people_in_set) < FEWEST
    return AccessFinding(
        outcome=kind if sure else "open",
        kind=kind,
        statement=label,
        probability=rows[0].statement,
        refused_by=refused if rows[0].statement >= SURE else (),
        sweep=tuple(rows),
        set_mass=sets[0].mass,
        people_in_set=len(people_in_set),
        people=() if withheld else tuple(sorted(people_in_set)),
        withheld=withheld,
        groups_in_set=tuple(
            label
            for label in _labels(circle.groups, sets[0], len(circle.people))
            if circle.sizes[circle.groups.index(label)] >= FEWEST
        ),
        channels_in_set=_labels(circle.channels, sets[0], len(circle.people) + len(circle.groups)),
        outside_in_set=bool(masses[0].size - 1 in sets[0].rows),
        outside=float(masses[0][-1]),
        inseparable=tuple(inseparable(circle, leaks, assumed)),
    )


def named_group(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> int | None:
    """Return the number of the group that ``judge`` would name, or None; stops at the first refusal."""
    number = None
    for k, variant in enumerate(sweep(assumed)):
        mass = posterior(circle, leaks, variant.assumed)
        if k == 0:
            kind, number = _statement(circle, mass)
            if kind != "group":
                return None
        assert number is not None
        if _mass_of(circle, mass, "group", number) < (SURE if k == 0 else SURE_IN_SWEEP):
            return None
    return number


def _statement(
    circle: Circle, mass: NDArray[np.float64]
) -> tuple[Literal["group", "channel", "outside"], int]:
    """Return the smallest group that is sure enough; if there is none, the likeliest group, channel or outside."""
    of_groups = np.where(circle.sizes >= FEWEST, group_mass(circle, mass), -1.0)
    sure = np.flatnonzero(of_groups >= SURE)
    if sure.size:
        best = min(sure.tolist(), key=lambda number: (circle.sizes[number], -of_groups[number], number))
        return "group", best
    first = len(circle.people) + len(circle.groups)
    of_channels = mass[first : first + len(circle.channels)]
    tops: list[tuple[float, Literal["group", "channel", "outside"], int]] = [(float(mass[-1]), "outside", 0)]
    if of_groups.size and of_groups.max() >= 0:
        tops.append((float(of_groups.max()), "group", int(of_groups.argmax())))
    if of_channels.size:
        tops.append((float(of_channels.max()), "channel", int(of_channels.argmax())))
    _, kind, number = max(tops, key=lambda top: top[0])
    return kind, number


def _mass_of(circle: Circle, mass: NDArray[np.float64], kind: str, number: int) -> float:
    if kind == "group":
        return float(group_mass(circle, mass)[number])
    if kind == "channel":
        return float(mass[len(circle.people) + len(circle.groups) + number])
    return float(mass[-1])


def _labels(labels: Sequence[str], chosen: CredibleSet, first: int) -> tuple[str, ...]:
    return tuple(labels[row - first] for row in chosen.rows if first <= row < first + len(labels))


def _half_outside(assumed: Assumptions) -> Assumptions:
    inside = 0.5 if assumed.prior_outside < 0.5 else assumed.prior_outside
    return replace(assumed, prior_outside=inside)
