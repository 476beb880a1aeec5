from __future__ import annotations

from dyeline.cli.tables import plain, table


def test_columns_line_up_and_numbers_stand_right() -> None:
    shown = table(("name", "count"), [("a", 5), ("long name", 1234)])
    assert shown.splitlines() == ["name       count", "a              5", "long name   1234"]


def test_wide_and_combining_characters_keep_the_columns() -> None:
    lines = table(("n", "x"), [("李", "|"), ("e\u0301", "|"), ("ab", "|")]).splitlines()
    assert lines[1:] == ["李  |", "e\u0301   |", "ab  |"]


def test_no_rows() -> None:
    assert table(("a", "b"), []) == "a  b"


def test_nothing_in_a_cell_can_steer_the_terminal() -> None:
    assert plain("a\x1b[31m\r\nb\u2028c\u202ed") == "a [31m  b cd"
