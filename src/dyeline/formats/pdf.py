"""PDF, read only: the text layer, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from dyeline.errors import TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Template
from dyeline.formats.limits import MAX_PAGES, check_bytes, check_characters
from dyeline.formats.sourcemap import link_spans, merged
from dyeline.model.document import Block, Span

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_SOFT_HYPHENS = "\x02\ufffe"  # PDFium puts one of them for a hyphen and the line break behind it
_HYPHENATED = re.compile(r"(?<=[a-zß-ÿ])(?:[-\u00ad]\r?\n|[\x02\ufffe](?:\r?\n)?)(?=[a-zß-ÿ])")
_SENTENCE_END = (".", "!", "?", ":", ".”", '."', "!”", "?”", ".)")
_SHORT_LINE = 0.8  # share of the usual length below which a line that ends a sentence ends a paragraph
_MAGIC_WITHIN = 1024


class Pdf:
    """PDF files with a text layer (.pdf)."""

    kind = "pdf"
    writes = False

    def matches(self, data: bytes) -> bool:
        """Tell whether the PDF signature stands near the beginning."""
        return b"%PDF-" in data[:_MAGIC_WITHIN]

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return the text layer, lines joined to paragraphs, words broken at a line's end joined."""
        check_bytes(data)
        blocks: list[Block] = []
        pieces: list[str] = []
        at = 0
        for page in _pages(data):
            for paragraph in _paragraphs(page):
                blocks.append(Block(at, at + len(paragraph), "paragraph"))
                pieces.append(paragraph)
                at += len(paragraph) + 1
            check_characters(at)
        if not blocks:
            raise UnsupportedFormat(
                "The PDF has no text layer; its pages are pictures, which this version does not read.",
                fix="run text recognition (OCR) on it and give the resulting text or PDF.",
            )
        text = "\n".join(pieces)
        return Content("pdf", text, tuple(blocks), merged(link_spans(text)))

    def template(self, data: bytes, content: Content, places: Sequence[Span]) -> Template:
        """Raise UnsupportedFormat: PDF files are exhibits only."""
        raise _read_only()

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Raise UnsupportedFormat: PDF files are exhibits only."""
        raise _read_only()


def _pages(data: bytes) -> Iterator[str]:
    import pypdfium2 as pdfium  # loads a library of several MB, which most runs do not need

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(
                "The PDF is protected by a password.",
                fix="open it, print or save it without the password, and retry.",
            ) from error
        raise UnreadableFile(
            "The PDF is damaged and cannot be opened.", fix="open it in a viewer and save or print it anew."
        ) from error
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise TooLarge(
                f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are read.",
                fix="give the pages that matter as a PDF of their own.",
                pages=count,
            )
        for number in range(count):
            yield _page_text(document, number)
    finally:
        document.close()


def _page_text(document: PdfDocument, number: int) -> str:
    """Return the text of a page; "" for one that cannot be loaded, as a damaged page spoils no other."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
    except PdfiumError:
        return ""
    try:
        layer = page.get_textpage()
        try:
            return str(layer.get_text_range(errors="replace"))
        finally:
            layer.close()
    except PdfiumError:
        return ""
    finally:
        page.close()


def _paragraphs(page: str) -> list[str]:
    text = _HYPHENATED.sub("", page)
    for hyphen in _SOFT_HYPHENS:
        text = text.replace(hyphen, "-")
    lines = [" ".join(line.split(" ")).strip() for line in re.split(r"\r\n?|\n", text.replace("\x00", ""))]
    lengths = [len(line) for line in lines if line]
    usual = median(lengths) if lengths else 0
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        if not line or (line.endswith(_SENTENCE_END) and len(line) < _SHORT_LINE * usual):
            paragraphs.append([])
    return [" ".join(paragraph) for paragraph in paragraphs if paragraph]


def _read_only() -> UnsupportedFormat:
    return UnsupportedFormat(
        "A PDF can be examined but not issued by this version.",
        fix="issue as docx, html, md or txt (--format).",
    )
