"""Who had what, counted: the sentences with which a finding from access is explained to anybody.

Counts, not probabilities: "of 60 people, 4 had all nine facts" needs no statistics to check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dyeline.access.model import Circle, Leak

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts for one leak, of people who by the log had, or may have had, its published facts in time.

    ``rare`` are the published facts that fewest people had: all those with the smallest count, with
    that count. ``all_with_colleagues`` adds to ``had_all`` whoever shares a group with one of them.
    """

    people: int
    facts: int
    had_all: int
    all_but_one: int
    had_none: int
    rare: tuple[str, ...]
    rare_holders: int
    all_with_colleagues: int


def frequencies(circle: Circle, leak: Leak) -> Frequencies:
    """Return the counts for one leak."""
    had = leak.known[:, leak.present] > 0
    held = had.sum(axis=1)
    facts = int(leak.present.sum())
    everything = held == facts
    groups = circle.member[everything].any(axis=0)
    with_colleagues = everything | circle.member[:, groups].any(axis=1)
    holders = had.sum(axis=0)
    published = [fact for fact, there in zip(leak.facts, leak.present, strict=True) if there]
    fewest = int(holders.min()) if holders.size else 0
    return Frequencies(
        len(circle.people),
        facts,
        int(everything.sum()),
        int((held == facts - 1).sum()),
        int((held == 0).sum()),
        tuple(fact for fact, count in zip(published, holders, strict=True) if count == fewest),
        fewest,
        int(with_colleagues.sum()),
    )


def sentences(counted: Frequencies, *, by: str) -> list[str]:
    """Return the counts as sentences; ``by`` is the time in words: "Tuesday 3 March 2026, 09:00 UTC"."""
    things = _number(counted.facts) + (" fact" if counted.facts == 1 else " facts")
    everything = "the fact" if counted.facts == 1 else "both facts" if counted.facts == 2 else f"all {things}"
    lines = [f"Of {counted.people:,} people, {counted.had_all:,} had {everything} by {by}"]
    if counted.facts > 1:
        lines[0] += f"; {counted.all_but_one:,} had all but one; {counted.had_none:,} had none"
    lines[0] += ", as far as the log knows."
    if counted.facts > 1 and counted.rare_holders < counted.people and len(counted.rare) <= 3:
        each = "" if len(counted.rare) == 1 else " each"
        lines.append(f"Known to fewest: {', '.join(counted.rare)}, to {counted.rare_holders:,}{each}.")
    if counted.all_with_colleagues > counted.had_all > 0:
        lines.append(
            f"If one of those {counted.had_all:,} told a colleague in the same group, "
            f"the list is {counted.all_with_colleagues:,}."
            if counted.had_all > 1
            else f"If that one person told a colleague in the same group, the list is {counted.all_with_colleagues:,}."
        )
    if counted.had_all == 0 and counted.facts:
        lines.append(
            "Nobody had everything by the log: the log is incomplete, several told, or it came from elsewhere."
        )
    return lines


def together(circle: Circle, leaks: Sequence[Leak]) -> str:
    """Return one sentence on several leaks: how many people had everything in all of them, in all but one."""
    full = np.array([(leak.known[:, leak.present] > 0).all(axis=1) for leak in leaks])
    times = full.sum(axis=0)
    count = len(leaks)
    every = "both" if count == 2 else f"all {_number(count)}"
    return (
        f"Of {len(circle.people):,} people, {int((times == count).sum()):,} had everything in {every} "
        f"leaks; {int((times == count - 1).sum()):,} in all but one."
    )


def _number(value: int) -> str:
    return _WORDS[value] if value < len(_WORDS) else f"{value:,}"
