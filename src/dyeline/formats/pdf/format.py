"""PDF behind the format contract."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dyeline.errors import UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Template
from dyeline.formats.limits import check_bytes, check_characters
from dyeline.formats.pdf.flow import page_flow
from dyeline.formats.pdf.reading import PageText, opened, page_texts, stamps
from dyeline.formats.pdf.words import paragraph_blocks, text_offsets
from dyeline.formats.picturemarks.marks import image_block
from dyeline.formats.sourcemap import link_spans, merged
from dyeline.model.document import Block, Span

if TYPE_CHECKING:
    import pikepdf

    from dyeline.formats.pdf.cutting import Swap
    from dyeline.formats.pdf.moves import Move
    from dyeline.formats.pdf.pictures import PictureStreams
    from dyeline.formats.pdf.record import Survey
    from dyeline.formats.pdf.spots import Spot
    from dyeline.formats.pdf.survey import PageMarks
    from dyeline.formats.pdf.template import PdfTemplate

_MAGIC_WITHIN = 1024
_WIDEST_PT = 0.5  # shift of a word: twice as far is obvious


class Pdf:
    """PDF files with a text layer (.pdf)."""

    kind = "pdf"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the PDF signature stands near the beginning."""
        return b"%PDF-" in data[:_MAGIC_WITHIN]

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return the text layer, lines joined to paragraphs, words broken at a line's end joined.

        Of a document (``declarations``), nothing but ``insertions`` may be written on, as glyphs
        cannot be exchanged; words at ``shifts`` may move, and ``pictures`` carry marks, each anchored where
        the text of its page begins. A PDF holds no declarations.
        """
        pages, marks = _read(data)
        content = _content(pages, marks)
        if not declarations:
            return content
        from dyeline.formats.pdf.pictures import find_pictures
        from dyeline.formats.pdf.record import Survey
        from dyeline.formats.pdf.survey import find_marks

        _refuse_signed(data)
        texts = [page.text for page in pages]
        letters, words = _places(find_marks(data, texts), texts, content)
        surveyed = _with_survey(content, Survey(letters, words))
        return replace(surveyed, pictures=find_pictures(data, _page_starts(texts, content)))

    def recalled(self, data: bytes, survey: bytes) -> Content | None:
        """Return what ``read`` gave for a document, without its pictures and without looking for marks again.

        ``survey`` is that content's; None where this program would have made it otherwise.
        """
        from dyeline.formats.pdf.record import load_survey

        known = load_survey(survey)
        if known is None:
            return None
        content = _content(*_read(data))
        places = max((*known.letters, *known.words), default=-1)
        return _with_survey(content, known) if places < len(content.text) else None

    def at_every_word(self, data: bytes, content: Content) -> Content:
        """Return a document's content with insertions at every word where that comes back, all others kept.

        Seven times as many marks, so that a sentence names its copy; but whoever searches such a copy for
        several words finds them only with a program that skips invisible characters (Chromium does,
        Firefox does not). Takes as long as ``read``.
        """
        from dyeline.formats.pdf.pages import FAULTS
        from dyeline.formats.pdf.record import Survey
        from dyeline.formats.pdf.survey import PageMarks, add_letters, candidates

        pages, _ = _read(data)
        texts = [page.text for page in pages]
        try:
            letters, words = _places(candidates(data, texts, every=True), texts, content)
        except FAULTS as fault:
            raise _damaged() from fault
        sure = {
            page: PageMarks(
                [letters[at][1] for at in content.insertions if letters[at][0] == page],
                [words[at][1] for at in content.shifts if words[at][0] == page],
            )
            for page in {page for page, _ in (*letters.values(), *words.values())}
        }
        more: dict[int, list[Spot]] = {}
        for page, spot in letters.values():
            more.setdefault(page, []).append(spot)
        kept = {
            (page, spot.index)
            for page, marks in add_letters(data, texts, sure, more).items()
            for spot in marks.spots
        }
        places = {at: (page, spot) for at, (page, spot) in letters.items() if (page, spot.index) in kept}
        return _with_survey(content, Survey(places, {at: words[at] for at in content.shifts}))

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file. ``places`` are empty, at the content's ``insertions`` and ``shifts``.

        A ``mark`` is "" for a letter, "shift:0.2" for a word that moves 0.2 pt to either side, and
        "image:KEY:BLOCK" for a block of a picture, whose place may be anywhere: where there are no others,
        the content's text need not be that of the file (recognised text of scanned pages).
        """
        from dyeline.formats.pdf.packing import packed

        return packed(self.page_template(data, content, places, marks=marks))

    def page_template(
        self,
        data: bytes,
        content: Content,
        places: Sequence[Span],
        *,
        marks: Sequence[str] = (),
        page: int | None = None,
        swaps: Mapping[int, Sequence[Swap]] | None = None,
    ) -> PdfTemplate:
        """Return a template of this file, or only of one page: places elsewhere and in pictures are then ignored.

        ``swaps`` by page number have places of their own, behind those of ``places``.
        """
        from dyeline.formats.pdf.building import UnknownPicture, build_template
        from dyeline.formats.pdf.cutting import Mark, Shift
        from dyeline.formats.pdf.pages import FAULTS, Source, pdf_opened

        blocks, rest = _blocks(places, marks)
        survey = _surveyed(data, content, [places[number] for number in rest], page)
        spots, moves = survey.letters, survey.words
        letters: dict[int, list[Mark]] = {}
        words: dict[int, list[Shift]] = {}
        for number in rest:
            (start, end), distance = places[number], _distance(marks[number] if marks else "")
            known = spots if distance is None else moves
            if start != end or (start not in known and page is None):
                raise ValueError("a place is none of the content's insertions or shifts")
            if distance is None and start in spots and page in (None, spots[start][0]):
                on, spot = spots[start]
                letters.setdefault(on, []).append(Mark(number, spot))
            elif distance is not None and start in moves and page in (None, moves[start][0]):
                on, move = moves[start]
                words.setdefault(on, []).append(Shift(number, move, distance))
        try:
            with pdf_opened(data) as pdf:
                pictures = _picture_streams(pdf, blocks) if page is None else []
                return build_template(Source(pdf), letters, words, swaps, pictures)
        except UnknownPicture:
            raise
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


