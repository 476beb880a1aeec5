"""Retention: what is not needed any more is deleted by policy. The log keeps what it proves, and that it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from dyeline.app.journal import commit_to, record
from dyeline.app.log_moments import ClosingMoments, IssueMoments
from dyeline.app.recipient_rows import PURGED
from dyeline.app.roles import require_role
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput
from dyeline.evidence.entries import canonical_json, moment_text, parse_entry
from dyeline.store import database
from dyeline.store.tables import (
    Briefing,
    Case,
    CaseExhibit,
    IdentityEnvelope,
    IssuedCopy,
    Opening,
    Recipient,
    UnsealRequest,
)

Policy = Literal["readings", "identities", "briefings"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
DAYS = 365


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What a policy deletes, by label; of ``applied`` reports it is deleted."""

    policy: Policy
    older_than_days: int
    count: int
    labels: tuple[str, ...]
    applied: bool


def purge(workspace: Workspace, policy: str, *, days: int = DAYS, apply: bool = False) -> PurgeReport:
    """Delete, or without ``apply`` only list, what a policy no longer keeps.

    Args:
        workspace: where.
        policy: ``readings`` of exhibits in cases closed so long ago; ``identities`` of recipients all of whose
            copies were issued so long ago; ``briefings`` that ended so long ago. Closing and issue count by their
            entries in the log; of briefings the log has none, so it is the time that was imported.
        days: how old things are that go.
        apply: delete them. Commitments, hashes, findings and the log stay, so proofs still verify.
    """
    if policy not in POLICIES:
        raise BadInput("There is no such policy.", fix=f"use one of {', '.join(POLICIES)}.")
    if not 1 <= days <= 36_500:
        raise BadInput(f"{days} days is no age to purge by.", fix="use 1 to 36500.")
    require_role(workspace, "issuer")
    before = datetime.now(UTC) - timedelta(days=days)
    find, delete = _STEPS[policy]
    if apply:
        database.overwrite_deleted(workspace.database_path)
    with workspace.writing() if apply else workspace.reading():
        keys, labels = find(workspace, before)
        report = PurgeReport(policy, days, len(keys), tuple(labels), apply)
        if not apply or not keys:
            return report
        if policy == "readings":
            _forget_origins(workspace, keys)
        blobs = delete(keys, datetime.now(UTC))
        facts = {
            "what": policy,
            "count": len(keys),
            "commitment": commit_to(workspace, canonical_json(labels), "what was purged, by label"),
        }
        record(workspace, "purged", facts, role="issuer")
    for name in blobs:
        workspace.blobs.remove(name)
    database.scrub(workspace.database_path)
    return report


def _old_readings(workspace: Workspace, before: datetime) -> tuple[list[int], list[str]]:
    moments, limit = ClosingMoments(workspace), moment_text(before)
    cases = Case.objects.filter(closed__isnull=False)
    old = [case.pk for case in cases if (moments.of(case) or limit) < limit]
    rows = CaseExhibit.objects.filter(case__in=old, purged__isnull=True).exclude(readings_sha256="")
    found = list(rows.order_by("pk").values_list("pk", "case_id", "number"))
    return [key for key, _, _ in found], [f"K-{case} EX-{number}" for _, case, number in found]


def _forget_origins(workspace: Workspace, keys: list[int]) -> None:
    """Delete what opens the log's commitments to where these exhibits came from."""
    rows = CaseExhibit.objects.filter(pk__in=keys).exclude(received_entry=None)
    entries = rows.values_list("received_entry", flat=True)
    stated = [parse_entry(workspace.log.entry(number or 0)).facts.get("about") for number in entries]
    Opening.objects.filter(commitment__in=[one for one in stated if one]).delete()


def _delete_readings(keys: list[int], now: datetime) -> list[str]:
    rows = CaseExhibit.objects.filter(pk__in=keys)
    names = set(rows.values_list("readings_sha256", flat=True))
    rows.update(purged=now, source="", file_name="")
    needed = CaseExhibit.objects.filter(readings_sha256__in=names, purged__isnull=True)
    return sorted(names - set(needed.values_list("readings_sha256", flat=True)))


def _old_identities(workspace: Workspace, before: datetime) -> tuple[list[int], list[str]]:
    moments, limit = IssueMoments(workspace), moment_text(before)
    copies = IssuedCopy.objects.values_list("recipient_id", "label", "circulation__label", "created")
    all_old: dict[int, bool] = {}
    for recipient, label, circulation, created in copies.iterator():
        old = moments.of(label, circulation, created) < limit
        all_old[recipient] = old and all_old.get(recipient, True)
    asked = UnsealRequest.objects.filter(outcome="").values("copy__recipient_id")
    rows = Recipient.objects.exclude(sealed=PURGED).exclude(pk__in=asked).order_by("pk")
    found = [(key, label) for key, label in rows.values_list("pk", "label") if all_old.get(key)]
    return [key for key, _ in found], [label for _, label in found]


def _delete_identities(keys: list[int], now: datetime) -> list[str]:
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        IdentityEnvelope.objects.filter(recipient_id__in=some).delete()
        Recipient.objects.filter(pk__in=some).update(
            name="", email="", email_key="", organisation="", role="",
            sealed=PURGED, name_key="", organisation_key="", role_key="",
        )  # fmt: skip
    return []


def _old_briefings(workspace: Workspace, before: datetime) -> tuple[list[int], list[str]]:
    found = list(
        Briefing.objects.filter(ends__lt=before).order_by("pk").values_list("pk", "recipient__label", "key")
    )
    return [key for key, _, _ in found], [f"{label} {name[:12]}" for _, label, name in found]


def _delete_briefings(keys: list[int], now: datetime) -> list[str]:
    for start in range(0, len(keys), 500):
        Briefing.objects.filter(pk__in=keys[start : start + 500]).delete()
    return []


_Find = Callable[[Workspace, datetime], tuple[list[int], list[str]]]
_Delete = Callable[[list[int], datetime], list[str]]
_STEPS: dict[str, tuple[_Find, _Delete]] = {
    "readings": (_old_readings, _delete_readings),
    "identities": (_old_identities, _delete_identities),
    "briefings": (_old_briefings, _delete_briefings),
}
