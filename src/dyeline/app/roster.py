"""Which rows of a table are recipients we know, which are new, and which repeat each other.

The e-mail address identifies a person. Without one, the k-th row of equal name, organisation and
role is the k-th such recipient: importing a list twice adds nobody, and namesakes stay two people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dyeline.app.people import Person, RowNote

Anonymous = tuple[str, str, str]
"""Name, organisation and role (case-folded) of a person without an e-mail address."""


@dataclass(frozen=True, slots=True)
class Known:
    """One recipient of the workspace."""

    key: int
    label: str
    person: Person


@dataclass(slots=True)
class Plan:
    """What an import will do; ``order`` has an entry for every row that is used."""

    new: list[Person] = field(default_factory=list)
    changed: dict[int, Person] = field(default_factory=dict)
    order: list[tuple[bool, int]] = field(default_factory=list)  # (is new, index into new | key)
    unchanged: int = 0
    duplicates: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)
    bad: list[RowNote] = field(default_factory=list)


def plan_import(people: Iterable[tuple[int, Person]], known: Iterable[Known]) -> Plan:
    """Return the plan for (line, person) pairs against the recipients of the workspace. Cost: linear."""
    plan = Plan()
    by_email: dict[str, Known] = {}
    anonymous: dict[Anonymous, list[Known]] = defaultdict(list)
    namesakes: dict[str, str] = {}  # case-folded name -> who has it
    for recipient in known:
        person = recipient.person
        namesakes.setdefault(person.name.casefold(), recipient.label)
        if person.email:
            by_email[person.email.casefold()] = recipient
        else:
            anonymous[_identity(person)].append(recipient)
    seen: dict[str, tuple[int, Person]] = {}
    occurrences: Counter[Anonymous] = Counter()
    for line, person in people:
        if person.email:
            address = person.email.casefold()
            if address in seen:
                _repeated(plan, line, person, *seen[address])
                continue
            seen[address] = (line, person)
            match = by_email.get(address)
        else:
            same = anonymous[_identity(person)]
            place = occurrences[_identity(person)]
            occurrences[_identity(person)] += 1
            match = same[place] if place < len(same) else None
        if match is None:
            _added(plan, line, person, namesakes)
        else:
            _met(plan, line, person, match)
    return plan


def merged(old: Person, new: Person) -> Person:
    """Return ``old`` with what ``new`` says; empty cells say nothing, and groups are only ever added."""
    groups = {group.casefold(): group for group in (*new.groups, *old.groups)}
    return Person(
        new.name,
        new.email or old.email,
        new.organisation or old.organisation,
        new.role or old.role,
        tuple(sorted(groups.values(), key=str.casefold)),
    )


def _identity(person: Person) -> Anonymous:
    return person.name.casefold(), person.organisation.casefold(), person.role.casefold()


def _repeated(plan: Plan, line: int, person: Person, first_line: int, first: Person) -> None:
    if person.name.casefold() == first.name.casefold():
        plan.duplicates.append(RowNote(line, f"same e-mail as line {first_line}; skipped"))
    else:
        # silently keeping one of two people would leave the other without a copy
        plan.bad.append(RowNote(line, f"same e-mail as line {first_line} under another name"))


def _added(plan: Plan, line: int, person: Person, namesakes: dict[str, str]) -> None:
    name = person.name.casefold()
    if name in namesakes:
        plan.warnings.append(RowNote(line, f"same name as {namesakes[name]}; kept as another recipient"))
    namesakes.setdefault(name, f"line {line}")
    plan.order.append((True, len(plan.new)))
    plan.new.append(person)


def _met(plan: Plan, line: int, person: Person, match: Known) -> None:
    plan.order.append((False, match.key))
    result = merged(match.person, person)
    if _comparable(result) == _comparable(match.person):
        plan.unchanged += 1
        return
    plan.changed[match.key] = result
    if result.name != match.person.name:
        plan.warnings.append(RowNote(line, f"{match.label} has this e-mail; its name was changed"))


def _comparable(person: Person) -> tuple[object, ...]:
    groups = frozenset(group.casefold() for group in person.groups)
    return person.name, person.email, person.organisation, person.role, groups
