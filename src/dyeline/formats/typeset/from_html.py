"""HTML as a tree for the typesetter: what a browser would show of the page, without its style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from dyeline.errors import UnreadableFile
from dyeline.formats.typeset.links import safe_link
from dyeline.formats.typeset.pictures import Pictures
from dyeline.formats.typeset.table_grid import TableGrid
from dyeline.formats.typeset.tree import (
    Code,
    InlineBuilder,
    Items,
    Look,
    Node,
    Paragraph,
    Quote,
    Rule,
)

MAX_ELEMENTS_DEEP: Final = 120  # elements in each other; what is deeper is shown as text of this depth

_HIDDEN = frozenset(
    "head script style title noscript iframe noembed noframes template select datalist audio video "
    "canvas object svg math".split()
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = frozenset(
    "address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup html legend main menu nav optgroup option p search section summary".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset("ul ol menu dir".split())
_VERBATIM = frozenset("pre textarea xmp".split())
_TABLE_PARTS = frozenset("tbody thead tfoot tr td th".split())
_LOOKS = {
    **dict.fromkeys(("b", "strong"), Look(bold=True)),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "address"), Look(italic=True)),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Look(code=True)),
    **dict.fromkeys(("s", "strike", "del"), Look(struck=True)),
    "sub": Look(script="sub"),
    "sup": Look(script="super"),
}


def html_tree(source: str, pictures: Pictures) -> list[Node]:
    """Return the blocks of a page. Raises UnreadableFile for a source that cannot be parsed."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as fault:
        raise UnreadableFile(
            "The page cannot be parsed, so no PDF can be made of it.", fix="save it anew from a browser."
        ) from fault
    reader = _Flow(pictures)
    reader.children(root, Look(), 0)
    return reader.finish()


def page_language(source: str) -> str:
    """Return the language that a page names for itself ("de"), "" for none."""
    match = re.search(r"""<html\b[^>]*?\slang\s*=\s*["']?([a-zA-Z]{2,3})\b""", source[:4096], re.IGNORECASE)
    return match.group(1).lower() if match else ""


class _Flow:
    """Collects the blocks of one element; inline content between blocks makes paragraphs."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._found: list[Node] = []
        self._line = InlineBuilder()

    def finish(self) -> list[Node]:
        """Return the blocks collected."""
        self._end_paragraph()
        return self._found

    def children(self, element: etree._Element, look: Look, depth: int) -> None:
        """Take what an element holds."""
        self._line.text(element.text or "", look)
        for child in element:
            self.element(child, look, depth + 1)
            self._line.text(child.tail or "", look)

    def element(self, element: etree._Element, look: Look, depth: int) -> None:
        """Take one element."""
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or _is_hidden(element):
            return
        if depth > MAX_ELEMENTS_DEEP:
            self._line.text(_text_within(element), look)
            return
        look = look.with_(_LOOKS.get(name, Look()))
        if name == "br":
            self._line.line_break()
        elif name == "img":
            self._image(element)
        elif name == "a":
            self.children(element, replace(look, link=safe_link(element.get("href") or "")), depth)
        elif name in _HEADINGS:
            self._end_paragraph()
            self.children(element, look, depth)
            self._end_paragraph(_HEADINGS[name])
        elif name in _BLOCKS or name in _TABLE_PARTS:
            self._end_paragraph()
            self.children(element, look, depth)
            self._end_paragraph()
        elif name in _VERBATIM:
            self._block(Code(_text_within(element).strip("\n")))
        elif name == "hr":
            self._block(Rule())
        elif name == "blockquote":
            self._block(Quote(tuple(self._inside(element, look, depth))))
        elif name in _LISTS:
            self._block(self._items(element, look, depth))
        elif name == "li":  # outside of any list
            self._block(Items((tuple(self._inside(element, look, depth)),)))
        elif name == "table":
            self._table(element, look, depth)
        else:
            self.children(element, look, depth)

    def _inside(self, element: etree._Element, look: Look, depth: int) -> list[Node]:
        inner = _Flow(self._pictures)
        inner.children(element, look, depth)
        return inner.finish()

    def _block(self, node: Node) -> None:
        self._end_paragraph()
        self._found.append(node)

    def _end_paragraph(self, level: int = 0) -> None:
        inline = self._line.take()
        if inline:
            self._found.append(Paragraph(inline, level))

    def _image(self, element: etree._Element) -> None:
        width = re.match(r"\s*(\d{1,5})", element.get("width") or "")
        found = self._pictures.take(
            element.get("src") or "", element.get("alt") or "", float(width.group(1)) if width else None
        )
        if found is not None:
            self._line.image(found)

    def _items(self, element: etree._Element, look: Look, depth: int) -> Items:
        items: list[tuple[Node, ...]] = []
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            inner = _Flow(self._pictures)
            if name == "li":
                inner.children(child, look, depth + 1)
            else:  # a list that stands in a list without an item of its own, or anything else
                inner.element(child, look, depth + 1)
            inner._line.text(child.tail or "", look)
            blocks = tuple(inner.finish())
            if name != "li" and items:
                items[-1] += blocks
            elif blocks:
                items.append(blocks)
        start = re.fullmatch(r"\s*(\d{1,6})\s*", element.get("start") or "")
        first = (int(start.group(1)) if start else 1) if element.tag == "ol" else -1
        return Items(tuple(items), first, tight=all(_is_tight(item) for item in items))

    def _table(self, element: etree._Element, look: Look, depth: int) -> None:
        """Take a table: its caption as a paragraph, and its cells on a grid."""
        self._end_paragraph()
        grid = TableGrid()
        for row in _rows(element):
            if row.tag == "caption":
                self.children(row, replace(look, italic=True), depth)
                self._end_paragraph()
                continue
            grid.next_row()
            for cell in row.iterchildren("td", "th"):
                blocks = self._inside(cell, look, depth + 2)
                grid.add(
                    tuple(blocks), cell.get("colspan"), cell.get("rowspan"), _align(cell), cell.tag == "th"
                )
        table = grid.table()
        if table is not None:
            self._block(table)


def _is_hidden(element: etree._Element) -> bool:
    return (
        element.tag in _HIDDEN
        or element.get("hidden") is not None
        or bool(_INVISIBLE.search(element.get("style") or ""))
    )


def _text_within(element: etree._Element) -> str:
    """Return the text of an element as it stands in the source, hidden elements left out."""
    pieces: list[str] = []
    hidden = 0
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            hidden += hidden > 0 or _is_hidden(inner)
            if not hidden:
                pieces.append("\n" if inner.tag == "br" else inner.text or "")
            continue
        hidden -= hidden > 0
        if not hidden and inner is not element:
            pieces.append(inner.tail or "")
    return "".join(pieces)


def _rows(table: etree._Element) -> Iterable[etree._Element]:
    for child in table:
        if child.tag in ("tr", "caption"):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _align(cell: etree._Element) -> str:
    style = re.search(r"text-align\s*:\s*(left|center|right)", cell.get("style") or "", re.IGNORECASE)
    value = (style.group(1) if style else cell.get("align") or "").lower()
    return value if value in ("left", "center", "right") else ""


def _is_tight(blocks: tuple[Node, ...]) -> bool:
    return sum(isinstance(block, Paragraph) for block in blocks) < 2
