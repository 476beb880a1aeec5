"""Which channels may be named: a call to one person is that person by another name.

A channel that may not be named stays a possible source, so no group is surer for it; but it is in a set
only together with those whom it would name, and shown as one of a number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.access.model import FEWEST, Assumptions, Circle, Leak
from dyeline.access.posterior import person_classes


def behind_channels(circle: Circle, leaks: Sequence[Leak]) -> tuple[frozenset[int] | None, ...]:
    """Return, per channel, None where it may be named; else the rows of the people whom its name would name.

    It may be named where at least ``FEWEST`` people were told something published through it, and where
    those who had been told just what it carried, of all facts or of those published, are as many or none.
    """
    return tuple(_behind(number, leaks) for number in range(len(circle.channels)))


def classes(
    circle: Circle, leaks: Sequence[Leak], assumed: Assumptions, behind: Sequence[frozenset[int] | None]
) -> NDArray[np.int64]:
    """Return the number of the class of every source: what is in one class is in a set together or not at all.

    People who are inseparable are in one class, with the channels that would name one of them.
    """
    people = person_classes(circle, leaks, assumed)
    others = len(circle.groups) + len(circle.channels) + 1
    found = np.concatenate([people, len(circle.people) + np.arange(others)])
    first = len(circle.people) + len(circle.groups)
    for channel, rows in enumerate(behind):
        for row in rows or ():
            found[found == found[row]] = found[first + channel]
    return found


def _behind(number: int, leaks: Sequence[Leak]) -> frozenset[int] | None:
    told = frozenset[int]().union(*(leak.through[number] for leak in leaks if leak.through))
    if len(told) < FEWEST:
        return told
    alike = [_alike(number, leaks, every) for every in (True, False)]
    few = [rows for rows in alike if 0 < len(rows) < FEWEST]
    return frozenset[int]().union(*few) if few else None


def _alike(number: int, leaks: Sequence[Leak], every: bool) -> frozenset[int]:
    """Return the rows of the people who had just what the channel carried, of all facts or of those published."""
    same = np.ones(leaks[0].known.shape[0], dtype=bool)
    for leak in leaks:
        facts = np.ones_like(leak.present) if every else leak.present
        same &= np.isclose(leak.known[:, facts], leak.carried[number, facts]).all(axis=1)
    return frozenset(np.flatnonzero(same).tolist())
