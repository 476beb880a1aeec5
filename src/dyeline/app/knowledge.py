"""Who knew what since when: copies that were issued and briefings on record, as one list, by labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.access.model import Circle
from dyeline.app.moments import Moment
from dyeline.app.sealing import organisation_label
from dyeline.app.subjects import Subject
from dyeline.app.workspace import Workspace
from dyeline.store.tables import Briefing, Group, IssuedCopy, Recipient, SheetFact


@dataclass(frozen=True, slots=True)
class Told:
    """One way in which a recipient came to know something. ``channel`` is "" for an issued copy."""

    recipient: str
    subject: Subject
    when: Moment
    channel: str


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Everything on record. ``facts`` are all facts of all documents, and the free ones, that are known of."""

    circle: Circle
    told: tuple[Told, ...]
    facts: tuple[Subject, ...]

    def matrix(
        self, subjects: Sequence[Subject], chance: Callable[[Moment], float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (people, subjects) and (channels, subjects): the chance that each had, or carried, each in time.

        ``chance`` says how surely a moment was in time. Whoever had a document had all of its facts.
        """
        rows = {label: row for row, label in enumerate(self.circle.people)}
        lines = {label.casefold(): line for line, label in enumerate(self.circle.channels)}
        missed = np.ones((len(rows), len(subjects)))
        silent = np.ones((len(lines), len(subjects)))
        columns: dict[tuple[str, str], list[int]] = defaultdict(list)
        for column, subject in enumerate(subjects):
            columns[subject.key].append(column)
            if subject.document and subject.fact:
                columns[Subject(subject.document, "").key].append(column)
        sure: dict[Moment, float] = {}
        for told in self.told:
            reached = columns.get(told.subject.key)
            if not reached:
                continue
            if told.when not in sure:
                sure[told.when] = chance(told.when)
            missed[rows[told.recipient], reached] *= 1.0 - sure[told.when]
            if told.channel:
                silent[lines[told.channel.casefold()], reached] *= 1.0 - sure[told.when]
        return 1.0 - missed, 1.0 - silent

    def listeners(
        self, subjects: Sequence[Subject], chance: Callable[[Moment], float]
    ) -> tuple[frozenset[int], ...]:
        """Return, per channel, the rows of the people who were, or may have been, told one of these through it."""
        rows = {label: row for row, label in enumerate(self.circle.people)}
        lines = {label.casefold(): line for line, label in enumerate(self.circle.channels)}
        wanted = {subject.key for subject in subjects}
        wanted |= {Subject(subject.document, "").key for subject in subjects if subject.document}
        found: list[set[int]] = [set() for _ in lines]
        for told in self.told:
            if told.channel and told.subject.key in wanted and chance(told.when) > 0:
                found[lines[told.channel.casefold()]].add(rows[told.recipient])
        return tuple(frozenset(people) for people in found)


def load_knowledge(workspace: Workspace) -> Knowledge:
    """Return everything on record. Cost: linear in recipients, copies and briefings."""
    with workspace.reading():
        people = [
            (key, label, organisation_label(sealed) or organisation)
            for key, label, organisation, sealed in Recipient.objects.order_by("pk").values_list(
                "pk", "label", "organisation", "organisation_key"
            )
        ]
        told = _copies() + _briefings()
        facts = {
            Subject(document, fact).key: Subject(document, fact)
            for document, fact in SheetFact.objects.values_list("document__label", "name")
        }
        memberships = _memberships(people)
    for entry in told:
        if entry.subject.fact:
            facts.setdefault(entry.subject.key, entry.subject)
    channels = {entry.channel.casefold(): entry.channel for entry in told if entry.channel}
    groups = sorted(name for name, members in memberships.items() if len(members) > 1)
    member = np.zeros((len(people), len(groups)), dtype=bool)
    for column, name in enumerate(groups):
        member[list(memberships[name]), column] = True
    circle = Circle(
        tuple(label for _, label, _ in people), tuple(groups), member, tuple(sorted(channels.values()))
    )
    return Knowledge(circle, tuple(told), tuple(sorted(facts.values())))


def _copies() -> list[Told]:
    # a copy without a hash was planned by a run that ended before any of its files left
    rows = IssuedCopy.objects.exclude(sha256="").values_list(
        "recipient__label", "circulation__version__document__label", "created"
    )
    return [
        Told(who, Subject(document, ""), Moment(when, when), "") for who, document, when in rows.iterator()
    ]


def _briefings() -> list[Told]:
    rows = Briefing.objects.values_list(
        "recipient__label", "document__label", "fact", "begins", "ends", "channel"
    )
    return [
        Told(who, Subject(document or "", fact), Moment(begins, ends), channel)
        for who, document, fact, begins, ends, channel in rows.iterator()
    ]


def _memberships(people: Sequence[tuple[int, str, str]]) -> dict[str, set[int]]:
    """Return the rows of the members of every group and organisation, by its name with its kind."""
    members: dict[str, set[int]] = defaultdict(set)
    rows = {key: row for row, (key, _, _) in enumerate(people)}
    names = dict(Group.objects.values_list("pk", "name"))
    for person, group in Recipient.groups.through.objects.values_list("recipient_id", "group_id"):
        members[f"group {names[group]}"].add(rows[person])
    written: dict[str, str] = {}
    for row, (_, _, organisation) in enumerate(people):
        if organisation:
            name = written.setdefault(organisation.casefold(), organisation)
            members[f"organisation {name}"].add(row)
    return members
