"""Cases on record: open one, close it, enter evidence from outside, take something out. Nothing is deleted."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dyeline.app.case_refusals import refuse_polygraph
from dyeline.app.journal import commit_to, record
from dyeline.app.roles import require_role
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound
from dyeline.store.tables import Case, CaseEvent, CaseEvidence, CaseExhibit, IssuedCopy, Recipient

MAX_NAME = 100
MAX_TEXT = 2000
REASON = "reason"
"""What commitments to reasons are commitments to."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case as stored. ``exhibits`` counts those that were not taken out."""

    name: str
    bound: float
    created: datetime
    closed: datetime | None
    close_reason: str
    exhibits: int
    label: str  # as the log calls it: K-1
    log_entry: int | None  # of its opening


def new_case(workspace: Workspace, name: str, *, bound: float | None = None) -> CaseRecord:
    """Open a case. Its bound is set here, before any exhibit, and never changed.

    Raises BadInput for a name that is taken or cannot be one, or a bound that is no chance.
    """
    shown = _checked_line("The name of a case", name, MAX_NAME)
    bound = workspace.settings.trace_bound if bound is None else bound
    if not 0 < bound <= 0.5:
        raise BadInput(
            f"The bound {bound:g} is not a chance that a finding could rest on.",
            fix="use 0 < bound <= 0.5, for example 1e-3.",
        )
    now = datetime.now(UTC)
    require_role(workspace, "investigator")
    with workspace.writing():
        known = Case.objects.filter(key=_key(shown)).first()
        if known is not None:
            raise BadInput(f"There is a case {known.name} already.", fix="use it, or choose another name.")
        row = Case.objects.create(name=shown, key=_key(shown), bound=bound, created=now)
        row.log_entry = record(
            workspace, "case.opened", {"case": row.label, "bound": bound}, role="investigator"
        )
        row.save(update_fields=["log_entry"])
        record_event(row, now, "created", {"bound": bound, "entry": row.log_entry})
        return _record(row)


def list_cases(workspace: Workspace) -> list[CaseRecord]:
    """Return all cases, oldest first."""
    with workspace.reading():
        return [_record(row) for row in Case.objects.order_by("pk")]


def find_case(name: str) -> Case:
    """Return the row of a case. Call within ``reading`` or ``writing``. Raises NotFound."""
    row = Case.objects.filter(key=_key(" ".join(name.split()))).first()
    if row is None:
        raise NotFound(
            "There is no case of this name.",
            fix="run: dyeline case list, to see the cases there are, or: dyeline case new NAME.",
            case=name,
        )
    return row


def close_case(workspace: Workspace, name: str, *, reason: str) -> CaseRecord:
    """Close a case: it can be read and not be changed any more. Raises BadInput if it is closed."""
    text = checked_text("The reason", reason)
    with _open_case(workspace, name) as (row, now):
        row.closed, row.close_reason = now, text
        row.save(update_fields=["closed", "close_reason"])
        facts = {"case": row.label, "reason": commit_to(workspace, text.encode(), REASON)}
        entry = record(workspace, "case.closed", facts, role="investigator")
        record_event(row, now, "closed", {"reason": text, "entry": entry})
        return _record(row)


def add_evidence(
    workspace: Workspace,
    name: str,
    *,
    label: str,
    likelihood_ratio: float,
    source: str,
    reason: str,
    kind: str = "",
) -> str:
    """Enter evidence from outside of the marks and return its label (EV-1).

    It is shown apart and changes nothing that the marks say.

    Args:
        workspace: where the case is.
        name: the case.
        label: the recipient (R-017) or copy (C-0007) that it is about.
        likelihood_ratio: how much more probable it is if that copy is the source than if not.
        source: where it comes from.
        reason: why the ratio is what it is.
        kind: what it is, in a word or two.

    Raises EvidenceRefused for a polygraph, NotFound for a label that nobody has.
    """
    refuse_polygraph(kind, source, reason)
    if not (math.isfinite(likelihood_ratio) and likelihood_ratio > 0):
        raise BadInput(
            f"{likelihood_ratio:g} is no likelihood ratio.",
            fix="give a number above 0: 20 for twenty times as probable, 0.1 for a tenth.",
        )
    texts = [checked_text("The source", source), checked_text("The reason", reason)]
    shown = _checked_line("The kind", kind, MAX_NAME) if kind.strip() else ""
    with _open_case(workspace, name) as (row, now):
        known = _known_label(label)
        number = row.evidence.count() + 1
        CaseEvidence.objects.create(
            case=row, number=number, label=known, likelihood_ratio=likelihood_ratio,
            kind=shown, source=texts[0], reason=texts[1], created=now,
        )  # fmt: skip
        facts = {
            "case": row.label,
            "evidence": f"EV-{number}",
            "for": known,
            "likelihood_ratio": likelihood_ratio,
            "source": commit_to(workspace, texts[0].encode(), "source of evidence"),
            "reason": commit_to(workspace, texts[1].encode(), REASON),
        }
        entry = record(workspace, "case.evidence", facts, role="investigator")
        what = {"label": f"EV-{number}", "for": known, "lr": likelihood_ratio, "entry": entry}
        record_event(row, now, "evidence", what)
    return f"EV-{number}"


