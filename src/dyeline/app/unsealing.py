"""Unsealing one name: asked for in a case, granted by two custodians who do not investigate it, logged before shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dyeline.app.case_people import investigators_of, named_copies
from dyeline.app.cases import checked_text, find_case, record_event, require_open
from dyeline.app.custodians import find_custodian
from dyeline.app.disclosure import decision_for
from dyeline.app.journal import actor_label, commit_to, record
from dyeline.app.log_copies import require_committed
from dyeline.app.recipient_rows import PURGED
from dyeline.app.roles import require_role
from dyeline.app.sealing import is_sealed
from dyeline.app.unseal_refusals import refused
from dyeline.app.workspace import Workspace
from dyeline.custody.agekeys import Identity
from dyeline.custody.envelopes import open_inner, open_outer
from dyeline.custody.identity import IdentityRecord, unseal
from dyeline.custody.rules import LAPSES_AFTER_DAYS, Asked, Granting, Refusal, refuse_grant, refuse_request
from dyeline.errors import BadKey, NotFound
from dyeline.evidence.entries import Role
from dyeline.store.labels import take_labels
from dyeline.store.tables import (
    Actor,
    Custodian,
    HalfOpenEnvelope,
    IssuedCopy,
    Recipient,
    Setting,
    UnsealGrant,
    UnsealRequest,
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request. ``outcome`` is waiting, half (one custodian has granted), opened, refused or lapsed."""

    label: str
    case: str
    copy: str
    recipient: str
    outcome: str
    reason: str
    override_reason: str
    by: str
    created: datetime
    granted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Unsealed:
    """What became of a request or a grant; ``identity`` is None until two custodians have granted it."""

    request: RequestRecord
    identity: IdentityRecord | None


def request_unsealing(
    workspace: Workspace, case: str, copy: str, *, reason: str, override_reason: str = ""
) -> Unsealed:
    """Ask for the name of a copy's recipient. With a quorum of one it is shown at once, on record all the same.

    Args:
        workspace: where the case is.
        case: its name.
        copy: label of a copy (C-0007) that a finding of the case names.
        reason: why; the log holds a commitment to it.
        override_reason: why the name is needed although no finding names the copy.

    Raises NotPermitted, which is on record too; LogDisagrees where the log does not bear out whose copy it is.
    """
    require_role(workspace, "investigator")
    texts = [checked_text("The reason", reason), override_reason.strip()]
    named = named_copies(workspace, case)
    with workspace.writing():
        row = find_case(case)
        require_open(row)
        held = IssuedCopy.objects.filter(label=copy.strip().upper()).first()
        if held is None:
            raise NotFound("No copy has this label.", fix="name one that dyeline case show names.", copy=copy)
        if held.recipient.sealed == PURGED:
            raise NotFound(
                f"The name of {held.recipient.label} was purged by policy; nobody can open it.",
                fix="nothing is left to do here.",
                recipient=held.recipient.label,
            )
        require_committed(workspace, held.label)
        now = datetime.now(UTC)
        request = UnsealRequest.objects.create(
            label=take_labels("Q", 1)[0],
            case=row,
            copy=held,
            reason=texts[0],
            override_reason=texts[1],
            actor=Actor.objects.get(label=actor_label(workspace)),
            created=now,
        )
        facts = {
            "request": request.label,
            "case": row.label,
            "copy": held.label,
            "reason": commit_to(workspace, "\0".join(texts).encode(), "reason of a request to unseal"),
            "named": held.label in named,
            "override": bool(texts[1]),
        }
        request.log_entry = record(workspace, "unseal.requested", facts, role="investigator")
        request.save(update_fields=["log_entry"])
        record_event(row, now, "unseal", {"request": request.label, "copy": held.label, "override": texts[1]})
        refusal = refuse_request(Asked(decision_for(workspace, row), held.label in named, bool(texts[1])))
        if refusal is not None:
            _settle(request, "refused")
            record(
                workspace, "unseal.refused", {"request": request.label, "code": refusal}, role="investigator"
            )
        elif not is_sealed(workspace):
            return _opened(workspace, request, _plain(held.recipient), role_of_opener="investigator")
    if refusal is not None:
        raise refused(refusal, request.label)
    return Unsealed(_record(request), None)


def grant_unsealing(workspace: Workspace, label: str, identity: Identity) -> Unsealed:
    """Grant a request with a custodian's key. The second grant opens the name, after that is on record.

    Raises NotPermitted, which is on record too, or BadKey where the name is not sealed to these custodians.
    """
    require_role(workspace, "custodian")
    with workspace.writing():
        request = _find(label)
        custodian = find_custodian(identity)
        person = actor_label(workspace)
        refusal = refuse_grant(_granting(workspace, request, custodian, person))
        if refusal is None:
            assert custodian is not None
            require_committed(workspace, request.copy.label)
            return _granted(workspace, request, custodian, person, identity)
        _note_refusal(workspace, request, custodian, refusal)
    raise refused(refusal, request.label)


def refuse_unsealing(workspace: Workspace, label: str, *, reason: str) -> RequestRecord:
    """Refuse a request for good; what a first custodian has opened of it is deleted."""
    require_role(workspace, "custodian")
    text = checked_text("The reason", reason)
    with workspace.writing():
        request = _find(label)
        if request.outcome:
            raise refused("request.settled", request.label)
        facts = {
            "request": request.label,
            "code": "custodian.refused",
            "reason": commit_to(workspace, text.encode(), "reason of a refusal to unseal"),
        }
        record(workspace, "unseal.refused", facts, role="custodian")
        record_event(
            request.case, datetime.now(UTC), "unseal refused", {"request": request.label, "reason": text}
        )
        _settle(request, "refused")
        return _record(request)


