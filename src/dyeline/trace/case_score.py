"""Scores of a case: running likelihood ratios and p-values, one a recipient, over all his copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.combine import composition_share, family_wise, mean_over_copies, running_nats, share
from dyeline.stats.models import MODELS
from dyeline.trace.case_merge import CaseCirculation, CaseExhibit, Part
from dyeline.trace.case_parts import CirculationScorer, Memory, scorers
from dyeline.trace.case_people import AT_ONCE, People, Subset, compared_people


@dataclass(frozen=True, slots=True)
class CaseScores:
    """One row a recipient ever compared, in the order of ``people``.

    ``composition`` is the share of the bound that is left after what was taken out.
    """

    people: People
    e_nats: NDArray[np.float64]
    family_wise_p: NDArray[np.float64]
    looks: int
    composition: float

    @property
    def recipients(self) -> list[str]:
        """Return the sealed labels of all recipients."""
        return [self.people.name(row) for row in range(len(self.people))]


@dataclass(frozen=True, slots=True)
class Deciding:
    """The parts of a case that still count, and what was paid for leaving out the others.

    ``removed`` numbers, from 1, the exhibits taken out among those that decide any site; ``spoilt``
    are the batches that they were in.
    """

    kept: tuple[Part, ...]
    batches: tuple[int, ...]
    removed: frozenset[int]
    spoilt: frozenset[int]


def deciding(ordered: Sequence[CaseExhibit], parts: Sequence[Part]) -> Deciding:
    """Return which parts count."""
    positions = sorted({part.position for part in parts})
    out = {position for position in positions if ordered[position - 1].removed}
    return Deciding(
        tuple(part for part in parts if part.position not in out),
        tuple(sorted({part.batch for part in parts})),
        frozenset(number for number, position in enumerate(positions, start=1) if position in out),
        frozenset(part.batch for part in parts if part.position in out),
    )


def score_case(
    ordered: Sequence[CaseExhibit],
    decided: Deciding,
    listed: Mapping[str, CaseCirculation],
    memory: Memory,
) -> CaseScores:
    """Return the scores of every recipient who holds a copy that any exhibit was compared with.

    Cost: linear in recipients times sites decided times models, whatever the number of exhibits;
    with a memory, only for what was not scored before. Of more than ``AT_ONCE`` recipients nothing is remembered.
    """
    people = compared_people(ordered, listed)
    by_label = scorers(listed, memory)
    composition = composition_share(decided.removed)
    e_nats, least = np.zeros(len(people)), np.ones(len(people))
    for rows, some in people.in_turn():
        of_these = _restricted(by_label, some, memory if len(people) <= AT_ONCE else {})
        e_nats[rows] = _running(decided.kept, of_these, some)
        looks = [
            (share(number), _p_value([p for p in decided.kept if p.batch == batch], of_these, some))
            for number, batch in enumerate(decided.batches, start=1)
            if batch not in decided.spoilt
        ]
        least[rows] = family_wise(people.family[rows], e_nats[rows], looks, composition=composition)
    return CaseScores(people, e_nats, least, len(decided.batches), composition)


def fixed_set_p(
    decided: Deciding, people: People, rows: NDArray[np.int64], memory: Memory
) -> NDArray[np.float64]:
    """Return the p-value of these recipients for all exhibits as one look, right only if it was the first one.

    The lesser, paid for twice, of two: exact within each circulation, and 1/LR over all of them.
    """
    some = people.chosen(rows)
    by_label = _restricted(scorers(people.listed, memory), some, memory)
    exact = _p_value(decided.kept, by_label, some)
    markov = np.exp(-np.maximum(_running(decided.kept, by_label, some), 0.0))
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(exact, markov)))


def _restricted(
    by_label: Mapping[str, CirculationScorer], some: Subset, memory: Memory
) -> dict[str, CirculationScorer]:
    return {label: by_label[label].restricted(copies, memory) for label, copies in some.copies.items()}


def _running(
    parts: Sequence[Part], by_label: Mapping[str, CirculationScorer], some: Subset
) -> NDArray[np.float64]:
    nats = {
        (part.position, name): value
        for name, own in _by_circulation(parts).items()
        for part, value in zip(own, by_label[name].nats(own), strict=True)
    }
    total = np.zeros((len(MODELS), some.count))
    for position in sorted({part.position for part in parts}):
        spread, held = [], []
        for part in (part for part in parts if part.position == position):
            name = part.reading.circulation
            has = by_label[name].held(part)
            at = some.holder[name][has]
            value = np.zeros((len(MODELS), some.count))
            value[:, at] = nats[position, name][:, has]
            holder = np.zeros(some.count, dtype=np.bool_)
            holder[at] = True
            spread.append(value)
            held.append(holder)
        total += mean_over_copies(spread, held)
    return running_nats(np.array([model.weight for model in MODELS]), [total])


def _p_value(
    parts: Sequence[Part], by_label: Mapping[str, CirculationScorer], some: Subset
) -> NDArray[np.float64]:
    """Return p-values of parts taken as one reading; a recipient's several copies are paid for."""
    best = np.ones(some.count)
    copies = np.zeros(some.count)
    for name, own in sorted(_by_circulation(parts).items()):
        held = np.logical_and.reduce([by_label[name].held(part) for part in own])
        at = some.holder[name][held]
        best[at] = np.minimum(best[at], by_label[name].p_value(own)[held])
        copies[at] += 1
    return np.asarray(np.minimum(1.0, best * np.maximum(copies, 1)))


def _by_circulation(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.reading.circulation, []).append(part)
    return found
