"""When something was done, as its entry in the log says: a date that nobody moves by writing to the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dyeline.app.issue_entries import LATE
from dyeline.evidence.entries import moment_text, parse_entry

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace
    from dyeline.store.tables import Case


class IssueMoments:
    """When copies were issued. Reads all entries about copies once: about ten seconds for a million."""

    def __init__(self, workspace: Workspace) -> None:
        self._copies = _last(workspace, "copy.issued", "copy")
        self._circulations = _last(workspace, "circulation.opened", "circulation")

    def of(self, copy: str, circulation: str, created: datetime) -> str:
        """Return when a copy was issued, as entries write moments.

        Of one that has no entry of its own (it was never handed out, or is from before there was a log) it is when
        its row was ``created``, and not before the entry of its ``circulation``.
        """
        known = self._copies.get(copy)
        return known or max(self._circulations.get(circulation, ""), moment_text(created))


class ClosingMoments:
    """When cases were closed."""

    def __init__(self, workspace: Workspace) -> None:
        self._closed = _last(workspace, "case.closed", "case")
        self._opened = _last(workspace, "case.opened", "case")

    def of(self, case: Case) -> str | None:
        """Return when a case was closed, as entries write moments; None where it was not.

        The row counts only for a case from before there was a log, which has no entry of its opening.
        """
        if case.closed is None or (case.label in self._opened and case.label not in self._closed):
            return None
        return self._closed.get(case.label) or moment_text(case.closed)


def _last(workspace: Workspace, kind: str, about: str) -> dict[str, str]:
    """Return the latest moment of the entries of a kind, by the label in their fact ``about``.

    Entries of what was done before there was a log do not say when that was, and are left out.
    """
    found: dict[str, str] = {}
    for _, data in workspace.log.holding([f'"kind":"{kind}"'.encode()]):
        entry = parse_entry(data)
        if entry.kind == kind and not LATE.items() <= entry.facts.items():
            label = str(entry.facts[about])
            found[label] = max(entry.at, found.get(label, ""))
    return found
