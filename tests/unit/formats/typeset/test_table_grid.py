"""Cells on a grid, whatever spans a source writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dyeline.formats.typeset.table_grid import MAX_COLUMNS, TableGrid

SPANS = st.sampled_from([None, "1", "2", "3", "0", "-1", "x", "9999"])


@given(st.lists(st.lists(st.tuples(SPANS, SPANS), max_size=5), max_size=8))
def test_no_two_cells_overlap_and_all_lie_inside(rows: list[list[tuple[str | None, str | None]]]) -> None:
    grid = TableGrid()
    for row in rows:
        grid.next_row()
        for columns, high in row:
            grid.add((), columns, high, "", False)
    table = grid.table()
    taken: set[tuple[int, int]] = set()
    for cell in table.cells if table else ():
        own = {(cell.column + x, cell.row + y) for x in range(cell.columns) for y in range(cell.rows)}
        assert own and not own & taken
        taken |= own
        assert table is not None and cell.column + cell.columns <= table.columns <= MAX_COLUMNS
        assert cell.row + cell.rows <= len(rows)
    assert (table is None) == (not any(rows))


def test_cells_beyond_the_last_column_join_another() -> None:
    grid = TableGrid()
    grid.next_row()
    for _ in range(MAX_COLUMNS + 5):
        grid.add((), None, None, "", False)
    table = grid.table()
    assert table is not None and len(table.cells) == MAX_COLUMNS
