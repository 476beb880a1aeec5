"""Recipients: import a list, add one, look them up, choose whom to issue to.

Where names are sealed (``app.sealing``), what is stored and shown of a recipient is a label; the names that an
issue needs are those of the table it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from dyeline.app.people import HEADER_NAMES, Person, RowNote, checked_person, columns_of, person_of
from dyeline.app.recipient_rows import BATCH, RecipientRecord, groups_of, known_people, records_of
from dyeline.app.roles import require_role
from dyeline.app.roster import Plan, plan_import
from dyeline.app.sealed_people import SealedPlan, plan_sealed, store_sealed
from dyeline.app.sealing import is_sealed, sealer_of
from dyeline.app.table import MAX_TABLE_BYTES, Table, read_table
from dyeline.app.workspace import Workspace
from dyeline.custody.redact import redacted
from dyeline.errors import BadInput, NamesSealed, NotFound, TooLarge, UnreadableFile
from dyeline.store.bulk import rewrite_recipients
from dyeline.store.labels import take_labels
from dyeline.store.tables import Group, Recipient

_SHOWN = 5  # bad rows that an error message spells out; its facts have them all


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or under ``dry_run`` would do. Lines count from 1, the header included."""

    rows: int
    added: int
    updated: int
    unchanged: int
    duplicates: tuple[RowNote, ...]
    warnings: tuple[RowNote, ...]
    bad: tuple[RowNote, ...]
    encoding: str
    delimiter: str
    dry_run: bool
    recipients: tuple[int, ...]  # keys in the order of the file; empty under ``dry_run``


def import_recipients(
    workspace: Workspace, data: bytes, *, dry_run: bool = False, skip_bad: bool = False
) -> ImportReport:
    """Add the people of a table to the workspace and update those it has.

    Rows that cannot be used stop the import before anything is stored, unless ``skip_bad`` leaves
    them out or ``dry_run`` only reports them, and there are others. Raises UnreadableFile, TooLarge or BadInput.
    """
    return _imported(workspace, data, dry_run=dry_run, skip_bad=skip_bad)[0]


def _imported(
    workspace: Workspace, data: bytes, *, dry_run: bool, skip_bad: bool
) -> tuple[ImportReport, SealedPlan | None]:
    require_role(workspace, "issuer")
    table = read_table(data, expected=HEADER_NAMES)
    people, bad = _people(table)
    sealer = sealer_of(workspace) if is_sealed(workspace) else None
    sealed = None
    with workspace.reading() if dry_run else workspace.writing():
        if sealer is not None:
            sealed = plan_sealed(people, sealer, groups_of(None))
        plan = plan_import(people, known_people()) if sealed is None else sealed.plan
        bad = sorted([*bad, *plan.bad], key=lambda note: note.line)
        if bad and (len(bad) == len(table.rows) or not (skip_bad or dry_run)):
            raise _unusable(bad, len(table.rows))
        if dry_run:
            keys = []
        elif sealer is None or sealed is None:
            keys = _stored(plan)
        else:
            keys = store_sealed(sealed, sealer)
            _join_planned(plan, keys)
    report = ImportReport(
        rows=len(table.rows),
        added=len(plan.new),
        updated=len(plan.changed),
        unchanged=plan.unchanged,
        duplicates=tuple(plan.duplicates),
        warnings=tuple(plan.warnings),
        bad=tuple(bad),
        encoding=table.encoding,
        delimiter=table.delimiter,
        dry_run=dry_run,
        recipients=tuple(keys),
    )
    return report, sealed


def add_recipient(
    workspace: Workspace,
    name: str,
    *,
    email: str = "",
    organisation: str = "",
    role: str = "",
    groups: Sequence[str] = (),
) -> RecipientRecord:
    """Add one recipient. Raises BadInput when a value is wrong or the e-mail address is taken."""
    values = {"name": name, "email": email, "organisation": organisation, "role": role}
    values = {column: " ".join(value.split()) for column, value in values.items()}
    person = checked_person({**values, "groups": ";".join(groups)})
    if isinstance(person, str):
        raise BadInput(f"The recipient cannot be added: {person}.", fix="correct it and repeat the command.")
    require_role(workspace, "issuer")
    if is_sealed(workspace):
        return _added_sealed(workspace, person)
    with workspace.writing():
        taken = Recipient.objects.filter(email_key=person.email.casefold()).first() if person.email else None
        if taken is not None:
            raise BadInput(
                f"{taken.label} has this e-mail address already.",
                fix="import a table with the new values to change that recipient.",
                recipient=taken.label,
            )
        keys = _stored(Plan(new=[person], order=[(True, 0)]))
        return records_of(keys)[0]


