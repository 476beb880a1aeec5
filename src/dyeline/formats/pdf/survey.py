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
from dyeline.formats.pdf.words import LaidOutPage, lay_out, without_characters

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

TRIED_PT = 0.35
"""How far words are moved when they are tried out: the widest shift offered."""

_ROUNDS = 10  # of trying a page's remaining marks and leaving out those near a difference
_ROUNDS_WITH_MOVES = 7  # after which a page's words stay, so that its letters get their chance
_NEAR_CHARACTERS = 8  # of a page's text: what lies so near to a difference is left out
_STILL_PT = 0.03  # by which a word may be off its place
_LOOK_SCALE = 1.5  # pixels a pt of the pictures that are compared
_LOOK_LEVELS = 64  # grey levels of 255 from which a pixel counts as changed
_LOOK_SQUARE = 40  # pixels: a word or two
_LOOK_MARGIN = 2  # pixels beside a word that are taken to be its own
_LOOK_PIXELS = 4  # that may be changed in such a square: edges of letters, 13 on a page of 289 moved words


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
    known: dict[int, LaidOutPage] = {}
    try:
        doubtful = candidates(data, texts, known=known)
        for number in range(_ROUNDS):
            if not doubtful:
                break
            if number == _ROUNDS_WITH_MOVES:
                doubtful = {
                    page: PageMarks(marks.spots, ()) for page, marks in doubtful.items() if marks.spots
                }
            kept = _tried(data, doubtful, known)
            known.clear()  # PDFium measures letters of fonts that are not embedded by what it drew before
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
    known: dict[int, LaidOutPage] = {}
    try:
        doubtful = {page: _with_letters(sure.get(page), spots) for page, spots in more.items()}
        for _ in range(_ROUNDS):
            if not doubtful:
                break
            kept = _tried(data, doubtful, known)
            known.clear()  # PDFium measures letters of fonts that are not embedded by what it drew before
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
    data: bytes,
    texts: Sequence[str],
    only: Collection[int] | None = None,
    *,
    every: bool = False,
    known: dict[int, LaidOutPage] | None = None,
) -> dict[int, PageMarks]:
    """Return what could carry marks as far as the pages tell, on some or all pages. Raises one of FAULTS.

    ``known`` is given the words of the pages that have any candidates.
    """
    found: dict[int, PageMarks] = {}
    with opened(data) as document, pdf_opened(data) as pdf:
        source = Source(pdf)
        for number in range(len(pdf.pages)) if only is None else sorted(only):
            try:
                page, marks = _of_page(document, source, number, texts[number], every)
            except FAULTS:
                continue
            if marks:
                found[number] = marks
                if known is not None and page is not None:
                    known[number] = without_characters(page)
    return found


def _of_page(
    document: PdfDocument, source: Source, number: int, text: str, every: bool
) -> tuple[LaidOutPage | None, PageMarks]:
    shown = source.shown(number)
    page = lay_out(document, number) if shown.glyphs else None
    if page is None or not page.words.measurable or page.text != text or not agrees(page.shown, text):
        return page, PageMarks((), ())
    spots = find_spots(text, page.characters, shown, every=every)
    return page, PageMarks(spots, find_moves(page, shown, source.annotations(number), every=every))


