"""Importing and adding people whose identities are sealed: found again by blind values, never read.

The names that an issue needs come from the table that is given at that moment; they are in no row afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dyeline.app.people import Person, RowNote
from dyeline.app.roster import Known, Plan, plan_import
from dyeline.app.sealing import Sealer, put_identity_envelopes
from dyeline.custody.envelopes import Envelope
from dyeline.custody.identity import IdentityRecord
from dyeline.custody.redact import redacted
from dyeline.store.bulk import rewrite_sealed
from dyeline.store.labels import take_labels
from dyeline.store.tables import IdentityEnvelope, Recipient, UnsealGrant

_BATCH = 1000


@dataclass(slots=True)
class SealedPlan:
    """A plan over blind values, and the people as the table names them, in the order of ``plan.order``."""

    plan: Plan
    people: list[Person]
    changed: dict[int, Person]  # recipients whose record is to be sealed anew


def plan_sealed(
    rows: Iterable[tuple[int, Person]], sealer: Sealer, groups: dict[int, tuple[str, ...]]
) -> SealedPlan:
    """Return what an import will do. Call within ``reading``.

    A row that leaves out what is sealed, an organisation say, changes nothing of the record: there is
    no way to read the rest of it. ``groups`` are those of every recipient, by primary key.
    """
    blinded: list[tuple[int, Person]] = []
    given: dict[tuple[str, ...], tuple[int, Person]] = {}
    rows = list(rows)
    shown = _without_names((person for _, person in rows), sealer)
    for line, person in rows:
        blind = _blind(person, tuple(dict.fromkeys(shown[group] for group in person.groups)), sealer)
        blinded.append((line, blind))
        given.setdefault(_identity(blind), (line, person))
    known = {one.key: one for one in _known(groups)}
    plan = plan_import(blinded, known.values())
    changed: dict[int, Person] = {}
    for key, merged in list(plan.changed.items()):
        old = known[key].person
        if (old.name, old.organisation, old.role) == (merged.name, merged.organisation, merged.role):
            continue  # only groups are new
        line, person = given[_identity(old)]
        if (old.organisation and not person.organisation) or (old.role and not person.role):
            note = f"{known[key].label} is sealed and stays as it was: the row leaves out its organisation or role"
            plan.warnings = [one for one in plan.warnings if one.line != line] + [RowNote(line, note)]
            if merged.groups == old.groups:
                del plan.changed[key]
                plan.unchanged += 1
        else:
            changed[key] = person
    people = [
        given[_identity(plan.new[number] if new else known[number].person)][1] for new, number in plan.order
    ]
    return SealedPlan(plan, people, changed)


def store_sealed(planned: SealedPlan, sealer: Sealer) -> list[int]:
    """Store what a plan adds and changes, sealed; return the keys of its rows in order. Call within ``writing``."""
    new = [person for (is_new, _), person in zip(planned.plan.order, planned.people, strict=True) if is_new]
    keys = add_sealed(new, sealer)
    labels = dict(Recipient.objects.filter(pk__in=planned.changed).values_list("pk", "label"))
    for key, person in planned.changed.items():
        columns, envelopes = sealer.columns(labels[key], record_of(person))
        rewrite_sealed([(key, columns)])
        # they hold the key of the record that is gone; so does what a custodian has half opened
        IdentityEnvelope.objects.filter(recipient_id=key).delete()
        UnsealGrant.objects.filter(request__copy__recipient_id=key, request__outcome="").delete()
        put_identity_envelopes([(key, envelopes)])
    return [keys[number] if is_new else number for is_new, number in planned.plan.order]


def add_sealed(people: Sequence[Person], sealer: Sealer) -> list[int]:
    """Add recipients, sealed, and return their keys. Groups are left to the caller. Call within ``writing``."""
    now = datetime.now(UTC)
    labels = take_labels("R", len(people)) if people else []
    keys: list[int] = []
    for start in range(0, len(people), _BATCH):
        sealed: list[tuple[str, dict[str, Any], list[Envelope]]] = [
            (label, *sealer.columns(label, record_of(person)))
            for label, person in zip(
                labels[start : start + _BATCH], people[start : start + _BATCH], strict=True
            )
        ]
        rows = Recipient.objects.bulk_create(
            Recipient(label=label, created=now, **columns) for label, columns, _ in sealed
        )
        put_identity_envelopes((row.pk, one[2]) for row, one in zip(rows, sealed, strict=True))
        keys += [row.pk for row in rows]
    return keys


def record_of(person: Person) -> IdentityRecord:
    """Return the identity that is sealed of a person: all but the groups."""
    return IdentityRecord(person.name, person.email, person.organisation, person.role)


def _without_names(people: Iterable[Person], sealer: Sealer) -> dict[str, str]:
    """Return for every name of a group one that names nobody: names of groups are not sealed."""
    people = list(people)
    label_of = sealer.pseudonyms(record_of(person) for person in people)
    return {group: redacted(group, label_of) for person in people for group in person.groups}


def _blind(person: Person, groups: tuple[str, ...], sealer: Sealer) -> Person:
    blind = sealer.roster.blind
    return Person(
        blind("name", person.name),
        blind("email", person.email) if person.email else "",
        blind("organisation", person.organisation) if person.organisation else "",
        blind("role", person.role) if person.role else "",
        groups,
    )


def _identity(blind: Person) -> tuple[str, ...]:
    return (blind.email,) if blind.email else (blind.name, blind.organisation, blind.role)


def _known(groups: dict[int, tuple[str, ...]]) -> list[Known]:
    rows = Recipient.objects.order_by("pk").values_list(
        "pk", "label", "name_key", "email_key", "organisation_key", "role_key"
    )
    return [
        Known(key, label, Person(name, email, organisation, role, groups.get(key, ())))
        for key, label, name, email, organisation, role in rows.iterator()
    ]
