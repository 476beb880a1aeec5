"""Plain text tables: the same in a terminal and in a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def plain(text: str) -> str:
    """Return text that cannot move the cursor, colour the terminal or reverse what follows it."""
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Zl", "Zp", "Cs") else " " for c in text
    ).translate(_BIDI_CONTROLS)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the rows under their headers in columns two spaces apart; numbers stand on the right."""
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(headers, *cells, strict=True)]
    right = [bool(rows) and all(isinstance(row[k], int | float) for row in rows) for k in range(len(headers))]
    lines = [headers, *cells]
    return "\n".join("  ".join(map(_padded, line, widths, right)).rstrip() for line in lines)


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    silent = sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)
    return len(text) + wide - silent


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
