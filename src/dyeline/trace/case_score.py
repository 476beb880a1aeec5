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


@dataclass(frozen=True, slots=True)
class CaseScores:
    """One row a recipient ever compared, in the order of ``recipients`` (sealed labels, sorted).

    ``family`` is what each one's p-value is multiplied by for all recipients; ``groups`` counts those who were
    first compared in each batch; ``composition`` is the share of the bound that is left after what was taken out.
    """

    recipients: tuple[str, ...]
    copies: tuple[tuple[str, ...], ...]
    family: NDArray[np.float64]
    groups: tuple[int, ...]
    e_nats: NDArray[np.float64]
    family_wise_p: NDArray[np.float64]
    looks: int
    composition: float


@dataclass(frozen=True, slots=True)
class People:
    """Who is compared: recipients with their copies and family, and the row of each copy of a circulation.

    ``groups`` counts those who were first compared in the same batch, by batch.
    """

    copies: Mapping[str, tuple[str, ...]]
    family: NDArray[np.float64]
    groups: tuple[int, ...]
    rows: Mapping[str, NDArray[np.int64]]


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
    with a memory, only for what was not scored before.
    """
    people = compared_people(ordered, listed)
    by_label = scorers(listed, memory)
    e_nats = _running(decided.kept, by_label, people)
    looks = [
        (share(number), _p_value([p for p in decided.kept if p.batch == batch], by_label, people))
        for number, batch in enumerate(decided.batches, start=1)
        if batch not in decided.spoilt
    ]
    composition = composition_share(decided.removed)
    return CaseScores(
        tuple(people.copies),
        tuple(people.copies.values()),
        people.family,
        people.groups,
        e_nats,
        family_wise(people.family, e_nats, looks, composition=composition),
        len(decided.batches),
        composition,
    )


def fixed_set_p(
    ordered: Sequence[CaseExhibit],
    decided: Deciding,
    listed: Mapping[str, CaseCirculation],
    memory: Memory,
) -> NDArray[np.float64]:
    """Return the p-value of each recipient for all exhibits as one look, right only if it was the first one.

    The lesser, paid for twice, of two: exact within each circulation, and 1/LR over all of them.
    """
    people, by_label = compared_people(ordered, listed), scorers(listed, memory)
    exact = _p_value(decided.kept, by_label, people)
    markov = np.exp(-np.maximum(_running(decided.kept, by_label, people), 0.0))
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(exact, markov)))


def compared_people(ordered: Sequence[CaseExhibit], listed: Mapping[str, CaseCirculation]) -> People:
    """Return who was ever compared, and of how many each one is.

    Recipients form a group with those first compared in the same batch. A group's size is divided by
    its share, so that a list that grows never changes what was said about those who were there.
    """
    copies: dict[str, dict[str, None]] = {}
    entered: dict[str, str] = {}
    for exhibit in ordered:
        for reading in exhibit.compared:
            known = {copy.index: copy for copy in listed[reading.circulation].circulation.copies}
            for index in reading.indices.tolist():
                copy = known[index]
                copies.setdefault(copy.recipient, {})[copy.label] = None
                entered.setdefault(copy.recipient, exhibit.batch)
    names = sorted(copies)
    groups, group, size = np.unique(
        [entered[name] for name in names], return_inverse=True, return_counts=True
    )
    each = np.array([count / share(number) for number, count in enumerate(size.tolist(), start=1)])
    row = {name: number for number, name in enumerate(names)}
    rows = {
        label: np.array([row.get(copy.recipient, -1) for copy in one.circulation.copies], dtype=np.int64)
        for label, one in listed.items()
    }
    family = each[group] if groups.size else np.zeros(0)
    held = {name: tuple(copies[name]) for name in names}
    return People(held, family, tuple(size.tolist()), rows)


def _running(
    parts: Sequence[Part], by_label: Mapping[str, CirculationScorer], people: People
) -> NDArray[np.float64]:
    factors = []
    nats = {
        (part.position, name): value
        for name, own in _by_circulation(parts).items()
        for part, value in zip(own, by_label[name].nats(own), strict=True)
    }
    for position in sorted({part.position for part in parts}):
        spread, held = [], []
        for part in (part for part in parts if part.position == position):
            name = part.reading.circulation
            has = by_label[name].held(part)
            at = people.rows[name][has]
            value = np.zeros((len(MODELS), len(people.copies)))
            value[:, at] = nats[position, name][:, has]
            holder = np.zeros(len(people.copies), dtype=np.bool_)
            holder[at] = True
            spread.append(value)
            held.append(holder)
        factors.append(mean_over_copies(spread, held))
    weights = np.array([model.weight for model in MODELS])
    return running_nats(weights, factors) if factors else np.zeros(len(people.copies))


def _p_value(
    parts: Sequence[Part], by_label: Mapping[str, CirculationScorer], people: People
) -> NDArray[np.float64]:
    """Return p-values of parts taken as one reading; a recipient's several copies are paid for."""
    best = np.ones(len(people.copies))
    copies = np.zeros(len(people.copies))
    for name, own in sorted(_by_circulation(parts).items()):
        held = np.logical_and.reduce([by_label[name].held(part) for part in own])
        at = people.rows[name][held]
        best[at] = np.minimum(best[at], by_label[name].p_value(own)[held])
        copies[at] += 1
    return np.asarray(np.minimum(1.0, best * np.maximum(copies, 1)))


def _by_circulation(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.reading.circulation, []).append(part)
    return found
