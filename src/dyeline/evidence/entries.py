"""What an entry of the log is: canonical JSON that says what was done, when, by which actor in which role.

No names, no document text and nothing that a user typed stands in an entry, but salted commitments to it
(``evidence.commitment``); so the log can be given to anybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

ENTRY_VERSION: Final = 1

Role = Literal["issuer", "investigator", "custodian", "auditor", "reviewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "workspace.begun": ("workspace", "quorum"),
    "settings.changed": ("name", "value"),
    "document.added": ("document", "version", "source", "text"),
    "sites.accepted": ("document", "version", "decisions", "accepted", "rejected"),
    "circulation.opened": (
        "circulation", "document", "version", "format", "notice", "carriers", "scheme", "sites", "bias", "bound",
        "methods",
    ),
    "copy.issued": ("circulation", "copy", "commitment", "file_sha256"),
    "circulation.issued": ("circulation", "copies", "commitment"),
    "circulation.key_erased": ("circulation",),
    "circulation.key_opened": ("circulation", "custodians"),
    "copy.delivered": ("copy", "method", "at"),
    "case.opened": ("case", "bound"),
    "case.decision": ("case", "decision", "by_role", "reason"),
    "case.evidence": ("case",),
    "case.removed": ("case",),
    "case.closed": ("case",),
    "exhibit.received": ("sha256", "size"),
    "examination": ("exhibit", "parameters", "outcome", "result", "readings", "methods"),
    "examination.failed": ("exhibit", "code"),
    "custodian.added": ("custodian", "key"),
    "custodian.removed": ("custodian",),
    "custodian.resealed": ("count", "custodians"),
    "role.granted": ("actor", "granted"),
    "role.revoked": ("actor", "revoked"),
    "recipients.sealed": ("count",),
    "unseal.requested": ("request", "case", "copy", "reason"),
    "unseal.granted": ("request", "custodian"),
    "unseal.refused": ("request", "code"),
    "unseal.opened": ("request", "copy", "recipient"),
    "report.made": ("case", "manifest"),
    "log.exported": ("size",),
    "purged": ("what", "count", "commitment"),
}  # fmt: skip
"""Every kind of entry, with the facts that it never lacks; it may state more."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class BadEntry(ValueError):
    """Bytes that are no entry as this module writes them. Says how."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``at`` is what the clock of the machine said, in UTC; the log's order is what can be proved."""

    kind: str
    at: str
    actor: str
    role: str
    facts: dict[str, Any]


def canonical_json(value: Any) -> bytes:
    """Return JSON with one way to write it: keys sorted, no blanks, UTF-8. Raises ValueError for NaN and infinity."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def entry_bytes(kind: str, facts: Mapping[str, Any], *, at: datetime, actor: str, role: Role) -> bytes:
    """Return an entry as it stands in the log. Raises ValueError for a kind, role or facts that there are not.

    Args:
        kind: one of ``FACTS``.
        facts: plain JSON values.
        at: the moment, with its time zone.
        actor: label of the person who acts (A-1).
        role: in which role.
    """
    if kind not in FACTS or role not in ROLES:
        raise ValueError(f"there are no entries of kind {kind} by a {role}")
    if missing := [name for name in FACTS[kind] if name not in facts]:
        raise ValueError(f"an entry {kind} states its {missing[0]}")
    by = {"actor": actor, "role": role}
    return canonical_json(
        {"at": moment_text(at), "by": by, "facts": dict(facts), "kind": kind, "v": ENTRY_VERSION}
    )


def moment_text(at: datetime) -> str:
    """Return a moment as entries write it, in UTC to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_entry(data: bytes) -> Entry:
    """Return the entry that bytes state. Raises BadEntry for any but the one way to write it."""
    try:
        tree = json.loads(data)
        canonical = canonical_json(tree) == data
    except (ValueError, RecursionError):
        raise BadEntry("it is not JSON") from None
    if not canonical or not isinstance(tree, dict) or tree.keys() != {"at", "by", "facts", "kind", "v"}:
        raise BadEntry("it is not written as entries are")
    by, facts, kind = tree["by"], tree["facts"], tree["kind"]
    if not isinstance(by, dict) or by.keys() != {"actor", "role"} or not isinstance(facts, dict):
        raise BadEntry("it does not say who did what")
    texts = (tree["at"], by["actor"], by["role"], kind)
    if tree["v"] != ENTRY_VERSION or not all(isinstance(text, str) for text in texts):
        raise BadEntry("it is of a version that this program does not know")
    if not _MOMENT.fullmatch(tree["at"]):
        raise BadEntry("its moment is not written as it has to be")
    return Entry(kind, tree["at"], by["actor"], by["role"], facts)
