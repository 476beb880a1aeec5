"""Which exhibit of a case decides which site. Readings of a site are never added up.

Exhibits are ordered by the moment at which they were examined, not by a time that somebody enters:
only then has nobody seen a site's evidence before it is scored. Those of one call (a batch) were
examined before anybody looked, so that among them the clearest reading of a site decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from dyeline.model.finding import Outcome
from dyeline.model.readings import Readings
from dyeline.trace.score import Scores
from dyeline.trace.shelf import ShelvedCirculation

DUPLICATE_SHARE = 0.9
"""Of the sites that an exhibit reads, so many have to be read by one before it, to call it a duplicate."""

DUPLICATE_AGREEMENT = 0.95
"""Of the sites that both read, so many have to show the same."""

DUPLICATE_LEAST_SITES = 8
"""Fewer sites than this tell nothing about two exhibits being one."""


@dataclass(frozen=True, slots=True)
class CaseCirculation:
    """A circulation that an exhibit of the case was compared with, and where the document's paragraphs begin."""

    circulation: ShelvedCirculation
    block_starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaseReading:
    """What one exhibit says about one circulation: readings, and the scores of the copies with these indices."""

    circulation: str
    readings: Readings
    indices: NDArray[np.int64]
    scores: Scores


@dataclass(frozen=True, slots=True)
class CaseExhibit:
    """One examined exhibit.

    ``batch`` is the moment of the call in which it was examined, ``removed`` that at which it was taken out
    (empty: never); any text that sorts by time.
    """

    label: str
    sha256: str
    batch: str
    outcome: Outcome
    compared: tuple[CaseReading, ...]
    text_sha256: str = ""
    removed: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The sites of one circulation that one exhibit decides; ``rows`` are their numbers, ascending."""

    position: int
    batch: int
    reading: CaseReading
    rows: NDArray[np.int64]


def in_order(exhibits: Sequence[CaseExhibit]) -> list[CaseExhibit]:
    """Return the exhibits as they were examined, each once, whatever the order in which they are given."""
    ordered: dict[str, CaseExhibit] = {}
    for exhibit in sorted(exhibits, key=lambda one: (one.batch, one.sha256)):
        ordered.setdefault(exhibit.sha256, exhibit)
    return list(ordered.values())


def deciding_parts(ordered: Sequence[CaseExhibit]) -> list[Part]:
    """Return which sites each exhibit decides. ``position`` counts exhibits and ``batch`` batches, from 1."""
    parts: list[Part] = []
    taken: dict[str, NDArray[np.bool_]] = {}
    numbered = list(enumerate(ordered, start=1))
    for number, (_, batch) in enumerate(groupby(numbered, key=lambda pair: pair[1].batch), start=1):
        members = [(position, reading) for position, one in batch for reading in one.compared]
        for name in sorted({reading.circulation for _, reading in members}):
            own = [(position, reading) for position, reading in members if reading.circulation == name]
            information = np.stack([reading.readings.information for _, reading in own])
            free = ~taken.setdefault(name, np.zeros(information.shape[1], dtype=np.bool_))
            best = information.argmax(axis=0)
            readable = free & (information.max(axis=0) > 0)
            for row, (position, reading) in enumerate(own):
                rows = np.flatnonzero(readable & (best == row))
                if rows.size:
                    parts.append(Part(position, number, reading, rows))
            taken[name] |= readable
    return parts


def duplicates(ordered: Sequence[CaseExhibit]) -> dict[str, str]:
    """Return label -> label of the earlier exhibit whose text or readings it repeats.

    For the reader, and so that a reprint is not examined as an exhibit of its own; the combined
    finding does not need it. What was taken out is repeated by nothing.
    """
    return _Repetitions().among(ordered, [one for one in ordered if not one.removed])


def counted_alone(ordered: Sequence[CaseExhibit]) -> tuple[str, ...]:
    """Return the labels of compared exhibits in the order in which they began to count on their own.

    A reprint begins to count when the last exhibit that it repeats is taken out. What began to count keeps
    its place for ever, so that what is kept of the bound for it is the same before and after.
    """
    repetitions = _Repetitions()
    compared = [exhibit for exhibit in ordered if exhibit.compared]
    moments = {exhibit.batch for exhibit in compared} | {one.removed for one in compared if one.removed}
    begun: dict[str, None] = {}
    for moment in sorted(moments):
        there = [
            one for one in compared if one.batch <= moment and not (one.removed and one.removed <= moment)
        ]
        repeated = repetitions.among(there, there)
        begun.update((one.label, None) for one in there if one.label not in repeated)
    return tuple(begun)


@dataclass(frozen=True, slots=True)
class _Repetitions:
    """Which exhibit repeats which; each pair is compared once."""

    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def among(self, ordered: Sequence[CaseExhibit], counting: Sequence[CaseExhibit]) -> dict[str, str]:
        """Return what repeats an earlier one of those that count, unless that is a repetition itself."""
        counts = {one.label for one in counting}
        found: dict[str, str] = {}
        originals: list[CaseExhibit] = []
        for exhibit in ordered:
            repeated = next((one.label for one in originals if self._repeats(exhibit, one)), None)
            if repeated is not None:
                found[exhibit.label] = repeated
            elif exhibit.label in counts:
                originals.append(exhibit)
        return found

    def _repeats(self, later: CaseExhibit, earlier: CaseExhibit) -> bool:
        pair = (later.label, earlier.label)
        if pair not in self.known:
            self.known[pair] = _repeats(later, earlier)
        return self.known[pair]


def _repeats(later: CaseExhibit, earlier: CaseExhibit) -> bool:
    before = {reading.circulation: reading.readings for reading in earlier.compared}
    if later.text_sha256 and later.text_sha256 == earlier.text_sha256:
        return before.keys() >= {reading.circulation for reading in later.compared}
    read = both = same = 0
    for reading in later.compared:
        mask = reading.readings.read
        read += int(mask.sum())
        if reading.circulation not in before:
            continue
        known = before[reading.circulation]
        shared = mask & known.read
        both += int(shared.sum())
        alike = reading.readings.loglik[shared].argmax(axis=1) == known.loglik[shared].argmax(axis=1)
        same += int(alike.sum())
    return (
        read >= DUPLICATE_LEAST_SITES
        and both >= DUPLICATE_SHARE * read
        and same >= DUPLICATE_AGREEMENT * both
    )
