"""Briefings: import a log of who was told what, when, by whom; list it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from dyeline.app.moments import Moment, read_moment
from dyeline.app.people import Person, RowNote, checked_person
from dyeline.app.recipients import read_table_file
from dyeline.app.sealed_people import add_sealed, record_of
from dyeline.app.sealing import Sealer, is_sealed, sealer_of
from dyeline.app.subjects import MOST_LETTERS, Subject, read_subject
from dyeline.app.table import Row, Table, read_table
from dyeline.app.workspace import Workspace
from dyeline.custody.redact import redacted
from dyeline.errors import BadInput, NotFound, UnreadableFile
from dyeline.store.bulk import BriefingRow, insert_briefings
from dyeline.store.labels import take_labels
from dyeline.store.tables import Briefing, Document, Recipient, SheetFact

COLUMNS = ("person", "subject", "time", "channel", "by")
REQUIRED = COLUMNS[:3]
_HEADER = ",".join(COLUMNS)
_SHOWN = 5  # bad rows that an error message spells out; its facts have them all


@dataclass(frozen=True, slots=True)
class BriefingImport:
    """What an import did, or under ``dry_run`` would do. ``known`` entries were in the log already."""

    rows: int
    added: int
    known: int
    added_people: int
    warnings: tuple[RowNote, ...]
    bad: tuple[RowNote, ...]
    encoding: str
    delimiter: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class BriefingRecord:
    """One entry of the log."""

    recipient: str
    subject: Subject
    when: Moment
    channel: str
    told_by: str


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    person: str  # as written, when nobody is known by it
    recipient: str  # label, "" for somebody who is to be added
    subject: Subject
    when: Moment
    channel: str
    told_by: str


@dataclass(slots=True)
class _Known:
    """Who and what the workspace has, for one import."""

    documents: dict[str, str]
    sheets: dict[str, set[str]]
    by_key: dict[str, str]
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # where names are sealed, these hold blind values, and texts that are not sealed lose the names in them
    sealer: Sealer | None = None
    label_of: Callable[[str], str | None] = lambda text: None
    pseudonym_of: Callable[[str], str | None] = lambda text: None
    texts: dict[str, str] = field(default_factory=dict)

    def find(self, text: str) -> list[str] | None:
        """Return the labels that a label, an address or a name may mean; None for nobody."""
        wanted = text.casefold()
        if wanted in self.by_key:
            return [self.by_key[wanted]]
        if self.sealer is None:
            return self.by_name.get(wanted)
        email, name = (self.sealer.roster.blind(kind, text) for kind in ("email", "name"))
        return [self.by_key[email]] if email in self.by_key else self.by_name.get(name)

    def shown(self, text: str) -> str:
        """Return a text as it may stand beside sealed names."""
        if self.sealer is None:
            return text
        if text not in self.texts:
            self.texts[text] = redacted(text, self.pseudonym_of)
        return self.texts[text]

    def teller(self, text: str) -> str:
        """Return who told, as it may stand beside sealed names."""
        if self.sealer is None or not text:
            return text
        return self.label_of(text) or self.sealer.pseudonym(text)


def read_briefing_file(path: Path) -> bytes:
    """Return the bytes of a log. Raises NotFound, UnreadableFile or TooLarge."""
    try:
        data = read_table_file(path)
    except NotFound as fault:
        raise NotFound(
            fault.problem, fix=f"name a CSV file with the columns {_HEADER}.", path=str(path)
        ) from fault
    if not data.strip():
        raise UnreadableFile(f"{path} is empty.", fix=f"give it a header line ({_HEADER}) and rows.")
    return data


def import_briefings(
    workspace: Workspace, data: bytes, *, dry_run: bool = False, add_people: bool = False
) -> BriefingImport:
    """Add the entries of a table to the log; entries that it has are left alone.

    Rows that cannot be used stop the import before anything is stored; ``dry_run`` only reports them,
    unless there are no others. Raises UnreadableFile, TooLarge or BadInput.
    """
    table = read_table(data, expected=COLUMNS, header=_HEADER)
    columns = _columns(table)
    if not table.rows:
        raise BadInput(
            "The log has a header and no rows, so there is nothing to import.",
            fix="add a row for everybody who was told something.",
        )
    sealer = sealer_of(workspace) if is_sealed(workspace) else None
    with workspace.reading() if dry_run else workspace.writing():
        known = _known(sealer, _named_in(table, columns) if sealer is not None else ())
        entries: list[_Entry] = []
        bad: list[RowNote] = []
        warnings: list[RowNote] = []
        for row in table.rows:
            entry = _entry(row, columns, len(table.header), known, add_people)
            if isinstance(entry, str):
                bad.append(RowNote(row.line, entry))
                continue
            entries.append(entry)
            warnings += _doubts(entry, known)
        if bad and not (dry_run and entries):
            raise _unusable(bad, len(table.rows), dry_run)
        newcomers = {
            entry.person.casefold(): entry.person for entry in reversed(entries) if not entry.recipient
        }
        keys = [_key(entry) for entry in entries]
        there = set(Briefing.objects.values_list("key", flat=True))
        fresh = {key: entry for key, entry in zip(keys, entries, strict=True) if key not in there}
        if not dry_run:
            _store(fresh, _added(list(newcomers.values()), sealer))
    return BriefingImport(
        rows=len(table.rows),
        added=len(fresh),
        known=len(entries) - len(fresh),
        added_people=len(newcomers),
        warnings=tuple(warnings),
        bad=tuple(bad),
        encoding=table.encoding,
        delimiter=table.delimiter,
        dry_run=dry_run,
    )


def list_briefings(workspace: Workspace) -> list[BriefingRecord]:
    """Return the log in order of time."""
    with workspace.reading():
        rows = Briefing.objects.order_by("begins", "pk").values_list(
            "recipient__label", "document__label", "fact", "begins", "ends", "channel", "told_by"
        )
        return [
            BriefingRecord(person, Subject(document or "", fact), Moment(begins, ends), channel, told_by)
            for person, document, fact, begins, ends, channel, told_by in rows.iterator()
        ]


def document_names() -> dict[str, str]:
    """Return the label of every document by its case-folded label and title. Call within ``reading``.

    A title of several documents is none of theirs.
    """
    rows = list(Document.objects.values_list("label", "title"))
    titles: dict[str, list[str]] = defaultdict(list)
    for label, title in rows:
        titles[" ".join(title.split()).casefold()].append(label)
    names = {title: labels[0] for title, labels in titles.items() if len(labels) == 1}
    return names | {label.casefold(): label for label, _ in rows}


def _columns(table: Table) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, cell in enumerate(table.header):
        name = cell.casefold()
        if name in columns:
            raise BadInput(
                f"The table has two columns called {name}.", fix="remove one of them.", column=name
            )
        if name in COLUMNS:
            columns[name] = position
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise BadInput(
            f"The table has no column called {' or '.join(missing)} among its {len(table.header)} columns.",
            fix=f"make its first line a header: {_HEADER} (any order; channel and by may be left out).",
            missing=missing,
        )
    return columns


def _named_in(table: Table, columns: dict[str, int]) -> set[str]:
    """Return who is named in the columns for people: some may be added only now, or never be recipients."""
    places = [columns[name] for name in ("person", "by") if name in columns]
    cells = (row.cells[place] for row in table.rows for place in places if place < len(row.cells))
    return {" ".join(cell.split()) for cell in cells} - {""}


def _known(sealer: Sealer | None, named: Iterable[str]) -> _Known:
    name = "name" if sealer is None else "name_key"
    rows = list(Recipient.objects.values_list("label", name, "email_key"))
    by_key = {label.casefold(): label for label, _, _ in rows} | {key: label for label, _, key in rows if key}
    sheets: dict[str, set[str]] = defaultdict(set)
    for label, name in SheetFact.objects.values_list("document__label", "name"):
        sheets[label].add(name.casefold())
    known = _Known(document_names(), sheets, by_key)
    if sealer is not None:
        new = [record_of(_person_of(text)) for text in named if text.casefold() not in by_key]
        known.sealer, known.label_of, known.pseudonym_of = sealer, sealer.labels(), sealer.pseudonyms(new)
    for label, name, _ in rows:
        known.by_name[" ".join(name.split()).casefold()].append(label)
    return known


def _entry(row: Row, columns: dict[str, int], width: int, known: _Known, add_people: bool) -> _Entry | str:
    if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
        return f"{len(row.cells)} cells under a header of {width}; quote cells that contain the separator"
    values = dict.fromkeys(COLUMNS, "")
    for column, position in columns.items():
        raw = row.cells[position] if position < len(row.cells) else ""
        values[column] = " ".join(raw.split())
        if len(values[column]) > MOST_LETTERS:
            return f"column {column} has {len(values[column])} characters; the limit is {MOST_LETTERS}"
        if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in values[column]):
            return f"column {column} contains a control character"
    person = _person(values["person"], known, add_people)
    if person is None:
        return (
            "column person is nobody in this workspace; add the person with dyeline recipient add or import, "
            "or repeat with --add-people"
            if values["person"]
            else "column person is empty"
        )
    if len(person) > 1:
        return f"column person is the name of {len(person)} recipients ({', '.join(person)}); write the label or e-mail"
    subject = read_subject(known.shown(values["subject"]), known.documents)
    if isinstance(subject, str):
        return f"column subject {subject}"
    when = read_moment(values["time"])
    if isinstance(when, str):
        return f"column time {when}"
    channel, teller = known.shown(values["channel"]), known.teller(values["by"])
    return _Entry(row.line, values["person"], person[0], subject, when, channel, teller)


def _person(text: str, known: _Known, add_people: bool) -> list[str] | None:
    """Return the labels that a cell may mean; [""] for somebody to be added, None for nobody."""
    found = known.find(text)
    if found is not None:
        return found
    if add_people and not isinstance(checked_person(_as_person(text)), str):
        return [""]
    return None


def _person_of(text: str) -> Person:
    values = _as_person(text)
    return Person(values["name"], values.get("email", ""))


def _as_person(text: str) -> dict[str, str]:
    return {"name": text.split("@")[0], "email": text} if "@" in text else {"name": text}


def _doubts(entry: _Entry, known: _Known) -> list[RowNote]:
    document, fact = entry.subject.document, entry.subject.fact
    if document and fact and known.sheets.get(document) and fact.casefold() not in known.sheets[document]:
        return [RowNote(entry.line, f"{entry.subject.written} is not on the fact sheet of {document}")]
    return []


def briefing_key(person: str, subject: Subject, when: Moment, channel: str) -> str:
    """Return the hash of everything that makes an entry the same as another; ``person`` is a recipient's label."""
    parts = (person, *subject.key, when.begins.isoformat(), when.ends.isoformat(), channel.casefold())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _key(entry: _Entry) -> str:
    return briefing_key(entry.recipient or entry.person.casefold(), entry.subject, entry.when, entry.channel)


