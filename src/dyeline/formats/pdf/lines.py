"""Lines of a page whose words can be set anew: every glyph known, and nothing drawn that belongs to a word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.pdf.interpret import Interpreted
from dyeline.formats.pdf.lettering import Lettering, has_own_spacing, kerns_of, lettering
from dyeline.formats.pdf.moves import Fragment, fragments_of, glyphs_of_words
from dyeline.formats.pdf.words import LaidOutPage

_LEVEL: Final = 0.05  # em by which words of a line may be raised or lowered
_GAPS: Final = (0.08, 1.2)  # em between words; wider gaps divide columns
_ABOVE, _BELOW = 0.95, 0.35  # em of the baseline: how far a line is taken to reach
_NATURAL: Final = 0.012  # em by which the mean space may differ from the font's and count as not stretched
_FLUSH_PT, _FLUSH_SHARE = 0.6, 0.25  # such a share of a page's lines that end at one place are flush
_CLEAR: Final = 0.5  # em that a line that grows keeps clear of what stands behind it


@dataclass(frozen=True, slots=True)
class SetWord:
    """A word of a line: number on the page, where it begins and ends (pt, page frame), and what shows it.

    ``lettering`` is how its font sets letters; None where several fonts or operators show the word.
    """

    number: int
    start: float
    end: float
    fragments: tuple[Fragment, ...]
    lettering: Lettering | None
    font: tuple[int, str]  # layer and resource name


@dataclass(frozen=True, slots=True)
class SetLine:
    """The words of a line from left to right. ``em`` is the font size (pt), ``room`` how far its end may move.

    ``room`` is -1 for a line whose spaces are stretched to reach the margin: its end stays.
    """

    words: tuple[SetWord, ...]
    em: float
    room: float


def find_lines(
    page: LaidOutPage, shown: Interpreted, annotations: Sequence[Sequence[float]]
) -> dict[int, SetLine]:
    """Return the lines of a page that can be set anew, by number. Anything unclear leaves a line out."""
    if shown.partial or not shown.glyphs:
        return {}
    glyphs, strays = glyphs_of_words(page, shown.glyphs)
    letterings = _letterings(page, shown, glyphs)
    around = _Around(page, shown, strays, annotations)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for word, line in enumerate(page.words.lines.tolist()):
        members[line].append(word)
    found: dict[int, SetLine] = {}
    for line, words in members.items():
        made = [_word(word, glyphs.get(word, ()), page, shown, letterings) for word in words]
        whole = [word for word in made if word is not None]
        if len(whole) < len(made) or words != list(range(words[0], words[-1] + 1)):
            continue
        em = max(shown.glyphs[g].size for word in words for g in glyphs[word])
        gaps = [after.start - before.end for before, after in pairwise(whole)]
        if any(not _GAPS[0] * em <= gap <= _GAPS[1] * em for gap in gaps) or not around.leave(words, em):
            continue
        deviation = sum(gap - _space(word) * em for gap, word in zip(gaps, whole, strict=False))
        natural = abs(deviation) <= _NATURAL * em * len(gaps) and not around.is_flush(words)
        found[line] = SetLine(tuple(whole), em, around.room(words, em) if natural else -1.0)
    return found


def _space(word: SetWord) -> float:
    """Return the width of the font's space (em); that of most fonts where it is not known."""
    code = word.lettering.codes.get(" ") if word.lettering else None
    return 0.25 if code is None or word.lettering is None else word.lettering.font.advance(code)