def _added_sealed(workspace: Workspace, person: Person) -> RecipientRecord:
    sealer = sealer_of(workspace)
    with workspace.writing():
        planned = plan_sealed([(1, person)], sealer, groups_of(None))
        if not planned.plan.new:
            key = planned.plan.order[0][1]
            label = Recipient.objects.get(pk=key).label
            raise BadInput(
                f"{label} is this person already.",
                fix="import a table with the new values to change that recipient.",
                recipient=label,
            )
        keys = store_sealed(planned, sealer)
        _join_planned(planned.plan, keys)
        return records_of(keys)[0]


def list_recipients(workspace: Workspace, *, group: str | None = None) -> list[RecipientRecord]:
    """Return the recipients in the order of their labels, all or those of one group."""
    with workspace.reading():
        if group is None:
            return records_of(None)
        members = _group(workspace, group)
        if members is None:
            raise NotFound(
                "No group has this name.",
                fix="run: dyeline recipient list, to see the groups there are.",
                group=group,
            )
        return records_of(
            Recipient.objects.filter(groups=members).order_by("pk").values_list("pk", flat=True)
        )


def _group(workspace: Workspace, name: str) -> Group | None:
    """Return the group of this name; where names are sealed, of what stands for it."""
    found = Group.objects.filter(key=" ".join(name.split()).casefold()).first()
    if found is None and is_sealed(workspace):
        with suppress(NamesSealed):  # without the roster key there is no telling what stands for the name
            return _group_in_place_of(workspace, name)
    return found


def _group_in_place_of(workspace: Workspace, name: str) -> Group | None:
    shown = redacted(name, sealer_of(workspace).pseudonyms())
    return Group.objects.filter(key=" ".join(shown.split()).casefold()).first()


def count_recipients(workspace: Workspace) -> int:
    """Return how many recipients the workspace has."""
    with workspace.reading():
        return Recipient.objects.count()


def show_recipient(workspace: Workspace, label: str) -> RecipientRecord:
    """Return the recipient with this label or, where names are not sealed, e-mail address. Raises NotFound."""
    sealed = is_sealed(workspace)
    with workspace.reading():
        found = Recipient.objects.filter(label__iexact=label.strip()).first()
        if found is None and sealed and "@" in label:
            raise NamesSealed(
                "Recipients are sealed here, and found by their labels only.",
                fix="name a label (R-017); two custodians open it: dyeline unseal request.",
            )
        if found is None and not sealed:
            found = Recipient.objects.filter(email_key=label.strip().casefold()).exclude(email_key="").first()
        if found is None:
            raise NotFound(
                "No recipient has this label or e-mail address.",
                fix="run: dyeline recipient list, to see the labels.",
                recipient=label,
            )
        return records_of([found.pk])[0]


def select_recipients(workspace: Workspace, choice: str) -> list[RecipientRecord]:
    """Return whom ``choice`` means: ``all``, ``group:NAME``, or the path of a table.

    A table is imported first and gives its own order; a person in it twice comes once.
    Raises NotFound (no such group or file, or nobody in it) and what ``import_recipients`` raises.
    """
    if choice == "all":
        chosen = list_recipients(workspace)
    elif choice.startswith("group:"):
        chosen = list_recipients(workspace, group=choice.removeprefix("group:"))
    else:
        data = read_table_file(Path(choice))
        report, sealed = _imported(workspace, data, dry_run=False, skip_bad=False)
        with workspace.reading():
            chosen = records_of(list(dict.fromkeys(report.recipients)))
        if sealed is not None:
            chosen = _named(chosen, dict(zip(report.recipients, sealed.people, strict=True)))
    if not chosen:
        raise NotFound(
            "There is no recipient to choose from.",
            fix="run: dyeline recipient import people.csv, or name a table with at least one row.",
            choice=choice,
        )
    return chosen


