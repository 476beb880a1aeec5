"""Documents whose pages are pictures: their text is recognised once, when they are added, and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.limited import document_within_limits
from dyeline.formats.ocr.choice import best_recogniser
from dyeline.formats.ocr.reading import read_text
from dyeline.formats.pictures.pdf import pdf_pictures
from dyeline.model.document import Block
from dyeline.model.pages import PageWords, Picture, TextLine
from dyeline.text.words import word_spans

if TYPE_CHECKING:
    from dyeline.app.documents import VersionRecord

DRAWN_AT_ONCE = 8
"""Pages drawn by one process: 12 MB each."""

BLANK = 16
"""Grey levels between the darkest and the brightest pixel, below which a page shows nothing."""

SCAN_VERSION = "ocr/1"
"""How the canonical text of a scanned document is made; on record with every such version."""


def is_scanned(version: VersionRecord) -> bool:
    """Tell whether the text of a version was recognised, so that its file holds none."""
    return version.row.canonical_version == SCAN_VERSION


def is_scan(content: Content) -> bool:
    """Tell whether a file has pages, but no text on any of them."""
    return content.kind == "pdf" and not content.text.strip()


def recognised(
    data: bytes,
    content: Content,
    sizes: Sequence[PageWords],
    *,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> tuple[Content, tuple[PageWords, ...]]:
    """Return the content of a scanned PDF with its recognised text, one block a line, and its pages.

    ``sizes`` are its pages without words. Nothing of the text may be written on. ``progress`` is called with
    the number of pages done, and of all. Raises UnreadableFile where nothing can be recognised.
    """
    engine = best_recogniser()
    text, blocks, pages = "", list[Block](), list[PageWords]()
    blank = True
    for picture in _drawn(data, len(sizes)):
        blank &= int(np.ptp(picture.pixels)) < BLANK
        lines = read_text(picture, engine, most_lines=None).lines
        size = sizes[picture.number]
        scale = np.array([size.width_pt / picture.pixels.shape[1], size.height_pt / picture.pixels.shape[0]])
        boxes, starts, ends, numbers = [], [], [], []
        for number, line in enumerate(lines):
            at = len(text)
            blocks.append(Block(at, at + len(line.text), "paragraph"))
            text += line.text + "\n"
            for box, start, end in _words(line, scale):
                boxes.append(box)
                starts.append(at + start)
                ends.append(at + end)
                numbers.append(number)
        pages.append(
            replace(
                size,
                boxes=np.array(boxes, dtype=np.float32).reshape(-1, 4),
                starts=np.array(starts, dtype=np.int64),
                ends=np.array(ends, dtype=np.int64),
                lines=np.array(numbers, dtype=np.int32),
            )
        )
        progress(len(pages), len(sizes))
    if blank:
        raise UnreadableFile(
            f"The PDF of {_pages(len(sizes))} is blank when it is drawn.",
            fix="open it in a viewer: where that shows its pages, print or save them anew as PDF; else scan it again.",
        )
    if not text.strip():
        raise UnreadableFile(
            f"No text could be recognised in the PDF of {_pages(len(sizes))}.",
            fix="scan it again with 200 dpi or more, or add its source; give pictures alone a page with a title.",
        )
    text = text.rstrip("\n")
    return _with_text(content, text, tuple(blocks), pages), tuple(pages)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"


def _drawn(data: bytes, pages: int) -> Iterator[Picture]:
    """Yield the pages of a PDF, drawn by processes with limits."""
    for first in range(0, pages, DRAWN_AT_ONCE):
        work = partial(_pictures, data, first)
        yield from document_within_limits(work, size=len(data))


def _pictures(data: bytes, first: int) -> list[Picture]:
    return list(pdf_pictures(data, first_number=first, first_page=first, most_pages=DRAWN_AT_ONCE))


def recalled(content: Content, text: str, blocks: tuple[Block, ...], pages: Sequence[PageWords]) -> Content:
    """Return the content of a scanned PDF with the text that was recognised when it was added."""
    return _with_text(content, text, blocks, pages)


def _with_text(content: Content, text: str, blocks: tuple[Block, ...], pages: Sequence[PageWords]) -> Content:
    first = {page.number: int(page.starts.min(initial=len(text))) for page in pages}
    pictures = tuple(
        replace(picture, anchor=first.get(picture.page, len(text))) for picture in content.pictures
    )
    return replace(content, text=text, blocks=blocks, frozen=((0, len(text)),), pictures=pictures)


def _words(line: TextLine, scale: NDArray[np.float64]) -> Iterator[tuple[tuple[float, ...], int, int]]:
    """Yield box (pt) and range in the line of its words, placed by their share of its characters."""
    corners = line.quad.astype(np.float64) * scale
    left, right = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    half = np.abs(corners[3] - corners[0]).max() / 2
    for start, end in word_spans(line.text):
        ends = [left + (right - left) * at / len(line.text) for at in (start, end)]
        x, y = [point[0] for point in ends], [point[1] for point in ends]
        yield (min(x), min(y) - half, max(x), max(y) + half), start, end
