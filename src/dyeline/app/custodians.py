"""Custodians: the people who can unseal, any two of them together. Adding, removing, sealing anew for all."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from dyeline.app.journal import record
from dyeline.app.recipient_rows import PURGED
from dyeline.app.roles import require_role
from dyeline.app.sealing import active_custodians, is_sealed, put_identity_envelopes, put_secret_envelopes
from dyeline.app.workspace import Workspace
from dyeline.custody.agekeys import Identity, read_recipient
from dyeline.custody.envelopes import MOST_CUSTODIANS, open_inner, open_outer, seal_for_pairs
from dyeline.errors import BadInput, BadKey, NotFound
from dyeline.store.labels import take_labels
from dyeline.store.tables import (
    Circulation,
    Custodian,
    HalfOpenEnvelope,
    IdentityEnvelope,
    Recipient,
    SecretEnvelope,
)

MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class CustodianRecord:
    """One custodian. ``recipients`` counts those whose names this custodian can help to open."""

    label: str
    name: str
    key: str
    added: datetime
    removed: datetime | None
    recipients: int


@dataclass(frozen=True, slots=True)
class AddedCustodian:
    """A custodian who was added; how many names and secrets are sealed to them, how many names are not yet."""

    custodian: CustodianRecord
    resealed: int
    missing: int


def add_custodian(
    workspace: Workspace, name: str, key: str, *, identities: Sequence[Identity] = ()
) -> AddedCustodian:
    """Add a custodian by their public age key.

    Secrets of circulations that are at hand are sealed to them at once. Names that are sealed already only
    two custodians can seal anew: with their keys in ``identities`` that is done too; without, the new one can help
    with recipients that are added from now on.
    """
    require_role(workspace, "issuer")
    shown = " ".join(name.split())
    if not shown or len(shown) > MOST_LETTERS or any(unicodedata.category(c) in ("Cc", "Cs") for c in shown):
        raise BadInput(
            f"The name of a custodian has {len(shown)} characters, or one that cannot be printed.",
            fix=f"use 1 to {MOST_LETTERS} printable characters.",
        )
    public = read_recipient(key)
    if identities:
        _two(workspace, identities)
    with workspace.writing():
        present = Custodian.objects.filter(removed__isnull=True)
        if present.count() >= MOST_CUSTODIANS:
            raise BadInput(
                f"There are {MOST_CUSTODIANS} custodians already.",
                fix="remove one first: dyeline custodian remove.",
            )
        same = present.filter(key=public.text).first()
        if same is not None:
            raise BadInput(
                f"{same.label} has this key already.", fix="every custodian needs a key of their own."
            )
        label = take_labels("U", 1)[0]
        facts = {"custodian": label, "key": public.fingerprint}
        entry = record(workspace, "custodian.added", facts, role="issuer")
        Custodian.objects.create(
            label=label, name=shown, key=public.text, added=datetime.now(UTC), log_entry=entry
        )
        resealed = reseal(workspace, identities)
        missing = _sealed().count() - _reached(label)
        return AddedCustodian(_record(Custodian.objects.get(label=label)), resealed, missing)


def remove_custodian(workspace: Workspace, label: str) -> CustodianRecord:
    """Remove a custodian: every envelope that names them is deleted, so their key opens nothing here any more.

    Backups from before still hold these envelopes. Raises BadInput where fewer than two would be left, or where
    a name or a secret would be left that nobody can open.
    """
    require_role(workspace, "issuer")
    with workspace.writing():
        row = Custodian.objects.filter(label=label.strip().upper(), removed__isnull=True).first()
        if row is None:
            raise NotFound(
                "No custodian has this label.", fix="run: dyeline custodian list.", custodian=label
            )
        names = Q(outer=row.label) | Q(inner=row.label)
        _refuse_loss(workspace, row, names)
        IdentityEnvelope.objects.filter(names).delete()
        SecretEnvelope.objects.filter(names).delete()
        HalfOpenEnvelope.objects.filter(Q(inner=row.label) | Q(grant__custodian=row)).delete()
        row.removed = datetime.now(UTC)
        row.save(update_fields=["removed"])
        record(workspace, "custodian.removed", {"custodian": row.label}, role="issuer")
        return _record(row)


def list_custodians(workspace: Workspace) -> list[CustodianRecord]:
    """Return all custodians in order of their labels, those removed included."""
    with workspace.reading():
        return [_record(row) for row in Custodian.objects.order_by("pk")]


def reseal(workspace: Workspace, identities: Sequence[Identity]) -> int:
    """Seal every name and secret to all custodians there are now; return how many got envelopes they lacked.

    Without two keys in ``identities`` only secrets whose key file is at hand. No name is read. Call within
    ``writing``.
    """
    at_hand = [
        (pk, name)
        for pk, name in Circulation.objects.values_list("pk", "key_name")
        if workspace.keys.has(name)
    ]
    done = put_secret_envelopes(workspace, at_hand)
    if not identities:
        return done
    first, second = _two(workspace, identities)
    custodians = active_custodians(workspace)
    for row in _sealed().order_by("pk").iterator():
        beside = set(row.envelopes.values_list("outer", "inner"))
        key = _opened(row.envelopes.all(), row.label, first, second)
        fresh = seal_for_pairs(key, custodians, beside=beside)
        put_identity_envelopes([(row.pk, fresh)])
        done += bool(fresh)
    for circulation in Circulation.objects.exclude(pk__in=[pk for pk, _ in at_hand]):
        beside = set(circulation.envelopes.values_list("outer", "inner"))
        secret = _opened(circulation.envelopes.all(), circulation.label, first, second)
        fresh = seal_for_pairs(secret, custodians, beside=beside)
        SecretEnvelope.objects.bulk_create(
            SecretEnvelope(circulation=circulation, outer=one.outer, inner=one.inner, data=one.data)
            for one in fresh
        )
        done += bool(fresh)
    return done


def reseal_all(workspace: Workspace, identities: Sequence[Identity]) -> int:
    """Do what ``reseal`` does, as an act of its own by two custodians."""
    with workspace.writing():
        first, second = _two(workspace, identities)
        done = reseal(workspace, identities)
        custodians = [first[0], second[0]]
        record(workspace, "custodian.resealed", {"count": done, "custodians": custodians}, role="custodian")
        return done


def find_custodian(identity: Identity) -> Custodian | None:
    """Return the custodian whose key this is, or None. Call within ``reading`` or ``writing``."""
    return Custodian.objects.filter(key=identity.recipient.text, removed__isnull=True).first()


def open_secret(workspace: Workspace, circulation: Circulation, identities: Sequence[Identity]) -> bytes:
    """Return the secret of a circulation with the keys of two custodians. Call within ``reading`` or ``writing``."""
    return _opened(circulation.envelopes.all(), circulation.label, *_two(workspace, identities))


def two_labels(workspace: Workspace, identities: Sequence[Identity]) -> list[str]:
    """Return the labels of the two custodians whose keys these are. Raises BadKey."""
    return [label for label, _ in _two(workspace, identities)]


def _two(workspace: Workspace, identities: Sequence[Identity]) -> list[tuple[str, Identity]]:
    with workspace.reading():
        found = [(row.label, one) for one in identities for row in [find_custodian(one)] if row is not None]
    if len({label for label, _ in found}) < 2:
        raise BadKey(
            f"{len(found)} of the {len(identities)} keys given are those of custodians; two different ones are needed.",
            fix="name the key files of two custodians: --identity one.txt --identity two.txt.",
        )
    return found[:2]


def _opened(envelopes: Any, label: str, first: tuple[str, Identity], second: tuple[str, Identity]) -> bytes:
    row = envelopes.filter(outer=first[0], inner=second[0]).first()
    if row is None:
        raise BadKey(
            f"{label} is not sealed to {first[0]} and {second[0]}.",
            fix="let two custodians who were there before do it: dyeline custodian reseal.",
        )
    return open_inner(open_outer(bytes(row.data), first[1]), second[1])


def _refuse_loss(workspace: Workspace, row: Custodian, names: Q) -> None:
    left = Custodian.objects.filter(removed__isnull=True).count() - 1
    erased = Circulation.objects.filter(key_erased__isnull=False)
    if left < 2 and (is_sealed(workspace) or erased.exists()):
        raise BadInput(
            f"Without {row.label} {left} custodian would be left, and nobody could open a name any more.",
            fix="add another custodian first, and have two of those there are seal everything to them.",
        )
    kept = IdentityEnvelope.objects.exclude(names).values("recipient_id")
    lost = _sealed().exclude(pk__in=kept).count()
    secrets = SecretEnvelope.objects.exclude(names).values("circulation_id")
    lost_secrets = erased.exclude(pk__in=secrets).count()
    if lost or lost_secrets:
        raise BadInput(
            f"{lost} names and {lost_secrets} secrets would be left that nobody can open.",
            fix="first: dyeline custodian reseal --identity one.txt --identity two.txt.",
            names=lost,
            secrets=lost_secrets,
        )


def _sealed() -> Any:
    return Recipient.objects.filter(sealed__isnull=False).exclude(sealed=PURGED)


def _reached(label: str) -> int:
    return IdentityEnvelope.objects.filter(outer=label).values("recipient_id").distinct().count()


def _record(row: Custodian) -> CustodianRecord:
    return CustodianRecord(row.label, row.name, row.key, row.added, row.removed, _reached(row.label))
