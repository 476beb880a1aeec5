"""What the log says last of cases, requests and keys, held against their rows: none missing, none put back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dyeline.app.journal import require_whole
from dyeline.app.log_rows import Demand, Misfit, stored_opening
from dyeline.errors import LogDisagrees
from dyeline.evidence.entries import Entry, parse_entry
from dyeline.store.tables import (
    Case,
    CaseEvent,
    CaseEvidence,
    CaseExhibit,
    Circulation,
    Examination,
    IssuedCopy,
    UnsealRequest,
)

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

_APART = timedelta(minutes=10)
"""A row's moment is taken just before its entry is written; within this both are the same."""

AGAIN = "if the command was interrupted, repeat it"
"""Ends why something does not fit that a crash between entry and row leaves, too."""

_WHAT = {"exhibit.received": "exhibit", "case.evidence": "evidence", "case.removed": "removed"}
_EVENTS = {
    "case.opened": "created", "case.decision": "decision", "exhibit.received": "recorded",
    "case.evidence": "evidence", "case.removed": "removed", "case.closed": "closed",
}  # fmt: skip
"""The step in the history of a case that belongs to each kind of entry."""

_EXAMINED = ("examination", "examination.failed")

_Last = tuple[int, Entry]


class Ledger:
    """Takes the entries of a log in order, and keeps the last one of each kind about each thing."""

    def __init__(self) -> None:
        self.without_row: Counter[str] = Counter()
        self._begun: datetime | None = None
        self._cases: dict[str, dict[tuple[str, str], _Last]] = {}
        self._requests: dict[str, dict[str, _Last]] = {}
        self._keys: dict[str, _Last] = {}
        self._issued: dict[str, _Last] = {}
        self._examined: list[int] = []
        self._acts: Counter[tuple[str, str]] = Counter()  # by case and kind

    def visit(self, number: int, entry: Entry) -> None:
        """Take the next entry."""
        facts, kind = entry.facts, entry.kind
        if kind == "examination":
            self._examined.append(number)
        if kind in _EVENTS and "case" in facts:
            self._acts[str(facts["case"]), kind] += 1
        if self._begun is None:
            self._begun = _moment(entry)
        if kind.startswith("unseal."):
            self._requests.setdefault(str(facts["request"]), {})[kind] = (number, entry)
        elif kind.startswith("circulation.key_"):
            self._keys[str(facts["circulation"])] = (number, entry)
        elif kind == "circulation.issued":
            self._issued[str(facts["circulation"])] = (number, entry)
        elif "case" in facts and (kind.startswith(("case.", "exhibit.")) or kind in _EXAMINED):
            what = facts["exhibit"] if kind in _EXAMINED else facts.get(_WHAT.get(kind, ""), "")
            self._cases.setdefault(str(facts["case"]), {})[kind, str(what)] = (number, entry)

    def misfits(self) -> Iterator[Misfit]:
        """Yield what the rows leave out or say otherwise. Call within ``reading``, after the last entry."""
        rows = {row.label: row for row in Case.objects.order_by("pk")}
        for label, told in self._cases.items():
            if label not in rows and any(kind != "case.opened" for kind, _ in told):
                yield Misfit(label, max(told.values(), key=_number)[0], "its row is missing")
        for row in rows.values():
            yield from self.case_misfits(row)
        yield from self._request_misfits()
        yield from self._circulation_misfits()
        self._count_without_row(rows)

    def _count_without_row(self, cases: Mapping[str, Case]) -> None:
        """Count examinations and steps of cases of which there is an entry, and no row."""
        there = set(Examination.objects.exclude(log_entry=None).values_list("log_entry", flat=True))
        self.without_row["examination"] += sum(number not in there for number in self._examined)
        steps = Counter(CaseEvent.objects.values_list("case", "kind"))
        for (label, kind), count in self._acts.items():
            if label in cases:
                lacking = count - steps[cases[label].pk, _EVENTS[kind]]
                self.without_row[f"{kind} in the history of {label}"] += max(0, lacking)
        self.without_row = +self.without_row

    def case_misfits(self, case: Case) -> Iterator[Misfit]:
        """Yield what the rows of one case leave out or say otherwise."""
        told = self._cases.get(case.label, {})
        opened, closed = told.get(("case.opened", "")), told.get(("case.closed", ""))
        decided = told.get(("case.decision", ""))
        late = opened is None  # the case is from before there was a log
        if opened is not None and case.log_entry != opened[0]:
            yield Misfit(case.label, opened[0], "it was opened by this entry, and its row does not say so")
        if opened is not None and _far(case.created, opened):
            yield Misfit(case.label, opened[0], "it was opened at another time")
        if decided is not None and case.decision_entry != decided[0]:
            yield Misfit(f"decision of {case.label}", decided[0], f"this decision is the last; {AGAIN}")
        elif decided is not None and _far(case.decided, decided):
            yield Misfit(f"decision of {case.label}", decided[0], "it was taken at another time")
        yield from self._ended(
            f"{case.label} closed", "case.closed", closed, case.closed, case.close_reason, late
        )
        yield from self._exhibit_misfits(case, told, late)
        yield from self._evidence_misfits(case, told, late)

    def _exhibit_misfits(
        self, case: Case, told: dict[tuple[str, str], _Last], late: bool
    ) -> Iterator[Misfit]:
        rows = list(CaseExhibit.objects.filter(case=case).order_by("number"))
        yield from _gaps(case, "EX", rows)
        hashes = {row.sha256 for row in rows}
        labels = {f"EX-{row.number}" for row in rows}
        for (kind, what), (number, _) in told.items():
            if kind in _EXAMINED and what not in hashes:
                yield Misfit(
                    f"{case.label} exhibit {what[:12]}…", number, "it was examined and its row is missing"
                )
            elif kind == "case.removed" and what.startswith("EX-") and what not in labels:
                yield Misfit(f"{case.label} {what}", number, "it was taken out and its row is missing")
            elif kind == "exhibit.received" and what not in labels:
                self.without_row[kind] += 1
        for row in rows:
            name, label = f"{case.label} EX-{row.number}", f"EX-{row.number}"
            received, examined = told.get(("exhibit.received", label)), told.get(("examination", row.sha256))
            unread = late and row.received_entry is None and row.examined is None
            if received is not None and row.received_entry != received[0] and not unread:
                yield Misfit(name, received[0], "it came in by this entry, and its row does not say so")
            elif received is None and row.received_entry is None and not late:
                yield Misfit(name, None, "no entry says that it came in")
            if examined is not None and row.examined_entry != examined[0]:
                yield Misfit(
                    name, examined[0], f"this is its last examination, and not that of its row; {AGAIN}"
                )
            elif examined is None and row.examined is not None and row.examined_entry is None and not late:
                yield Misfit(name, None, "no entry says that it was examined")
            removed = told.get(("case.removed", label))
            yield from self._ended(
                f"{name} taken out", "case.removed", removed, row.removed, row.removed_reason, late
            )

    def _evidence_misfits(
        self, case: Case, told: dict[tuple[str, str], _Last], late: bool
    ) -> Iterator[Misfit]:
        rows = list(CaseEvidence.objects.filter(case=case).order_by("number"))
        yield from _gaps(case, "EV", rows)
        labels = {f"EV-{row.number}" for row in rows}
        for (kind, what), (number, _) in told.items():
            if kind in ("case.evidence", "case.removed") and what.startswith("EV-") and what not in labels:
                yield Misfit(f"{case.label} {what}", number, f"its row is missing; {AGAIN}")
        for row in rows:
            name, label = f"{case.label} EV-{row.number}", f"EV-{row.number}"
            entered, removed = told.get(("case.evidence", label)), told.get(("case.removed", label))
            facts = {"for": row.label, "likelihood_ratio": row.likelihood_ratio}
            texts = {"source": row.source.encode(), "reason": row.reason.encode()}
            if entered is not None:
                yield from _unmet(name, "case.evidence", entered, facts, texts)
            elif not (late and self._before(row.created)):
                yield Misfit(name, None, "it has no entry")
            yield from self._ended(
                f"{name} taken out", "case.removed", removed, row.removed, row.removed_reason, late
            )

    def _ended(
        self, name: str, kind: str, entry: _Last | None, at: datetime | None, reason: str, late: bool
    ) -> Iterator[Misfit]:
        """Yield a misfit where a row was closed or taken out, or was not, otherwise than the log says."""
        if entry is None:
            if at is not None and not (late and self._before(at)):
                yield Misfit(name, None, "it has no entry")
        elif at is None:
            yield Misfit(name, entry[0], f"the entry says so, and the row does not; {AGAIN}")
        elif _far(at, entry):
            yield Misfit(name, entry[0], "it was at another time")
        else:
            yield from _unmet(name, kind, entry, {}, {"reason": reason.encode()})

    def _request_misfits(self) -> Iterator[Misfit]:
        rows = {row.label: row for row in UnsealRequest.objects.all()}
        for label, told in self._requests.items():
            row = rows.get(label)
            asked, opened = told.get("unseal.requested"), told.get("unseal.opened")
            number, last = max(told.values(), key=_number)
            if row is None:
                if last.kind != "unseal.requested":
                    yield Misfit(label, number, "its row is missing")
                continue
            if asked is not None and row.log_entry != asked[0]:
                yield Misfit(label, asked[0], "it was asked for by this entry, and its row does not say so")
            if opened is not None and row.opened_entry != opened[0]:
                yield Misfit(label, opened[0], f"the name was opened, and its row does not say so; {AGAIN}")
            if last.facts.get("code") == "custodian.refused" and row.outcome != "refused":
                yield Misfit(label, number, f"a custodian refused it, and its row does not say so; {AGAIN}")
        for row in rows.values():
            if row.outcome == "refused" and "unseal.refused" not in self._requests.get(row.label, {}):
                yield Misfit(row.label, None, "it was refused and that has no entry")

    def _circulation_misfits(self) -> Iterator[Misfit]:
        for row in Circulation.objects.order_by("pk"):
            key, issued = self._keys.get(row.label), self._issued.get(row.label)
            erased = key is not None and key[1].kind == "circulation.key_erased"
            if erased != (row.key_erased is not None):
                why = f"whether its secret was erased is not what the log says; {AGAIN}"
                yield Misfit(row.label, None if key is None else key[0], why)
            copies = IssuedCopy.objects.filter(circulation=row).exclude(commitment="").count()
            if issued is not None and copies < issued[1].facts["copies"]:
                yield Misfit(row.label, issued[0], f"it has {copies} copies, fewer than were issued; {AGAIN}")

    def _before(self, at: datetime) -> bool:
        return self._begun is not None and at < self._begun + _APART


