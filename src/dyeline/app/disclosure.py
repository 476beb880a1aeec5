"""The question before the first examination of a case: could it be a protected disclosure?

Whoever reports a wrong in a way that the law protects must not be looked for. The decision, in whose role it was
taken and why stands in the case and, by a commitment, in the log. It can be taken again; every one stays on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dyeline.app.cases import checked_text, find_case, record_event, require_open
from dyeline.app.journal import commit_to, record
from dyeline.app.roles import checked_role, require_role
from dyeline.app.workspace import Workspace
from dyeline.custody.rules import DECISIONS, Decision
from dyeline.errors import BadInput, CaseUndecided, LogDisagrees
from dyeline.evidence.entries import parse_entry
from dyeline.store.tables import Case, CaseExhibit


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was decided of a case; ``decision`` is "" where nobody has decided yet."""

    case: str
    decision: str
    decided_by: str
    decided: datetime | None
    reason: str


def decide(workspace: Workspace, case: str, decision: str, *, by: str, reason: str) -> Disclosure:
    """Record whether a case could be a protected disclosure.

    Args:
        workspace: where the case is.
        case: its name.
        decision: protected (nothing is examined), not-protected, or undecided (examined, nobody is named).
        by: the role in which this is decided.
        reason: why; stays in the workspace, the log holds a commitment to it.
    """
    chosen = decision.strip().casefold()
    if chosen not in DECISIONS:
        raise BadInput("There is no such decision.", fix=f"use one of {', '.join(DECISIONS)}.")
    role = checked_role(by)
    require_role(workspace, role)
    text = checked_text("The reason", reason)
    with workspace.writing():
        row = find_case(case)
        require_open(row)
        now = datetime.now(UTC)
        facts = {
            "case": row.label,
            "decision": chosen,
            "by_role": role,
            "reason": commit_to(workspace, text.encode(), "reason of a decision"),
        }
        row.decision_entry = record(workspace, "case.decision", facts, role=role)
        row.decision, row.decided, row.decided_by, row.decision_reason = chosen, now, role, text
        row.save(update_fields=["decision", "decided", "decided_by", "decision_reason", "decision_entry"])
        record_event(row, now, "decision", {"decision": chosen, "by": role, "reason": text})
        return disclosure_of(row)


def disclosure_of(row: Case) -> Disclosure:
    """Return what stands in the row of a case."""
    return Disclosure(row.name, row.decision, row.decided_by, row.decided, row.decision_reason)


def _last_decisions(workspace: Workspace) -> dict[str, str]:
    """Return the last decision of every case as the log has it, by the case's label."""
    entries = (parse_entry(data) for _, data in workspace.log.holding([b'"kind":"case.decision"']))
    return {str(entry.facts["case"]): str(entry.facts["decision"]) for entry in entries}


def logged_decision(workspace: Workspace, row: Case) -> Decision:
    """Return the last decision as the log has it, which nobody rewrites; without one it is undecided."""
    pieces = (b'"kind":"case.decision"', f'"case":"{row.label}"'.encode())
    entries = [parse_entry(data) for _, data in workspace.log.holding(pieces)]
    last = entries[-1].facts.get("decision") if entries else None
    return next((known for known in DECISIONS if known == last), "undecided")


def require_decision(workspace: Workspace, row: Case) -> None:
    """Raise CaseUndecided unless a case may be examined: somebody has decided, and not that it is protected.

    Raises LogDisagrees where the row says another decision than the log. Call within ``reading`` or ``writing``.
    """
    logged = _last_decisions(workspace).get(row.label, "")
    if row.decision != logged and (logged or row.decision in ("protected", "not-protected")):
        raise LogDisagrees(
            f"The log does not bear out the decision in the row of case {row.name}: it says "
            f"{logged or 'that nobody has decided'}.",
            fix="examine nothing of it; keep the workspace as evidence and run dyeline log verify.",
            case=row.label,
        )
    ask = f"dyeline case disclose '{row.name}' --decision not-protected --by reviewer --reason '…'"
    if not row.decision:
        raise CaseUndecided(
            f"Nobody has decided yet whether case {row.name} could be a protected disclosure.",
            fix=f"decide it first (protected, not-protected or undecided): {ask}.",
        )
    if row.decision == "protected":
        raise CaseUndecided(
            f"Case {row.name} was decided to be a protected disclosure: nothing of it is examined.",
            fix=f"leave it; if the decision was wrong, somebody has to record another one: {ask}.",
        )


def require_unprotected(workspace: Workspace, hashes: Sequence[str]) -> None:
    """Raise CaseUndecided where a file with one of these SHA-256 belongs to a case decided to be protected.

    A second case, or an examination outside of any, does not get around a decision.
    """
    with workspace.reading():
        name = _protecting(workspace, hashes)
    if name:
        raise CaseUndecided(
            f"This exhibit belongs to case {name}, which was decided to be a protected disclosure: it is not examined.",
            fix="leave it; if the decision was wrong, somebody has to record another one: "
            f"dyeline case disclose '{name}' --decision not-protected --by reviewer --reason '…'.",
        )


def decision_for(workspace: Workspace, row: Case) -> Decision:
    """Return the decision that holds for the exhibits of a case: protected, if it is for one of them in any case."""
    with workspace.reading():
        hashes = list(row.exhibits.values_list("sha256", flat=True))
        elsewhere = _protecting(workspace, hashes)
    return "protected" if elsewhere else logged_decision(workspace, row)


def _protecting(workspace: Workspace, hashes: Sequence[str]) -> str:
    """Return the name of a case, decided to be protected by row or log, that holds one of these files; "" for none."""
    logged = _last_decisions(workspace)
    held = CaseExhibit.objects.filter(sha256__in=list(hashes)).select_related("case").order_by("pk")
    decisions = ((row.case, {row.case.decision, logged.get(row.case.label)}) for row in held)
    return next((case.name for case, said in decisions if "protected" in said), "")
