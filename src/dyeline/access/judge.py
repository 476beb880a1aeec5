"""What may be said from access alone: a group, a channel, outside, or nothing; never a person.

The statement must survive other assumptions than the ones made (the sweep). Where fewer than
``FEWEST`` people remain, their labels are withheld: it would be a name by another way, and what
separates the last two or three is a mark, not a log. So is everything from which they would follow: who
is like whom, which channel or group is in the set beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dyeline.access.channels import behind_channels, classes
from dyeline.access.model import FEWEST, Assumptions, Circle, Leak
from dyeline.access.posterior import CredibleSet, believe, credible_set, group_mass, inseparable, posterior

SURE = 0.95
"""A group is named from this posterior on: wrong in at most 2 % (bench/access)."""

SURE_IN_SWEEP = 0.8
"""And it must keep this much under every other set of assumptions."""

DIGITS = 9
"""Digits of a belief that are given: those after it depend on who comes first when people are summed."""

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
    empty when ``withheld``; their number is ``people_in_set`` either way. ``unnamed_in_set`` counts groups
    and channels of the set that are not named. ``inseparable`` are the classes of people that may be
    listed, ``inseparable_sizes`` the sizes of all.
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
    unnamed_in_set: int
    outside_in_set: bool
    outside: float
    inseparable: tuple[tuple[str, ...], ...]
    inseparable_sizes: tuple[int, ...]


def sweep(assumed: Assumptions, circle: Circle) -> tuple[Variant, ...]:
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
        Variant("outside a quarter as probable", replace(assumed, prior_outside=assumed.prior_outside / 4)),
        *(_channel_variants(assumed, circle) if circle.channels else ()),
    )


def judge(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> AccessFinding:
    """Return what may be said about the source of the leaks. Cost: 9 posteriors, 11 with channels."""
    variants = sweep(assumed, circle)
    beliefs = [believe(circle, leaks, variant.assumed) for variant in variants]
    masses = [belief.mass for belief in beliefs]
    behind = behind_channels(circle, leaks)
    open_channels = tuple(number for number, people in enumerate(behind) if people is None)
    about = _statement(circle, masses[0], open_channels)
    together = classes(circle, leaks, assumed, behind)
    sets = [credible_set(belief, together) for belief in beliefs]
    rows = [
        SweepRow(variant.words, _mass_of(circle, mass, *about), float(mass[-1]), _people_in(circle, chosen))
        for variant, mass, chosen in zip(variants, masses, sets, strict=True)
    ]
    sure = rows[0].statement >= SURE
    refused = tuple(row.words for row in rows[1:] if sure and row.statement < SURE_IN_SWEEP)
    shown = _shown(circle, sets[0], open_channels)
    alike = inseparable(circle, leaks, assumed)
    return AccessFinding(
        outcome=about[0] if sure and not refused else "open",
        kind=about[0],
        statement=_label(circle, *about),
        probability=round(rows[0].statement, DIGITS),
        refused_by=refused,
        sweep=tuple(_rounded(row) for row in rows),
        set_mass=round(sets[0].mass, DIGITS),
        people_in_set=rows[0].people,
        people=shown.people,
        withheld=shown.withheld,
        groups_in_set=shown.groups,
        channels_in_set=shown.channels,
        unnamed_in_set=shown.unnamed,
        outside_in_set=bool(masses[0].size - 1 in sets[0].rows),
        outside=round(float(masses[0][-1]), DIGITS),
        inseparable=_listable(circle, alike, shown),
        inseparable_sizes=tuple(len(members) for members in alike),
    )


def named_group(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> int | None:
    """Return the number of the group that ``judge`` would name, or None; stops at the first refusal."""
    first, *others = sweep(assumed, circle)
    number = _sure_group(circle, posterior(circle, leaks, first.assumed))
    if number is None:
        return None
    for variant in others:
        mass = posterior(circle, leaks, variant.assumed)
        if _mass_of(circle, mass, "group", number) < SURE_IN_SWEEP:
            return None
    return number


@dataclass(frozen=True, slots=True)
class _Shown:
    """What may be listed of a set."""

    people: tuple[str, ...]
    withheld: bool
    groups: tuple[str, ...]
    channels: tuple[str, ...]
    unnamed: int


def _shown(circle: Circle, chosen: CredibleSet, open_channels: Sequence[int]) -> _Shown:
    """Return what may be listed: beside one or two people neither these nor the groups and channels they are in."""
    first = len(circle.people)
    people = tuple(sorted(circle.people[row] for row in chosen.rows if row < first))
    groups = _numbers(chosen, first, len(circle.groups))
    channels = _numbers(chosen, first + len(circle.groups), len(circle.channels))
    unnamed = len(groups) + len(channels)
    if 0 < len(people) < FEWEST:
        return _Shown((), True, (), (), unnamed)
    named_groups = tuple(circle.groups[number] for number in groups if circle.sizes[number] >= FEWEST)
    named_channels = tuple(circle.channels[number] for number in channels if number in open_channels)
    unnamed -= len(named_groups) + len(named_channels)
    return _Shown(people, False, named_groups, named_channels, unnamed)


def _listable(circle: Circle, alike: Sequence[tuple[str, ...]], shown: _Shown) -> tuple[tuple[str, ...], ...]:
    """Return the classes that may be listed: none, where one or two people would be left over by subtraction."""
    large = tuple(members for members in alike if len(members) >= FEWEST)
    left = set(circle.people).difference(*large)
    leaves_few = any(0 < len(part) < FEWEST for part in (left & set(shown.people), left - set(shown.people)))
    return () if shown.withheld or leaves_few else large


def _statement(
    circle: Circle, mass: NDArray[np.float64], open_channels: Sequence[int]
) -> tuple[Literal["group", "channel", "outside"], int]:
    """Return the smallest group that is sure enough; if there is none, the likeliest group, channel or outside."""
    sure = _sure_group(circle, mass)
    if sure is not None:
        return "group", sure
    tops: list[tuple[float, Literal["group", "channel", "outside"], int]] = [(float(mass[-1]), "outside", 0)]
    of_groups = _of_large_groups(circle, mass)
    if of_groups.size and of_groups.max() >= 0:
        tops.append((float(of_groups.max()), "group", int(of_groups.argmax())))
    tops += [(_mass_of(circle, mass, "channel", number), "channel", number) for number in open_channels]
    _, kind, number = max(tops, key=lambda top: top[0])
    return kind, number


def _sure_group(circle: Circle, mass: NDArray[np.float64]) -> int | None:
    of_groups = _of_large_groups(circle, mass)
    sure = np.flatnonzero(of_groups >= SURE).tolist()
    return min(sure, key=lambda number: (circle.sizes[number], -of_groups[number], number), default=None)


def _of_large_groups(circle: Circle, mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the posterior of each group; -1 for one that is too small to be named."""
    return np.where(circle.sizes >= FEWEST, group_mass(circle, mass), -1.0)


