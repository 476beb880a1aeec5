"""Cells of a table with spans on a grid where none overlaps another, whatever the source says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from dyeline.formats.typeset.tree import Cell, Node, Table

MAX_COLUMNS: Final = 60
MAX_ROWS_SPANNED: Final = 200


class TableGrid:
    """Places cells row by row, as HTML does: each in the first free column of its row."""

    def __init__(self) -> None:
        self._cells: list[Cell] = []
        self._taken = [0] * MAX_COLUMNS  # row up to which cells reach down, by column
        self._row = -1
        self._column = 0

    def next_row(self) -> None:
        """Begin a row."""
        self._row += 1
        self._column = 0

    def add(
        self, blocks: tuple[Node, ...], columns: str | None, rows: str | None, align: str, head: bool
    ) -> None:
        """Place a cell; spans are as the source writes them. A cell beyond the last column is put below another."""
        while self._column < MAX_COLUMNS and self._taken[self._column] > self._row:
            self._column += 1
        if self._column >= MAX_COLUMNS:
            self._append(blocks)
            return
        wide = min(_number(columns), MAX_COLUMNS - self._column)
        while any(below > self._row for below in self._taken[self._column : self._column + wide]):
            wide -= 1
        high = min(_number(rows), MAX_ROWS_SPANNED)
        self._cells.append(Cell(blocks, self._column, self._row, wide, high, align, head))
        self._taken[self._column : self._column + wide] = [self._row + high] * wide
        self._column += wide

    def table(self) -> Table | None:
        """Return the table without empty rows spanned at its end; None where nothing is in it."""
        if not self._cells:
            return None
        last = self._row + 1
        cells = tuple(replace(cell, rows=min(cell.rows, last - cell.row)) for cell in self._cells)
        return Table(max(cell.column + cell.columns for cell in cells), cells)

    def _append(self, blocks: tuple[Node, ...]) -> None:
        last = self._cells.pop()
        self._cells.append(replace(last, blocks=last.blocks + blocks))


def _number(span: str | None) -> int:
    match = re.fullmatch(r"\s*(\d{1,4})\s*", span or "")
    return max(1, int(match.group(1))) if match else 1
