"""Plain text, and any other content that has blocks only, as a tree for the typesetter."""

from __future__ import annotations

import re
from typing import Final

from dyeline.formats.content import Content
from dyeline.formats.typeset.tree import Code, InlineBuilder, Items, Node, Paragraph, Quote, printable
from dyeline.model.document import Block

WRAPPED_WIDTH: Final = (50, 100)  # characters of the longest line of a paragraph that was wrapped by hand
_FULL: Final = 0.6  # share of that width that its other lines but the last have at least
_ALIGNED = re.compile(r"\S(?: {3,}|\t)\S")


def text_tree(content: Content) -> list[Node]:
    """Return the blocks of a content, each set by its kind."""
    return [_node(content.text[block.start : block.end], block) for block in content.blocks]


def _node(text: str, block: Block) -> Node:
    lines = text.split("\n")
    if block.kind == "code" or _is_drawn(lines):
        return Code(text)
    made = InlineBuilder()
    joined = is_wrapped(lines)
    for number, line in enumerate(lines):
        if number and joined:
            made.text(" ")
        elif number:
            made.line_break()
        made.text(line)
    paragraph = Paragraph(made.take(), block.level if block.kind == "heading" else 0)
    if block.kind == "quote":
        return Quote((paragraph,))
    if block.kind == "list":
        return Items(((paragraph,),))
    return paragraph


def is_wrapped(lines: list[str]) -> bool:
    """Tell whether a paragraph's line breaks only keep its lines short, so that they may be moved."""
    lengths = [len(printable(line).strip()) for line in lines]
    longest = max(lengths)
    low, high = WRAPPED_WIDTH
    return len(lines) > 1 and low <= longest <= high and min(lengths[:-1]) >= _FULL * longest


def _is_drawn(lines: list[str]) -> bool:
    """Tell whether lines are aligned by spaces, as tables and drawings in plain text are."""
    aligned = sum(bool(_ALIGNED.search(line)) for line in lines)
    return len(lines) > 1 and aligned >= len(lines) / 2
