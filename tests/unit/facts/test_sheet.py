"""Reading a fact sheet: every fault is named by row and column."""

from __future__ import annotations

import pytest

from dyeline.facts.sheet import COLUMNS, read_rows

GOOD = ["N1", "number", "raid site", "30", "", "A=30;B=40"]


def faults(*rows: list[str], header: list[str] | None = None) -> list[tuple[int, str]]:
    _, found = read_rows(header or list(COLUMNS), list(enumerate(rows, start=2)))
    return [(fault.line, fault.column) for fault in found]


def test_a_sheet_is_read_with_its_versions() -> None:
    (fact,), none = read_rows(list(COLUMNS), [(2, GOOD)])
    assert not none
    assert fact.options == (("30",), ("40",))
    assert fact.groups_given("40") == ("B",)


def test_columns_come_in_any_order_and_case() -> None:
    (fact,), none = read_rows(["Value", "TYPE", "id"], [(2, ["30", "Number", "N1"])])
    assert not none and (fact.id, fact.type, fact.value) == ("N1", "number", "30")


@pytest.mark.parametrize(
    ("at", "cell", "column"),
    [
        (0, "", "id"),
        (1, "figure", "type"),
        (1, "", "type"),
        (3, "", "value"),
        (3, "several", "value"),
        (5, "30", "versions"),
        (5, "=30", "versions"),
        (5, "A=30;A=40", "versions"),
        (5, "A=many", "versions"),
        (3, "x" * 2001, "value"),
    ],
)
def test_a_wrong_cell_is_named(at: int, cell: str, column: str) -> None:
    row = [*GOOD[:at], cell, *GOOD[at + 1 :]]
    assert faults([*GOOD[:0], "N0", *GOOD[1:]], row) == [(3, column)]


def test_an_id_stands_once() -> None:
    assert faults(GOOD, ["n1", *GOOD[1:]]) == [(3, "id")]


def test_a_header_that_lacks_a_column_is_one_fault() -> None:
    assert faults(GOOD, header=["id", "type", "relation"]) == [(1, "value")]
    assert faults(GOOD, header=[*COLUMNS[:5], "groups"]) == [(1, "groups")]


def test_more_cells_than_columns_are_told() -> None:
    assert faults([*GOOD, "more"]) == [(2, "versions")]


def test_a_fault_never_repeats_the_cell() -> None:
    _, found = read_rows(list(COLUMNS), [(2, ["N1", "number", "", "the secret figure", "", ""])])
    assert "secret" not in found[0].problem