def _tried(
    data: bytes, found: Mapping[int, PageMarks], known: dict[int, LaidOutPage]
) -> dict[int, PageMarks]:
    """Return the marks that come back from two copies, on pages that look the same.

    In one words stand to the left and to the right by turns, so that neighbours approach and part; in the other
    all letters are marked and all words stand on the other side. Pages whose words are not ``known`` yet are
    added to them.
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
    sides = [place % 2 for place in range(len(written))]
    by_turns = template.render(none, variants=sides, notice=None, stamp=None)
    other_side = template.render(written, variants=[1 - side for side in sides], notice=None, stamp=None)
    kept: dict[int, PageMarks] = {}
    with opened(data) as document, opened(by_turns) as one, opened(other_side) as other:
        for number, marks in found.items():
            if number not in known:
                page = lay_out(document, number)
                if page is None:
                    continue
                known[number] = without_characters(page)
            before = known[number]
            into = {mark.spot.index: written[mark.place] for mark in letters[number]}
            off = {shift.move.word: TRIED_PT * (2 * sides[shift.place] - 1) for shift in words[number]}
            rest = marks
            if marks.moves:
                rest = _came_back(before, lay_out(one, number), rest, {}, off)
            rest = _came_back(before, lay_out(other, number), rest, into, {k: -v for k, v in off.items()})
            plain = _picture(document, number)
            if marks.moves:
                moves = _seen_as_before(plain, _picture(one, number), before, PageMarks((), rest.moves)).moves
                rest = PageMarks(rest.spots, moves)
            if rest.spots or not marks.spots:  # else it is tried again without letters first
                rest = _seen_as_before(plain, _picture(other, number), before, rest)
            if rest:
                kept[number] = rest
    return kept


def _came_back(
    before: LaidOutPage,
    after: LaidOutPage | None,
    marks: PageMarks,
    into: Mapping[int, str],
    moved_pt: Mapping[int, float],
) -> PageMarks:
    """Return the marks that a copy shows as they should be.

    ``into`` is written before which characters; ``moved_pt`` by how much each word of the page was moved.
    """
    if after is None:
        return PageMarks((), ())
    wanted, at = _with_marks(before.text, into)
    if after.text == wanted:
        return PageMarks(marks.spots, _well_moved(before, after, marks.moves, moved_pt))
    spots = {spot.index: at[spot.index] for spot in marks.spots if spot.index in at}
    moves = {move.index: _further(move.index, into) for move in marks.moves}
    left_out: set[int] = set()
    for low, high in _differences(wanted, after.text):
        away = {index: max(low - place, place - high) for index, place in {**moves, **spots}.items()}
        near = {index for index in spots if away[index] <= _NEAR_CHARACTERS}  # most likely the cause
        nearest = min(away.values(), default=0)
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
    before: LaidOutPage, after: LaidOutPage, moves: Sequence[Move], moved_pt: Mapping[int, float]
) -> Sequence[Move]:
    """Return the moves of words that moved as they should, and beside which every other word stayed.

    ``moved_pt`` names all words that were moved, also those whose moves are left out already.
    """
    if not moves or len(before.firsts) != len(after.firsts):
        return moves if not moves else ()
    wanted = np.zeros((len(before.firsts), 1))
    wanted[list(moved_pt), 0] = list(moved_pt.values())
    off = after.words.boxes.astype(np.float64) - before.words.boxes
    off[:, 0::2] -= wanted
    wrong = np.asarray(np.abs(off).max(axis=1, initial=0.0) > _STILL_PT)
    if not wrong.any():
        return moves
    strayed = np.setdiff1d(np.flatnonzero(wrong), list(moved_pt))
    lines = set(before.words.lines[strayed].tolist())
    return [
        move for move in moves if not wrong[move.word] and int(before.words.lines[move.word]) not in lines
    ]


def _seen_as_before(
    plain: NDArray[np.uint8], marked: NDArray[np.uint8], page: LaidOutPage, marks: PageMarks
) -> PageMarks:
    """Return the marks that are left when a marked page shall look like the plain one.

    What goes first is the letters' marks of words that changed, then those of their lines, since a mark splits a
    line into other objects; then in the same way words that move; and where the page changed beside all these, all
    marks of letters, then all words that move.
    """
    if plain.shape != marked.shape:
        return PageMarks((), ())
    spoilt = _crowded(plain, marked)
    if not spoilt.any():
        return marks
    y, x = np.nonzero(spoilt)
    left, top, right, bottom = (page.words.boxes.astype(np.float64) * _LOOK_SCALE).T[:, :, None]
    near = (left - _LOOK_MARGIN <= x) & (x <= right + _LOOK_MARGIN) & (top <= y) & (y <= bottom)
    words = np.flatnonzero(near.any(axis=1))
    same_lines = np.flatnonzero(np.isin(page.words.lines, page.words.lines[words]))
    spots_of = np.searchsorted(page.firsts, [spot.index for spot in marks.spots], side="right") - 1
    moves_of = np.array([move.word for move in marks.moves], dtype=np.int64)
    for changed in (words, same_lines):
        stays = ~np.isin(spots_of, changed)
        if not stays.all():
            return PageMarks([marks.spots[k] for k in np.flatnonzero(stays).tolist()], marks.moves)
    for changed in (words, same_lines):
        stays = ~np.isin(moves_of, changed)
        if not stays.all():
            return PageMarks(marks.spots, [marks.moves[k] for k in np.flatnonzero(stays).tolist()])
    return PageMarks((), marks.moves if marks.spots else ())


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
    return one.shape == two.shape and not _crowded(one, two).any()


def _crowded(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return the changed pixels of two pictures of one size that are more than ``_LOOK_PIXELS`` within some square."""
    changed = _outside(one, two) | _outside(two, one)
    if np.count_nonzero(changed) <= _LOOK_PIXELS:
        return np.zeros_like(changed)
    full = _within(np.pad(changed, _LOOK_SQUARE)) > _LOOK_PIXELS  # squares, by their upper left corner
    height, width = changed.shape
    return np.asarray(changed & (_within(full)[1 : height + 1, 1 : width + 1] > 0))


def _within(pixels: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many pixels each square of ``_LOOK_SQUARE`` holds, by its upper left corner."""
    side = _LOOK_SQUARE
    sums = np.pad(pixels, ((1, 0), (1, 0))).cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    return np.asarray(sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side])


def _outside(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels are darker or lighter than all pixels around the same place of the other."""
    import cv2

    around = np.ones((3, 3), dtype=np.uint8)
    low = cv2.erode(two, around, borderType=cv2.BORDER_REPLICATE)
    high = cv2.dilate(two, around, borderType=cv2.BORDER_REPLICATE)
    off = np.maximum(cv2.subtract(low, one), cv2.subtract(one, high))  # nought where it would be less
    return np.asarray(off > _LOOK_LEVELS)


def _picture(document: PdfDocument, number: int) -> NDArray[np.uint8]:
    page = document[number]
    try:
        bitmap = page.render(scale=_LOOK_SCALE)  # in colour: in grey PDFium puts letters on whole pixels
        try:
            colours = bitmap.to_numpy()
            grey = colours[:, :, 0].astype(np.uint16)
            for channel in (1, 2):  # a mean along the last axis takes fifteen times as long
                grey += colours[:, :, channel]
            return np.asarray(grey // 3, dtype=np.uint8)
        finally:
            bitmap.close()
    finally:
        page.close()
