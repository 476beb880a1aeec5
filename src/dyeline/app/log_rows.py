"""What the rows of the database demand of the log: which entry each one has, and what has to stand in it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dyeline.app.examination_entries import result_sha256
from dyeline.evidence.commitment import commitment_of, opens
from dyeline.evidence.entries import Entry, canonical_json, moment_text
from dyeline.store.tables import (
    Case,
    CaseExhibit,
    Circulation,
    Delivery,
    Examination,
    IssuedCopy,
    Opening,
    Version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row of the database that the log does not bear out: which row, which entry (None: it has none), and why."""

    row: str
    entry: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What one row demands of one entry."""

    number: int
    row: str
    kind: str
    facts: dict[str, Any]
    committed: dict[str, bytes]  # facts that are commitments, and what they are of
    if_stated: dict[str, bytes] = field(
        default_factory=dict
    )  # the same, of facts that older entries leave out

    def unmet(self, entry: Entry, opening: Callable[[str], tuple[bytes, bytes] | None]) -> str:
        """Return why an entry is not what the row demands, "" where it is. ``opening`` gives salt and bytes."""
        if entry.kind != self.kind:
            return f"the entry is of kind {entry.kind}, not {self.kind}"
        for name, value in self.facts.items():
            if entry.facts.get(name) != value:
                return f"the {name} differs"
        stated = {name: data for name, data in self.if_stated.items() if name in entry.facts}
        for name, data in (self.committed | stated).items():
            commitment = entry.facts.get(name)
            found = opening(commitment) if isinstance(commitment, str) else None
            if found is None or found[1] != data or not opens(str(commitment), *found):
                return f"the {name} is not what the entry is committed to"
        return ""


def demands() -> Iterator[Demand]:
    """Yield what all rows demand, by the number of the entry. Call within ``reading``. Holds a few thousand rows."""
    streams = (
        _versions(), _circulations(), _copies(), _received(), _examined(), _cases(), _case_received(),
        _case_examined(), _deliveries(),
    )  # fmt: skip
    return heapq.merge(*streams, key=lambda demand: demand.number)


def rows_without_entry() -> Iterator[Misfit]:
    """Yield what should be in the log and has no entry. Call within ``reading``."""
    for row in IssuedCopy.objects.exclude(sha256="").filter(log_entry=None).iterator(_CHUNK):
        yield Misfit(row.label, None, "it was issued and has no entry")
    for delivery in Delivery.objects.filter(log_entry=None).select_related("copy").iterator(_CHUNK):
        yield Misfit(f"delivery of {delivery.copy.label}", None, "it has no entry")


def false_openings() -> Iterator[Misfit]:
    """Yield openings on record that do not open their commitment. Call within ``reading``."""
    for row in Opening.objects.iterator(_CHUNK):
        salt, data = bytes(row.salt), bytes(row.data)
        if len(salt) != 32 or commitment_of(salt, data) != row.commitment:
            yield Misfit(f"opening of {row.commitment[:12]}…", None, "it does not open its commitment")


def origin(file_name: str, source: str, received: datetime | None) -> bytes:
    """Return what an entry is committed to of where an exhibit came from: as it was stated when it was added."""
    at = None if received is None else moment_text(received)
    return canonical_json({"file": file_name, "received": at, "source": source})


def stored_opening(commitment: str) -> tuple[bytes, bytes] | None:
    """Return salt and bytes on record for a commitment. Call within ``reading``."""
    row = Opening.objects.filter(commitment=commitment).first()
    return None if row is None else (bytes(row.salt), bytes(row.data))


def _versions() -> Iterator[Demand]:
    for row in _sorted(Version.objects.select_related("document")):
        facts = {"document": row.document.label, "version": row.number}
        # the text may be read anew by a later program; the file is what was added
        committed = {"source": row.source_sha256.encode()}
        name = f"{row.document.label}/{row.number}"
        yield Demand(row.log_entry, name, "document.added", facts, committed)


def _circulations() -> Iterator[Demand]:
    for row in _sorted(Circulation.objects.select_related("version__document")):
        facts = {
            "circulation": row.label,
            "document": row.version.document.label,
            "version": row.version.number,
            "format": row.format,
            "notice": row.notice,
            "carriers": row.carriers,
            "scheme": row.code_scheme,
            "sites": row.layout_sha256,
        }
        yield Demand(row.log_entry, row.label, "circulation.opened", facts, {})


def _copies() -> Iterator[Demand]:
    rows = IssuedCopy.objects.exclude(log_entry=None).order_by("log_entry")
    values = rows.values_list("log_entry", "label", "circulation__label", "commitment", "sha256")
    for entry, label, circulation, commitment, sha256 in values.iterator(_CHUNK):
        facts = {
            "circulation": circulation,
            "copy": label,
            "commitment": commitment,
            "file_sha256": sha256,
        }
        yield Demand(entry or 0, label, "copy.issued", facts, {})


def _received() -> Iterator[Demand]:
    rows = Examination.objects.exclude(received_entry=None).order_by("received_entry")
    values = rows.values_list("received_entry", "pk", "exhibit_sha256")
    for entry, key, sha256 in values.iterator(_CHUNK):
        yield Demand(entry or 0, f"examination {key}", "exhibit.received", {"sha256": sha256}, {})


def _examined() -> Iterator[Demand]:
    for row in _sorted(Examination.objects):
        facts = {
            "exhibit": row.exhibit_sha256,
            "parameters": row.parameters,
            "outcome": row.outcome,
            "result": result_sha256(row.finding),
        }
        yield Demand(row.log_entry, f"examination {row.pk}", "examination", facts, {})


def _cases() -> Iterator[Demand]:
    for row in _sorted(Case.objects):
        yield Demand(row.log_entry, row.label, "case.opened", {"case": row.label, "bound": row.bound}, {})


def _case_received() -> Iterator[Demand]:
    for row in _sorted(CaseExhibit.objects.select_related("case"), "received_entry"):
        name = f"EX-{row.number}"
        facts = {"sha256": row.sha256, "size": row.size, "case": row.case.label, "exhibit": name}
        about = {} if row.purged else {"about": origin(row.file_name, row.source, row.received)}
        yield Demand(row.received_entry, f"{row.case.label} {name}", "exhibit.received", facts, {}, about)


def _case_examined() -> Iterator[Demand]:
    for row in _sorted(CaseExhibit.objects.select_related("case"), "examined_entry"):
        facts = {
            "exhibit": row.sha256,
            "case": row.case.label,
            "outcome": row.outcome,
            "result": result_sha256(row.finding),
            "readings": row.readings_sha256,
        }
        yield Demand(row.examined_entry, f"{row.case.label} EX-{row.number}", "examination", facts, {})


def _deliveries() -> Iterator[Demand]:
    from dyeline.app.deliveries import delivery_facts

    for row in _sorted(Delivery.objects.select_related("copy")):
        yield Demand(
            row.log_entry, f"delivery of {row.copy.label}", "copy.delivered", delivery_facts(row), {}
        )


def _sorted(rows: Any, column: str = "log_entry") -> Iterable[Any]:
    """Return the rows of a query that have an entry, by its number."""
    return rows.exclude(**{column: None}).order_by(column).iterator(_CHUNK)  # type: ignore[no-any-return]
