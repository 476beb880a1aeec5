"""What is done goes into the log: one entry for each act, by an actor in a role, with commitments for the rest.

An act that writes rows is recorded inside of its transaction, just before it is committed: a log that cannot be
written undoes the rows. A crash between the two leaves an entry without a row, which states an act that did not
take effect; it harms nothing, and ``dyeline log verify`` counts it.
"""

from __future__ import annotations

import getpass
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dyeline.errors import LogForked, NotFound
from dyeline.evidence.commitment import commitment_of, new_salt
from dyeline.evidence.entries import Role, canonical_json, entry_bytes, parse_entry
from dyeline.evidence.note import Verifier
from dyeline.store.labels import take_labels
from dyeline.store.tables import Actor, Opening, Setting

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

ACTOR_ENVIRONMENT = "DYELINE_ACTOR"
_FIRST = "workspace.begun"
_STATE = "log"
"""Name of the setting that says how many entries the database knows of, and which settings were logged."""


def record(workspace: Workspace, kind: str, facts: Mapping[str, Any], *, role: Role) -> int:
    """Put one act into the log, durably, and return the number of its entry.

    Within ``writing``, the rows of the act and its number are then committed together. Raises what
    ``EvidenceLog.append`` raises: an act that cannot be recorded does not take place.
    """
    return record_many(workspace, kind, [facts], role=role).start


def record_many(workspace: Workspace, kind: str, facts: Sequence[Mapping[str, Any]], *, role: Role) -> range:
    """Put several acts of one kind into the log, all or none, and return the numbers of their entries."""
    if not facts:
        return range(0)
    with workspace.writing():
        actor, now = actor_label(workspace), datetime.now(UTC)
        state = _state()
        logged: dict[str, Any] = state["settings"]
        current = _by_name(asdict(workspace.settings))
        changed = [
            {"name": name, "value": _settled(workspace, value)}
            for name, value in sorted(current.items())
            if name not in logged or logged[name] != value
        ]
        own = [(kind, one) for one in facts]
        settings: list[tuple[str, Mapping[str, Any]]] = [("settings.changed", one) for one in changed]
        acts = own + settings if kind == _FIRST else settings + own
        entries = [entry_bytes(what, stated, at=now, actor=actor, role=role) for what, stated in acts]
        log = workspace.log
        require_whole(workspace)
        appended = log.append(entries)
        first = appended.first + (0 if kind == _FIRST else len(settings))
        Setting.objects.update_or_create(
            name=_STATE, defaults={"value": {"size": appended.first + len(entries), "settings": current}}
        )
    return range(first, first + len(facts))


def require_whole(workspace: Workspace) -> None:
    """Raise LogForked where the log has fewer entries than the database knows of: an older one was put back."""
    with workspace.reading():
        known = _state()["size"]
    size = workspace.log.size
    if size < known:
        raise LogForked(
            f"The log has {size} entries, but the database knows of {known}.",
            fix="restore the folder log/ from the same backup as the database, or from a newer one.",
            entries=size,
            known=known,
        )


def commit_to(workspace: Workspace, data: bytes, what: str) -> str:
    """Return a salted commitment to bytes, for an entry, and keep what opens it. ``what`` names the kind of thing."""
    salt = new_salt()
    commitment = commitment_of(salt, data)
    with workspace.writing():
        Opening.objects.create(
            commitment=commitment, salt=salt, data=data, what=what, created=datetime.now(UTC)
        )
    return commitment


def opening_of(workspace: Workspace, commitment: str) -> tuple[bytes, bytes]:
    """Return salt and bytes that open a commitment. Raises NotFound."""
    with workspace.reading():
        row = Opening.objects.filter(commitment=commitment).first()
    if row is None:
        raise NotFound(
            f"Nothing on record opens the commitment {commitment[:12]}….",
            fix="restore the database from a backup, if it was lost there.",
            commitment=commitment,
        )
    return bytes(row.salt), bytes(row.data)


def log_verifier(workspace: Workspace) -> Verifier:
    """Return the public key that checks the log's checkpoints."""
    return workspace.log_signer().verifier


def actor_label(workspace: Workspace) -> str:
    """Return the label of whoever runs this process; a person who is new gets the next one."""
    name = os.environ.get(ACTOR_ENVIRONMENT, "").strip() or _user_name()
    key = unicodedata.normalize("NFKC", name).casefold()[:300]
    with workspace.writing():
        known = Actor.objects.filter(key=key).first()
        if known is None:
            known = Actor.objects.create(label=take_labels("A", 1)[0], key=key, created=datetime.now(UTC))
    return known.label


def begin(workspace: Workspace) -> None:
    """Begin the log of a workspace that has none yet, and enter what was issued before. Does nothing later on."""
    with workspace.reading():
        if Setting.objects.filter(name=_STATE).exists():
            return
    from dyeline.app.issue_entries import enter_issued

    with workspace.upgrading(), workspace.writing():
        if Setting.objects.filter(name=_STATE).exists():
            return
        workspace.keys.new_log_key()
        known = dict(Setting.objects.filter(name__in=("id", "quorum")).values_list("name", "value"))
        begun = {"workspace": known["id"], "quorum": known["quorum"]}
        if workspace.log.size == 0:
            record(workspace, _FIRST, begun, role="issuer")
        elif parse_entry(workspace.log.entry(0)).facts.get("workspace") == known["id"]:
            Setting.objects.create(name=_STATE, value=_state())  # a command was interrupted here
        else:
            raise LogForked(
                "The folder log/ holds the log of another workspace.",
                fix="put back what belongs to it, or move the folder away if this workspace is new.",
            )
        enter_issued(workspace)


def _state() -> dict[str, Any]:
    row = Setting.objects.filter(name=_STATE).first()
    return {"size": 0, "settings": {}} if row is None else dict(row.value)


def _by_name(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by their names in the file of settings: section.name."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{part}": one for part, one in value.items()}
        else:
            found[name.replace("_", ".", 1)] = value
    return found


def _settled(workspace: Workspace, value: Any) -> Any:
    """Return a setting's value as an entry states it: numbers and switches as they are, anything else hidden."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return commit_to(workspace, canonical_json(value), "setting")


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in the system's table
        return f"user {os.getuid()}"
