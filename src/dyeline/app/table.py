"""Tables as people save them: CSV with any usual encoding and separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dyeline.errors import TooLarge, UnreadableFile

MAX_TABLE_BYTES = 100 * 2**20
RECIPIENTS_HEADER = "name,email,organisation,role,groups"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table; ``line`` is where it begins in the file, counted from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: the header's cells, the rows below it, and how the file was understood."""

    header: list[str]
    rows: list[Row]
    encoding: str
    delimiter: str


def read_table(data: bytes, *, expected: Collection[str], header: str = RECIPIENTS_HEADER) -> Table:
    """Return the table in ``data``; blank lines are left out.

    The separator (comma, semicolon, tab) is the one under which the header shows most of the
    ``expected`` column names (case-folded); ``header`` is what an empty table is to begin with.
    Raises UnreadableFile or TooLarge.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise TooLarge(
            f"The table has {len(data):,} bytes; the limit is {MAX_TABLE_BYTES:,}.",
            fix="split it into several files and import them one after the other.",
            bytes=len(data),
            limit=MAX_TABLE_BYTES,
        )
    text, encoding = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise UnreadableFile("The table is empty.", fix=f"give it a header line ({header}) and rows.")
    delimiter = max(_DELIMITERS, key=lambda mark: _recognised(first, mark, expected))
    rows = list(_rows(text, delimiter))
    return Table([cell.strip() for cell in rows[0].cells], rows[1:], encoding, delimiter)


def _decoded(data: bytes) -> tuple[str, str]:
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFile(
            "The table is a spreadsheet file, not CSV.", fix="save it as CSV (UTF-8) and import that file."
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), encoding
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) * 5 > len(data[:4096]):  # every other byte of Western UTF-16 is zero
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        return _strictly(data, encoding), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise UnreadableFile(
            f"The table is broken {encoding.upper()} at byte {fault.start:,}.",
            fix="save it again as CSV with the encoding UTF-8.",
            encoding=encoding,
            byte=fault.start,
        ) from fault


def _recognised(line: str, delimiter: str, expected: Collection[str]) -> int:
    cells = line.split(delimiter)
    return sum(cell.strip().strip('"').strip().casefold() in expected for cell in cells)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    # strict: a quotation mark that is never closed would swallow the rest of the file in silence
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableFile(
            f"The table cannot be read from line {line:,} on: {fault}.",
            fix='close every quotation mark, and write a quotation mark inside of a cell as "".',
            line=line,
        ) from fault
