"""What kind of block a paragraph style makes, and which styles mean code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from dyeline.formats.docx.markup import Names, names_of, parse_xml
from dyeline.model.document import BlockKind

_HEADING = re.compile(r"heading ?([1-9])$")
_MONOSPACE = re.compile(
    r"courier|consol|menlo|monaco|\bmono\b|monospace|source code|fira code|lucida sans typewriter"
)
_CODE_NAME = re.compile(r"\bcode\b|source|preformatted|\bpre\b|verbatim|macro text|listing")
_DEPTH = 20  # a style based on itself is not followed for ever


@dataclass(frozen=True, slots=True)
class Styles:
    """Block kind and level by paragraph style id; ids of character styles that mean code."""

    blocks: dict[str, tuple[BlockKind, int]] = field(default_factory=dict)
    code: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()  # tables of contents and the like: rebuilt by the word processor


def is_monospace(font: str) -> bool:
    """Tell whether a font name is that of a typewriter face."""
    return bool(_MONOSPACE.search(font.lower()))


@lru_cache(maxsize=16)  # the copies of one document share their styles part, and the gate reads all of them
def read_styles(part: bytes) -> Styles:
    """Return what the styles part says. Unknown styles are missing in the result: plain paragraphs."""
    root = parse_xml(part)
    w = names_of(root)
    elements = {element.get(w("styleId"), ""): element for element in root.iter(w("style"))}
    blocks: dict[str, tuple[BlockKind, int]] = {}
    code: set[str] = set()
    computed: set[str] = set()
    for style_id in elements:
        for ancestor in _chain(elements, style_id, w):
            name = _value(ancestor, w, "name").lower()
            if name.startswith("toc ") or name.startswith("table of figures") or name.startswith("index "):
                computed.add(style_id)
            fonts = ancestor.find(f"{w('rPr')}/{w('rFonts')}")
            if _CODE_NAME.search(name) or (fonts is not None and is_monospace(fonts.get(w("ascii"), ""))):
                code.add(style_id)
                blocks[style_id] = ("code", 0)
                break
            kind = _kind(name, ancestor, w)
            if kind is not None:
                blocks[style_id] = kind
                break
    return Styles(blocks, frozenset(code), frozenset(computed))


def _chain(elements: dict[str, etree._Element], style_id: str, w: Names) -> list[etree._Element]:
    chain: list[etree._Element] = []
    while style_id in elements and len(chain) < _DEPTH:
        chain.append(elements[style_id])
        style_id = _value(elements[style_id], w, "basedOn")
    return chain


def _kind(name: str, style: etree._Element, w: Names) -> tuple[BlockKind, int] | None:
    heading = _HEADING.match(name)
    if heading:
        return "heading", int(heading.group(1))
    if name == "title":
        return "heading", 1
    if name.startswith("list"):
        return "list", 0
    if "quot" in name or name == "block text":
        return "quote", 0
    if name == "caption":
        return "caption", 0
    outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
    if outline is not None and outline.get(w("val"), "").isdigit() and int(outline.get(w("val"), "9")) < 9:
        return "heading", int(outline.get(w("val"), "0")) + 1
    return None


def _value(style: etree._Element, w: Names, local: str) -> str:
    element = style.find(w(local))
    return element.get(w("val"), "") if element is not None else ""
