"""PDF behind the format contract."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dyeline.errors import UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Template
from dyeline.formats.limits import check_bytes, check_characters
from dyeline.formats.pdf.flow import PageFlow, page_flow
from dyeline.formats.pdf.reading import PageText, opened, page_texts, stamps
from dyeline.formats.sourcemap import link_spans, merged
from dyeline.model.document import Block, Span

if TYPE_CHECKING:
    from dyeline.formats.pdf.spots import Spot
    from dyeline.formats.pdf.survey import Spots

_MAGIC_WITHIN = 1024


class Pdf:
    """PDF files with a text layer (.pdf)."""

    kind = "pdf"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the PDF signature stands near the beginning."""
        return b"%PDF-" in data[:_MAGIC_WITHIN]

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return the text layer, lines joined to paragraphs, words broken at a line's end joined.

        Of a document (``declarations``), nothing but ``insertions`` may be written on: glyphs
        cannot be exchanged. A PDF holds no declarations.
        """
        pages, marks = _read(data)
        content = _content(pages, marks)
        if not declarations:
            return content
        from dyeline.formats.pdf.survey import find_marks

        _refuse_signed(data)
        places = tuple(_places(find_marks(data, [page.text for page in pages]), pages, content))
        return Content(
            "pdf", content.text, content.blocks, _between(places, len(content.text)), insertions=places
        )

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file. ``places`` are empty, at the content's ``insertions``."""
        from dyeline.formats.pdf.building import Mark, build_template
        from dyeline.formats.pdf.pages import FAULTS
        from dyeline.formats.pdf.survey import candidates

        pages, _ = _read(data)
        try:
            spots = _places(candidates(data, [page.text for page in pages]), pages, content)
        except FAULTS as fault:
            raise _damaged() from fault
        if any(start != end or start not in spots for start, end in places):
            raise ValueError("a place is none of the content's insertions")
        cuts: dict[int, list[Mark]] = {}
        for number, (start, _) in enumerate(places):
            page, spot = spots[start]
            cuts.setdefault(page, []).append(Mark(number, spot))
        try:
            return build_template(data, cuts)
        except FAULTS as fault:
            raise _damaged() from fault

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Raise UnsupportedFormat: only what is a PDF already is issued as one."""
        raise UnsupportedFormat(
            "A PDF is made only from a PDF by this version.",
            fix="export the document as PDF and add that file; or choose --format docx, html, md or txt.",
        )


def _read(data: bytes) -> tuple[list[PageText], tuple[str, ...]]:
    check_bytes(data)
    with opened(data) as document:
        pages: list[PageText] = []
        length = 0
        for page in page_texts(document):
            pages.append(page)
            length += len(page.text)
            check_characters(length)
        return pages, stamps(document)


def _content(pages: Sequence[PageText], marks: tuple[str, ...]) -> Content:
    pieces = [paragraph for page in pages for paragraph in page_flow(page.text).paragraphs]
    pieces += [notice for page in pages if (notice := " ".join(page.notice.split()))]
    if not pieces:
        raise UnsupportedFormat(
            "The PDF has no text layer; its pages are pictures, which this version does not read.",
            fix="run text recognition (OCR) on it and give the resulting text or PDF.",
        )
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        blocks.append(Block(at, at + len(piece), "paragraph"))
        at += len(piece) + 1
    text = "\n".join(pieces)
    return Content("pdf", text, tuple(blocks), merged(link_spans(text)), stamps=marks)


def _places(found: Spots, pages: Sequence[PageText], content: Content) -> dict[int, tuple[int, Spot]]:
    """Return page and letter by the offset in the text where a mark may be inserted, in text order."""
    links = link_spans(content.text)
    places: dict[int, tuple[int, Spot]] = {}
    first = 0  # block of the page's first paragraph
    for number, page in enumerate(pages):
        flow = page_flow(page.text)
        for spot in found.get(number, ()):
            offset = _offset(flow, spot.index, content.blocks[first:])
            if offset is not None and _begins_a_word(content.text, offset, spot.letter, links):
                places[offset] = (number, spot)
        first += len(flow.paragraphs)
    return dict(sorted(places.items()))


def _offset(flow: PageFlow, index: int, blocks: Sequence[Block]) -> int | None:
    located = flow.locate(index)
    return None if located is None else blocks[located[0]].start + located[1]


def _begins_a_word(text: str, offset: int, letter: str, links: Sequence[Span]) -> bool:
    at = bisect_left(links, (offset + 1,)) - 1
    if at >= 0 and links[at][0] <= offset < links[at][1]:
        return False
    return text[offset] == letter and (offset == 0 or text[offset - 1].isspace())


def _between(places: Sequence[int], length: int) -> tuple[Span, ...]:
    """Return the whole text as ranges that leave only the places free."""
    ends = [place for place in places if 0 < place < length]
    return tuple(zip([0, *ends], [*ends, length], strict=True))


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        "The PDF is damaged and cannot be written anew.", fix="open it in a viewer and save or print it anew."
    )


def _refuse_signed(data: bytes) -> None:
    from dyeline.formats.pdf.pages import is_signed

    if is_signed(data):
        raise UnsupportedFormat(
            "The PDF carries a digital signature, which marking a copy would break.",
            fix="add the document as it was before it was signed, and sign the issued copies.",
        )
