"""The secret of a circulation: erased after issuing, so that tracing takes two custodians, and put back by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dyeline.app.custodians import open_secret, two_labels
from dyeline.app.journal import record
from dyeline.app.roles import require_role
from dyeline.app.sealing import OWNER, OWNER_SETTING, active_custodians, owner_key, put_secret_envelopes
from dyeline.app.workspace import Workspace
from dyeline.custody.agekeys import Identity, read_recipient
from dyeline.errors import BadInput, NotFound
from dyeline.store.tables import Circulation, Setting


@dataclass(frozen=True, slots=True)
class CirculationKey:
    """Whether the secret of a circulation is at hand, and how many pairs of custodians can put it back."""

    circulation: str
    document: str
    at_hand: bool
    pairs: int
    dry_run: bool = False


def list_circulation_keys(workspace: Workspace) -> list[CirculationKey]:
    """Return all circulations, oldest first."""
    with workspace.reading():
        rows = Circulation.objects.select_related("version__document").order_by("pk")
        return [_state(workspace, row) for row in rows]


def seal_circulation(workspace: Workspace, label: str, *, dry_run: bool = False) -> CirculationKey:
    """Erase the secret of a circulation from this machine. Two custodians can put it back.

    Until then its copies cannot be traced, and no copy of it can be made again. Raises BadInput where it is
    not sealed to every pair of custodians, or erased already.
    """
    require_role(workspace, "issuer")
    with workspace.issuing(), workspace.writing():
        row = find_circulation(label)
        custodians = len(active_custodians(workspace))
        state = _state(workspace, row)
        if custodians < 2 or state.pairs < custodians * (custodians - 1):
            raise BadInput(
                f"The secret of {row.label} is not sealed to two custodians, and would be lost.",
                fix="first: dyeline quorum set 2, or: dyeline custodian reseal.",
                circulation=row.label,
            )
        if not state.at_hand:
            raise BadInput(f"The secret of {row.label} is erased already.", fix="nothing is left to do.")
        if dry_run:
            return _state(workspace, row, dry_run=True)
        record(workspace, "circulation.key_erased", {"circulation": row.label}, role="issuer")
        row.key_erased = datetime.now(UTC)
        row.save(update_fields=["key_erased"])
        row.envelopes.filter(outer=OWNER).delete()
    # once it is on record: what ends between the two leaves a file that counts as erased; repeating this removes it
    workspace.keys.erase(row.key_name)
    with workspace.reading():
        return _state(workspace, row)


def open_circulation_key(workspace: Workspace, label: str, identities: Sequence[Identity]) -> CirculationKey:
    """Put the secret of a circulation back with the keys of two custodians, until it is sealed again.

    A key file that was lost, and not erased, the owner can put back alone.
    """
    require_role(workspace, "custodian")
    with workspace.writing():
        row = find_circulation(label)
        if row.key_erased is None and workspace.keys.has(row.key_name):
            raise BadInput(f"The secret of {row.label} is at hand already.", fix="nothing is left to do.")
        kept = row.envelopes.filter(outer=OWNER).first()
        owner = owner_key()
        own = [one for one in identities if owner is not None and one.recipient == owner]
        if kept is not None and own:
            secret, openers = own[0].decrypt(bytes(kept.data)), [OWNER]
        else:
            secret = open_secret(workspace, row, identities)
            openers = two_labels(workspace, identities)
        facts = {"circulation": row.label, "custodians": openers}
        record(
            workspace, "circulation.key_opened", facts, role="issuer" if openers == [OWNER] else "custodian"
        )
        workspace.keys.restore(row.key_name, secret)
        row.key_erased = None
        row.save(update_fields=["key_erased"])
        put_secret_envelopes(workspace, [(row.pk, row.key_name)])
        return _state(workspace, row)


def set_owner(workspace: Workspace, key: str) -> int:
    """Make this public age key the owner's, and seal to it every secret at hand; return how many.

    It is a backup of ``keys/``: of circulations whose secret was erased nothing is sealed to the owner.
    """
    require_role(workspace, "issuer")
    public = read_recipient(key)
    with workspace.writing():
        Setting.objects.update_or_create(name=OWNER_SETTING, defaults={"value": public.text})
        facts = {"name": "owner", "value": public.fingerprint}
        record(workspace, "settings.changed", facts, role="issuer")
        return put_secret_envelopes(workspace, Circulation.objects.values_list("pk", "key_name"))


def find_circulation(label: str) -> Circulation:
    """Return the row of a circulation. Call within ``reading`` or ``writing``. Raises NotFound."""
    rows = Circulation.objects.select_related("version__document")
    row = rows.filter(label=label.strip().upper()).first()
    if row is None:
        raise NotFound(
            "There is no circulation of this label.", fix="run: dyeline circulation list.", circulation=label
        )
    return row


def _state(workspace: Workspace, row: Circulation, *, dry_run: bool = False) -> CirculationKey:
    return CirculationKey(
        row.label,
        row.version.document.label,
        workspace.keys.has(row.key_name),
        row.envelopes.exclude(outer=OWNER).count(),
        dry_run,
    )
