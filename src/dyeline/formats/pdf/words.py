"""The words of a PDF's pages: where they stand on the page as shown, and where in the document's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.content import Content
from dyeline.formats.pdf.flow import SOFT_HYPHENS, PageFlow, page_flow
from dyeline.formats.pdf.frame import Frame, page_frame
from dyeline.formats.pdf.reading import (
    PageCharacters,
    agrees,
    layer_text,
    opened,
    page_layer,
    read_characters,
)
from dyeline.model.document import Block
from dyeline.model.pages import PageWords

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_JUMP = 0.8  # of the font's height: characters further apart are not of one word
_NOWHERE = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A page with everything that was read off it.

    ``text`` is the page's text as ``reading`` gives it, ``shown`` what its characters spell (a notice
    behind it). Word k is ``shown[firsts[k]:ends[k]]``; ``owner[r]`` is the word of the r-th of
    ``characters``, -1 for white space. ``words`` are not yet found in the document's text.
    """

    frame: Frame
    text: str
    shown: str
    characters: PageCharacters
    words: PageWords
    firsts: NDArray[np.int64]
    ends: NDArray[np.int64]
    owner: NDArray[np.int64]


def page_words(data: bytes, content: Content) -> tuple[PageWords, ...]:
    """Return the words of every page of a PDF, as PDFium places them.

    Offsets are into ``content.text``, the content that ``Pdf.read`` gave for the same file; -1 for
    what it does not hold. A word broken at a line's end is two words. A page that cannot be loaded
    has no words and no size. Cost: some 10 microseconds a character. Raises UnreadableFile or TooLarge.
    """
    with opened(data) as document:
        pages = [lay_out(document, number) for number in range(len(document))]
    texts = [page.text if page else "" for page in pages]
    found: list[PageWords] = []
    for page, (flow, blocks) in zip(pages, paragraph_blocks(texts, content.blocks), strict=True):
        if page is None:
            found.append(no_words(len(found)))
        else:
            found.append(in_text(page, text_offsets(flow, page.text, blocks, content.text)))
    return tuple(found)


def lay_out(document: PdfDocument, number: int) -> LaidOutPage | None:
    """Return one page of an open document; None where it cannot be loaded."""
    with page_layer(document, number) as (page, layer):
        if layer is None:
            return None
        text = layer_text(page, layer, last=number == len(document) - 1).text
        shown, characters = read_characters(layer, boxes=True)
        frame = page_frame(page)
    ink, loose = frame.boxes(characters.ink), frame.boxes(characters.loose)
    empty = ink[:, 2] <= ink[:, 0]
    ink[empty] = loose[empty]
    codes = np.array([ord(character) for character in shown], dtype=np.int64)
    inked = np.array([not character.isspace() for character in shown], dtype=np.bool_)
    soft = np.isin(codes, [ord(character) for character in SOFT_HYPHENS])
    line_of = np.concatenate([[0], np.cumsum(soft | (codes == ord("\n")))]).astype(np.int32)
    begins = inked & ~np.concatenate([[False], (inked & ~soft)[:-1]])
    begins[characters.index[1:][_apart(loose) & (np.diff(characters.index) == 1)]] = True
    begins &= inked
    word_of = np.where(inked, np.cumsum(begins) - 1, -1)
    firsts = np.flatnonzero(begins)
    lasts = np.flatnonzero(inked & np.concatenate([word_of[1:] != word_of[:-1], [True]])) if shown else firsts
    owner = word_of[characters.index]
    placed = np.unique(owner[owner >= 0])  # a word none of whose characters has a place is dropped
    owner = np.where(owner >= 0, np.searchsorted(placed, owner), -1)
    firsts, lasts = firsts[placed], lasts[placed]
    boxes = np.empty((len(placed), 4), dtype=np.float32)
    rows = np.flatnonzero(owner >= 0)
    if rows.size:
        seams = np.flatnonzero(np.diff(owner[rows], prepend=-1))
        boxes[:, 0] = np.minimum.reduceat(ink[rows, 0], seams)
        boxes[:, 1] = np.minimum.reduceat(loose[rows, 1], seams)
        boxes[:, 2] = np.maximum.reduceat(ink[rows, 2], seams)
        boxes[:, 3] = np.maximum.reduceat(loose[rows, 3], seams)
    nowhere = np.full(len(placed), -1, dtype=np.int64)
    words = PageWords(number, frame.width, frame.height, boxes, nowhere, nowhere, line_of[firsts])
    return LaidOutPage(frame, text, shown, characters, words, firsts, lasts + 1, owner)


def without_characters(page: LaidOutPage) -> LaidOutPage:
    """Return a page of which only text and words are kept: a tenth of the memory."""
    none = np.zeros(0, dtype=np.int64)
    nothing = PageCharacters(none, none, *[np.zeros(0)] * 2, *[np.zeros((0, 4))] * 2)
    return replace(page, characters=nothing, owner=none)


def in_text(page: LaidOutPage, offsets: NDArray[np.int64]) -> PageWords:
    """Return the words of a page with their place in the document's text, given that of its characters."""
    if not agrees(page.shown, page.text) or not len(page.firsts):
        return page.words
    everything = np.full(len(page.shown) + 1, -1, dtype=np.int64)
    everything[: len(offsets)] = offsets
    seams = np.stack([page.firsts, page.ends], axis=1).ravel()
    starts = np.minimum.reduceat(np.where(everything < 0, _NOWHERE, everything), seams)[::2]
    ends = np.maximum.reduceat(everything, seams)[::2] + 1
    found = ends > 0
    return replace(page.words, starts=np.where(found, starts, -1), ends=np.where(found, ends, -1))


def text_offsets(flow: PageFlow, page: str, blocks: Sequence[Block], text: str) -> NDArray[np.int64]:
    """Return the offset in ``text`` of each character of a page; ``blocks`` begin with the page's paragraphs.

    All are -1 where the blocks are not the page's paragraphs.
    """
    own = blocks[: len(flow.paragraphs)]
    if [text[block.start : block.end] for block in own] != list(flow.paragraphs):
        return np.full(len(page), -1, dtype=np.int64)
    return flow.offsets([block.start for block in own], len(page))


def paragraph_blocks(
    pages: Sequence[str], blocks: Sequence[Block]
) -> Iterator[tuple[PageFlow, Sequence[Block]]]:
    """Yield, for the text of every page, its flow and the blocks from its first paragraph on."""
    for page in pages:
        flow = page_flow(page)
        yield flow, blocks
        blocks = blocks[len(flow.paragraphs) :]


def no_words(number: int) -> PageWords:
    """Return a page without words and without a size."""
    none = np.zeros(0, dtype=np.int64)
    return PageWords(number, 0.0, 0.0, np.zeros((0, 4), np.float32), none, none, none.astype(np.int32))


def _apart(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each character but the first whether it stands far from the one before it."""
    before, after = boxes[:-1], boxes[1:]
    gaps = np.maximum(after[:, :2] - before[:, 2:], before[:, :2] - after[:, 2:]).max(axis=1, initial=0.0)
    sizes = np.minimum(before[:, 2:] - before[:, :2], before[:, 3:] - before[:, 1:2]).max(axis=1, initial=0.0)
    return np.asarray(gaps > _JUMP * np.maximum(sizes, 1.0))
