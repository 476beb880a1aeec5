"""Which words of a page may move a little sideways, and which glyphs of the content streams show them.

A word moves when all around it can stay: it stands within its line, its glyphs are all known, and nothing
is drawn that begins, ends or runs along at it. Its neighbours may move as well where the gaps are wide
enough that two words which approach are not seen. Ends of lines and short words always stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.pdf.interpret import Glyph, Interpreted
from dyeline.formats.pdf.reading import agrees
from dyeline.formats.pdf.spots import CELL_PT, CROWD, NEAR
from dyeline.formats.pdf.words import LaidOutPage

# In em of the word at hand unless named otherwise; widths and gaps as measured on a prototype.
_WIDTH = 0.9  # of a word: shorter ones are hard to place in a picture
_LEAST_GAP, _LEAST_GAP_PT, _MOST_GAP = 0.17, 1.0, 2.0  # beside a word; wider gaps divide columns
_SHARED_GAP, _SHARED_GAP_PT = 0.25, 1.4  # between two words that both move
_LEAST_EM_PT = 4.0
_LEVEL = 0.05  # by which neighbours may be raised or lowered
_UPRIGHT = 1e-3  # slope of a line of text
_ABOVE, _BELOW = 0.95, 0.35  # the baseline: how far a word is taken to reach
_OVERPRINTED = 0.5  # distance of baselines below which words at one place are taken to be one
_THIN = 0.15  # height of a line drawn under or through words
_SAME_PT = 0.01  # letters of a ligature have one origin


@dataclass(frozen=True, slots=True)
class Fragment:
    """Glyphs of one show operator that follow each other: from ``begin`` to before ``end``.

    Both are (element of the array, byte offset in it). ``units`` are thousandths of the font size, as TJ
    counts, in one pt.
    """

    layer: int
    instruction: int
    begin: tuple[int, int]
    end: tuple[int, int]
    units: float


@dataclass(frozen=True, slots=True)
class Move:
    """A word that may move: its number on the page, the index of its first character, and its glyphs."""

    word: int
    index: int
    fragments: tuple[Fragment, ...]


def find_moves(
    page: LaidOutPage, shown: Interpreted, annotations: Sequence[Sequence[float]], *, every: bool = False
) -> list[Move]:
    """Return the words of a page that may move, in order; beside each other only with room for both.

    ``annotations`` are rectangles in user space. Anything unclear makes a word, or all words, stay.
    ``every`` asks for all that may move if their neighbours stay: whichever a circulation chose are among them.
    """
    if shown.partial or not shown.glyphs or not agrees(page.shown, page.text):
        return []
    surroundings = _Surroundings(page, shown, annotations)
    glyphs, surroundings.strays = glyphs_of_words(page, shown.glyphs)
    moves: list[Move] = []
    for word in range(1, len(page.firsts) - 1):
        here = glyphs.get(word)
        if here is None or page.ends[word] > len(page.text):
            continue
        fragments = fragments_of(here, shown, page)
        em = max(shown.glyphs[g].size for g in here)
        beside = bool(moves) and moves[-1].word == word - 1
        if beside and not every and not surroundings.part_widely(word, em):
            continue
        if fragments and surroundings.leave_room(word, em):
            moves.append(Move(word, int(page.firsts[word]), fragments))
    return moves


class _Surroundings:
    """What stands around the words of a page, in its frame."""

    def __init__(self, page: LaidOutPage, shown: Interpreted, annotations: Sequence[Sequence[float]]) -> None:
        self._boxes = page.words.boxes.astype(np.float64)
        self._lines = page.words.lines
        points = page.frame.points(page.characters.x, page.characters.y)
        first_rows = np.searchsorted(page.characters.index, page.firsts)
        self._baselines = points[np.minimum(first_rows, len(points) - 1), 1]
        self._shapes = page.frame.boxes(np.array(shown.shapes, dtype=np.float64).reshape(-1, 4))
        self._annotations = page.frame.boxes(np.array(annotations, dtype=np.float64).reshape(-1, 4))
        self.strays = np.zeros((0, 2))  # glyphs that no character of the text stands for

    def part_widely(self, word: int, em: float) -> bool:
        """Tell whether a word and the one before it can approach each other unseen."""
        gap = self._boxes[word, 0] - self._boxes[word - 1, 2]
        return bool(gap >= max(_SHARED_GAP * em, _SHARED_GAP_PT))

    def leave_room(self, word: int, em: float) -> bool:
        """Tell whether a word can move without anything that shows it."""
        before, box, after = self._boxes[word - 1 : word + 2]
        baselines, lines = self._baselines[word - 1 : word + 2], self._lines[word - 1 : word + 2]
        if em < _LEAST_EM_PT or np.ptp(lines) or np.ptp(baselines) > _LEVEL * em:
            return False
        gaps = (box[0] - before[2], after[0] - box[2])
        if min(gaps) < max(_LEAST_GAP * em, _LEAST_GAP_PT) or max(gaps) > _MOST_GAP * em:
            return False
        if box[2] - box[0] < _WIDTH * em:
            return False
        top, bottom = baselines[1] - _ABOVE * em, baselines[1] + _BELOW * em
        x, y = self.strays[:, 0], self.strays[:, 1]
        if ((x > box[0] - 0.05 * em) & (x < box[2] - 0.1 * em) & (y > top) & (y < bottom)).any():
            return False
        overlaps = (self._boxes[:, 0] < box[2]) & (self._boxes[:, 2] > box[0])
        if (overlaps & (np.abs(self._baselines - baselines[1]) < _OVERPRINTED * em)).sum() > 1:
            return False
        links = self._annotations
        beside = (links[:, 0] < box[2]) & (links[:, 2] > box[0])
        if (beside & (links[:, 1] < bottom) & (links[:, 3] > top)).any():
            return False
        shapes = self._shapes[(self._shapes[:, 1] < bottom) & (self._shapes[:, 3] > top)]
        left, right = shapes[:, 0], shapes[:, 2]
        ends = ((left > before[2]) & (left < after[0])) | ((right > before[2]) & (right < after[0]))
        along = (shapes[:, 3] - shapes[:, 1] <= _THIN * em) & (left < box[2]) & (right > box[0])
        return not (ends | along).any()


def glyphs_of_words(
    page: LaidOutPage, glyphs: Sequence[Glyph]
) -> tuple[dict[int, list[int]], NDArray[np.float64]]:
    """Return the glyphs (by number) of each word that has one for each of its characters, and the strays.

    Strays are the origins, in the page's frame, of glyphs that no character of the text stands for.
    """
    points = page.frame.points(page.characters.x, page.characters.y)
    own = page.frame.points(np.array([g.x for g in glyphs]), np.array([g.y for g in glyphs]))
    rows = _nearest(points, own, [NEAR * glyph.size for glyph in glyphs])
    covered = np.zeros(len(points), dtype=np.bool_)
    covered[rows[rows >= 0]] = True
    owner = page.owner
    for row in np.flatnonzero(~covered[1:] & (owner[1:] == owner[:-1])).tolist():
        covered[row + 1] = covered[row] and np.abs(points[row + 1] - points[row]).max() <= _SAME_PT
    incomplete = set(owner[~covered].tolist())
    words: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows.tolist()):
        if row >= 0:
            words[int(owner[row])].append(number)
    complete = {word: found for word, found in words.items() if word >= 0 and word not in incomplete}
    return complete, own[rows < 0]


def _nearest(
    points: NDArray[np.float64], own: NDArray[np.float64], within: Sequence[float]
) -> NDArray[np.int64]:
    """Return, for each of ``own``, the first of the nearest ``points`` no further off; -1 for none."""
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    places: list[list[float]] = points.tolist()
    for row, (x, y) in enumerate(places):
        cells[int(x // CELL_PT), int(y // CELL_PT)].append(row)
    nearest = np.full(len(own), -1, dtype=np.int64)
    for number, (x, y) in enumerate(own.tolist()):
        limit = within[number]
        columns = range(int((x - limit) // CELL_PT), int((x + limit) // CELL_PT) + 1)
        lines = range(int((y - limit) // CELL_PT), int((y + limit) // CELL_PT) + 1)
        if len(columns) * len(lines) > _MOST_CELLS:
            continue
        best = limit
        for column in columns:
            for line in lines:
                there = cells.get((column, line), ())
                for row in there if len(there) <= CROWD else ():
                    off = max(abs(places[row][0] - x), abs(places[row][1] - y))
                    if off < best or (off == best and nearest[number] < 0):
                        best, nearest[number] = off, row
    return nearest


_MOST_CELLS = 400  # searched for one glyph: letters of 300 pt


def fragments_of(numbers: Sequence[int], shown: Interpreted, page: LaidOutPage) -> tuple[Fragment, ...]:
    """Return the glyphs of a word as they follow each other; none where one cannot be moved sideways."""
    fragments: list[Fragment] = []
    last = -1
    for number in numbers:
        glyph = shown.glyphs[number]
        layer = shown.layers[glyph.layer]
        operator = layer.shown[glyph.instruction]
        across, down = page.frame.linear @ np.array(operator.along)
        if not layer.editable or operator.clips or across <= 0 or abs(down) > _UPRIGHT * across:
            return ()
        font = layer.resources.font(glyph.font)
        assert font is not None  # it has shown a glyph
        begin = (glyph.element, glyph.offset)
        end = (glyph.element, glyph.offset + font.code_bytes)
        former = fragments[-1] if fragments else None
        if (
            former
            and number == last + 1
            and (former.layer, former.instruction) == (glyph.layer, glyph.instruction)
        ):
            fragments[-1] = Fragment(former.layer, former.instruction, former.begin, end, former.units)
        else:
            fragments.append(Fragment(glyph.layer, glyph.instruction, begin, end, 1000 / across))
        last = number
    return tuple(fragments)