def require_case_borne_out(workspace: Workspace, case: Case) -> None:
    """Raise LogDisagrees where the log knows of a case what its rows leave out. Call within ``reading``.

    Raises LogForked where an older log was put back.
    """
    require_whole(workspace)
    ledger = Ledger()
    ledger.visit(0, parse_entry(workspace.log.entry(0)))
    for number, data in workspace.log.holding((f'"case":"{case.label}"'.encode(),)):
        ledger.visit(number, parse_entry(data))
    found = list(ledger.case_misfits(case))
    if found:
        named = "; ".join(f"{one.row}: {one.why}" for one in found[:5])
        raise LogDisagrees(
            f"The log does not bear out the rows of case {case.label}: {named}.",
            fix="run dyeline log verify; keep the workspace as evidence if nothing was interrupted.",
            misfits=[{"row": one.row, "entry": one.entry, "why": one.why} for one in found],
        )


def _unmet(
    name: str, kind: str, found: _Last, facts: dict[str, Any], committed: dict[str, bytes]
) -> Iterator[Misfit]:
    number, entry = found
    if why := Demand(number, name, kind, facts, committed).unmet(entry, stored_opening):
        yield Misfit(name, number, why)


def _gaps(case: Case, kind: str, rows: list[Any]) -> Iterator[Misfit]:
    """Yield numbers that no row has although a later one does: rows are never deleted."""
    numbers = {row.number for row in rows}
    for number in range(1, max(numbers, default=0)):
        if number not in numbers:
            yield Misfit(f"{case.label} {kind}-{number}", None, "its row is missing")


def _far(at: datetime | None, found: _Last) -> bool:
    return at is None or abs(at - _moment(found[1])) > _APART


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


def _number(found: _Last) -> int:
    return found[0]
