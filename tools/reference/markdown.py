"""Small pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars in cells are escaped, line breaks become spaces."""
    lines = [list(head), ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def doc(subject: object) -> str:
    """Return the docstring, unindented, its paragraphs on one line each; "" if there is none."""
    text = inspect.cleandoc(getattr(subject, "__doc__", None) or "")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def plain(text: str) -> str:
    """Return text with reStructuredText's double backquotes as Markdown's single ones."""
    return text.replace("``", "`")
