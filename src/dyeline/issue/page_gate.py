"""The release gate for pages: every marked page of a copy is drawn, and every mark is found where it was put.

A word's picture is compared with the two it can have (all words moved left, all moved right), and so is
a block of a picture (``issue.drawn_pictures``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import GateFailed
from dyeline.formats.pdf.rendering import viewed_pages
from dyeline.issue.projections import Projector, projector
from dyeline.model.pages import PageWords
from dyeline.model.sites import Site

if TYPE_CHECKING:
    from dyeline.issue.drawn_pictures import DrawnPictures

GATE_DPI = 150
ENGINE = "pdfium-lcd"

LEAST_DIFFERENCE = 400.0
"""Squared grey levels, summed over a word, by which its two pictures must differ to be told apart."""

LEAST_READ = 0.95
"""Share of a copy's marks of a kind that must be found."""

PROOFS_KEPT = 512
"""Pages whose two pictures a process keeps: some 0.5 MB each."""

_MARGIN_PT = 1.0
_FIX = "report the document; issue with other carriers (--carriers {others}) meanwhile"


@dataclass(frozen=True, eq=False)
class PageGate:
    """What the words of a circulation's copies are checked against. Pickles.

    ``sites`` are (row among the circulation's sites, page, row among the page's words).
    """

    left: bytes
    right: bytes
    pages: tuple[PageWords, ...]
    sites: tuple[tuple[int, int, int], ...]


def page_gate(
    left: bytes, right: bytes, pages: Sequence[PageWords], sites: Sequence[Site]
) -> PageGate | None:
    """Return the gate for a circulation's word shifts; None when it has none."""
    where = {
        int(start): (number, row)
        for number, page in enumerate(pages)
        for row, start in enumerate(page.starts.tolist())
        if start >= 0
    }
    moved = [
        (row, *where[site.places[0].start])
        for row, site in enumerate(sites)
        if site.places[0].mark.startswith("shift:")
    ]
    return PageGate(left, right, tuple(pages), tuple(moved)) if moved else None


def check_pages(
    words: PageGate | None,
    pictures: DrawnPictures | None,
    data: bytes,
    symbols: NDArray[np.uint8],
    label: str,
) -> None:
    """Raise GateFailed unless every drawn page of a copy shows its words and pictures as they were made.

    Cost: some 0.02 s a page.
    """
    if words is None and pictures is None:
        return
    worded = {} if words is None else {page: size_px(words.pages[page]) for _, page, _ in words.sites}
    pictured = {} if pictures is None else {page: pictures.pages[page].size_px for page in pictures.pages}
    read_words = wrong_words = read_blocks = wrong_blocks = 0
    for page, picture in viewed_pages(data, dict(sorted((worded | pictured).items())), ENGINE):
        if words is not None and page in worded:
            read, wrong = _proof(words, page).tally(picture, symbols)
            read_words, wrong_words = read_words + read, wrong_words + wrong
        if pictures is not None and page in pictured:
            read, wrong = pictures.pages[page].proof.tally(picture, symbols)
            read_blocks, wrong_blocks = read_blocks + read, wrong_blocks + wrong
    if words is not None:
        _judge(label, "moved words", read_words, len(words.sites), wrong_words, "textlayer,stamp")
    if pictures is not None:
        _judge(
            label,
            "marks in its pictures",
            read_blocks,
            pictures.count,
            wrong_blocks,
            "textlayer,layout,stamp",
        )


def _judge(label: str, what: str, read: int, total: int, wrong: int, others: str) -> None:
    if wrong or read < LEAST_READ * total:
        raise GateFailed(
            f"Copy {label} shows {read} of {total} {what} when its pages are drawn, {wrong} of them wrong.",
            fix=_FIX.format(others=others),
        )


@lru_cache(maxsize=PROOFS_KEPT)
def _proof(gate: PageGate, number: int) -> Projector:
    page = gate.pages[number]
    width, height = size_px(page)
    size = {number: (width, height)}
    ((_, minus), (_, plus)) = (
        *viewed_pages(gate.left, size, ENGINE),
        *viewed_pages(gate.right, size, ENGINE),
    )
    own = [(row, word) for row, on, word in gate.sites if on == number]
    boxes = page.boxes[[word for _, word in own]].astype(np.float64)
    boxes += (-_MARGIN_PT, 0.0, _MARGIN_PT, 0.0)
    across, down = width / page.width_pt, height / page.height_pt
    whole = boxes * (across, down, across, down)
    whole[:, :2], whole[:, 2:] = np.floor(whole[:, :2]), np.ceil(whole[:, 2:])
    boxed = np.clip(whole, 0, (width, height, width, height)).astype(int).tolist()
    pixels = [
        (np.arange(top, bottom)[:, None] * width + np.arange(left, right)).ravel()
        for left, top, right, bottom in boxed
    ]
    rows = np.repeat([row for row, _ in own], [len(part) for part in pixels])
    return projector(rows, np.concatenate(pixels), minus, plus, LEAST_DIFFERENCE)


def size_px(page: PageWords) -> tuple[int, int]:
    """Return how large a page is drawn by the gate."""
    return drawn_size_px(page.width_pt, page.height_pt)


def drawn_size_px(width_pt: float, height_pt: float) -> tuple[int, int]:
    """Return how large a page of that size is drawn by the gate."""
    return round(width_pt * GATE_DPI / 72), round(height_pt * GATE_DPI / 72)
