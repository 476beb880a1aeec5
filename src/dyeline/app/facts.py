"""Fact sheets: import one for a document, list it, and see which of its facts stand in an exhibit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from dyeline.app.documents import find_document, find_version, version_text
from dyeline.app.exhibits import ExhibitFile, take_in
from dyeline.app.recipients import read_table_file
from dyeline.app.table import read_table
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound, UnreadableFile
from dyeline.facts.find import FoundFact, find_facts
from dyeline.facts.prose import Prose, read_prose
from dyeline.facts.runs import SharedRun, shared_runs
from dyeline.facts.sheet import COLUMNS, CellFault, Fact, FactType, FactVersion, read_rows
from dyeline.formats.limited import exhibit_within_limits
from dyeline.formats.ocr.choice import best_recogniser
from dyeline.store.tables import SheetFact
from dyeline.trace.exhibit import recognise

_SHOWN = 5  # faults that an error message spells out; its facts have them all


@dataclass(frozen=True, slots=True)
class FactImport:
    """What an import did, or under ``dry_run`` would do: ids of facts, in the order of the sheet."""

    document: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    dry_run: bool
    encoding: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words that stands in several places.

    ``exhibits`` count from 1; ``in_document`` tells whether the document holds it, too; ``quoted``
    whether it stands between quotation marks in the first exhibit.
    """

    text: str
    words: int
    exhibits: tuple[int, ...]
    in_document: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class ComparedFacts:
    """What exhibits say about the facts of a document: ``found[k]`` is that of exhibit k + 1."""

    document: str
    found: tuple[tuple[FoundFact, ...], ...]
    shared_runs: tuple[Run, ...]
    notices: tuple[str, ...]


def import_facts(workspace: Workspace, document: str, data: bytes, *, dry_run: bool = False) -> FactImport:
    """Replace the fact sheet of a document by the one in ``data``, or change nothing.

    Raises BadInput that names row and column of what is wrong, UnreadableFile, TooLarge or NotFound.
    """
    facts, encoding = _sheet(data)
    with workspace.reading() if dry_run else workspace.writing():
        row = find_document(document)
        before = {fact.id: fact for fact in _stored(row.pk)}
        report = FactImport(
            row.label,
            tuple(fact.id for fact in facts if fact.id not in before),
            tuple(fact.id for fact in facts if fact.id in before and before[fact.id] != fact),
            tuple(_missing(before, facts)),
            sum(before.get(fact.id) == fact for fact in facts),
            dry_run,
            encoding,
        )
        if not dry_run:
            _replace(row.pk, facts)
    return report


def list_facts(workspace: Workspace, document: str) -> list[Fact]:
    """Return the fact sheet of a document in its order; empty when none was imported. Raises NotFound."""
    with workspace.reading():
        return _stored(find_document(document).pk)


def read_sheet_file(path: Path) -> bytes:
    """Return the bytes of a fact sheet. Raises NotFound, UnreadableFile or TooLarge."""
    try:
        return read_table_file(path)
    except NotFound as fault:
        raise NotFound(
            fault.problem, fix=f"name a CSV file with the columns {','.join(COLUMNS)}.", path=str(path)
        ) from fault


def compare_facts(
    workspace: Workspace, document: str, exhibits: Sequence[ExhibitFile], *, published: date | None = None
) -> ComparedFacts:
    """Return which facts of a document stand in each exhibit, and the runs of words that mark one origin.

    With one exhibit the runs are those it shares with the document's newest version (or the one
    named), with several those that two of them share. Raises BadInput when the document has no sheet.
    """
    version = find_version(workspace, document)
    facts = list_facts(workspace, version.document)
    if not facts:
        raise BadInput(
            f"{version.document} has no fact sheet.",
            fix=f"run: dyeline fact import {version.document} facts.csv",
            document=version.document,
        )
    texts: list[Prose] = []
    notices: list[str] = []
    for exhibit in exhibits:
        text, told = _text(exhibit)
        texts.append(read_prose(text))
        notices += told
    original = read_prose(version_text(workspace, version))
    return ComparedFacts(
        version.document,
        tuple(tuple(find_facts(prose, facts, published=published)) for prose in texts),
        tuple(_runs(texts, original)),
        tuple(notices),
    )


