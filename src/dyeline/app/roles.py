"""Who may act in which role. A role that nobody was given is everybody's: a workspace of one person needs none.

Who somebody is, the program knows from DYELINE_ACTOR or the account on the machine, and no better than that.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from dyeline.app.journal import actor_label, record
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound, NotPermitted
from dyeline.evidence.entries import ROLES, Role
from dyeline.store.labels import take_labels
from dyeline.store.tables import Actor, RoleGrant

MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class ActorRecord:
    """One person who uses the workspace, by label and the name of their account, with the roles they were given."""

    label: str
    account: str
    roles: tuple[str, ...]
    current: bool


def list_actors(workspace: Workspace) -> list[ActorRecord]:
    """Return everybody who has acted here or was given a role."""
    current = actor_label(workspace)
    with workspace.reading():
        return [
            ActorRecord(
                row.label,
                row.key,
                tuple(row.roles.order_by("role").values_list("role", flat=True)),
                row.label == current,
            )
            for row in Actor.objects.order_by("pk")
        ]


def grant_role(workspace: Workspace, who: str, role: str) -> ActorRecord:
    """Give somebody (A-2, or the name of their account) a role. From then on only who has it acts in it."""
    wanted = checked_role(role)
    require_role(workspace, "issuer")
    shown = " ".join(who.split())
    if not shown or len(shown) > MOST_LETTERS or any(unicodedata.category(c) in ("Cc", "Cs") for c in shown):
        raise BadInput("This is no name of an account.", fix="name a label (A-2) or an account.")
    with workspace.writing():
        row = _actor(shown)
        if row is None:
            key = unicodedata.normalize("NFKC", shown).casefold()
            row = Actor.objects.create(label=take_labels("A", 1)[0], key=key, created=datetime.now(UTC))
        if not row.roles.filter(role=wanted).exists():
            facts = {"actor": row.label, "granted": wanted}
            entry = record(workspace, "role.granted", facts, role="issuer")
            RoleGrant.objects.create(actor=row, role=wanted, granted=datetime.now(UTC), log_entry=entry)
        label = row.label
    return next(one for one in list_actors(workspace) if one.label == label)


def revoke_role(workspace: Workspace, who: str, role: str) -> ActorRecord:
    """Take a role from somebody. Raises NotFound where they do not have it."""
    wanted = checked_role(role)
    require_role(workspace, "issuer")
    with workspace.writing():
        row = _actor(" ".join(who.split()))
        held = None if row is None else row.roles.filter(role=wanted).first()
        if row is None or held is None:
            raise NotFound("Nobody of this name has that role.", fix="run: dyeline role list.", role=wanted)
        held.delete()
        record(workspace, "role.revoked", {"actor": row.label, "revoked": wanted}, role="issuer")
        label = row.label
    return next(one for one in list_actors(workspace) if one.label == label)


def require_role(workspace: Workspace, role: Role) -> None:
    """Raise NotPermitted if the role was given to somebody, and not to whoever runs this process."""
    with workspace.reading():
        holders = set(RoleGrant.objects.filter(role=role).values_list("actor__label", flat=True))
    if not holders or actor_label(workspace) in holders:
        return
    article = "an" if role[0] in "ai" else "a"
    raise NotPermitted(
        f"This is for {article} {role} of this workspace, and {actor_label(workspace)} is none.",
        fix=f"ask one who is ({', '.join(sorted(holders))}), or have the role granted: dyeline role grant.",
        role=role,
        holders=sorted(holders),
    )


def checked_role(text: str) -> Role:
    """Return the role of this name. Raises BadInput."""
    for role in ROLES:
        if role == text.strip().casefold():
            return role
    raise BadInput("There is no such role.", fix=f"use one of {', '.join(ROLES)}.")


def _actor(text: str) -> Actor | None:
    key = unicodedata.normalize("NFKC", text).casefold()
    return Actor.objects.filter(label=text.upper()).first() or Actor.objects.filter(key=key).first()
