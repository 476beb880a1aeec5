"""Which letters of a PDF can carry a mark and which words can move: found, tried out, and the rest left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import UnreadableFile
from dyeline.formats.pdf.building import build_template
from dyeline.formats.pdf.cutting import Mark, Shift
from dyeline.formats.pdf.moves import Move, find_moves
from dyeline.formats.pdf.pages import FAULTS, Source, pdf_opened
from dyeline.formats.pdf.reading import agrees, opened
from dyeline.formats.pdf.spots import Spot, find_spots
from dyeline.formats.pdf.template import SYMBOLS
from dyeline.formats.pdf.words import LaidOutPage, lay_out

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

TRIED_PT = 0.35
"""How far words are moved when they are tried out: the widest shift offered."""

_ROUNDS = 6  # of trying a page's remaining marks and leaving out those near a difference
_ROUNDS_WITH_MOVES = 3  # after which a page's words stay, so that its letters get their chance
_NEAR_CHARACTERS = 8  # of a page's text: what lies so near to a difference is left out
_STILL_PT = 0.03  # by which a word may be off its place
_LOOK_SCALE = 1.5  # pixels a pt of the pictures that are compared
_LOOK_LEVELS = 64  # grey levels of 255 from which a pixel counts as changed
_LOOK_PIXELS = 8  # that may count as changed


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What of one page differs between copies: letters with marks, and words that move, in text order."""

    spots: Sequence[Spot]
    moves: Sequence[Move]

    def __bool__(self) -> bool:
        return bool(self.spots or self.moves)


def find_marks(data: bytes, texts: Sequence[str]) -> dict[int, PageMarks]:
    """Return letters and words by page, each proven by reading, measuring and looking at marked copies.

    ``texts`` are the pages' texts. A file or page that cannot be edited safely has none.
    """
    proven: dict[int, PageMarks] = {}
    try:
        doubtful = candidates(data, texts)
        for number in range(_ROUNDS):
            if not doubtful:
                break
            if number == _ROUNDS_WITH_MOVES:
                doubtful = {
                    page: PageMarks(marks.spots, ()) for page, marks in doubtful.items() if marks.spots
                }
            kept = _tried(data, texts, doubtful)
            proven |= {page: marks for page, marks in kept.items() if marks == doubtful[page]}
            doubtful = {page: marks for page, marks in kept.items() if page not in proven}
    except (*FAULTS, UnreadableFile):
        return {}
    return dict(sorted(proven.items()))


def add_letters(
    data: bytes, texts: Sequence[str], sure: Mapping[int, PageMarks], more: Mapping[int, Sequence[Spot]]
) -> dict[int, PageMarks]:
    """Return proven marks with further letters, those that come back beside them, by page.

    ``more`` may hold letters that are sure already. A page on which the sure ones suffer keeps those alone.
    """
    proven = dict(sure)
    try:
        doubtful = {page: _with_letters(sure.get(page), spots) for page, spots in more.items()}
        for _ in range(_ROUNDS):
            if not doubtful:
                break
            kept = _tried(data, texts, doubtful)
            whole = {page: marks for page, marks in kept.items() if marks == doubtful[page]}
            proven |= whole
            doubtful = {
                page: _with_letters(sure.get(page), marks.spots)
                for page, marks in kept.items()
                if page not in whole
            }
    except (*FAULTS, UnreadableFile):
        return dict(sure)
    return dict(sorted(proven.items()))


def _with_letters(marks: PageMarks | None, spots: Sequence[Spot]) -> PageMarks:
    own = marks or PageMarks((), ())
    by_place = {spot.index: spot for spot in (*own.spots, *spots)}
    return PageMarks([by_place[index] for index in sorted(by_place)], own.moves)


def candidates(
    data: bytes, texts: Sequence[str], only: Collection[int] | None = None, *, every: bool = False
) -> dict[int, PageMarks]:
    """Return what could carry marks as far as the pages tell, on some or all pages. Raises one of FAULTS."""
    found: dict[int, PageMarks] = {}
    with opened(data) as document, pdf_opened(data) as pdf:
        source = Source(pdf)
        for number in range(len(pdf.pages)) if only is None else sorted(only):
            try:
                marks = _of_page(document, source, number, texts[number], every)
            except FAULTS:
                continue
            if marks:
                found[number] = marks
    return found


def _of_page(document: PdfDocument, source: Source, number: int, text: str, every: bool) -> PageMarks:
    shown = source.shown(number)
    page = lay_out(document, number) if shown.glyphs else None
    if page is None or page.text != text or not agrees(page.shown, text):
        return PageMarks((), ())
    spots = find_spots(text, page.characters, shown, every=every)
    return PageMarks(spots, find_moves(page, shown, source.annotations(number)))


