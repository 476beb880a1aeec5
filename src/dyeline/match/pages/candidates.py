"""Candidate pages: which pages the recognised lines of a picture belong to, and about where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.phrases import WORD, find_phrases
from dyeline.model.alignment import Alignment, Folded
from dyeline.model.pages import PageWords, PlacedLine

LEAST_WORDS: Final = 3
"""A page with fewer words of the picture is no candidate."""
LEAST_EXACT: Final = 0.7
"""Share of a word's characters that must have been recognised exactly for the word to count."""
LEAST_SEATED: Final = 0.34
"""Share of a line's words below which the alignment did not tell the line's place."""
NARROW: Final = frozenset("iljtfrI.,;:'!|()[] \u2019\u2018")
WIDE: Final = frozenset("mwMW@%\u2014")


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """A page that a picture may show.

    ``picture_px[k]`` (pixels) and ``page_pt[k]`` (pt) are about the same point, (n, 2) each: ends
    of recognised lines, right to a few pt, some altogether wrong. Where image features and no
    text led to the page (``read`` is false), points and words are features.
    """

    page: int
    words: int
    picture_px: NDArray[np.float64]
    page_pt: NDArray[np.float64]
    read: bool = True


def candidate_pages(
    lines: Sequence[PlacedLine], seen: Alignment, pages: Sequence[PageWords]
) -> list[CandidatePage]:
    """Return the pages that lines of one picture belong to, those with most words seen first.

    ``seen`` aligns the text of which the lines are ranges (``seen.exhibit.source``) with the
    canonical text that the words of ``pages`` are ranges of. Several pages are normal: a spread.
    """
    ordered = sorted(lines, key=lambda line: line.start)
    ends = [_LineEnds() for _ in pages]
    seated = [0] * len(ordered)
    for page, line, word in _seated_words(ordered, seen, pages):
        ends[page].add(line, word)
        seated[line] += 1
    for page, line, word in _unseated_words(ordered, seen, pages, seated):
        ends[page].add(line, word)
    found = []
    for words, one in zip(pages, ends, strict=True):
        if one.words >= LEAST_WORDS:
            picture_px, page_pt = one.points(ordered, seen.exhibit.source)
            found.append(CandidatePage(words.number, one.words, picture_px, page_pt))
    return sorted(found, key=lambda candidate: (-candidate.words, candidate.page))


@dataclass(frozen=True, slots=True)
class _Letter:
    """A recognised end of a word: offset in the exhibit, and how far along its word it is (0 to 1)."""

    exhibit: int
    share: float


@dataclass(frozen=True, slots=True)
class _SeenWord:
    """A seen word: its box on the page, and where its first recognised letter begins and its last one ends."""

    box: NDArray[np.float32]
    first: _Letter
    last: _Letter

    def point(self, letter: _Letter) -> tuple[float, float]:
        left, top, right, bottom = (float(v) for v in self.box)
        return left + letter.share * (right - left), (top + bottom) / 2


@dataclass(slots=True)
class _LineEnds:
    """The outermost seen words of every line of a picture.

    Only these: between them a position follows from character widths, which justified text and
    perspective falsify; at its ends the box of a line is exact.
    """

    _first: dict[int, _SeenWord] = field(default_factory=dict)
    _last: dict[int, _SeenWord] = field(default_factory=dict)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    @property
    def words(self) -> int:
        return len(self._seen)

    def add(self, line: int, word: _SeenWord) -> None:
        self._seen.add((line, word.first.exhibit))
        if line not in self._first or word.first.exhibit < self._first[line].first.exhibit:
            self._first[line] = word
        if line not in self._last or word.last.exhibit > self._last[line].last.exhibit:
            self._last[line] = word

    def points(
        self, lines: Sequence[PlacedLine], source: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        picture, page = [], []
        for number, first in self._first.items():
            last = self._last[number]
            line = lines[number]
            widths = _widths(source[line.start : line.end])
            for word, letter in ((first, first.first), (last, last.last)):
                along = widths[letter.exhibit - line.start] / widths[-1]
                picture.append(_on_line(line.quad, float(along)))
                page.append(word.point(letter))
        return np.array(picture, dtype=np.float64), np.array(page, dtype=np.float64)


def _seated_words(
    lines: Sequence[PlacedLine], seen: Alignment, pages: Sequence[PageWords]
) -> Iterator[tuple[int, int, _SeenWord]]:
    """Yield words whose letters are aligned: index of the page, index of the line, the word."""
    starts = np.array([line.start for line in lines], dtype=np.int64)
    seated = seen.exact & (seen.seat >= 0)
    before = np.concatenate([[0], np.cumsum(seated)])
    for page, words in enumerate(pages):
        begin, end = _folded_ranges(words, seen.document)
        right = before[end] - before[begin]
        for word in np.flatnonzero(
            (words.starts >= 0) & (right > 0) & (right >= LEAST_EXACT * (end - begin))
        ):
            low, high = int(begin[word]), int(end[word])
            letters = np.flatnonzero(seated[low:high])
            at = seen.exhibit.starts[seen.seat[low + letters]]
            first = _Letter(int(at[0]), int(letters[0]) / (high - low))
            last = _Letter(int(at[-1]) + 1, (int(letters[-1]) + 1) / (high - low))
            line = int(np.searchsorted(starts, first.exhibit, side="right")) - 1
            # passages that stand in another order in the exhibit may seat a word's end before its beginning
            if line >= 0 and first.exhibit < last.exhibit <= lines[line].end:
                yield page, line, _SeenWord(words.boxes[word], first, last)


def _unseated_words(
    lines: Sequence[PlacedLine], seen: Alignment, pages: Sequence[PageWords], seated: Sequence[int]
) -> Iterator[tuple[int, int, _SeenWord]]:
    """Yield words of lines that the alignment did not seat, wherever pages hold them in the same order."""
    source = seen.exhibit.source
    texts = [source[line.start : line.end] for line in lines]
    lost = [k for k, text in enumerate(texts) if seated[k] < LEAST_SEATED * len(WORD.findall(text))]
    for found in find_phrases([texts[k] for k in lost], pages, seen.document.source):
        line = lost[found.line]
        first = _Letter(lines[line].start + found.start, 0.0)
        last = _Letter(lines[line].start + found.end, 1.0)
        yield found.page, line, _SeenWord(pages[found.page].boxes[found.word], first, last)


def _folded_ranges(words: PageWords, document: Folded) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    begin = np.searchsorted(document.ends, words.starts, side="right")
    end = np.searchsorted(document.starts, words.ends, side="left")
    return begin, np.maximum(begin, end)


def _widths(text: str) -> NDArray[np.float64]:
    """Return how far along a line its characters begin, and where the last one ends (any unit)."""
    widths = [0.55 if c in NARROW else 1.5 if c in WIDE else 1.3 if c.isupper() else 1.0 for c in text]
    return np.concatenate([[0.0], np.cumsum(widths)])


def _on_line(quad: NDArray[np.float32], along: float) -> tuple[float, float]:
    """Return the point on a line's middle, ``along`` (0 to 1) of its length from the text's beginning."""
    left = (quad[0] + quad[3]) / 2
    right = (quad[1] + quad[2]) / 2
    x, y = left + along * (right - left)
    return float(x), float(y)