def read_table_file(path: Path) -> bytes:
    """Return the bytes of a table, never more than the limit. Raises NotFound, UnreadableFile or TooLarge."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TABLE_BYTES + 1)
    except FileNotFoundError as fault:
        raise NotFound(
            f"There is no file {path}.",
            fix="name a CSV file with the column name (and email, organisation, role, groups).",
            path=str(path),
        ) from fault
    except OSError as fault:
        raise UnreadableFile(
            f"{path} cannot be read: {(fault.strerror or '').lower()}.",
            fix="check the path and its permissions.",
            path=str(path),
        ) from fault
    if len(data) > MAX_TABLE_BYTES:
        raise TooLarge(
            f"{path} has more than {MAX_TABLE_BYTES:,} bytes.",
            fix="split it into several files and import them one after the other.",
            path=str(path),
            limit=MAX_TABLE_BYTES,
        )
    return data


def _people(table: Table) -> tuple[list[tuple[int, Person]], list[RowNote]]:
    columns = columns_of(table)
    people, bad = [], []
    for row in table.rows:
        person = person_of(row, columns, len(table.header))
        if isinstance(person, str):
            bad.append(RowNote(row.line, person))
        else:
            people.append((row.line, person))
    return people, bad


def _unusable(bad: Sequence[RowNote], rows: int) -> BadInput:
    spelled = "; ".join(f"line {note.line}: {note.note}" for note in bad[:_SHOWN])
    more = f"; and {len(bad) - _SHOWN:,} more" if len(bad) > _SHOWN else ""
    return BadInput(
        f"{len(bad):,} of {rows:,} rows cannot be used, so none was imported ({spelled}{more}).",
        fix="correct these lines, or leave them out with: dyeline recipient import --skip-bad.",
        rows=rows,
        bad=[{"line": note.line, "note": note.note} for note in bad],
    )


def _named(records: Iterable[RecipientRecord], people: dict[int, Person]) -> list[RecipientRecord]:
    """Return records with what a table says about these people; nothing of it is stored."""
    return [
        replace(one, name=person.name, email=person.email, organisation=person.organisation, role=person.role)
        for one in records
        for person in (people[one.key],)
    ]


def _stored(plan: Plan) -> list[int]:
    """Store what a plan adds and changes; return the keys of its rows in order."""
    now = datetime.now(UTC)
    labels = take_labels("R", len(plan.new)) if plan.new else []
    numbers = _group_numbers(person for people in (plan.new, plan.changed.values()) for person in people)
    keys: list[int] = []
    for start in range(0, len(plan.new), BATCH):  # in slices: 100,000 rows as objects are half a gigabyte
        people = plan.new[start : start + BATCH]
        created = Recipient.objects.bulk_create(
            Recipient(
                label=label,
                name=person.name,
                email=person.email,
                email_key=person.email.casefold(),
                organisation=person.organisation,
                role=person.role,
                created=now,
            )
            for label, person in zip(labels[start : start + BATCH], people, strict=True)
        )
        _join_groups(numbers, [(row.pk, person) for row, person in zip(created, people, strict=True)])
        keys += [row.pk for row in created]
    rewrite_recipients((key, p.name, p.email, p.organisation, p.role) for key, p in plan.changed.items())
    _join_groups(numbers, plan.changed.items())
    return [keys[number] if is_new else number for is_new, number in plan.order]


def _join_planned(plan: Plan, keys: Sequence[int]) -> None:
    """Put the people of a plan over blind values into their groups; ``keys`` are in the order of the plan."""
    numbers = _group_numbers(person for people in (plan.new, plan.changed.values()) for person in people)
    new = [key for key, (is_new, _) in zip(keys, plan.order, strict=True) if is_new]
    _join_groups(numbers, zip(new, plan.new, strict=True))
    _join_groups(numbers, plan.changed.items())


def _group_numbers(people: Iterable[Person]) -> dict[str, int]:
    """Return the primary key of every group by its case-folded name; missing groups are made."""
    wanted = {name.casefold(): name for person in people for name in person.groups}
    there = set(Group.objects.values_list("key", flat=True))
    Group.objects.bulk_create(Group(name=name, key=key) for key, name in wanted.items() if key not in there)
    return dict(Group.objects.values_list("key", "pk"))


def _join_groups(numbers: dict[str, int], members: Iterable[tuple[int, Person]]) -> None:
    through = Recipient.groups.through
    rows = (
        through(recipient_id=key, group_id=numbers[name.casefold()])
        for key, person in members
        for name in person.groups
    )
    while batch := list(islice(rows, BATCH)):
        through.objects.bulk_create(batch, ignore_conflicts=True)