def _surveyed(data: bytes, content: Content, places: Sequence[Span], page: int | None) -> Survey:
    """Return where the glyphs of places are: as was kept, or else looked for on their pages, or on one page."""
    from dyeline.formats.pdf.pages import FAULTS
    from dyeline.formats.pdf.record import Survey, load_survey
    from dyeline.formats.pdf.survey import candidates

    kept = load_survey(content.survey) if content.survey else None
    if kept is not None and all(at in kept.letters or at in kept.words for at, _ in places):
        return kept
    pages, _ = _read(data)
    texts = [page.text for page in pages]
    wanted = _pages_of(places, texts, content) if page is None else {page}
    try:
        return Survey(*_places(candidates(data, texts, wanted, every=True), texts, content))
    except FAULTS as fault:
        raise _damaged() from fault


def _with_survey(content: Content, survey: Survey) -> Content:
    from dyeline.formats.pdf.record import dump_survey

    letters = tuple(survey.letters)
    return replace(
        content,
        frozen=_between(letters, len(content.text)),
        insertions=letters,
        shifts=tuple(survey.words),
        survey=dump_survey(survey),
    )


def _content(pages: Sequence[PageText], marks: tuple[str, ...]) -> Content:
    pieces = [paragraph for page in pages for paragraph in page_flow(page.text).paragraphs]
    pieces += [notice for page in pages if (notice := " ".join(page.notice.split()))]
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        blocks.append(Block(at, at + len(piece), "paragraph"))
        at += len(piece) + 1
    text = "\n".join(pieces)
    return Content("pdf", text, tuple(blocks), merged(link_spans(text)), stamps=marks)


def _places(
    found: Mapping[int, PageMarks], texts: Sequence[str], content: Content
) -> tuple[dict[int, tuple[int, Spot]], dict[int, tuple[int, Move]]]:
    """Return page and letter, and page and word, by their offset in the text, in text order."""
    links = link_spans(content.text)
    letters: dict[int, tuple[int, Spot]] = {}
    words: dict[int, tuple[int, Move]] = {}
    for number, (flow, blocks) in enumerate(paragraph_blocks(texts, content.blocks)):
        if number not in found:
            continue
        offsets = text_offsets(flow, texts[number], blocks, content.text)
        for spot in found[number].spots:
            offset = int(offsets[spot.index])
            if offset >= 0 and _begins_a_word(content.text, offset, spot.letter, links):
                letters[offset] = (number, spot)
        for move in found[number].moves:
            offset = int(offsets[move.index])
            if offset > 0 and content.text[offset - 1].isspace():
                words[offset] = (number, move)
    return dict(sorted(letters.items())), dict(sorted(words.items()))


def _page_starts(texts: Sequence[str], content: Content) -> list[int]:
    """Return the offset at which each page begins; one without text begins where the next one does."""
    return [
        blocks[0].start if blocks else len(content.text)
        for _, blocks in paragraph_blocks(texts, content.blocks)
    ]


def _blocks(places: Sequence[Span], marks: Sequence[str]) -> tuple[dict[str, dict[int, int]], list[int]]:
    """Return the places in pictures, by key and block, and the numbers of all others. Raises ValueError."""
    if marks and len(marks) != len(places):
        raise ValueError("every place has a mark, or none has")
    found: dict[str, dict[int, int]] = {}
    rest: list[int] = []
    for number, (start, end) in enumerate(places):
        block = image_block(marks[number]) if marks else None
        if block is None:
            rest.append(number)
        elif start != end or block[1] in found.setdefault(block[0], {}):
            raise ValueError("a place in a picture is not empty, or there are two for one block")
        else:
            found[block[0]][block[1]] = number
    return found, rest


def _picture_streams(
    pdf: pikepdf.Pdf, blocks: Mapping[str, Mapping[int, int]]
) -> list[tuple[PictureStreams, Mapping[int, int]]]:
    if not blocks:
        return []
    from dyeline.formats.pdf.pictures import picture_streams

    for shown in pdf.pages:  # a small picture of the page, unmarked
        if "/Thumb" in shown.obj:
            del shown.obj["/Thumb"]
    return [(streams, blocks[streams.key]) for streams in picture_streams(pdf, blocks)]


def _pages_of(places: Sequence[Span], texts: Sequence[str], content: Content) -> set[int]:
    """Return the pages that any of the places, in text order, stands on."""
    starts = [start for start, _ in places]
    pages: set[int] = set()
    for number, (flow, blocks) in enumerate(paragraph_blocks(texts, content.blocks)):
        own = blocks[: len(flow.paragraphs)]
        if own and bisect_left(starts, own[0].start) < bisect_left(starts, own[-1].end):
            pages.add(number)
    return pages


def _distance(mark: str) -> float | None:
    """Return how far a word moves to either side (pt); None for the mark of a letter. Raises ValueError."""
    if not mark:
        return None
    kind, _, distance = mark.partition(":")
    if kind != "shift" or not 0.0 < float(distance) <= _WIDEST_PT:
        raise ValueError("the PDF format does not know this mark")
    return float(distance)


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