def _mass_of(circle: Circle, mass: NDArray[np.float64], kind: str, number: int) -> float:
    if kind == "group":
        return float(group_mass(circle, mass)[number])
    if kind == "channel":
        return float(mass[len(circle.people) + len(circle.groups) + number])
    return float(mass[-1])


def _label(circle: Circle, kind: str, number: int) -> str:
    return {"group": circle.groups, "channel": circle.channels, "outside": ("",)}[kind][number]


def _people_in(circle: Circle, chosen: CredibleSet) -> int:
    return int((chosen.rows < len(circle.people)).sum())


def _numbers(chosen: CredibleSet, first: int, count: int) -> list[int]:
    return [int(row) - first for row in chosen.rows if first <= row < first + count]


def _channel_variants(assumed: Assumptions, circle: Circle) -> tuple[Variant, Variant]:
    """Return a channel as probable as one person at most, and channels four times as probable, if there is room."""
    room = 1.0 - assumed.prior_outside - (assumed.prior_groups if circle.groups else 0.0)
    count = len(circle.channels)
    even = min(assumed.prior_channels, room * count / (len(circle.people) + count))
    much = max(assumed.prior_channels, min(4 * assumed.prior_channels, room / 2))
    return (
        Variant("a channel no likelier than one person", replace(assumed, prior_channels=even)),
        Variant(f"channels much likelier ({100 * much:.0f} %)", replace(assumed, prior_channels=much)),
    )


def _rounded(row: SweepRow) -> SweepRow:
    return replace(row, statement=round(row.statement, DIGITS), outside=round(row.outside, DIGITS))


def _half_outside(assumed: Assumptions) -> Assumptions:
    inside = 0.5 if assumed.prior_outside < 0.5 else assumed.prior_outside
    return replace(assumed, prior_outside=inside)
