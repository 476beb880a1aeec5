"""Where a PDF's pages show which picture objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pikepdf

from dyeline.formats.pdf.interpret import Matrix, times
from dyeline.formats.pdf.pages import FAULTS, Budget

_DEEPEST = 8  # forms in forms
_MOST = 2_000  # pictures that one page may show, and forms that it may use
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """One use of a picture: the matrix from the unit square to user space."""

    stream: Any
    matrix: Matrix


def placed_pictures(page: pikepdf.Page) -> list[Placed]:
    """Return the pictures that a page shows, in the order in which it draws them; none of a damaged page."""
    found: list[Placed] = []
    try:
        budget = Budget()
        contents = page.obj.get("/Contents")
        for stream in list(contents) if isinstance(contents, pikepdf.Array) else [contents]:
            if stream is not None:
                budget.spend(stream)
        for placed in _followed(page, page.resources, _UNIT, budget, 0):
            found.append(placed)
            if len(found) >= _MOST:
                break
    except FAULTS:
        return found
    return found


def _followed(content: Any, resources: Any, matrix: Matrix, budget: Budget, depth: int) -> Iterator[Placed]:
    named = resources.get("/XObject")
    if named is None or depth > _DEEPEST:
        return
    kept: list[Matrix] = []
    for instruction in pikepdf.parse_content_stream(content, operators="q Q cm Do"):
        name, operands = str(instruction.operator), instruction.operands
        if name == "q":
            kept.append(matrix)
        elif name == "Q":
            matrix = kept.pop() if kept else matrix
        elif name == "cm":
            a, b, c, d, e, f = (float(value) for value in operands)
            matrix = times((a, b, c, d, e, f), matrix)
        elif name == "Do":
            used = named.get(str(operands[0]))
            kind = str(used.get("/Subtype")) if isinstance(used, pikepdf.Stream) else ""
            if kind == "/Image":
                yield Placed(used, matrix)
            elif kind == "/Form":
                with suppress(*FAULTS):
                    budget.spend(used)
                    own = [float(value) for value in used.get("/Matrix", _UNIT)]
                    inner = times((own[0], own[1], own[2], own[3], own[4], own[5]), matrix)
                    yield from _followed(used, used.get("/Resources", resources), inner, budget, depth + 1)