def list_requests(workspace: Workspace) -> list[RequestRecord]:
    """Return all requests, oldest first."""
    with workspace.reading():
        rows = UnsealRequest.objects.select_related("case", "copy__recipient", "actor").order_by("pk")
        return [_record(row) for row in rows]


def _granting(
    workspace: Workspace, request: UnsealRequest, custodian: Custodian | None, person: str
) -> Granting:
    grants = list(request.grants.select_related("custodian", "actor").filter(custodian__removed__isnull=True))
    bound = custodian.actor if custodian is not None else None
    return Granting(
        decision=decision_for(workspace, request.case),
        settled=bool(request.outcome) or request.case.closed is not None,
        lapsed=_lapsed(request),
        custodian=custodian.label if custodian is not None else "",
        person=person,
        bound_to=bound.label if bound is not None else "",
        investigators=investigators_of(workspace, request.case),
        granted_by={grant.custodian.label for grant in grants},
        granted_persons={grant.actor.label for grant in grants},
    )


def _granted(
    workspace: Workspace, request: UnsealRequest, custodian: Custodian, person: str, identity: Identity
) -> Unsealed:
    recipient = request.copy.recipient
    half = HalfOpenEnvelope.objects.filter(
        grant__request=request, grant__custodian__removed__isnull=True, inner=custodian.label
    ).first()
    envelopes = recipient.envelopes.filter(outer=custodian.label)
    if half is None and (not envelopes or request.grants.filter(custodian__removed__isnull=True).exists()):
        raise BadKey(
            f"{recipient.label} is not sealed to {custodian.label} in this company.",
            fix="ask a custodian who was there when the recipient was added, or have all sealed anew: "
            "dyeline custodian reseal.",
        )
    # everything that can fail comes before the entry; nothing is shown before it stands in the log
    record_ = _read(recipient, open_inner(bytes(half.data), identity)) if half is not None else None
    halves = (
        [] if half is not None else [(one.inner, open_outer(bytes(one.data), identity)) for one in envelopes]
    )
    facts = {"request": request.label, "custodian": custodian.label}
    entry = record(workspace, "unseal.granted", facts, role="custodian")
    actor = Actor.objects.get(label=person)
    if custodian.actor is None:
        custodian.actor = actor
        custodian.save(update_fields=["actor"])
    grant = UnsealGrant.objects.create(
        request=request, custodian=custodian, actor=actor, at=datetime.now(UTC), log_entry=entry
    )
    HalfOpenEnvelope.objects.bulk_create(
        HalfOpenEnvelope(grant=grant, inner=inner, data=data) for inner, data in halves
    )
    if record_ is None:
        return Unsealed(_record(request), None)
    return _opened(workspace, request, record_, role_of_opener="custodian")


def _opened(
    workspace: Workspace, request: UnsealRequest, record_: IdentityRecord, *, role_of_opener: Role
) -> Unsealed:
    facts = {
        "request": request.label,
        "copy": request.copy.label,
        "recipient": request.copy.recipient.label,
    }
    request.opened_entry = record(workspace, "unseal.opened", facts, role=role_of_opener)
    request.save(update_fields=["opened_entry"])
    record_event(
        request.case, datetime.now(UTC), "unsealed", {"request": request.label, "copy": request.copy.label}
    )
    _settle(request, "opened")
    return Unsealed(_record(request), record_)


def _read(recipient: Recipient, key: bytes) -> IdentityRecord:
    workspace = str(Setting.objects.get(name="id").value)
    return unseal(bytes(recipient.sealed or b""), key, label=recipient.label, workspace=workspace)


def _plain(recipient: Recipient) -> IdentityRecord:
    return IdentityRecord(recipient.name, recipient.email, recipient.organisation, recipient.role)


def _note_refusal(
    workspace: Workspace, request: UnsealRequest, custodian: Custodian | None, refusal: Refusal
) -> None:
    facts = {"request": request.label, "code": refusal}
    if custodian is not None:
        facts["custodian"] = custodian.label
    record(workspace, "unseal.refused", facts, role="custodian")
    if refusal == "request.lapsed":
        _settle(request, "lapsed")


def _settle(request: UnsealRequest, outcome: str) -> None:
    """End a request; half-open envelopes of it are not kept."""
    request.outcome, request.settled = outcome, datetime.now(UTC)
    request.save(update_fields=["outcome", "settled"])
    HalfOpenEnvelope.objects.filter(grant__request=request).delete()


def _lapsed(request: UnsealRequest) -> bool:
    return datetime.now(UTC) - request.created > timedelta(days=LAPSES_AFTER_DAYS)


def _find(label: str) -> UnsealRequest:
    rows = UnsealRequest.objects.select_related("case", "copy__recipient", "actor")
    row = rows.filter(label=label.strip().upper()).first()
    if row is None:
        raise NotFound("There is no request of this label.", fix="run: dyeline unseal list.", request=label)
    return row


def _record(row: UnsealRequest) -> RequestRecord:
    granted = tuple(row.grants.order_by("pk").values_list("custodian__label", flat=True))
    state = (
        "lapsed" if not row.outcome and _lapsed(row) else row.outcome or ("half" if granted else "waiting")
    )
    return RequestRecord(
        row.label,
        row.case.name,
        row.copy.label,
        row.copy.recipient.label,
        state,
        row.reason,
        row.override_reason,
        row.actor.label,
        row.created,
        granted,
    )
