"""Rows of a table as people: columns by any usual name, and what is wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dyeline.app.table import Row, Table
from dyeline.errors import BadInput

COLUMNS = ("name", "email", "organisation", "role", "groups")
_ALIASES = {
    **{column: column for column in COLUMNS},
    "full name": "name",
    "recipient": "name",
    "e-mail": "email",
    "mail": "email",
    "email address": "email",
    "e-mail address": "email",
    "organization": "organisation",
    "company": "organisation",
    "org": "organisation",
    "title": "role",
    "position": "role",
    "function": "role",
    "group": "groups",
}
HEADER_NAMES = frozenset(_ALIASES)
MAX_CELL = 200
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,254}")


@dataclass(frozen=True, slots=True)
class Person:
    """What a row says about one recipient; missing cells are ""."""

    name: str
    email: str = ""
    organisation: str = ""
    role: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowNote:
    """Something to say about one line of a table (counted from 1)."""

    line: int
    note: str


def columns_of(table: Table) -> dict[str, int]:
    """Return column name -> position. Raises BadInput without a name column or with two of a kind."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(table.header):
        column = _ALIASES.get(cell.casefold())
        if column in columns:
            raise BadInput(
                f"The table has two columns for {column}: {columns[column] + 1} and {position + 1}.",
                fix="remove one of them.",
                column=column,
            )
        if column is not None:
            columns[column] = position
    if "name" not in columns:
        raise BadInput(
            f"The table has no column called name among its {len(table.header)} columns.",
            fix=f"make its first line a header: {','.join(COLUMNS)} (any order; only name is required).",
            columns=len(table.header),
        )
    return columns


def person_of(row: Row, columns: dict[str, int], width: int) -> Person | str:
    """Return the person in a row, or the reason why there is none."""
    if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
        return f"{len(row.cells)} cells under a header of {width}; quote cells that contain the separator"
    values = {}
    for column, position in columns.items():
        raw = row.cells[position] if position < len(row.cells) else ""
        values[column] = " ".join(raw.split())
    return checked_person(values)


def checked_person(values: dict[str, str]) -> Person | str:
    """Return the person that the values describe, or the reason why they do not describe one."""
    groups = tuple(dict.fromkeys(g.strip() for g in values.get("groups", "").split(";") if g.strip()))
    for column in COLUMNS[:4]:
        value = values.get(column, "")
        if len(value) > MAX_CELL:
            return f"{column} has {len(value)} characters; the limit is {MAX_CELL}"
        if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value):
            return f"{column} contains a control character"
    if any(len(g) > MAX_CELL or any(unicodedata.category(c) in ("Cc", "Cs") for c in g) for g in groups):
        return f"a group name contains a control character or more than {MAX_CELL} characters"
    if not values.get("name"):
        return "no name"
    email = values.get("email", "")
    if email and not _EMAIL.fullmatch(email):
        return "e-mail is not of the form someone@example.org"
    return Person(values["name"], email, values.get("organisation", ""), values.get("role", ""), groups)
