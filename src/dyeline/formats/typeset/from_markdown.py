"""Markdown as a tree for the typesetter: the tokens of the very parser that reads the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from dyeline.formats.markdown_inline import tracking_parser
from dyeline.formats.typeset.links import safe_link
from dyeline.formats.typeset.pictures import Pictures
from dyeline.formats.typeset.tree import (
    Cell,
    Code,
    Inline,
    InlineBuilder,
    Items,
    Look,
    Node,
    Paragraph,
    Quote,
    Rule,
    Table,
)

_LOOKS = {"strong": Look(bold=True), "em": Look(italic=True), "s": Look(struck=True)}


def markdown_tree(source: str, pictures: Pictures) -> list[Node]:
    """Return the blocks of a Markdown source, raw HTML left out. Raises RecursionError for absurd nesting."""
    return _Reader(tracking_parser().parse(source), pictures).blocks("")


class _Reader:
    def __init__(self, tokens: Sequence[Token], pictures: Pictures) -> None:
        self._tokens = iter(tokens)
        self._pictures = pictures

    def blocks(self, close: str) -> list[Node]:
        """Return the blocks up to the token that closes what is being read."""
        found: list[Node] = []
        for token in self._tokens:
            kind = token.type
            if kind == close:
                break
            if kind == "inline":
                found.append(Paragraph(self._inline(token)))
            elif kind == "heading_open":
                inner = self.blocks("heading_close")
                found += [replace(p, level=int(token.tag[1:])) for p in inner if isinstance(p, Paragraph)]
            elif kind == "blockquote_open":
                found.append(Quote(tuple(self.blocks("blockquote_close"))))
            elif kind == "bullet_list_open":
                found.append(self._items("bullet_list_close", -1))
            elif kind == "ordered_list_open":
                found.append(self._items("ordered_list_close", int(token.attrGet("start") or 1)))
            elif kind in ("fence", "code_block"):
                found.append(Code(token.content.strip("\n")))
            elif kind == "hr":
                found.append(Rule())
            elif kind == "table_open":
                found.append(self._table())
        return found

    def _items(self, close: str, start: int) -> Items:
        items: list[tuple[Node, ...]] = []
        tight = True
        for token in self._until(close):
            if token.type == "list_item_open":
                blocks = self.blocks("list_item_close")
                tight = tight and sum(isinstance(block, Paragraph) for block in blocks) < 2
                items.append(tuple(blocks))
        return Items(tuple(items), start, tight)

    def _table(self) -> Table:
        cells: list[Cell] = []
        row = column = -1
        for token in self._until("table_close"):
            if token.type == "tr_open":
                row, column = row + 1, -1
            elif token.type in ("th_open", "td_open"):
                column += 1
                align = str(token.attrGet("style") or "").removeprefix("text-align:").strip()
                blocks = self.blocks(token.type.replace("open", "close"))
                head = token.type == "th_open"
                cells.append(Cell(tuple(blocks), column, row, align=align, head=head))
        return Table(max((cell.column for cell in cells), default=0) + 1, tuple(cells))

    def _until(self, close: str) -> Iterator[Token]:
        for token in self._tokens:
            if token.type == close:
                return
            yield token

    def _inline(self, block: Token) -> tuple[Inline, ...]:
        made = InlineBuilder()
        looks = [Look()]
        for token in block.children or ():
            kind, look = token.type, looks[-1]
            name, _, side = kind.rpartition("_")
            if kind in ("text", "text_special"):
                made.text(token.content, look)
            elif kind == "code_inline":
                made.text(token.content, replace(look, code=True))
            elif kind == "softbreak":
                made.text(" ", look)
            elif kind == "hardbreak":
                made.line_break()
            elif kind == "image":
                image = self._pictures.take(str(token.attrGet("src") or ""), token.content)
                if image is not None:
                    made.image(image)
            elif side == "close":
                looks.pop()
            elif name == "link":
                looks.append(replace(look, link=safe_link(str(token.attrGet("href") or ""))))
            elif side == "open":
                looks.append(look.with_(_LOOKS[name]))
        return made.take()