def remove(workspace: Workspace, name: str, label: str, *, reason: str) -> None:
    """Take an exhibit (EX-2) or evidence (EV-1) out of a case. Its record stays, with the reason."""
    text = checked_text("The reason", reason)
    kind, _, digits = label.strip().upper().partition("-")
    tables: dict[str, Any] = {"EX": CaseExhibit.objects, "EV": CaseEvidence.objects}
    with _open_case(workspace, name) as (row, now):
        wanted = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0
        found = tables[kind].filter(case=row, number=wanted).first() if kind in tables else None
        if found is None:
            raise NotFound(
                "The case holds no exhibit or evidence of this label.",
                fix="run: dyeline case show, to see the labels: EX-1, EV-1 …",
                label=label,
            )
        if found.removed is not None:
            raise BadInput(f"{kind}-{wanted} was taken out already.", fix="nothing is left to do.")
        found.removed, found.removed_reason = now, text
        found.save(update_fields=["removed", "removed_reason"])
        removed = f"{kind}-{wanted}"
        facts = {"case": row.label, "removed": removed, "reason": commit_to(workspace, text.encode(), REASON)}
        entry = record(workspace, "case.removed", facts, role="investigator")
        record_event(row, now, "removed", {"label": removed, "reason": text, "entry": entry})


def record_event(row: Case, at: datetime, kind: str, what: dict[str, Any]) -> None:
    """Add a line to the history of a case. Call within ``writing``."""
    CaseEvent.objects.create(case=row, at=at, kind=kind, what=what)


def require_open(row: Case) -> None:
    """Raise BadInput if a case is closed."""
    if row.closed is not None:
        raise BadInput(
            f"Case {row.name} was closed on {row.closed:%Y-%m-%d}.",
            fix="open another one: dyeline case new NAME.",
        )


@contextmanager
def _open_case(workspace: Workspace, name: str) -> Iterator[tuple[Case, datetime]]:
    require_role(workspace, "investigator")
    with workspace.writing():
        row = find_case(name)
        require_open(row)
        yield row, datetime.now(UTC)


def _record(row: Case) -> CaseRecord:
    count = row.exhibits.filter(removed__isnull=True).count()
    return CaseRecord(
        row.name, row.bound, row.created, row.closed, row.close_reason, count, row.label, row.log_entry
    )


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()[:300]


def _known_label(label: str) -> str:
    wanted = label.strip().upper()
    if IssuedCopy.objects.filter(label=wanted).exists() or Recipient.objects.filter(label=wanted).exists():
        return wanted
    raise NotFound(
        "No recipient and no copy has this label.",
        fix="name a recipient (R-017) or a copy (C-0007): dyeline recipient list.",
        label=label,
    )


def _checked_line(what: str, text: str, most: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > most or any(unicodedata.category(c) in ("Cc", "Cs") for c in line):
        raise BadInput(
            f"{what} has {len(line)} characters, or one that cannot be printed.",
            fix=f"use 1 to {most} printable characters.",
        )
    return line


def checked_text(what: str, text: str) -> str:
    """Return a text without blanks around it. Raises BadInput if it is empty or too long."""
    stripped = text.strip()
    if not stripped or len(stripped) > MAX_TEXT or any(unicodedata.category(c) == "Cs" for c in stripped):
        raise BadInput(
            f"{what} has {len(stripped):,} characters, or one that cannot be stored.",
            fix=f"say it in 1 to {MAX_TEXT:,} characters.",
        )
    return stripped