def _letterings(
    page: LaidOutPage, shown: Interpreted, glyphs: dict[int, list[int]]
) -> dict[tuple[int, str], Lettering]:
    seen: defaultdict[tuple[int, str], defaultdict[int, Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for word, numbers in glyphs.items():
        letters = page.shown[page.firsts[word] : page.ends[word]]
        for number, letter in zip(numbers, letters, strict=False) if len(numbers) == len(letters) else ():
            glyph = shown.glyphs[number]
            seen[glyph.layer, glyph.font][glyph.code][letter] += 1
    kerns = kerns_of(shown)
    found: dict[tuple[int, str], Lettering] = {}
    for (layer, name), codes in seen.items():
        font = shown.layers[layer].resources.font(name)
        assert font is not None  # it has shown glyphs
        found[layer, name] = lettering(font, codes, kerns.get((name, layer), {}))
    return found


def _word(
    word: int,
    numbers: Sequence[int],
    page: LaidOutPage,
    shown: Interpreted,
    letterings: dict[tuple[int, str], Lettering],
) -> SetWord | None:
    fragments = fragments_of(numbers, shown, page) if numbers else ()
    if not fragments or has_own_spacing(shown, numbers):
        return None
    first, last = shown.glyphs[numbers[0]], shown.glyphs[numbers[-1]]
    font = shown.layers[last.layer].resources.font(last.font)
    assert font is not None  # it has shown a glyph
    ends = page.frame.points(np.array([first.x, last.x]), np.array([first.y, last.y]))[:, 0]
    end = float(ends[1]) + font.advance(last.code) * 1000 / fragments[-1].units
    fonts = {(shown.glyphs[number].layer, shown.glyphs[number].font) for number in numbers}
    one = len(fragments) == 1 and len(fonts) == 1
    lettering_ = letterings.get((first.layer, first.font)) if one else None
    return SetWord(word, float(ends[0]), end, fragments, lettering_, (first.layer, first.font))


class _Around:
    """What stands around the lines of a page, in its frame."""

    def __init__(
        self,
        page: LaidOutPage,
        shown: Interpreted,
        strays: NDArray[np.float64],
        annotations: Sequence[Sequence[float]],
    ) -> None:
        self._boxes = page.words.boxes.astype(np.float64)
        points = page.frame.points(page.characters.x, page.characters.y)
        rows = np.searchsorted(page.characters.index, page.firsts)
        self._baselines = points[np.minimum(rows, len(points) - 1), 1]
        self._shapes = page.frame.boxes(np.array(shown.shapes, dtype=np.float64).reshape(-1, 4))
        self._annotations = page.frame.boxes(np.array(annotations, dtype=np.float64).reshape(-1, 4))
        self._strays = strays
        # a page with short lines only is taken to have a right margin as wide as its left one
        opposite = page.frame.width - self._boxes[:, 0].min(initial=page.frame.width)
        self._margin = max(float(self._boxes[:, 2].max(initial=0.0)), float(opposite))
        lines = page.words.lines
        self._ends = np.array([self._boxes[lines == line, 2].max() for line in np.unique(lines)])

    def leave(self, words: Sequence[int], em: float) -> bool:
        """Tell whether the words of a line can be set anew without anything that shows them."""
        baselines = self._baselines[words]
        if np.ptp(baselines) > _LEVEL * em:
            return False
        left, right = self._boxes[words, 0].min(), self._boxes[words, 2].max()
        top, bottom = float(baselines[0]) - _ABOVE * em, float(baselines[0]) + _BELOW * em

        def beside(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
            level = (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
            return np.asarray(boxes[level & (boxes[:, 0] < right) & (boxes[:, 2] > left)])

        x, y = self._strays[:, 0], self._strays[:, 1]
        if ((x > left - 0.05 * em) & (x < right - 0.1 * em) & (y > top) & (y < bottom)).any():
            return False
        if len(beside(self._annotations)):
            return False
        shapes = beside(self._shapes)
        around = (shapes[:, 0] <= left) & (shapes[:, 2] >= right)
        around &= (shapes[:, 1] <= top + 0.3 * em) & (shapes[:, 3] >= bottom - 0.3 * em)
        return bool(around.all())

    def is_flush(self, words: Sequence[int]) -> bool:
        """Tell whether many lines of the page end where the line of these words does."""
        same = np.abs(self._ends - self._boxes[words, 2].max()) <= _FLUSH_PT
        return int(same.sum()) >= max(3, _FLUSH_SHARE * len(same))

    def room(self, words: Sequence[int], em: float) -> float:
        """Return how far the end of a line may move to the right (pt)."""
        right, baseline = float(self._boxes[words, 2].max()), float(self._baselines[words[0]])
        top, bottom = baseline - _ABOVE * em, baseline + _BELOW * em
        limit = self._margin
        for boxes in (self._boxes, self._shapes):
            level = boxes[(boxes[:, 1] < bottom) & (boxes[:, 3] > top)]
            starts = level[:, 0][level[:, 0] > right - 0.1 * em]
            ends = level[:, 2][(level[:, 2] > right) & (boxes is self._shapes)]
            nearest = np.concatenate([starts, ends]).min(initial=np.inf)
            limit = min(limit, float(nearest) - _CLEAR * em)
        return max(0.0, limit - right)
