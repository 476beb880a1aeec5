"""What the rows of custody demand of the log: decisions, custodians, requests, grants, opened names, roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dyeline.app.log_rows import Demand, Misfit
from dyeline.custody.agekeys import Recipient as PublicKey
from dyeline.store.tables import Case, Custodian, RoleGrant, UnsealGrant, UnsealRequest

if TYPE_CHECKING:
    from collections.abc import Iterable


def custody_demands() -> Iterator[Demand]:
    """Yield what the rows demand, in order of the entries. Call within ``reading``. All of them fit into memory."""
    found = [*_decisions(), *_custodians(), *_requests(), *_grants(), *_opened(), *_roles()]
    yield from sorted(found, key=lambda demand: demand.number)


def custody_without_entry() -> Iterator[Misfit]:
    """Yield rows that should have an entry and have none. Call within ``reading``."""
    decided = Case.objects.exclude(decision__in=["", "undecided"]).filter(decision_entry=None)
    tables: tuple[tuple[Any, str], ...] = (
        (decided, "it was decided and that has no entry"),
        (Custodian.objects.filter(log_entry=None), "it has no entry"),
        (UnsealRequest.objects.filter(log_entry=None), "it has no entry"),
        (
            UnsealRequest.objects.filter(outcome="opened", opened_entry=None),
            "it was opened and that has no entry",
        ),
    )
    for rows, why in tables:
        for row in rows:
            yield Misfit(row.label, None, why)
    for grant in UnsealGrant.objects.filter(log_entry=None).select_related("request"):
        yield Misfit(f"grant of {grant.request.label}", None, "it has no entry")


def _decisions() -> Iterator[Demand]:
    for row in _with(Case.objects, "decision_entry"):
        facts = {"case": row.label, "decision": row.decision, "by_role": row.decided_by}
        reason = {"reason": row.decision_reason.encode()}
        yield Demand(row.decision_entry, f"decision of {row.label}", "case.decision", facts, reason)


def _custodians() -> Iterator[Demand]:
    for row in _with(Custodian.objects):
        facts = {"custodian": row.label, "key": PublicKey(row.key).fingerprint}
        yield Demand(row.log_entry, row.label, "custodian.added", facts, {})


def _requests() -> Iterator[Demand]:
    for row in _with(UnsealRequest.objects.select_related("case", "copy")):
        facts = {"request": row.label, "case": row.case.label, "copy": row.copy.label}
        reason = {"reason": f"{row.reason}\0{row.override_reason}".encode()}
        yield Demand(row.log_entry, row.label, "unseal.requested", facts, reason)


def _grants() -> Iterator[Demand]:
    for row in _with(UnsealGrant.objects.select_related("request", "custodian")):
        facts = {"request": row.request.label, "custodian": row.custodian.label}
        yield Demand(row.log_entry, f"grant of {row.request.label}", "unseal.granted", facts, {})


def _opened() -> Iterator[Demand]:
    for row in _with(UnsealRequest.objects.select_related("copy__recipient"), "opened_entry"):
        facts = {"request": row.label, "copy": row.copy.label, "recipient": row.copy.recipient.label}
        yield Demand(row.opened_entry, f"{row.label} opened", "unseal.opened", facts, {})


def _roles() -> Iterator[Demand]:
    for row in _with(RoleGrant.objects.select_related("actor")):
        facts = {"actor": row.actor.label, "granted": row.role}
        yield Demand(row.log_entry, f"role of {row.actor.label}", "role.granted", facts, {})


def _with(rows: Any, column: str = "log_entry") -> Iterable[Any]:
    return rows.exclude(**{column: None})  # type: ignore[no-any-return]
