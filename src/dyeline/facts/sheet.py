"""A fact sheet: what a document states, typed, with other ways to say it and the versions that were given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, cast, get_args

from dyeline.facts.dates import date_of
from dyeline.facts.numerals import numeral_of
from dyeline.facts.relation import Relation, parse_relation

FactType = Literal["place", "person", "organisation", "number", "date", "quote", "claim"]
TYPES: Final[tuple[str, ...]] = get_args(FactType)
COLUMNS: Final = ("id", "type", "relation", "value", "aliases", "versions")
REQUIRED: Final = ("id", "type", "value")
LONGEST_CELL = 2_000
MOST_FACTS = 5_000
LEAST_QUOTE_WORDS = 4


@dataclass(frozen=True, slots=True)
class FactVersion:
    """The value that one group of recipients was given."""

    group: str
    value: str


@dataclass(frozen=True)
class Fact:
    """One row of a sheet. ``relation`` is the cell as written; ``aliases`` are other ways to write ``value``."""

    id: str
    type: FactType
    relation: str
    value: str
    aliases: tuple[str, ...] = ()
    versions: tuple[FactVersion, ...] = ()

    @cached_property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """Return the values that may stand in a text, each with its other spellings; ``value`` comes first."""
        others = dict.fromkeys(version.value for version in self.versions)
        others.pop(self.value, None)
        return ((self.value, *self.aliases), *((other,) for other in others))

    @cached_property
    def stems(self) -> Relation:
        """Return the relation words, in groups of which one word each must stand beside the value."""
        return parse_relation(self.relation)

    def groups_given(self, value: str) -> tuple[str, ...]:
        """Return the groups that were given a value."""
        return tuple(version.group for version in self.versions if version.value == value)


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in one cell; ``line`` counts from 1, the header included."""

    line: int
    column: str
    problem: str


def read_rows(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[list[Fact], list[CellFault]]:
    """Return the facts of a table and every fault in it. ``rows`` are (line, cells).

    A fault in the header leaves no facts, because no cell can then be told from another.
    """
    columns, faults = _columns(header)
    if faults:
        return [], faults
    if len(rows) > MOST_FACTS:
        return [], [CellFault(rows[MOST_FACTS][0], "id", f"a sheet holds {MOST_FACTS:,} facts at most")]
    facts: list[Fact] = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        values = {
            name: " ".join(cells[at].split()) if at < len(cells) else "" for name, at in columns.items()
        }
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(
                CellFault(
                    line, header[-1], "more cells than columns: put cells with a comma in quotation marks"
                )
            )
            continue
        own = _faults(line, values)
        key = values["id"].casefold()
        if not own and key in lines:
            own.append(CellFault(line, "id", f"line {lines[key]} has this id already"))
        faults += own
        if not own:
            lines[key] = line
            facts.append(_fact(values))
    return facts, faults


def _columns(header: Sequence[str]) -> tuple[dict[str, int], list[CellFault]]:
    names = [cell.strip().casefold() for cell in header]
    faults = [
        CellFault(1, column, "this column is missing from the header")
        for column in REQUIRED
        if column not in names
    ]
    faults += [
        CellFault(1, column, "this column stands in the header twice")
        for column in COLUMNS
        if names.count(column) > 1
    ]
    faults += [
        CellFault(1, name or "(empty)", f"no such column; there are {', '.join(COLUMNS)}")
        for name in names
        if name not in COLUMNS and name
    ]
    return {name: at for at, name in enumerate(names) if name in COLUMNS}, faults


def _faults(line: int, values: Mapping[str, str]) -> list[CellFault]:
    """Return what is wrong in a row; the values themselves are never repeated, because they are confidential."""
    found = [
        CellFault(line, column, f"longer than {LONGEST_CELL:,} characters")
        for column, value in values.items()
        if len(value) > LONGEST_CELL
    ]
    if found:
        return found
    found = [CellFault(line, column, "empty") for column in REQUIRED if not values.get(column)]
    kind = values.get("type", "").casefold()
    if kind and kind not in TYPES:
        found.append(CellFault(line, "type", f"none of {', '.join(TYPES)}"))
    if found:
        return found
    versions, problem = _versions(values.get("versions", ""))
    if problem:
        return [CellFault(line, "versions", problem)]
    cells = [("value", values["value"]), *(("versions", version.value) for version in versions)]
    return [CellFault(line, column, told) for column, value in cells if (told := _untyped(kind, value))]


def _versions(cell: str) -> tuple[list[FactVersion], str]:
    found: list[FactVersion] = []
    for part in filter(None, map(str.strip, cell.split(";"))):
        group, sign, value = part.partition("=")
        if not sign or not group.strip() or not value.strip():
            return [], 'write every version as group=value, with ";" between them'
        found.append(FactVersion(group.strip(), value.strip()))
    groups = [version.group.casefold() for version in found]
    if len(set(groups)) < len(groups):
        return [], "a group has two values"
    return found, ""


def _untyped(kind: str, value: str) -> str:
    """Return why a value is not of its type, or ""."""
    if kind == "number" and numeral_of(value) is None:
        return "no number: write digits or words with one unit, such as 30, 1.2 million, 12 %, 3-5 years"
    if kind == "date" and date_of(value) is None:
        return "no date: write it such as 7 February 2026, 2026-02-07, February 2026 or 2026"
    if kind == "quote" and len(value.split()) < LEAST_QUOTE_WORDS:
        return f"a quotation of fewer than {LEAST_QUOTE_WORDS} words stands everywhere"
    if kind in ("person", "place", "organisation") and not any(c.isalpha() for c in value):
        return "a name without a letter"
    return ""


def _fact(values: Mapping[str, str]) -> Fact:
    versions, _ = _versions(values.get("versions", ""))
    aliases = tuple(filter(None, map(str.strip, values.get("aliases", "").split(";"))))
    return Fact(
        values["id"],
        cast(FactType, values["type"].casefold()),
        values.get("relation", ""),
        values["value"],
        aliases,
        tuple(versions),
    )
