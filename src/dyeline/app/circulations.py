"""Circulations on record: which one a repeated `issue` continues, and who gets which index and label."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dyeline.app.sealing import put_secret_envelopes
from dyeline.app.workspace import Workspace
from dyeline.codes.scheme import NEW_SCHEME
from dyeline.errors import KeySealed
from dyeline.model.sites import Site
from dyeline.store.sites_json import dump_sites, load_sites

if TYPE_CHECKING:
    from dyeline.app.recipient_rows import RecipientRecord
    from dyeline.store.models import Circulation, IssuedCopy, Version


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """One copy on record. ``sha256`` is empty until its file was released."""

    index: int
    label: str
    recipient: str
    name: str
    email: str
    organisation: str
    sha256: str


def find_circulation(
    workspace: Workspace,
    version: Version,
    sites: Sequence[Site],
    *,
    kind: str,
    carriers: Sequence[str],
    notice: bool,
) -> Circulation | None:
    """Return the circulation of this version with these sites and settings, None if there is none.

    The same request continues the same circulation, so that a repeated run never gives a recipient
    a second codeword.
    """
    from dyeline.store.tables import Circulation

    layout = hashlib.sha256(dump_sites(list(sites))).hexdigest()
    with workspace.reading():
        alike = Circulation.objects.filter(version=version, format=kind, notice=notice, layout_sha256=layout)
        # other carriers show in the layout; a stamp has no site
        return next((row for row in alike if ("stamp" in row.carriers) == ("stamp" in carriers)), None)


def open_circulation(
    workspace: Workspace,
    version: Version,
    sites: Sequence[Site],
    *,
    kind: str,
    carriers: Sequence[str],
    notice: bool,
) -> Circulation:
    """Begin a circulation of this version with these sites and settings."""
    from dyeline.store import labels
    from dyeline.store.tables import Circulation

    layout = workspace.blobs.put(dump_sites(list(sites)))
    key_name = workspace.keys.new_secret()
    with workspace.writing():
        circulation = Circulation.objects.create(
            label=labels.take_labels("X", 1)[0],
            version=version,
            format=kind,
            carriers=list(carriers),
            notice=notice,
            code_scheme=NEW_SCHEME,
            layout_sha256=layout,
            key_name=key_name,
            created=datetime.now(UTC),
            completed=None,
        )
        put_secret_envelopes(workspace, [(circulation.pk, key_name)])
    return circulation


def secret_of(workspace: Workspace, circulation: Circulation) -> bytes:
    """Return the secret of a circulation. Raises KeySealed if only custodians have it, BadWorkspace if it is lost."""
    if circulation.key_erased is not None:
        raise KeySealed(
            f"The secret of circulation {circulation.label} was erased from this machine on "
            f"{circulation.key_erased:%Y-%m-%d}; two custodians have it.",
            fix=f"dyeline circulation open {circulation.label} --identity one.txt --identity two.txt.",
            circulation=circulation.label,
        )
    return workspace.keys.load_secret(circulation.key_name)


def frozen_sites(workspace: Workspace, circulation: Circulation) -> tuple[Site, ...]:
    """Return the sites as they were frozen for a circulation."""
    return tuple(load_sites(workspace.blobs.get(circulation.layout_sha256)))


def plan_copies(
    workspace: Workspace, circulation: Circulation, recipients: Sequence[RecipientRecord], suffix: str
) -> list[PlannedCopy]:
    """Give every recipient who has none an index and a label, on record before any file is made.

    Returns the copies of these recipients, in their order.
    """
    from dyeline.store import labels
    from dyeline.store.tables import IssuedCopy

    with workspace.writing():
        rows = {copy.recipient_id: copy for copy in IssuedCopy.objects.filter(circulation=circulation)}
        new = [recipient for recipient in recipients if recipient.key not in rows]
        first = max((copy.index for copy in rows.values()), default=-1) + 1
        now = datetime.now(UTC)
        fresh = [
            IssuedCopy(
                circulation=circulation,
                index=first + number,
                label=label,
                recipient_id=recipient.key,
                file_name=f"{label}.{suffix}",
                sha256="",
                commitment="",
                created=now,
            )
            for number, (recipient, label) in enumerate(
                zip(new, labels.take_labels("C", len(new)), strict=True)
            )
        ]
        IssuedCopy.objects.bulk_create(fresh, batch_size=2000)
        rows |= {copy.recipient_id: copy for copy in fresh}
    return [_planned(rows[recipient.key], recipient) for recipient in recipients]


def all_copies(
    workspace: Workspace, circulation: Circulation, named: Sequence[RecipientRecord] = ()
) -> list[PlannedCopy]:
    """Return every copy of a circulation, by index.

    Where names are sealed, only the recipients in ``named`` have theirs.
    """
    from dyeline.app.recipients import list_recipients
    from dyeline.store.tables import IssuedCopy

    with workspace.reading():
        rows = IssuedCopy.objects.filter(circulation=circulation).order_by("index")
        people = {record.key: record for record in (*list_recipients(workspace), *named)}
        return [_planned(row, people[row.recipient_id]) for row in rows]


def commitment_to_all(workspace: Workspace, circulation: Circulation) -> str:
    """Return one hash over the commitments of all released copies of a circulation, by label.

    Given to somebody else at issue, it shows later that no codeword, site or recipient was exchanged.
    """
    from dyeline.store.tables import IssuedCopy

    with workspace.reading():
        rows = IssuedCopy.objects.filter(circulation=circulation).exclude(commitment="").order_by("index")
        lines = [f"{label} {value}\n" for label, value in rows.values_list("label", "commitment")]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def copies_held(
    workspace: Workspace,
    version: Version,
    recipients: Sequence[RecipientRecord],
    *,
    other_than: Circulation,
) -> dict[str, int]:
    """Return by other circulation of this version how many of the recipients hold a released copy of it."""
    from dyeline.store.tables import IssuedCopy

    wanted = {recipient.key for recipient in recipients}
    held: dict[str, int] = {}
    with workspace.reading():
        rows = IssuedCopy.objects.filter(circulation__version=version).exclude(sha256="")
        rows = rows.exclude(circulation=other_than)
        for label, key in rows.values_list("circulation__label", "recipient_id"):
            if key in wanted:
                held[label] = held.get(label, 0) + 1
    return held


def _planned(row: IssuedCopy, recipient: RecipientRecord) -> PlannedCopy:
    return PlannedCopy(
        row.index,
        row.label,
        recipient.label,
        recipient.name,
        recipient.email,
        recipient.organisation,
        row.sha256,
    )
