"""From the lines of a page to paragraphs, and from a character of the page to its place in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

SOFT_HYPHENS = "\x02\ufffe"  # PDFium puts one of them for a hyphen and the line break behind it
_HYPHENATED = re.compile(r"(?<=[a-zß-ÿ])(?:[-\u00ad]\r?\n|[\x02\ufffe](?:\r?\n)?)(?=[a-zß-ÿ])|\x00")
_LINE = re.compile(r"[^\r\n]+|\r\n?|\n")
_MARKS = re.compile("[\u200c\u200d]")
_SENTENCE_END = (".", "!", "?", ":", ".”", '."', "!”", "?”", ".)")
_SHORT_LINE = 0.8  # share of the usual length below which a line that ends a sentence ends a paragraph
_AS_HYPHENS = str.maketrans(SOFT_HYPHENS, "--")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in its paragraph: ``at`` there, ``start`` in the text without broken words."""

    paragraph: int
    at: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class PageFlow:
    """The paragraphs of a page, and what leads from its characters to them."""

    paragraphs: tuple[str, ...]
    lines: tuple[Line, ...]
    gaps: tuple[tuple[int, int], ...]  # what was left out of the page's text, to join broken words

    def offsets(self, starts: Sequence[int], length: int) -> NDArray[np.int64]:
        """Return where each character of the page's text stands in a text whose paragraphs begin at ``starts``.

        ``length`` counts the characters asked about; -1 for what is not shown, such as a line break.
        """
        kept = np.ones(length, dtype=np.bool_)
        for low, high in self.gaps:
            kept[low:high] = False
        clean = np.flatnonzero(kept)
        found = np.full(length, -1, dtype=np.int64)
        for line in self.lines:
            there = clean[line.start : line.start + line.length]
            first = starts[line.paragraph] + line.at
            found[there] = np.arange(first, first + there.size)
        return found


def page_flow(page: str) -> PageFlow:
    """Return the paragraphs of a page: lines joined, words broken at a line's end joined.

    Marks do not count for the length of a line, so that a copy has the paragraphs of its document.
    """
    gaps = tuple(match.span() for match in _HYPHENATED.finditer(page))
    text = _HYPHENATED.sub("", page).translate(_AS_HYPHENS)
    found: list[tuple[int, str] | None] = []  # None for a line break
    for match in _LINE.finditer(text):
        if match[0][0] in "\r\n":
            found.append(None)
            continue
        shown = match[0].strip()
        if shown:
            found.append((match.start() + match[0].index(shown), shown))
    lengths = [_length(line[1]) for line in found if line]
    usual = median(lengths) if lengths else 0
    paragraphs: list[list[str]] = [[]]
    lines: list[Line] = []
    breaks, at = 0, 0
    for line in found:
        if line is None:
            breaks += 1
            continue
        if breaks > 1 and paragraphs[-1]:
            paragraphs.append([])
        breaks = 0
        start, shown = line
        at = 0 if not paragraphs[-1] else at + 1
        lines.append(Line(len(paragraphs) - 1, at, start, len(shown)))
        paragraphs[-1].append(shown)
        at += len(shown)
        if shown.endswith(_SENTENCE_END) and _length(shown) < _SHORT_LINE * usual:
            paragraphs.append([])
    return PageFlow(tuple(" ".join(words) for words in paragraphs if words), tuple(lines), gaps)


def _length(line: str) -> int:
    return len(_MARKS.sub("", line))
