"""Which exhibit of a case decides which site. Readings of a site are never added up.

Exhibits are ordered by the moment at which they were examined, not by a time that somebody enters:
only then has nobody seen a site's evidence before it is scored. Those of one call (a batch) were
examined before anybody looked, so that among them the clearest reading of a site decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """One examined exhibit. ``batch`` orders the calls in which exhibits were examined (any sortable text)."""

    label: str
    sha256: str
    batch: str
    outcome: Outcome
    compared: tuple[CaseReading, ...]
    text_sha256: str = ""
    removed: bool = False


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
    finding does not need it.
    """
    found: dict[str, str] = {}
    for number, exhibit in enumerate(ordered):
        originals = [one for one in ordered[:number] if one.label not in found]
        repeated = next((one.label for one in originals if _repeats(exhibit, one)), None)
        if repeated is not None:
            found[exhibit.label] = repeated
    return found


def _repeats(later: CaseExhibit, earlier: CaseExhibit) -> bool:
    if later.text_sha256 and later.text_sha256 == earlier.text_sha256:
        return True
    before = {reading.circulation: reading.readings for reading in earlier.compared}
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
