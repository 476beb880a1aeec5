"""Who is compared in a case: recipients with all their copies, as columns, so that a million of them are no objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.combine import share
from dyeline.trace.case_merge import CaseCirculation, CaseExhibit, CaseReading
from dyeline.trace.shelf import ShelvedCirculation

AT_ONCE = 50_000
"""Recipients scored at a time: some 100 MB with ten exhibits."""


@dataclass(frozen=True, slots=True, eq=False)
class Subset:
    """Some recipients, numbered anew from 0: by circulation, the copies they hold and the holder of each."""

    count: int
    copies: Mapping[str, NDArray[np.int64]]
    holder: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Recipients ever compared, in the order of their sealed labels.

    ``family`` is of how many each one is; ``groups`` counts those who were first compared in the same batch, by
    batch; ``rows`` has, by circulation, the recipient of each copy (-1: none of
    these), and ``compared`` whether an exhibit was compared with it.
    """

    names: NDArray[np.bytes_]
    family: NDArray[np.float64]
    groups: tuple[int, ...]
    listed: Mapping[str, CaseCirculation]
    rows: Mapping[str, NDArray[np.int64]]
    compared: Mapping[str, NDArray[np.bool_]]

    def __len__(self) -> int:
        """Return how many recipients there are."""
        return int(self.names.size)

    def name(self, row: int) -> str:
        """Return the sealed label of a recipient."""
        return bytes(self.names[row]).decode()

    def copies_of(self, row: int) -> tuple[str, ...]:
        """Return the labels of a recipient's copies that were compared."""
        return tuple(
            self.listed[label].circulation.copies[copy].label
            for label, holders in self.rows.items()
            for copy in np.flatnonzero((holders == row) & self.compared[label]).tolist()
        )

    def chosen(self, rows: NDArray[np.int64]) -> Subset:
        """Return some of them, in the order given."""
        number = np.full(len(self) + 1, -1, dtype=np.int64)  # the last is for copies of nobody: row -1
        number[rows] = np.arange(rows.size)
        holder = {label: number[own] for label, own in self.rows.items()}
        copies = {label: np.flatnonzero(own >= 0) for label, own in holder.items()}
        return Subset(int(rows.size), copies, {label: holder[label][copies[label]] for label in holder})

    def in_turn(self) -> Iterator[tuple[slice, Subset]]:
        """Yield all of them, ``AT_ONCE`` at a time."""
        for low in range(0, len(self), AT_ONCE):
            high = min(low + AT_ONCE, len(self))
            yield slice(low, high), self.chosen(np.arange(low, high))


def compared_people(ordered: Sequence[CaseExhibit], listed: Mapping[str, CaseCirculation]) -> People:
    """Return who was ever compared, and of how many each one is.

    Recipients form a group with those first compared in the same batch. A group's size is divided by
    its share, so that a list that grows never changes what was said about those who were there.
    """
    readings = [(exhibit.batch, reading) for exhibit in ordered for reading in exhibit.compared]
    labels = list(dict.fromkeys(reading.circulation for _, reading in readings))
    compared = {
        label: np.logical_or.reduce(
            [held_copies(listed[label].circulation, r) for _, r in readings if r.circulation == label]
        )
        for label in labels
    }
    holders = {label: listed[label].circulation.recipients for label in labels}
    present = [holders[label][compared[label]] for label in labels]
    names = np.unique(np.concatenate(present)) if present else np.zeros(0, dtype="S1")
    rows = {label: _found(names, holders[label]) for label in labels}
    batches = sorted({batch for batch, _ in readings})
    entered = np.full(names.size, len(batches), dtype=np.int64)
    for batch, reading in reversed(readings):
        own = rows[reading.circulation][held_copies(listed[reading.circulation].circulation, reading)]
        entered[own] = np.minimum(entered[own], batches.index(batch))
    _, group, size = np.unique(entered, return_inverse=True, return_counts=True)
    each = np.array([count / share(number) for number, count in enumerate(size.tolist(), start=1)])
    family = each[group] if names.size else np.zeros(0)
    return People(names, family, tuple(size.tolist()), listed, rows, compared)


def held_copies(circulation: ShelvedCirculation, reading: CaseReading) -> NDArray[np.bool_]:
    """Return which copies had been issued when an exhibit was compared: no later one can be its source."""
    own = circulation.indices
    if np.array_equal(own, reading.indices):
        return np.ones(own.size, dtype=np.bool_)
    return np.isin(own, reading.indices)


def _found(names: NDArray[np.bytes_], wanted: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return the row of each among sorted names, -1 for what is not there."""
    if not names.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(names, wanted), names.size - 1)
    return np.where(names[at] == wanted, at, -1).astype(np.int64)
