"""Who is in a case: the copies that its findings name, and the people who have investigated it."""

from __future__ import annotations

from typing import Final

from dyeline.app.case_view import show_case
from dyeline.app.workspace import Workspace
from dyeline.evidence.entries import parse_entry
from dyeline.store.tables import Case, IssuedCopy

_NAMING: Final = ("attributed", "narrowed")
_INVESTIGATING: Final = (
    "case.opened", "exhibit.received", "examination", "examination.failed", "case.evidence", "unseal.requested",
)  # fmt: skip


def named_copies(workspace: Workspace, case: str) -> set[str]:
    """Return the labels of the copies that a case, as it stands now, attributes an exhibit to or narrows it down to.

    Both assumptions count, and statements about several copies at once.
    """
    view = show_case(workspace, case)
    finding = view.combined()
    same = finding.same_source
    named: set[str] = set()
    if same.outcome in _NAMING:
        named |= {copy for candidate in same.candidates for copy in candidate.copies}
    for one in finding.independent:
        if one.outcome in _NAMING:
            named |= {candidate.copy for candidate in one.candidates}
        named |= {copy for statement in one.together for copy in statement.copies}
    together = {label for statement in same.together for label in statement.recipients}
    compared = {one["circulation"] for one in view.exhibits if one["circulation"] and not one["removed"]}
    with workspace.reading():
        rows = IssuedCopy.objects.filter(recipient__label__in=together, circulation__label__in=compared)
        named |= set(rows.exclude(sha256="").values_list("label", flat=True))
    return named


def investigators_of(workspace: Workspace, case: Case) -> set[str]:
    """Return the labels of all who have opened, fed, examined or asked in a case, by the log, which nobody rewrites.

    Whoever examined one of its exhibits outside of the case counts too.
    """
    log = workspace.log
    wanted = [f'"case":"{case.label}"'.encode()]
    wanted += [f'"{sha256}"'.encode() for sha256 in case.exhibits.values_list("sha256", flat=True)]
    entries = {number: data for piece in wanted for number, data in log.holding([piece])}
    people = {parsed.actor for parsed in map(parse_entry, entries.values()) if parsed.kind in _INVESTIGATING}
    return people | set(case.unseal_requests.values_list("actor__label", flat=True))
