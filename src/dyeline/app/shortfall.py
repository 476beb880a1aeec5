"""Results of comparable operations: from options or a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dyeline.app.recipients import read_table_file
from dyeline.app.table import Row, read_table
from dyeline.errors import BadInput, NotFound
from dyeline.stats.shortfall import MOST_EXPECTED, Result, Shortfall, shortfall

MOST_PAST = 2000
_EXAMPLE = "20:18 (18 of 20 came)"
_COLUMNS = ("expected", "observed")
_HEADER = ",".join(_COLUMNS)


def read_pair(text: str) -> Result:
    """Return the result that ``expected:observed`` says. Raises BadInput."""
    expected, colon, observed = text.partition(":")
    if not colon:
        raise BadInput(f"{text!r} is no result.", fix=f"write it as EXPECTED:OBSERVED, like {_EXAMPLE}.")
    return checked_result(expected, observed, "The result")


def read_past_file(path: Path) -> list[Result]:
    """Return the results of a table in a file. Raises NotFound, and what ``read_past`` raises."""
    try:
        data = read_table_file(path)
    except NotFound as fault:
        raise NotFound(
            fault.problem,
            fix=f"name a CSV file with the columns {_HEADER}, or write {_EXAMPLE}.",
            path=str(path),
        ) from fault
    return read_past(data)


def read_past(data: bytes) -> list[Result]:
    """Return the results of a table with the columns expected and observed; other columns are not looked at."""
    table = read_table(data, expected=_COLUMNS, header=_HEADER)
    header = [cell.casefold() for cell in table.header]
    for name in _COLUMNS:
        if header.count(name) != 1:
            raise BadInput(
                f"The table has {header.count(name)} columns called {name}.",
                fix="make its first line a header with expected,observed; a name may stand beside.",
                column=name,
            )
    if len(table.rows) > MOST_PAST:
        raise BadInput(
            f"The table has {len(table.rows):,} rows; the limit is {MOST_PAST:,}.", fix="give fewer."
        )
    return [_of_row(row, header.index("expected"), header.index("observed")) for row in table.rows]


def checked_result(expected: str, observed: str, what: str) -> Result:
    """Return a result, both counts checked. Raises BadInput."""
    values = []
    for name, text in (("expected", expected.strip()), ("observed", observed.strip())):
        values.append(_count(text, f"{what} has a value for {name} that is"))
    if values[0] < 1 or values[1] > values[0]:
        raise BadInput(
            f"{what} has {values[1]:,} observed of {values[0]:,} expected.",
            fix=f"expected must be 1 to {MOST_EXPECTED:,}, and observed at most expected: count what came of it.",
        )
    return Result(*values)


def how_surprising(past: Sequence[Result], this: Result, *, leak_factor: float) -> Shortfall:
    """Return how surprising ``this`` is without a leak. Raises BadInput without anything to compare with."""
    if not past:
        raise BadInput(
            "There is no past operation to compare with.",
            fix=f"give --past {_EXAMPLE} for each, or a table with expected and observed.",
        )
    if not 0.0 < leak_factor < 1.0:
        raise BadInput(
            f"A leak that leaves {leak_factor:g} of the success is no assumption to reckon with.",
            fix="use more than 0 and less than 1, for example 0.5: a leak halves the rate of success.",
        )
    return shortfall(past, this, leak_factor=leak_factor)


def _count(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"{what} no count: {text[:20]!r}.", fix="write whole numbers from 0 on.")
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(MOST_EXPECTED)) or int(digits) > MOST_EXPECTED:
        shown = digits if len(digits) <= 20 else f"{digits[:20]}…"
        raise BadInput(
            f"{what} too large: {shown}.", fix=f"give at most {MOST_EXPECTED:,}.", largest=MOST_EXPECTED
        )
    return int(digits)


def _of_row(row: Row, expected: int, observed: int) -> Result:
    cells = [*row.cells, "", ""]
    width = max(expected, observed)
    if len(row.cells) <= width:
        raise BadInput(
            f"Line {row.line} has too few cells.", fix="fill in expected and observed.", line=row.line
        )
    return checked_result(cells[expected], cells[observed], f"Line {row.line}")