def _text(exhibit: ExhibitFile) -> tuple[str, tuple[str, ...]]:
    """Return the text of an exhibit, pictures read, and what of it could not be examined."""
    taken = exhibit_within_limits(partial(take_in, [exhibit], look=False), size=len(exhibit.data))
    seen = taken.exhibit
    unread = [picture.number for picture in seen.pictures if picture.number not in seen.complete]
    if unread:
        seen = recognise(seen, best_recogniser(), unread, quick=False)
    return seen.text, taken.notices


def _runs(texts: Sequence[Prose], original: Prose) -> list[Run]:
    if len(texts) == 1:
        return [_run(texts[0], run, (1,), True) for run in shared_runs(texts[0], original)]
    found: list[Run] = []
    for (first, a), (second, b) in combinations(enumerate(texts, start=1), 2):
        for run in shared_runs(a, b):
            piece = read_prose(a.text[run.first[0] : run.first[1]])
            known = any(one.words >= run.words for one in shared_runs(piece, original))
            found.append(_run(a, run, (first, second), known))
    return found


def _run(prose: Prose, run: SharedRun, exhibits: tuple[int, ...], in_document: bool) -> Run:
    start, end = run.first
    quoted = any(low <= start and end <= high for low, high in prose.quoted)
    return Run(" ".join(prose.text[start:end].split()), run.words, exhibits, in_document, quoted)


def _sheet(data: bytes) -> tuple[list[Fact], str]:
    if not data.strip():
        raise UnreadableFile(
            "The fact sheet is empty.", fix=f"give it a header line ({','.join(COLUMNS)}) and rows."
        )
    table = read_table(data, expected=COLUMNS)
    facts, faults = read_rows(table.header, [(row.line, row.cells) for row in table.rows])
    if faults:
        raise _unusable(faults)
    if not facts:
        raise BadInput("The fact sheet has a header and no rows.", fix="add a row for every fact.")
    return facts, table.encoding


def _unusable(faults: Sequence[CellFault]) -> BadInput:
    spelled = "; ".join(
        f"row {fault.line}, column {fault.column}: {fault.problem}" for fault in faults[:_SHOWN]
    )
    more = f"; and {len(faults) - _SHOWN:,} more" if len(faults) > _SHOWN else ""
    return BadInput(
        f"{len(faults):,} cells of the fact sheet cannot be used, so nothing was imported ({spelled}{more}).",
        fix="correct these cells and import the sheet again; the rows are counted with the header as row 1.",
        faults=[{"row": fault.line, "column": fault.column, "problem": fault.problem} for fault in faults],
    )


def _missing(before: dict[str, Fact], facts: Sequence[Fact]) -> list[str]:
    there = {fact.id for fact in facts}
    return [name for name in before if name not in there]


def _stored(document: int) -> list[Fact]:
    rows: Any = SheetFact.objects.filter(document_id=document).order_by("position")
    return [
        Fact(
            row.name,
            cast(FactType, row.type),
            row.relation,
            row.value,
            tuple(row.aliases),
            tuple(FactVersion(group, value) for group, value in row.versions),
        )
        for row in rows
    ]


def _replace(document: int, facts: Sequence[Fact]) -> None:
    now = datetime.now(UTC)
    SheetFact.objects.filter(document_id=document).delete()
    SheetFact.objects.bulk_create(
        SheetFact(
            document_id=document,
            position=position,
            name=fact.id,
            type=fact.type,
            relation=fact.relation,
            value=fact.value,
            aliases=list(fact.aliases),
            versions=[[version.group, version.value] for version in fact.versions],
            imported=now,
        )
        for position, fact in enumerate(facts)
    )
