"""One walk over a WordprocessingML part: its visible text, and the element that shows each stretch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from dyeline.formats.docx.markup import MATH, MC, XML_SPACE, Names, names
from dyeline.formats.docx.styles import Styles, is_monospace
from dyeline.formats.limits import check_characters
from dyeline.model.document import Block, BlockKind, Span

NOTICE_BOOKMARK = "_issue_notice"
"""Names the paragraph that tells a reader whose copy this is; read as the last block."""

_SPACES = str.maketrans("\t\n\r", "   ")  # how a word processor shows them inside of w:t
_NO_FORMAT = ("rStyle",)
_NOISE = {"lang", "noProof", "rsid", "rsidR", "rsidRPr"}  # run properties that nobody sees


@dataclass(slots=True)
class Piece:
    """Text that one element shows at ``at``. ``writable``: the element is a w:t outside of fields."""

    at: int
    text: str
    element: etree._Element
    writable: bool


@dataclass(slots=True)
class Scan:
    """Everything that was seen in the parts walked so far, in reading order."""

    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    frozen: list[Span] = field(default_factory=list)
    seams: list[int] = field(default_factory=list)
    anchors: dict[str, list[int]] = field(default_factory=dict)  # comment id: start, end offset
    paragraphs: dict[str, int] = field(default_factory=dict)  # comment id: number of its first paragraph
    length: int = 0


class _Tags:
    """Element names in one namespace, sorted by what the walk does with them."""

    def __init__(self, namespace: str) -> None:
        w = self.w = names(namespace)
        self.p, self.r, self.t, self.tc = w("p"), w("r"), w("t"), w("tc")
        self.rpr, self.ppr = w("rPr"), w("pPr")
        self.atoms = {
            w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n",
            w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad",
        }  # fmt: skip
        self.br = w("br")
        self.field = w("fldChar")
        self.boxes = {w("drawing"), w("pict"), w("object"), MC + "AlternateContent"}
        self.box = w("txbxContent")
        self.skipped = {
            w(local)
            for local in (
                "pPr", "rPr", "del", "moveFrom", "instrText", "delText", "delInstrText", "proofErr",
                "bookmarkStart", "bookmarkEnd", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr",
                "tblPrEx", "sectPr", "lastRenderedPageBreak", "permStart", "permEnd", "fldData",
            )
        }  # fmt: skip
        self.marks = {w("footnoteReference"), w("endnoteReference"), w("sym")}
        self.ruby, self.ruby_base = w("ruby"), w("rubyBase")
        self.link, self.simple_field = w("hyperlink"), w("fldSimple")
        self.anchor_start, self.anchor_end = w("commentRangeStart"), w("commentRangeEnd")


_tags = lru_cache(maxsize=4)(_Tags)


class Walk:
    """Walks parts of one DOCX in reading order and fills a ``Scan``."""

    def __init__(self, namespace: str, styles: Styles) -> None:
        self.scan = Scan()
        self._tags = _tags(namespace)
        self._styles = styles
        self._fields: list[bool] = []  # open complex fields: True once the result has begun
        self._boxes: list[etree._Element] = []
        self._paragraph_number = 0
        self._formats: dict[bytes, tuple[object, ...]] = {}
        self._start_paragraph()

    @property
    def names(self) -> Names:
        """Return the names in the file's namespace."""
        return self._tags.w

    def blocks(self, parent: etree._Element, kind: BlockKind = "paragraph", *, frozen: bool = False) -> None:
        """Walk the paragraphs below an element; ``kind`` is what a plain paragraph counts as."""
        tags = self._tags
        for child in parent:
            tag = child.tag
            if tag == tags.p:
                self.paragraph(child, kind, frozen)
            elif isinstance(tag, str) and tag not in tags.skipped:
                if tag == MC + "AlternateContent":
                    child = _chosen(child)
                self.blocks(child, "cell" if tag == tags.tc and kind == "paragraph" else kind, frozen=frozen)

    def paragraph(self, element: etree._Element, kind: BlockKind, frozen: bool) -> None:
        """Walk one paragraph, then the text boxes anchored in it."""
        scan = self.scan
        self._paragraph_number += 1
        self._start_paragraph()
        first_piece = len(scan.pieces)
        first_seam = len(scan.seams)
        kind, level, frozen = self._kind(element, kind, frozen)
        self._inline(element, frozen)
        text = "".join([piece.text for piece in scan.pieces[first_piece:]])
        if text.strip():
            scan.length = self._base + self._local
            start = self._base + len(text) - len(text.lstrip("\n"))
            end = scan.length - (len(text) - len(text.rstrip("\n")))
            scan.blocks.append(Block(start, end, kind, level))
            if frozen:
                scan.frozen.append((self._base, scan.length))
            check_characters(scan.length)
        else:
            del scan.pieces[first_piece:]
            del scan.seams[first_seam:]
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box, "paragraph" if kind != "header" else "header", frozen=frozen)

    def _start_paragraph(self) -> None:
        self._base = self.scan.length + (1 if self.scan.blocks else 0)
        self._local = 0
        self._format: object = None

    def _kind(self, element: etree._Element, kind: BlockKind, frozen: bool) -> tuple[BlockKind, int, bool]:
        properties = element.find(self._tags.ppr)
        if properties is None:
            return kind, 0, frozen
        w = self._tags.w
        style = properties.find(w("pStyle"))
        style_id = style.get(w("val"), "") if style is not None else ""
        listed = properties.find(w("numPr"))
        found, level = self._styles.blocks.get(style_id, (None, 0))
        frozen = frozen or found == "code" or style_id in self._styles.computed
        if listed is not None and found in (None, "list"):
            depth = listed.find(w("ilvl"))
            digits = depth.get(w("val"), "0") if depth is not None else "0"
            found, level = "list", int(digits) if digits.isdecimal() and len(digits) < 3 else 0
        if kind in ("cell", "note", "header") and found != "code":
            return kind, 0, frozen
        return found or kind, level, frozen

    def _inline(self, parent: etree._Element, frozen: bool) -> None:
        tags = self._tags
        for node in parent:
            tag = node.tag
            if tag == tags.r:
                self._run(node, frozen)
            elif tag in tags.skipped or not isinstance(tag, str):
                continue
            elif tag == tags.link:
                self._seam()
                self._inline(node, frozen)
                self._seam()
            elif tag == tags.simple_field:
                self._inline(node, True)
            elif tag == tags.anchor_start:
                number = node.get(tags.w("id"), "")
                self.scan.anchors[number] = [self._base + self._local]
                self.scan.paragraphs[number] = self._paragraph_number
            elif tag == tags.anchor_end:
                self.scan.anchors.get(node.get(tags.w("id"), ""), []).append(self._base + self._local)
            elif tag == MC + "AlternateContent":
                self._inline(_chosen(node), frozen)
            elif tag.startswith(MATH):
                for shown in node.iter(MATH + "t"):
                    self._add(shown.text or "", shown, frozen=True)
            else:
                self._inline(node, frozen)

    def _run(self, run: etree._Element, frozen: bool) -> None:
        tags = self._tags
        looks: object = _NO_FORMAT
        for node in run:
            tag = node.tag
            if tag == tags.t:
                text = node.text
                if not text or (self._fields and not self._fields[-1]):
                    continue
                if looks is not self._format:
                    if looks != self._format and self._local:
                        self.scan.seams.append(self._base + self._local)
                    self._format = looks
                if node.get(XML_SPACE) != "preserve":
                    text = text.strip(" \t\r\n")
                if "\n" in text or "\t" in text or "\r" in text:
                    text = text.translate(_SPACES)
                self._add(text, node, frozen=frozen or bool(self._fields))
            elif tag == tags.rpr:
                looks, hidden, code = self._run_properties(node)
                if hidden:
                    return
                frozen = frozen or code
            elif tag in tags.atoms:
                if tag == tags.br and node.get(tags.w("type"), "textWrapping") != "textWrapping":
                    self._seam()
                elif not self._fields or self._fields[-1]:
                    self._add(tags.atoms[tag], node, frozen=True)
            elif tag == tags.field:
                self._field(node.get(tags.w("fldCharType"), ""))
            elif tag in tags.boxes:
                self._seam()
                self._collect_boxes(node)
            elif tag in tags.marks:
                self._seam()
            elif tag == tags.ruby:
                for base in node.iterchildren(tags.ruby_base):
                    self._inline(base, frozen)

    def _add(self, text: str, element: etree._Element, *, frozen: bool) -> None:
        if not text:
            return
        at = self._base + self._local
        self.scan.pieces.append(Piece(at, text, element, not frozen))
        self._local += len(text)
        if frozen:
            self.scan.frozen.append((at, at + len(text)))

    def _seam(self) -> None:
        if self._local:
            self.scan.seams.append(self._base + self._local)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()
        self._seam()

    def _run_properties(self, element: etree._Element) -> tuple[tuple[object, ...], bool, bool]:
        """Return (what makes the run look as it does, is it hidden, is it code)."""
        known = self._formats.get(raw := etree.tostring(element))
        if known is None:
            known = self._formats[raw] = self._looks(element)
        looks, hidden, code = known
        return looks, bool(hidden), bool(code)  # type: ignore[return-value]

    def _looks(self, element: etree._Element) -> tuple[object, ...]:
        w = self._tags.w
        looks = tuple(
            (child.tag, tuple(sorted((str(k), str(v)) for k, v in child.items())))
            for child in element
            if isinstance(child.tag, str) and etree.QName(child).localname not in _NOISE
        )
        vanish = element.find(w("vanish"))
        hidden = vanish is not None and vanish.get(w("val"), "1") not in ("0", "false", "off")
        style, fonts = element.find(w("rStyle")), element.find(w("rFonts"))
        code = (style is not None and style.get(w("val"), "") in self._styles.code) or (
            fonts is not None and is_monospace(fonts.get(w("ascii"), ""))
        )
        return looks or _NO_FORMAT, hidden, code

    def _collect_boxes(self, node: etree._Element) -> None:
        if node.tag == self._tags.box:
            self._boxes.append(node)
            return
        for child in _chosen(node) if node.tag == MC + "AlternateContent" else node:
            self._collect_boxes(child)


def _chosen(alternatives: etree._Element) -> etree._Element:
    """Return the rendering that a current word processor shows; the others repeat its text."""
    choice = alternatives.find(MC + "Choice")
    fallback = alternatives.find(MC + "Fallback")
    if choice is not None:
        return choice
    return fallback if fallback is not None else alternatives
