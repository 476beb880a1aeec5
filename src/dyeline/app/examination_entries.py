"""What the log says of exhibits: each one's hash before it is opened, then what came of every examination."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dyeline.app.exhibits import ExhibitFile, exhibit_sha256
from dyeline.app.journal import record, record_many
from dyeline.errors import DyelineError
from dyeline.evidence.entries import canonical_json
from dyeline.model.finding import Finding
from dyeline.store.tables import Examination

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Intake:
    """An exhibit that came in: hash and length of its bytes, and its place in a case ("K-1", "EX-2") if in one."""

    sha256: str
    size: int
    case: str = ""
    exhibit: str = ""
    files: tuple[str, ...] = ()  # hashes, where several files are one exhibit
    about: str = ""  # commitment to what was said of where it came from

    def facts(self) -> dict[str, Any]:
        """Return what the log states of it."""
        stated: dict[str, Any] = {"sha256": self.sha256, "size": self.size, **_case(self)}
        if self.exhibit:
            stated["exhibit"] = self.exhibit
        if self.files:
            stated["files"] = list(self.files)
        if self.about:
            stated["about"] = self.about
        return stated


@dataclass(frozen=True, slots=True)
class Receipt:
    """An exhibit whose coming in is in the log, as this entry."""

    entry: int
    intake: Intake


@dataclass(frozen=True, slots=True)
class Recorded:
    """An examination on record: its entry, and how many different ones this workspace has seen with it."""

    entry: int
    examinations: int


def intake_of(files: Sequence[ExhibitFile]) -> Intake:
    """Return what there is to say of an exhibit that belongs to no case, without opening it."""
    several = [hashlib.sha256(file.data).hexdigest() for file in files] if len(files) > 1 else []
    return Intake(exhibit_sha256(files), sum(len(file.data) for file in files), files=tuple(several))


def receive(workspace: Workspace, intakes: Sequence[Intake]) -> list[Receipt]:
    """Put exhibits on record in the log. Nothing of them is opened before this has returned."""
    entries = record_many(
        workspace, "exhibit.received", [intake.facts() for intake in intakes], role="investigator"
    )
    return [Receipt(entry, intake) for entry, intake in zip(entries, intakes, strict=True)]


@contextmanager
def failures_recorded(workspace: Workspace, receipt: Receipt) -> Iterator[None]:
    """Put it into the log when an examination fails or is broken off, and let the fault go on."""
    try:
        yield
    except BaseException as fault:
        code = fault.code if isinstance(fault, DyelineError) else "internal"
        code = "interrupted" if isinstance(fault, KeyboardInterrupt) else code
        facts = {"exhibit": receipt.intake.sha256, "code": code, **_case(receipt.intake)}
        with suppress(DyelineError):  # what went wrong first is what the user has to know
            record(workspace, "examination.failed", facts, role="investigator")
        raise


def record_examination(
    workspace: Workspace,
    receipt: Receipt,
    finding: Finding,
    parameters: Mapping[str, Any],
    *,
    readings: str,
) -> Recorded:
    """Put a finding on record, in the log by its hash.

    The same exhibit with another bound or another restriction is another examination: its bound counts too.

    Args:
        workspace: where.
        receipt: of the exhibit.
        finding: what was found, whatever the outcome.
        parameters: what was asked; labels and numbers only.
        readings: hash of the readings on record, "" where none are kept.
    """
    result = finding.to_dict()
    facts = {
        "exhibit": finding.exhibit.sha256,
        **_case(receipt.intake),
        "parameters": dict(parameters),
        "outcome": finding.outcome,
        "result": result_sha256(result),
        "readings": readings,
        "methods": finding.methods,
    }
    with workspace.writing():
        entry = record(workspace, "examination", facts, role="investigator")
        Examination.objects.create(
            exhibit_sha256=finding.exhibit.sha256,
            parameters=dict(parameters),
            outcome=finding.outcome,
            finding=result,
            created=datetime.now(UTC),
            received_entry=receipt.entry,
            log_entry=entry,
        )
        count = Examination.objects.values("exhibit_sha256", "parameters").distinct().count()
    return Recorded(entry, count)


def result_sha256(finding: Mapping[str, Any]) -> str:
    """Return the hash by which the log fixes a finding, given as plain JSON values."""
    return hashlib.sha256(canonical_json(finding)).hexdigest()


def _case(intake: Intake) -> dict[str, Any]:
    return {"case": intake.case} if intake.case else {}
