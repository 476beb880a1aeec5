"""What the inference from access starts with: who there is, what leaked, what is assumed.

All names are labels (R-017); whoever scores never sees a person's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["person", "group", "channel", "outside"]

FEWEST = 3
"""Fewest people behind a group or channel that is named, or in a list. Of two, each would know who is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Circle:
    """Everybody who could have known: people, the groups they are in, the channels they were told through.

    ``member`` is bool (people, groups). An organisation is a group like any other.
    """

    people: tuple[str, ...]
    groups: tuple[str, ...]
    member: NDArray[np.bool_]
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.member.shape != (len(self.people), len(self.groups)):
            raise ValueError(f"member: want (people, groups), got {self.member.shape}")

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Return how many people each group has."""
        return np.asarray(self.member.sum(axis=0), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Leak:
    """One publication: which facts it could have carried, which it does, and who had them before it.

    ``known`` (people, facts) and ``carried`` (channels, facts) are the chances, by the log, that the
    person had been told, or the channel had carried, the fact before the leak was published: 0 or 1,
    or a part of one where the log gives a day only and the leak appeared on that day. ``through`` are,
    per channel, the rows of the people who were, or may have been, told something published through it
    in time; without it no channel is named.
    """

    facts: tuple[str, ...]
    present: NDArray[np.bool_]
    known: NDArray[np.float64]
    carried: NDArray[np.float64]
    through: tuple[frozenset[int], ...] = ()

    def __post_init__(self) -> None:
        facts = len(self.facts)
        if self.present.shape != (facts,) or self.known.shape[1] != facts or self.carried.shape[1] != facts:
            raise ValueError(f"leak of {facts} facts: got {self.present.shape}, {self.known.shape}")


PRIOR_OUTSIDE = 0.2
"""Assumed beforehand for an outsider, an independent discovery, somebody whom no record knows."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the log cannot say. Every value is an assumption, shown with the result, and is varied in the sweep.

    Priors of the three other kinds of source; the rest is spread evenly over the people.
    Tuples are values that are all tried, with equal weight.
    """

    prior_outside: float = PRIOR_OUTSIDE
    prior_channels: float = 0.05  # a channel itself: a press list, a mailbox, a room
    prior_groups: float = 0.05  # several members of one group who put together what they know
    publishes: tuple[float, ...] = (0.3, 0.6, 0.9)  # chance that a source publishes a fact it has
    without: float = 0.02  # chance that a fact appears which the source does not have: a guess, another route
    outside: tuple[float, ...] = (0.05, 0.15, 0.3, 0.5)  # chance that an outsider has and publishes a fact
    passing: tuple[float, ...] = (0.0, 0.05, 0.15)  # chance that one colleague told another a fact
    unlogged: float = 0.0  # chance that somebody was told a fact and the log does not have it
    careful: float = 0.3  # share of sources who leave out what only few know
    absence: float = 0.8  # weight of a fact that is absent, beside 1 for one that is present
    stray: float = 0.1  # of several leaks, the share that has another source than the rest


@dataclass(frozen=True, slots=True)
class Source:
    """One possible source."""

    kind: Kind
    label: str


def sources(circle: Circle) -> tuple[Source, ...]:
    """Return every possible source in the order that all results keep: people, groups, channels, outside."""
    return (
        *(Source("person", label) for label in circle.people),
        *(Source("group", label) for label in circle.groups),
        *(Source("channel", label) for label in circle.channels),
        Source("outside", ""),
    )
