"""Deliveries: when and how an issued copy was handed over, and what its recipient signed for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dyeline.app.journal import record_many
from dyeline.errors import BadInput, NotFound
from dyeline.evidence.entries import moment_text
from dyeline.store.tables import Circulation, Delivery, IssuedCopy

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

METHODS: Final = ("email", "post", "courier", "hand", "download", "message", "other")


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery as stored."""

    copy: str
    recipient: str
    method: str
    at: datetime
    receipt_sha256: str
    log_entry: int | None


def record_deliveries(
    workspace: Workspace,
    names: Sequence[str],
    *,
    method: str,
    at: datetime | None = None,
    receipt: bytes | None = None,
) -> list[DeliveryRecord]:
    """Put on record that copies were handed over; the newest record of a copy counts.

    Args:
        workspace: where.
        names: copies (C-0007), or circulations (X-001) for all their released copies.
        method: one of ``METHODS``.
        at: when; now by default.
        receipt: what was signed for it; its hash goes into the log, the file stays with you.

    Raises NotFound, or BadInput for a method that there is not or a moment that is still to come.
    """
    now = datetime.now(UTC)
    moment = now if at is None else at
    if method not in METHODS:
        raise BadInput("There is no such way of delivery.", fix=f"name one of {', '.join(METHODS)}.")
    if moment > now:
        raise BadInput(
            "The copies would have been handed over after now.", fix="check --at and its time zone."
        )
    sha256 = hashlib.sha256(receipt).hexdigest() if receipt is not None else ""
    with workspace.writing():
        rows = [
            Delivery(
                copy=copy, method=method, at=_to_milliseconds(moment), receipt_sha256=sha256, recorded=now
            )
            for copy in _named(names)
        ]
        entries = record_many(
            workspace, "copy.delivered", [delivery_facts(row) for row in rows], role="issuer"
        )
        for row, entry in zip(rows, entries, strict=True):
            row.log_entry = entry
        Delivery.objects.bulk_create(rows, batch_size=2000)
        return [_record(row) for row in rows]


def list_deliveries(workspace: Workspace) -> list[DeliveryRecord]:
    """Return all deliveries, oldest record first."""
    with workspace.reading():
        rows = Delivery.objects.select_related("copy__recipient").order_by("pk")
        return [_record(row) for row in rows]


def delivery_facts(row: Delivery) -> dict[str, Any]:
    """Return what the log states of a delivery."""
    facts = {"copy": row.copy.label, "method": row.method, "at": moment_text(row.at)}
    return {**facts, "receipt_sha256": row.receipt_sha256} if row.receipt_sha256 else facts


def _named(names: Sequence[str]) -> list[IssuedCopy]:
    """Return the released copies that names name, each once."""
    found: dict[int, IssuedCopy] = {}
    for name in names:
        label = name.strip().upper()
        rows = IssuedCopy.objects.exclude(sha256="").select_related("recipient").order_by("pk")
        if Circulation.objects.filter(label=label).exists():
            rows = rows.filter(circulation__label=label)
        else:
            rows = rows.filter(label=label)
        copies = list(rows)
        if not copies:
            raise NotFound(
                "No released copy and no circulation has this label.",
                fix="name copies (C-0007) or a circulation (X-001); the manifest lists them.",
                label=name,
            )
        found |= {copy.pk: copy for copy in copies}
    return list(found.values())


def _record(row: Delivery) -> DeliveryRecord:
    recipient = row.copy.recipient.label
    return DeliveryRecord(row.copy.label, recipient, row.method, row.at, row.receipt_sha256, row.log_entry)


def _to_milliseconds(at: datetime) -> datetime:
    """Return a moment as exactly as the log states it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
