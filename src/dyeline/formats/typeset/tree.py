"""What is set on pages: a small tree of blocks and runs, handed to the typesetter as data, never as code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

MAX_DEPTH: Final = 8  # of lists and quotations in each other; deeper ones are set at this depth

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WHITE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of text looks. ``script`` is "sub", "super" or ""; ``link`` an address or ""."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    struck: bool = False
    script: str = ""
    link: str = ""

    def with_(self, other: Look) -> Look:
        """Return this look with what another adds."""
        return Look(
            self.bold or other.bold,
            self.italic or other.italic,
            self.code or other.code,
            self.struck or other.struck,
            other.script or self.script,
            other.link or self.link,
        )

    @property
    def shows_space(self) -> bool:
        """Tell whether a space of this look differs from others."""
        return self.code or self.struck or bool(self.link)


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look; a newline is a line break."""

    text: str
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture within the text: its number among the document's pictures, and size on the page (pt)."""

    number: int
    width: float
    height: float
    alt: str = ""


Inline = Run | Image


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a heading of level 1 to 6."""

    inline: tuple[Inline, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are shown as they stand, in a type of equal widths."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set off from the text."""

    blocks: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``start`` is the first number of a numbered one, -1 for bullets."""

    items: tuple[tuple[Node, ...], ...]
    start: int = -1
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table at a column and row, counted from 0."""

    blocks: tuple[Node, ...]
    column: int
    row: int
    columns: int = 1
    rows: int = 1
    align: str = ""  # "left", "center", "right" or ""
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; no two cells overlap, and all lie within ``columns``."""

    columns: int
    cells: tuple[Cell, ...]


Node = Paragraph | Code | Rule | Quote | Items | Table


@dataclass(slots=True)
class InlineBuilder:
    """Collects the runs of one block; white space is collapsed as a browser does."""

    collected: list[Inline] = field(default_factory=list)
    _space: bool = False  # a space waits for the text behind it

    def text(self, text: str, look: Look = Look()) -> None:
        """Add text; runs of white space count as one space, none at the block's or a line's ends."""
        text = _WHITE.sub(" ", text)
        if not text:
            return
        leading, trailing = text[0] == " ", text[-1] == " "
        shown = printable(text.strip(" "))
        if not shown:
            self._space = self._space or leading
            return
        if (self._space or leading) and self.collected and not self._at_line_start():
            last = self.collected[-1]
            between = (look, last.look) if isinstance(last, Run) else (look,)
            self._add(" ", next((one for one in between if not one.shows_space), Look()))
        self._space = trailing
        self._add(shown, look)

    def line_break(self) -> None:
        """Add a line break."""
        if self.collected:
            self.collected.append(Run("\n"))
        self._space = False

    def image(self, image: Image) -> None:
        """Add a picture."""
        if self._space and self.collected and not self._at_line_start():
            self.collected.append(Run(" "))
        self._space = False
        self.collected.append(image)

    def take(self) -> tuple[Inline, ...]:
        """Return what was collected, without line breaks at its end, and begin anew."""
        found = self.collected
        while found and found[-1] == Run("\n"):
            found.pop()
        self.collected, self._space = [], False
        return tuple(found)

    def _add(self, text: str, look: Look) -> None:
        last = self.collected[-1] if self.collected else None
        if isinstance(last, Run) and last.look == look:
            self.collected[-1] = replace(last, text=last.text + text)
        else:
            self.collected.append(Run(text, look))

    def _at_line_start(self) -> bool:
        last = self.collected[-1]
        return isinstance(last, Run) and last.text.endswith("\n")


def printable(text: str) -> str:
    """Return a text without control characters and halves of characters, tabs and newlines kept."""
    return _UNPRINTABLE.sub("", text) if _UNPRINTABLE.search(text) else text


def plain_text(inline: Sequence[Inline]) -> str:
    """Return the words of some inline content, on one line."""
    return " ".join("".join(run.text for run in inline if isinstance(run, Run)).split())


def sorted_looks(nodes: Sequence[Node]) -> list[dict[str, bool]]:
    """Return which of bold and italic occur together in the prose of a tree, each once."""
    found = {look for node in nodes for look in _looks(node, bold=False)} | {(False, False)}
    return [
        {name: True for name, on in zip(("bold", "italic"), look, strict=True) if on}
        for look in sorted(found)
    ]


def _looks(node: Node, *, bold: bool) -> Iterator[tuple[bool, bool]]:
    if isinstance(node, Paragraph):
        for run in node.inline:
            if isinstance(run, Run) and not run.look.code:
                yield bold or run.look.bold or node.level > 0, run.look.italic
    elif isinstance(node, Quote):
        for inner in node.blocks:
            yield from _looks(inner, bold=bold)
    elif isinstance(node, Items):
        for item in node.items:
            for inner in item:
                yield from _looks(inner, bold=bold)
    elif isinstance(node, Table):
        for cell in node.cells:
            for inner in cell.blocks:
                yield from _looks(inner, bold=bold or cell.head)


def to_data(nodes: Sequence[Node], depth: int = 0) -> list[dict[str, Any]]:
    """Return the tree as plain values for the typesetter; nesting beyond ``MAX_DEPTH`` is flattened."""
    return [piece for node in nodes for piece in _node(node, depth)]


def _node(node: Node, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(node, Paragraph):
        kind = {"kind": "heading", "level": min(node.level, 6)} if node.level else {"kind": "paragraph"}
        if node.inline:
            yield {**kind, "runs": [_inline(run) for run in node.inline]}
    elif isinstance(node, Code):
        yield {"kind": "code", "text": printable(node.text)}
    elif isinstance(node, Rule):
        yield {"kind": "rule"}
    elif isinstance(node, Table) and depth >= MAX_DEPTH:
        for cell in node.cells:
            yield from to_data(cell.blocks, depth)
    elif isinstance(node, Table):
        yield {"kind": "table", "columns": node.columns, "cells": [_cell(c, depth + 2) for c in node.cells]}
    elif isinstance(node, Quote):
        inner = to_data(node.blocks, depth + 1)
        if depth < MAX_DEPTH:
            yield {"kind": "quote", "blocks": inner}
        else:
            yield from inner
    elif depth >= MAX_DEPTH:
        for item in node.items:
            yield from to_data(item, depth)
    else:
        items = [to_data(item, depth + 1) for item in node.items]
        yield {"kind": "items", "start": node.start, "tight": node.tight, "items": items}


def _cell(cell: Cell, depth: int) -> dict[str, Any]:
    placed = {"x": cell.column, "y": cell.row, "colspan": cell.columns, "rowspan": cell.rows}
    return {**placed, "align": cell.align, "head": cell.head, "blocks": to_data(cell.blocks, depth)}


def _inline(item: Inline) -> dict[str, Any]:
    if isinstance(item, Image):
        size = {"width": round(item.width, 2), "height": round(item.height, 2)}
        return {"image": item.number, "alt": printable(item.alt), **size}
    look = item.look
    made: dict[str, Any] = {"text": item.text}
    made |= {key: True for key in ("bold", "italic", "code", "struck") if getattr(look, key)}
    made |= {key: getattr(look, key) for key in ("script", "link") if getattr(look, key)}
    return made
