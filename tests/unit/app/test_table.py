from __future__ import annotations

import codecs

import pytest

from dyeline.app.people import HEADER_NAMES, columns_of, person_of
from dyeline.app.table import read_table
from dyeline.errors import BadInput, TooLarge, UnreadableFile

TEXT = 'name,email,groups\nZoë Example,zoe@example.org,"board;press"\n'


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("latin-1"), "cp1252"),
        (TEXT.replace("Zoë", "Zo\x81ë").encode("latin-1"), "latin-1"),
    ],
)
def test_any_usual_encoding_is_read(data: bytes, encoding: str) -> None:
    table = read_table(data, expected=HEADER_NAMES)
    assert table.encoding == encoding
    assert table.header == ["name", "email", "groups"]
    assert table.rows[0].cells[0].endswith("ë Example")
    assert table.rows[0].cells[2] == "board;press"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found(delimiter: str) -> None:
    text = f'Name{delimiter}E-Mail{delimiter}Groups\nA B{delimiter}a@example.org{delimiter}"x;y"\n'
    table = read_table(text.encode(), expected=HEADER_NAMES)
    assert (table.delimiter, table.rows[0].cells) == (delimiter, ["A B", "a@example.org", "x;y"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_through_breaks_in_cells_and_blank_lines(end: str) -> None:
    text = end.join(["name,role", "", '"A', 'B",x', "C,y", ""])
    table = read_table(text.encode(), expected=HEADER_NAMES)
    assert [(row.line, row.cells[0].split()) for row in table.rows] == [(3, ["A", "B"]), (5, ["C"])]


@pytest.mark.parametrize("data", [b"", b"\n \n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_an_empty_table_says_what_belongs_in_it(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="empty") as caught:
        read_table(data, expected=HEADER_NAMES)
    assert "name,email" in caught.value.fix


def test_a_quotation_mark_left_open_is_an_error_not_a_long_name() -> None:
    with pytest.raises(UnreadableFile, match="from line 2 on"):
        read_table(b'name,role\n"A,x\nB,y\n', expected=HEADER_NAMES)


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", codecs.BOM_UTF16_LE + b"n\x00\xd8", b"\xef\xbb\xbf\xff"],
)
def test_files_that_are_no_table_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_table(data, expected=HEADER_NAMES)


def test_a_cell_beyond_all_measure_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="field"):
        read_table(b"name\n" + b"x" * 200_000, expected=HEADER_NAMES)


def test_a_table_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dyeline.app.table.MAX_TABLE_BYTES", 10)
    with pytest.raises(TooLarge):
        read_table(b"name\nAlex Kim\n", expected=HEADER_NAMES)


def test_columns_have_any_order_case_and_usual_name() -> None:
    table = read_table(b"Role,ORGANIZATION,E-Mail,Full Name,note\n", expected=HEADER_NAMES)
    assert columns_of(table) == {"role": 0, "organisation": 1, "email": 2, "name": 3}


@pytest.mark.parametrize("header", [b"email,role\n", b"Alex Kim,alex@example.org\n"])
def test_a_table_without_names_is_refused(header: bytes) -> None:
    with pytest.raises(BadInput, match="no column called name"):
        columns_of(read_table(header, expected=HEADER_NAMES))


def test_two_columns_of_a_kind_are_refused() -> None:
    with pytest.raises(BadInput, match="two columns for organisation: 2 and 3"):
        columns_of(read_table(b"name,organisation,company\n", expected=HEADER_NAMES))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",a@example.org,", "no name"),
        (" \u00a0 ,a@example.org,", "no name"),
        ("A,not an address,", "e-mail is not"),
        ("A,a@b@c,", "e-mail is not"),
        ("A\x1b[31m,,", "name contains a control character"),
        ("A,,x\x00y", "a group name contains a control character"),
        ("A" * 201 + ",,", "name has 201 characters"),
        ("A,,x,y", "4 cells under a header of 3"),
    ],
)
def test_a_bad_row_has_its_reason(row: str, reason: str) -> None:
    table = read_table(f"name,email,groups\n{row}\n".encode(), expected=HEADER_NAMES)
    person = person_of(table.rows[0], columns_of(table), len(table.header))
    assert isinstance(person, str)
    assert reason in person


def test_a_short_row_and_spare_separators_are_fine() -> None:
    table = read_table(b"name,email,groups\n  A   B \nC,,a; b ;a;;,,\n", expected=HEADER_NAMES)
    people = [person_of(row, columns_of(table), 3) for row in table.rows]
    assert not isinstance(people[0], str)
    assert not isinstance(people[1], str)
    assert (people[0].name, people[0].groups, people[1].groups) == ("A B", (), ("a", "b"))
