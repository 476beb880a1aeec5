"""The rows of recipients as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dyeline.app.people import Person
from dyeline.app.roster import Known
from dyeline.store.tables import Recipient

BATCH = 2000
PURGED = b""
"""What stands in a recipient's row in place of the sealed record, once it was deleted by policy."""


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """One recipient. ``key`` is the row's primary key.

    Of a ``sealed`` one, its row holds no more than the label, and custodians open the rest; of a ``purged`` one
    nothing but the label and the groups is left.
    """

    key: int
    label: str
    name: str
    email: str
    organisation: str
    role: str
    groups: tuple[str, ...]
    sealed: bool = False
    purged: bool = False


def records_of(keys: Iterable[int] | None) -> list[RecipientRecord]:
    """Return stored recipients in the order of ``keys``; all in label order for None."""
    wanted = None if keys is None else list(keys)
    groups = groups_of(wanted)
    rows = Recipient.objects.order_by("pk")
    if wanted is not None and len(wanted) <= BATCH:
        rows = rows.filter(pk__in=wanted)
    found = {}
    columns = ("pk", "label", "name", "email", "organisation", "role", "sealed")
    for key, label, name, email, organisation, role, sealed in rows.values_list(*columns).iterator():
        own = groups.get(key, ())
        purged = sealed == PURGED
        kept = sealed is not None and not purged
        found[key] = RecipientRecord(key, label, name, email, organisation, role, own, kept, purged)
    return list(found.values()) if wanted is None else [found[key] for key in wanted]


def groups_of(wanted: list[int] | None) -> dict[int, tuple[str, ...]]:
    """Return the names of their groups, sorted, by the keys of recipients; of all for None."""
    groups: dict[int, list[str]] = {}
    pairs = Recipient.groups.through.objects.values_list("recipient_id", "group__name")
    for key, name in pairs if wanted is None or len(wanted) > BATCH else pairs.filter(recipient__in=wanted):
        groups.setdefault(key, []).append(name)
    return {key: tuple(sorted(names, key=str.casefold)) for key, names in groups.items()}


def known_people() -> list[Known]:
    """Return everybody whose name is not sealed, for a plan of an import."""
    everybody = records_of(None)
    return [
        Known(r.key, r.label, Person(r.name, r.email, r.organisation, r.role, r.groups)) for r in everybody
    ]
