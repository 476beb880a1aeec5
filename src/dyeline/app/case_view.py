"""Showing a case: its exhibits, what they say under both assumptions, evidence from outside, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.app.case_records import purged_advice, purged_readings, purged_text, recorded_findings
from dyeline.app.cases import CaseRecord, find_case, list_cases
from dyeline.app.circulations import secret_of
from dyeline.app.disclosure import Disclosure, disclosure_of
from dyeline.app.log_copies import require_committed
from dyeline.app.sealing import is_sealed
from dyeline.app.trace import WorkspaceShelf
from dyeline.app.workspace import Workspace
from dyeline.errors import BadWorkspace, NotFound
from dyeline.model.case import CaseFinding, SingleFinding
from dyeline.model.readings import Readings
from dyeline.stats.combine import COMBINE_VERSION
from dyeline.stats.models import MODELS_VERSION
from dyeline.stats.nulltail import TAIL_VERSION
from dyeline.store.case_readings import StoredReading, load_readings
from dyeline.store.tables import (
    Case,
    CaseEvidence,
    CaseExhibit,
    Circulation,
    Examination,
    IssuedCopy,
    Recipient,
    UnsealRequest,
)
from dyeline.trace.case import CASE_RULES_VERSION, combine
from dyeline.trace.case_advise import CaseHistory, advise_case, advise_choice
from dyeline.trace.case_merge import CaseCirculation, CaseReading
from dyeline.trace.case_merge import CaseExhibit as ExhibitReadings
from dyeline.trace.case_propositions import PropositionSet, propositions
from dyeline.trace.score import Pair, Scores

_METHODS = {
    "rules": CASE_RULES_VERSION,
    "combining": COMBINE_VERSION,
    "models": MODELS_VERSION,
    "tail": TAIL_VERSION,
}
_NOTHING_COMBINED: dict[str, Any] = {"same_source": None, "independent": [], "family": None}
"""What is stated in place of a combined finding where what was read was purged."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stands. ``exhibits`` and ``evidence`` are plain JSON values, those taken out included.

    ``finding`` is None where what was read was purged; then ``recorded`` is what each exhibit had said alone when
    it was examined, at the bound of the case as a whole.
    """

    record: CaseRecord
    exhibits: tuple[dict[str, Any], ...]
    finding: CaseFinding | None
    evidence: tuple[dict[str, Any], ...]
    history: dict[str, Any]
    advice: tuple[str, ...]
    methods: dict[str, str]
    disclosure: Disclosure
    unsealing: tuple[dict[str, Any], ...]
    sealed: bool  # names of recipients are, and custodians open them
    recorded: tuple[SingleFinding, ...] = ()

    def combined(self) -> CaseFinding:
        """Return the finding. Raises NotFound where what was read was purged."""
        if self.finding is None:
            raise purged_readings(self.record.name, self.exhibits)
        return self.finding

    def purged(self) -> str:
        """Return in words which readings were purged and when; "" for none."""
        return purged_text(self.exhibits)

    def to_dict(self) -> dict[str, Any]:
        """Return the case as plain JSON values."""
        finding = asdict(self.finding) if self.finding is not None else _NOTHING_COMBINED
        return {
            "case": self.record.name,
            "label": self.record.label,
            "created": _moment(self.record.created),
            "closed": _moment(self.record.closed),
            "close_reason": self.record.close_reason,
            "exhibits": list(self.exhibits),
            "same_source": finding["same_source"],
            "independent": finding["independent"],
            "recorded": [asdict(one) for one in self.recorded],
            "bound": self.record.bound,
            "family": finding["family"],
            "external_evidence": list(self.evidence),
            "history": self.history,
            "advice": list(self.advice),
            "methods": self.methods,
            "log": {"opened": self.record.log_entry},
            "disclosure": {**asdict(self.disclosure), "decided": _moment(self.disclosure.decided)},
            "unsealing": list(self.unsealing),
        }


def show_case(workspace: Workspace, name: str) -> CaseView:
    """Return a case as it stands, combined from what is on record: no exhibit is opened again.

    Where the readings of an exhibit were purged, nothing is combined. Raises NotFound, BadWorkspace when a blob
    or key is lost, or LogDisagrees where the log does not bear out whose copies those named are.
    """
    with workspace.reading():
        case = find_case(name)
        rows = list(case.exhibits.order_by("number"))
        evidence = [_evidence(row) for row in case.evidence.order_by("number")]
        history = _history(case, rows)
        restricted = _restricted(case)
        events = [
            {"at": _moment(event.at), "kind": event.kind, **event.what}
            for event in case.events.order_by("pk")
        ]
        unsealing = [_unsealing(row) for row in case.unseal_requests.order_by("pk")]
    purged = any(row.purged for row in rows)
    finding = None if purged else _finding(workspace, case, rows)
    recorded = recorded_findings(rows) if purged else ()
    record = next(record for record in list_cases(workspace) if record.name == case.name)
    return CaseView(
        record,
        tuple(_exhibit(row, finding, restricted.get(row.number)) for row in rows),
        finding,
        tuple(evidence),
        {**asdict(history), "looks": finding.looks if finding else None, "events": events},
        advise_case(finding, history) if finding else (*purged_advice(recorded), *advise_choice(history)),
        _METHODS if finding else {},
        disclosure_of(case),
        tuple(unsealing),
        is_sealed(workspace),
        recorded,
    )


def case_propositions(
    workspace: Workspace, name: str, *, recipient: str | None = None
) -> tuple[PropositionSet, ...]:
    """Return the statements that the finding on a case weighs, for the named recipients or for one given."""
    view = show_case(workspace, name)
    finding = view.combined()
    if recipient is not None:
        recipient = recipient.strip().upper()
        with workspace.reading():
            if not Recipient.objects.filter(label=recipient).exists():
                raise NotFound(
                    "No recipient has this label.", fix="run: dyeline recipient list.", recipient=recipient
                )
    exhibits = [
        one["label"]
        for one in view.exhibits
        if one["outcome"] not in (None, "not_ours") and not one["removed"]
    ]
    return propositions(finding, exhibits, recipient=recipient)


def _finding(workspace: Workspace, case: Case, rows: Sequence[CaseExhibit]) -> CaseFinding:
    exhibits = []
    lists: dict[
        str, NDArray[np.int64]
    ] = {}  # one array for all exhibits that were compared with the same copies
    for row in rows:
        if row.examined is None:
            continue
        compared = tuple(
            CaseReading(
                stored.circulation,
                Readings(stored.loglik),
                _shared(lists, stored),
                Scores(stored.p_value, stored.mixture_nats, _pairs(stored), rest_nats=stored.rest_nats),
            )
            for stored in load_readings(workspace.blobs.get(row.readings_sha256))
        )
        exhibits.append(
            ExhibitReadings(
                f"EX-{row.number}",
                row.sha256,
                row.examined.isoformat(),
                row.outcome,  # type: ignore[arg-type]  # written from a Finding
                compared,
                row.text_sha256,
                row.removed.isoformat() if row.removed else "",
            )
        )
    wanted = {reading.circulation for exhibit in exhibits for reading in exhibit.compared}
    listed = _listed(workspace, wanted)
    finding = combine(exhibits, listed, bound=case.bound)
    named = {copy for candidate in finding.same_source.candidates for copy in candidate.copies}
    named |= {candidate.copy for single in finding.independent for candidate in single.candidates}
    with workspace.reading():
        require_committed(workspace, *named)
    return finding


def _shared(lists: dict[str, NDArray[np.int64]], stored: StoredReading) -> NDArray[np.int64]:
    known = lists.setdefault(stored.circulation, stored.indices)
    return known if np.array_equal(known, stored.indices) else stored.indices


def _pairs(stored: StoredReading) -> tuple[Pair, ...]:
    return tuple(
        Pair((first, second), nats)
        for (first, second), nats in zip(stored.pair_rows.tolist(), stored.pair_nats.tolist(), strict=True)
    )


def _listed(workspace: Workspace, wanted: set[str]) -> dict[str, CaseCirculation]:
    shelf = WorkspaceShelf(workspace)
    with workspace.reading():
        numbers = set(
            Circulation.objects.filter(label__in=wanted).values_list("version__index_number", flat=True)
        )
    listed = {
        circulation.label: CaseCirculation(circulation, version.block_starts)
        for version in map(shelf.version, sorted(numbers))
        for circulation in version.circulations
        if circulation.label in wanted
    }
    if listed.keys() != wanted:
        with workspace.reading():
            for circulation in Circulation.objects.filter(label__in=wanted, key_erased__isnull=False):
                secret_of(workspace, circulation)  # says which one, and who has its secret
        raise BadWorkspace(
            "A circulation that the case was compared with is missing.",
            fix="restore the workspace from a backup.",
        )
    return listed


def _exhibit(row: CaseExhibit, finding: CaseFinding | None, restricted: str | None) -> dict[str, Any]:
    uses = finding.uses if finding else ()
    use = next((use for use in uses if use.exhibit == f"EX-{row.number}"), None)
    alone = 0 if finding else (row.finding.get("readings") or {}).get("read", 0)
    document = row.finding.get("document") or {}
    return {
        "label": f"EX-{row.number}",
        "sha256": row.sha256,
        "file": row.file_name,
        "bytes": row.size,
        "source": row.source,
        "received": _moment(row.received),
        "recorded": _moment(row.recorded),
        "examined": _moment(row.examined),
        "fault": row.fault,
        "outcome": row.outcome or None,
        "restricted_to": restricted,
        "document": document.get("id"),
        "version": document.get("version"),
        "circulation": document.get("circulation"),
        "sites_read": use.sites_read if use else alone,
        "sites_new": use.sites_new if use else 0 if finding else None,
        "duplicate_of": use.duplicate_of if use else None,
        "removed": {"at": _moment(row.removed), "reason": row.removed_reason} if row.removed else None,
        "purged": _moment(row.purged),
        "log": {"received": row.received_entry, "examination": row.examined_entry},
    }


def _restricted(case: Case) -> dict[int, str | None]:
    """Return, by number, the document that an exhibit was compared with alone. Call within ``reading``."""
    examined = case.events.filter(kind="examined").order_by("pk").values_list("what", flat=True)
    return {int(what["label"].removeprefix("EX-")): what.get("document") for what in examined}


def _evidence(row: CaseEvidence) -> dict[str, Any]:
    copy = IssuedCopy.objects.filter(label=row.label).select_related("recipient").first()
    return {
        "label": f"EV-{row.number}",
        "for": row.label,
        "recipient": copy.recipient.label if copy else row.label,
        "likelihood_ratio": row.likelihood_ratio,
        "kind": row.kind,
        "source": row.source,
        "reason": row.reason,
        "created": _moment(row.created),
        "removed": {"at": _moment(row.removed), "reason": row.removed_reason} if row.removed else None,
    }


def _unsealing(row: UnsealRequest) -> dict[str, Any]:
    granted = row.grants.order_by("pk").values_list("custodian__label", flat=True)
    return {
        "request": row.label,
        "copy": row.copy.label,
        "asked_by": row.actor.label,
        "asked": _moment(row.created),
        "override_reason": row.override_reason,
        "granted_by": list(granted),
        "outcome": row.outcome or "open",
        "settled": _moment(row.settled),
    }


def _history(case: Case, rows: Sequence[CaseExhibit]) -> CaseHistory:
    """Count what else was looked at. Call within ``reading``."""
    own = {row.sha256: row.recorded for row in rows}
    documents = {(row.finding.get("document") or {}).get("id") for row in rows} - {None}
    before: set[str] = set()
    beside: set[str] = set()
    looks = Examination.objects.values_list("exhibit_sha256", "created", "finding__document__id")
    for sha256, created, document in looks:
        if sha256 in own and created < own[sha256]:
            before.add(sha256)
        elif sha256 not in own and document in documents:
            beside.add(sha256)
    others = CaseExhibit.objects.filter(sha256__in=own).exclude(case=case)
    return CaseHistory(
        examinations=Examination.objects.values("exhibit_sha256", "parameters").distinct().count(),
        looked_at_before=len(before),
        left_out=len(beside),
        other_cases=tuple(sorted(set(others.values_list("case__name", flat=True)))),
        removed=sum(row.removed is not None for row in rows),
        unread=sum(row.examined is None for row in rows),
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
