"""Leaks as people describe them: when published, what of it; on the command line or in a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dyeline.access.model import Leak
from dyeline.app.briefings import document_names
from dyeline.app.knowledge import Knowledge
from dyeline.app.moments import Moment, chance_before, read_moment
from dyeline.app.subjects import Subject, read_subject
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound, TooLarge, UnreadableFile

MAX_LEAK_BYTES = 2**20
MOST_LEAKS = 200
_SHORT = re.compile(
    r"(?P<time>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[zZ]|[+-]\d{2}:?\d{2})?)?):(?P<rest>.+)",
    re.DOTALL,
)
_KEYS = ("published", "documents", "facts", "missing")
_EXAMPLE = (
    '2026-03-03T09:00Z:D-001/f1,D-001/f4, or a file {"published": "2026-03-03T09:00Z", "facts": ["D-001/f1"]}'
)


@dataclass(frozen=True, slots=True)
class LeakText:
    """A leak as written: a time, documents it is about, facts in it, facts it could have had and has not."""

    published: str
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DatedLeak:
    """A leak against what is on record, its time, and its subjects in the order of ``leak.facts``."""

    leak: Leak
    published: Moment
    subjects: tuple[Subject, ...]


def read_leak(text: str) -> list[LeakText]:
    """Return the leaks that an option says: ``TIME:fact,fact``, or the path of a JSON or YAML file."""
    short = _SHORT.fullmatch(text.strip())
    if short is not None:
        facts = tuple(part.strip() for part in short["rest"].split(",") if part.strip())
        return [LeakText(short["time"], facts=facts)]
    return _leaks_of(_tree(Path(text)), Path(text))


def resolve_leaks(workspace: Workspace, knowledge: Knowledge, leaks: Sequence[LeakText]) -> list[DatedLeak]:
    """Return the leaks against what is on record. Raises BadInput or NotFound for what is not there.

    A document without any fact named counts as one thing that leaked. Where facts are named, all facts
    of the documents in question are looked at: those that are not named are absent.
    """
    if not leaks:
        raise BadInput("No leak is given.", fix="name a document with --published TIME, or --leak.")
    if len(leaks) > MOST_LEAKS:
        raise BadInput(f"{len(leaks)} leaks are more than {MOST_LEAKS}.", fix="give fewer.")
    with workspace.reading():
        documents = document_names()
    return [_resolved(leak, documents, knowledge) for leak in leaks]


def _resolved(text: LeakText, documents: dict[str, str], knowledge: Knowledge) -> DatedLeak:
    published = read_moment(text.published)
    if isinstance(published, str):
        raise BadInput(f"The time of publication {published}.", fix="write it like 2026-03-03T09:00Z.")
    about = [_document(name, documents) for name in text.documents]
    present = [_fact(name, documents, about, knowledge) for name in text.facts]
    absent = [_fact(name, documents, about, knowledge) for name in text.missing]
    both = {subject.key for subject in present} & {subject.key for subject in absent}
    if both:
        raise BadInput(f"{len(both)} facts are given as present and as missing.", fix="give each fact once.")
    compared = {subject.document for subject in (*present, *absent) if subject.document and subject.fact}
    present += [subject for subject in about if subject.document not in compared]
    absent += [subject for subject in knowledge.facts if subject.document and subject.document in compared]
    chosen: dict[tuple[str, str], tuple[Subject, bool]] = {}
    for subject, there in [*((s, True) for s in present), *((s, False) for s in absent)]:
        chosen.setdefault(subject.key, (subject, there))
    if not any(there for _, there in chosen.values()):
        raise BadInput("A leak without a document or a fact says nothing.", fix=f"write it as {_EXAMPLE}.")
    subjects = tuple(subject for subject, _ in chosen.values())

    def in_time(when: Moment) -> float:
        return chance_before(when, published)

    known, carried = knowledge.matrix(subjects, in_time)
    leak = Leak(
        tuple(subject.written for subject in subjects),
        np.array([there for _, there in chosen.values()]),
        known,
        carried,
        knowledge.listeners([subject for subject, there in chosen.values() if there], in_time),
    )
    return DatedLeak(leak, published, subjects)


def _document(name: str, documents: dict[str, str]) -> Subject:
    label = documents.get(" ".join(name.split()).casefold())
    if label is None:
        raise NotFound(
            "No document has this label or title.",
            fix="run: dyeline document list, to see the documents there are.",
            document=name,
        )
    return Subject(label, "")


def _fact(name: str, documents: dict[str, str], about: Sequence[Subject], knowledge: Knowledge) -> Subject:
    subject = read_subject(name, documents)
    if isinstance(subject, str):
        raise BadInput(
            f"The fact {subject}.", fix="write it like D-001/f3, or by the name it has in the log."
        )
    on_record = {fact.key: fact for fact in knowledge.facts}
    if not subject.document:
        for document in about:
            inside = Subject(document.document, subject.fact)
            if inside.key in on_record:
                return on_record[inside.key]
    if subject.fact and subject.key not in on_record:
        raise NotFound(
            f"No briefing and no fact sheet has the fact {subject.written}.",
            fix="run: dyeline briefing list, or dyeline fact list, to see the facts there are.",
            fact=subject.written,
        )
    return on_record.get(subject.key, subject)


def _tree(path: Path) -> Any:
    import yaml

    try:
        with path.open("rb") as file:
            data = file.read(MAX_LEAK_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the name
        raise NotFound(
            "This is neither a leak nor a file that can be read.",
            fix=f"write it as {_EXAMPLE}.",
            leak=str(path),
        ) from fault
    if len(data) > MAX_LEAK_BYTES:
        raise TooLarge(
            f"{path} has more than {MAX_LEAK_BYTES:,} bytes.", fix="describe one leak in each file."
        )
    try:
        # every value stays text: no dates, numbers or objects are made; JSON is YAML
        return yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
        raise UnreadableFile(f"{path} is neither JSON nor YAML.", fix=f"write it as {_EXAMPLE}.") from fault


def _leaks_of(tree: Any, path: Path) -> list[LeakText]:
    found = []
    for number, item in enumerate(tree if isinstance(tree, list) else [tree], start=1):
        if not isinstance(item, dict) or not isinstance(item.get("published"), str):
            raise BadInput(f"Leak {number} in {path} has no time published.", fix=f"write it as {_EXAMPLE}.")
        strange = sorted(str(key) for key in item if key not in _KEYS)
        if strange:
            raise BadInput(
                f"Leak {number} in {path} has an entry that is not known: {strange[0]}.",
                fix=f"use {', '.join(_KEYS)}.",
            )
        lists = {key: _texts(item.get(key, []), key, number, path) for key in _KEYS[1:]}
        found.append(LeakText(item["published"], **lists))
    return found


def _texts(value: Any, key: str, number: int, path: Path) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) and value else value or []
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise BadInput(
            f"{key} of leak {number} in {path} is not a list of names.", fix=f"write it as {_EXAMPLE}."
        )
    return tuple(values)