def _tried(data: bytes, texts: Sequence[str], found: Mapping[int, PageMarks]) -> dict[int, PageMarks]:
    """Return the marks that come back from two copies, on pages that look the same.

    In one all words stand to the left; in the other all letters are marked and all words stand to the right.
    """
    letters: dict[int, list[Mark]] = {}
    words: dict[int, list[Shift]] = {}
    written: list[str] = []
    for number, marks in found.items():
        letters[number] = [Mark(len(written) + k, spot) for k, spot in enumerate(marks.spots)]
        written += [SYMBOLS[1 + (len(written) + k) % (len(SYMBOLS) - 1)] for k in range(len(marks.spots))]
        first = len(written)
        words[number] = [Shift(first + k, move, TRIED_PT) for k, move in enumerate(marks.moves)]
        written += [""] * len(marks.moves)
    with pdf_opened(data) as pdf:
        template = build_template(Source(pdf), letters, words)
    none = [""] * len(written)
    left = template.render(none, variants=[0] * len(none), notice=None, stamp=None)
    right = template.render(written, variants=[1] * len(none), notice=None, stamp=None)
    kept: dict[int, PageMarks] = {}
    with opened(data) as document, opened(left) as to_left, opened(right) as to_right:
        for number, marks in found.items():
            before = lay_out(document, number)
            if before is None:
                continue
            into = {mark.spot.index: written[mark.place] for mark in letters[number]}
            rest = marks
            if marks.moves:
                rest = _came_back(before, lay_out(to_left, number), rest, {}, -TRIED_PT)
            rest = _came_back(before, lay_out(to_right, number), rest, into, TRIED_PT)
            if marks.moves and not looks_same(document, to_left, number):
                rest = PageMarks(rest.spots, ())
            elif not looks_same(document, to_right, number):
                rest = PageMarks((), rest.moves if marks.spots else ())
            if rest:
                kept[number] = rest
    return kept


def _came_back(
    before: LaidOutPage, after: LaidOutPage | None, marks: PageMarks, into: Mapping[int, str], distance: float
) -> PageMarks:
    """Return the marks that a copy shows as they should be; ``into`` is written before which characters."""
    if after is None:
        return PageMarks((), ())
    wanted, at = _with_marks(before.text, into)
    if after.text == wanted:
        return PageMarks(marks.spots, _well_moved(before, after, marks.moves, distance))
    spots = {spot.index: at.get(spot.index, spot.index) for spot in marks.spots}
    moves = {move.index: _further(move.index, into) for move in marks.moves}
    left_out: set[int] = set()
    for low, high in _differences(wanted, after.text):
        away = {index: max(low - place, place - high) for index, place in {**moves, **spots}.items()}
        near = {index for index in spots if away[index] <= _NEAR_CHARACTERS}  # most likely the cause
        nearest = min(away.values())
        left_out |= near or {i for i, far in away.items() if far <= max(_NEAR_CHARACTERS, nearest)}
    return PageMarks(
        [spot for spot in marks.spots if spot.index not in left_out],
        [move for move in marks.moves if move.index not in left_out],
    )


def _further(index: int, into: Mapping[int, str]) -> int:
    return index + sum(len(symbol) for place, symbol in into.items() if place < index)


def _with_marks(text: str, into: Mapping[int, str]) -> tuple[str, dict[int, int]]:
    """Return a text with marks written before some characters, and where those characters then stand."""
    pieces: list[str] = []
    done = shift = 0
    at: dict[int, int] = {}
    for index, symbol in into.items():
        pieces += (text[done:index], symbol)
        shift += len(symbol)
        at[index] = index + shift
        done = index
    return "".join([*pieces, text[done:]]), at


def _well_moved(
    before: LaidOutPage, after: LaidOutPage, moves: Sequence[Move], distance: float
) -> Sequence[Move]:
    """Return the moves of words that moved as they should, and beside which every other word stayed."""
    if not moves or len(before.firsts) != len(after.firsts):
        return moves if not moves else ()
    moved = [move.word for move in moves]
    wanted = np.zeros((len(before.firsts), 1))
    wanted[moved] = distance
    off = after.words.boxes.astype(np.float64) - before.words.boxes
    off[:, 0::2] -= wanted
    wrong = np.asarray(np.abs(off).max(axis=1, initial=0.0) > _STILL_PT)
    if not wrong.any():
        return moves
    strayed = np.setdiff1d(np.flatnonzero(wrong), moved)
    lines = set(before.words.lines[strayed].tolist())
    return [
        move for move in moves if not wrong[move.word] and int(before.words.lines[move.word]) not in lines
    ]


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
