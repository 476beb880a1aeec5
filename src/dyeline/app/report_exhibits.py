"""The exhibits of a report: the files, what was read in them, their findings, and who had them when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dyeline.app.registration import read_document_file
from dyeline.app.report_log import LogPart
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, BadWorkspace
from dyeline.store.case_readings import StoredReading, load_readings
from dyeline.store.tables import Case, CaseExhibit


@dataclass(slots=True)
class Exhibits:
    """What a report says of the exhibits of a case, with the files that show it; ``readings`` by exhibit label."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    readings: dict[str, tuple[StoredReading, ...]] = field(default_factory=dict)


def enclose_exhibits(
    workspace: Workspace, case: Case, log: LogPart, given: Sequence[Path], *, named: bool
) -> Exhibits:
    """Return the exhibits of a case.

    ``given`` are files of exhibits that the workspace holds by hash alone. Without ``named``, findings
    are left out: they name copies.

    Raises BadInput for a given file that is no exhibit of the case.
    """
    with workspace.reading():
        rows = list(case.exhibits.order_by("number"))
        examined = {
            event.what.get("label"): event.what
            for event in case.events.filter(kind="examined").order_by("pk")
        }
        removals = {
            event.what.get("label"): event.what.get("entry") for event in case.events.filter(kind="removed")
        }
    known = {row.sha256 for row in rows}
    brought = {}
    for path in given:
        data = read_document_file(path)
        digest = hashlib.sha256(data).hexdigest()
        if digest not in known:
            raise BadInput(
                f"{path.name} is not one of the exhibits of the case.",
                fix="give the very file that was added.",
            )
        brought[digest] = data
    found = Exhibits()
    for row in rows:
        label = f"EX-{row.number}"
        _enclose(workspace, row, log, brought, found, examined.get(label, {}), named)
        if row.removed:
            found.rows[-1]["removed"] = _removed(row, log, removals.get(label))
    return found


def _enclose(
    workspace: Workspace,
    row: CaseExhibit,
    log: LogPart,
    brought: Mapping[str, bytes],
    found: Exhibits,
    event: Mapping[str, Any],
    named: bool,
) -> None:
    label = f"EX-{row.number}"
    received = log.entry(row.received_entry, label)
    stated: dict[str, Any] = {
        "label": label,
        "sha256": row.sha256,
        "bytes": row.size,
        "name": row.file_name,
        "source": row.source,
        "received": row.received.isoformat() if row.received else None,
        "recorded": received["at"],
        "recorded_by": received["by"]["actor"],
        "received_entry": row.received_entry,
        "examined": row.examined.isoformat() if row.examined else None,
        "examination_entry": row.examined_entry,
        "examined_at": None,
        "examined_by": None,
        "fault": row.fault or None,
        "finding": None,
        "readings": None,
        "file": None,
        "picture": None,
        "copies_compared": 0,
        "removed": None,
    }
    data = brought.get(row.sha256) or _kept(workspace, row.sha256)
    if data is not None:
        stated["file"] = f"exhibits/{label}.{_suffix(row.file_name)}"
        found.files[stated["file"]] = data
    if row.examined is not None:
        examination = log.entry(row.examined_entry, f"the examination of {label}")
        stated |= {
            "finding": row.finding if named else None,
            "readings": f"readings/{label}.npz",
            "examined_at": examination["at"],
            "examined_by": examination["by"]["actor"],
        }
        readings = workspace.blobs.get(row.readings_sha256)
        found.files[stated["readings"]] = readings
        found.readings[label] = load_readings(readings)
        stated["copies_compared"] = sum(one.indices.size for one in found.readings[label])
        if named and event.get("overlay"):
            stated["picture"] = f"pictures/{label}.png"
            found.files[stated["picture"]] = workspace.blobs.get(event["overlay"])
    found.rows.append(stated)


def _removed(row: CaseExhibit, log: LogPart, number: int | None) -> dict[str, Any]:
    """Return when, by whom and why an exhibit was taken out; one from before there was a log has no entry."""
    entry = None if number is None else log.entry(number, f"the taking out of EX-{row.number}")
    return {
        "at": entry["at"] if entry else row.removed and row.removed.isoformat(),
        "by": entry["by"]["actor"] if entry else None,
        "entry": number,
        "reason": row.removed_reason,
    }


def _kept(workspace: Workspace, sha256: str) -> bytes | None:
    """Return the bytes of an exhibit; None where it was added before its bytes were kept, or they were purged."""
    try:
        return workspace.blobs.get(sha256)
    except BadWorkspace as fault:
        if fault.facts.get("state") == "missing":
            return None
        raise


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lstrip(".").lower()
    return suffix if suffix.isascii() and suffix.isalnum() and len(suffix) <= 8 else "bin"