def _added(people: Sequence[str], sealer: Sealer | None) -> dict[str, int]:
    """Add recipients; return their primary keys by the case-folded text that named them."""
    if sealer is not None:
        keys = add_sealed([_person_of(text) for text in people], sealer)
        return dict(zip((text.casefold() for text in people), keys, strict=True))
    now = datetime.now(UTC)
    found = {}
    for text, label in zip(people, take_labels("R", len(people)) if people else [], strict=True):
        values = _as_person(text)
        email = values.get("email", "")
        found[text.casefold()] = Recipient.objects.create(
            label=label, name=values["name"], email=email, email_key=email.casefold(), created=now
        ).pk
    return found


def _store(fresh: dict[str, _Entry], newcomers: dict[str, int]) -> None:
    people = dict(Recipient.objects.values_list("label", "pk"))
    documents = dict(Document.objects.values_list("label", "pk"))
    labels = {key: label for label, key in people.items()}
    insert_briefings(_row(key, entry, people, labels, newcomers, documents) for key, entry in fresh.items())


def _row(
    key: str,
    entry: _Entry,
    people: dict[str, int],
    labels: dict[int, str],
    newcomers: dict[str, int],
    documents: dict[str, int],
) -> BriefingRow:
    """Return an entry as it is stored; of somebody who was just added, under the key with the new label."""
    recipient = people[entry.recipient] if entry.recipient else newcomers[entry.person.casefold()]
    return BriefingRow(
        recipient,
        documents[entry.subject.document] if entry.subject.document else None,
        entry.subject.fact,
        entry.when.begins,
        entry.when.ends,
        entry.channel,
        entry.told_by,
        key if entry.recipient else _key(replace(entry, recipient=labels[recipient])),
    )


def _unusable(bad: Iterable[RowNote], rows: int, dry_run: bool) -> BadInput:
    notes = list(bad)
    none = "none would be" if dry_run else "none was"
    spelled = "; ".join(f"line {note.line}: {note.note}" for note in notes[:_SHOWN])
    more = f"; and {len(notes) - _SHOWN:,} more" if len(notes) > _SHOWN else ""
    return BadInput(
        f"{len(notes):,} of {rows:,} rows cannot be used, so {none} imported ({spelled}{more}).",
        fix="correct these lines; --json lists all of them.",
        rows=rows,
        bad=[{"line": note.line, "note": note.note} for note in notes],
    )
