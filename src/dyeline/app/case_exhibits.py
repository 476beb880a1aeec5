"""Adding exhibits to a case: recorded by hash, then opened and examined, then kept as readings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from dyeline.app.cases import MAX_TEXT, find_case, record_event, require_open
from dyeline.app.disclosure import require_decision
from dyeline.app.documents import find_document_versions
from dyeline.app.examination_entries import Intake, Receipt, receive
from dyeline.app.exhibits import ExhibitFile
from dyeline.app.journal import commit_to
from dyeline.app.log_rows import origin
from dyeline.app.registration import read_document_file
from dyeline.app.roles import require_role
from dyeline.app.trace import Examined, examine_files
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, CaseUndecided, DyelineError, TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.store.case_readings import StoredReading, dump_readings
from dyeline.store.tables import Case, CaseExhibit
from dyeline.trace.flow import Traced


@dataclass(frozen=True, slots=True)
class AddedExhibit:
    """What became of one file: its label, its outcome, or the error for which it could not be examined."""

    label: str
    sha256: str
    file: str
    outcome: str
    error: DyelineError | None
    known: bool

    @property
    def fault(self) -> str:
        """Return the code of the error; "" for none."""
        return self.error.code if self.error else ""


def add_exhibits(
    workspace: Workspace,
    name: str,
    paths: Sequence[Path],
    *,
    received: datetime | None = None,
    source: str = "",
    document: str | None = None,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> list[AddedExhibit]:
    """Put files on record as exhibits of a case and examine them, each on its own.

    All hashes are recorded before the first file is opened. A file that the case holds already is
    not examined again, unless its examination failed, or it was not ours and a document is named now: it was
    compared with no copy so far. One that cannot be read stays on record, and its error is returned. Of a file
    given to a case that may be a protected disclosure only the hash is recorded, so that it is examined in no
    other case either.

    Args:
        workspace: where the case is.
        name: the case.
        paths: the files; those of one call count as examined at one moment.
        received: when they came in; for the record only.
        source: where they came from; for the record only.
        document: compare with the versions of this document only, also by the facts that vary in it.
        progress: called with how many are done and how many there are.

    Raises NotFound for a file or document that is not there, and CaseUndecided where the case may not be examined.
    """
    if document is not None:
        find_document_versions(workspace, document)  # before anything is on record
    require_role(workspace, "investigator")
    now = datetime.now(UTC)
    if received is not None and received > now:
        raise BadInput(
            "The exhibits would have come in after now.", fix="check --received and its time zone."
        )
    if len(source) > MAX_TEXT:
        raise BadInput(f"The source has {len(source):,} characters.", fix=f"use at most {MAX_TEXT:,}.")
    with workspace.reading():
        protected = find_case(name).decision == "protected"
    hashes = {path: _hashed(workspace, path, keep=not protected) for path in paths}
    with workspace.writing():
        case = find_case(name)
        require_open(case)
        if case.decision != "protected":
            require_decision(workspace, case)
        first = _recorded(workspace, case, hashes, now, received, source.strip())
    require_decision(workspace, case)
    added = []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        row, fault = _examined(workspace, case, path, hashes[path][0], now, document)
        known = row.number < first and fault is None and row.examined != now
        added.append(AddedExhibit(f"EX-{row.number}", row.sha256, path.name, row.outcome, fault, known))
    progress(len(paths), len(paths))
    return added


def _hashed(workspace: Workspace, path: Path, *, keep: bool) -> tuple[str, int]:
    """Return SHA-256 and size of a file, kept as it came in for whoever checks a report, if so wished."""
    data = read_document_file(path)
    return workspace.blobs.put(data) if keep else hashlib.sha256(data).hexdigest(), len(data)


def _recorded(
    workspace: Workspace,
    case: Case,
    hashes: dict[Path, tuple[str, int]],
    now: datetime,
    received: datetime | None,
    source: str,
) -> int:
    """Record the files that the case does not hold yet, in the log too, and return the first new number."""
    first = case.exhibits.count() + 1
    number = first
    new = []
    for path, (sha256, size) in hashes.items():
        if case.exhibits.filter(sha256=sha256).exists():
            continue
        row = CaseExhibit.objects.create(
            case=case, number=number, sha256=sha256, file_name=path.name[-255:], size=size,
            source=source, received=received, recorded=now,
            fault=CaseUndecided.code if case.decision == "protected" else "",
        )  # fmt: skip
        about = origin(row.file_name, row.source, row.received)
        new.append((row, commit_to(workspace, about, "where an exhibit came from")))
        number += 1
    intakes = [_intake(case, row, about) for row, about in new]
    for (row, _), receipt in zip(new, receive(workspace, intakes), strict=True):
        row.received_entry = receipt.entry
        row.save(update_fields=["received_entry"])
        what = {"label": f"EX-{row.number}", "sha256": row.sha256, "entry": receipt.entry}
        record_event(case, now, "recorded", what)
    return first


def _intake(case: Case, row: CaseExhibit, about: str = "") -> Intake:
    return Intake(row.sha256, row.size, case.label, f"EX-{row.number}", about=about)


def _examined(
    workspace: Workspace, case: Case, path: Path, sha256: str, now: datetime, document: str | None
) -> tuple[CaseExhibit, DyelineError | None]:
    """Examine one recorded file unless that was done; return its row and the fault that prevented it."""
    with workspace.reading():
        row = CaseExhibit.objects.get(case=case, sha256=sha256)
    compared = row.examined is not None and row.outcome != "not_ours"
    if compared or (row.examined is not None and document is None):
        return row, None
    try:
        data = read_document_file(path)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadInput(f"{path.name} changed while it was being added.", fix="add it again.")
        examined = examine_files(
            workspace,
            [ExhibitFile(data, path.suffix)],
            bound=case.bound,
            document=document,
            receipt=_receipt(workspace, case, row),
            keep=partial(_kept, workspace),
        )
    except (UnreadableFile, UnsupportedFormat, TooLarge, BadInput) as fault:
        row.fault = fault.code
        with workspace.writing():
            row.save(update_fields=["fault", "received_entry"])
            record_event(case, now, "failed", {"label": f"EX-{row.number}", "code": fault.code})
        return row, fault
    _fill(row, examined, now)
    overlay = _overlay(workspace, examined)
    with workspace.writing():
        row.save()
        what = {"label": f"EX-{row.number}", "outcome": row.outcome, "entry": row.examined_entry, **overlay}
        record_event(case, now, "examined", what | ({"document": document} if document else {}))
    return row, None


def _receipt(workspace: Workspace, case: Case, row: CaseExhibit) -> Receipt:
    """Return the receipt of an exhibit; one from before there was a log is received now."""
    if row.received_entry is None:
        (receipt,) = receive(workspace, [_intake(case, row)])
        row.received_entry = receipt.entry
    return Receipt(row.received_entry, _intake(case, row))


def _kept(workspace: Workspace, traced: Traced) -> str:
    """Store the readings of an examination and return the name of their blob."""
    compared = [
        StoredReading(
            one.circulation.label,
            one.readings.loglik,
            one.circulation.indices,
            one.scores.p_value,
            one.scores.mixture_nats,
            np.array([pair.rows for pair in one.scores.pairs], dtype=np.int64).reshape(-1, 2),
            np.array([pair.nats for pair in one.scores.pairs], dtype=np.float64),
            one.scores.rest_nats,
        )
        for one in traced.compared
    ]
    return workspace.blobs.put(dump_readings(compared))


def _overlay(workspace: Workspace, examined: Examined) -> dict[str, str]:
    """Store what a report shows of an exhibit with pictures, and return the name of its blob."""
    if not examined.taken.exhibit.pictures or examined.finding.outcome == "not_ours":
        return {}
    from dyeline.app.overlay import draw_overlay  # loads a library of 60 MB

    return {"overlay": workspace.blobs.put(draw_overlay(examined))}


def _fill(row: CaseExhibit, examined: Examined, now: datetime) -> None:
    """Put what an examination gave into the row."""
    text = " ".join(examined.taken.exhibit.text.split())
    row.text_sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""
    row.readings_sha256 = examined.readings
    row.examined_entry = examined.log_entry
    row.finding = examined.finding.to_dict()
    row.outcome, row.fault, row.examined = examined.finding.outcome, "", now
