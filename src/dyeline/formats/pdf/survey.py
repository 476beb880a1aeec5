"""Which letters of a PDF document can carry a mark: found, tried out, and what does not come back left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import UnreadableFile
from dyeline.formats.pdf.building import Mark, build_template
from dyeline.formats.pdf.fonts import Font
from dyeline.formats.pdf.pages import FAULTS, StandardFonts, pdf_opened, read_page
from dyeline.formats.pdf.reading import opened, page_characters, page_texts
from dyeline.formats.pdf.spots import Spot, find_spots
from dyeline.formats.pdf.template import SYMBOLS

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

Spots = dict[int, list[Spot]]
"""Letters by page number, in text order."""

_ROUNDS = 5  # of trying a page's remaining marks and leaving out those near a difference
_NEAR_CHARACTERS = 8  # of a page's text: what lies so near to a difference is left out
_LOOK_SCALE = 1.5  # pixels a pt of the pictures that are compared
_LOOK_LEVELS = 64  # grey levels of 255 from which a pixel counts as changed
_LOOK_PIXELS = 8  # that may count as changed


def find_marks(data: bytes, texts: Sequence[str]) -> Spots:
    """Return the letters that can carry a mark, each proven by reading and looking at a marked copy.

    ``texts`` are the pages' texts. A file or page that cannot be edited safely has none.
    """
    proven: Spots = {}
    try:
        doubtful = candidates(data, texts)
        for _ in range(_ROUNDS):
            if not doubtful:
                break
            kept = _tried(data, texts, doubtful)
            proven |= {number: spots for number, spots in kept.items() if spots == doubtful[number]}
            doubtful = {number: spots for number, spots in kept.items() if number not in proven}
    except (*FAULTS, UnreadableFile):
        return {}
    return dict(sorted(proven.items()))


def candidates(data: bytes, texts: Sequence[str]) -> Spots:
    """Return the letters that could carry a mark as far as the pages tell. Raises one of FAULTS."""
    found: Spots = {}
    standard = StandardFonts()
    fonts: dict[tuple[int, int], Font] = {}
    with opened(data) as document, pdf_opened(data) as pdf:
        for number, page in enumerate(pdf.pages):
            try:
                shown = read_page(page, standard, fonts)
                keys = _font_keys(page, {glyph.font for glyph in shown.glyphs})
                characters = page_characters(document, number, texts[number]) if shown.glyphs else None
                spots = find_spots(texts[number], characters, shown.glyphs, keys) if characters else []
            except FAULTS:
                continue
            if spots:
                found[number] = spots
    return found


def _font_keys(page: object, names: set[str]) -> dict[str, object]:
    fonts = page.resources.Font  # type: ignore[attr-defined]
    objects = {name: fonts[name].objgen for name in names}
    return {name: number if number != (0, 0) else name for name, number in objects.items()}


def _tried(data: bytes, texts: Sequence[str], found: Spots) -> Spots:
    """Return the spots that a copy with marks at all of them gives back, on pages that look the same."""
    marks: dict[int, list[Mark]] = {}
    count = 0
    for number, spots in found.items():
        marks[number] = [Mark(count + k, spot) for k, spot in enumerate(spots)]
        count += len(spots)
    written = [SYMBOLS[1 + k % (len(SYMBOLS) - 1)] for k in range(count)]
    copy = build_template(data, marks).render(written, notice=None, stamp=None)
    kept: Spots = {}
    with opened(data) as before, opened(copy) as after:
        for number, page in enumerate(page_texts(after)):
            if number not in found or not looks_same(before, after, number):
                continue
            into = {mark.spot.index: written[mark.place] for mark in marks[number]}
            spots = _came_back(texts[number], into, page.text, found[number])
            if spots:
                kept[number] = spots
    return kept


def _came_back(text: str, into: Mapping[int, str], seen: str, spots: list[Spot]) -> list[Spot]:
    pieces: list[str] = []
    done = 0
    shift = 0
    at: dict[int, int] = {}  # index of a letter in the page's text -> in the marked text
    for index, symbol in into.items():
        pieces += (text[done:index], symbol)
        shift += len(symbol)
        at[index] = index + shift
        done = index
    wanted = "".join([*pieces, text[done:]])
    if seen == wanted:
        return spots
    left_out: set[int] = set()
    for low, high in _differences(wanted, seen):
        away = {spot.index: max(low - at[spot.index], at[spot.index] - high) for spot in spots}
        nearest = min(away.values())
        left_out |= {index for index, far in away.items() if far <= max(_NEAR_CHARACTERS, nearest)}
    return [spot for spot in spots if spot.index not in left_out]


def _differences(wanted: str, seen: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of ``wanted`` that differ: lines are compared first, which is much faster."""
    ours, theirs = wanted.splitlines(keepends=True), seen.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, ours))]
    for kind, low, high, first, last in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        one, two = "".join(ours[low:high]), "".join(theirs[first:last])
        for inner, begin, end, _, _ in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if inner != "equal":
                yield starts[low] + begin, starts[low] + end


def looks_same(before: PdfDocument, after: PdfDocument, number: int) -> bool:
    """Tell whether two pages look the same but for edges of letters that move by less than a pixel.

    Marks split a line into several objects, and PDFium rounds the places of glyphs within each.
    """
    one, two = _picture(before, number), _picture(after, number)
    if one.shape != two.shape:
        return False
    return max(_outside(one, two), _outside(two, one)) <= _LOOK_PIXELS


def _outside(one: NDArray[np.int16], two: NDArray[np.int16]) -> int:
    """Return how many pixels are darker or lighter than all pixels around the same place of the other."""
    low, high = two.copy(), two.copy()
    padded = np.pad(two, 1, mode="edge")
    for down in range(3):
        for right in range(3):
            moved = padded[down : down + two.shape[0], right : right + two.shape[1]]
            np.minimum(low, moved, out=low)
            np.maximum(high, moved, out=high)
    return int(((one < low - _LOOK_LEVELS) | (one > high + _LOOK_LEVELS)).sum())


def _picture(document: PdfDocument, number: int) -> NDArray[np.int16]:
    page = document[number]
    try:
        bitmap = page.render(scale=_LOOK_SCALE)  # in colour: in grey PDFium puts letters on whole pixels
        try:
            return np.asarray(bitmap.to_numpy().mean(axis=2), dtype=np.int16)
        finally:
            bitmap.close()
    finally:
        page.close()
