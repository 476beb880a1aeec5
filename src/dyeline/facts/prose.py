"""A text as running prose: sentences, clauses, words, and what stands between quotation marks."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dyeline.facts.dates import Seen, written_dates
from dyeline.facts.numerals import Numeral, numerals
from dyeline.model.document import Span

_SPACES = re.compile(r"[^\S\n]+")
_TERMINAL = re.compile(r"(?:[.!?]+|\.\.\.)[\"”’')\]»]*(?=\s)")
_OPENS = re.compile(r"\s+[\"“‘'«„(\[]*[A-Z0-9À-Þ]")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|approx|ca|Inc|Ltd|Co|Gen|Sen|Rep|Gov|Lt|Col|Sgt"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|e\.g|i\.e|U\.S|U\.K|\d{1,2})\.$"
)
LONGEST_SENTENCE = 1_500
"""Characters; the longest sentences of reports have half of it."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_CLAUSE = re.compile(
    r"[;:()—–]|,(?!\d{3}\b)|\s-\s|(?<=\s)(?:while|whereas|but|although)(?=\s)", re.IGNORECASE
)
_JOINED_LINE = 0.7  # a line of this share of the longest may go on in the next one
_QUOTED = (
    re.compile(r"“([^“”\n]{2,1200}?)(?:”|(?=\n))"),
    re.compile(r"„([^„“\n]{2,1200}?)“"),
    re.compile(r"«([^«»\n]{2,1200}?)»"),
    re.compile(r'"([^"\n]{2,1200}?)"'),
    re.compile(r"(?<![^\W_])‘([^‘\n]{2,1200}?)’(?![^\W_])"),
    re.compile(r"(?<![^\W_])'(?=[^\W_])([^\n]{2,1200}?)(?<=[\w.,!?…])'(?![^\W_])"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word at ``start:end`` of the text; ``key`` is its case-folded form without a possessive ending."""

    start: int
    end: int
    text: str
    key: str


@dataclass(frozen=True)
class Prose:
    """A cleaned text. Offsets everywhere count characters of ``text``, half-open."""

    text: str

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences in order; headings and short lines are sentences of their own."""
        return tuple(_sentences(self.text))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return all words, numbers included."""
        return tuple(
            Word(found.start(), found.end(), found[0], word_key(found[0]))
            for found in _WORD.finditer(self.text)
        )

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """Return what stands between quotation marks, without them, in order and not overlapping.

        The marks' own direction pairs them; straight ones pair within a line. Longer ones than 1,200
        characters are no quotations.
        """
        found: list[Span] = []
        taken = bytearray(len(self.text))
        for pattern in _QUOTED:
            for match in pattern.finditer(self.text):
                start, end = match.span(1)
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    found.append((start, end))
        return tuple(sorted(found))

    @cached_property
    def dates(self) -> tuple[Seen, ...]:
        """Return the dates that are written with a month or a year."""
        return tuple(written_dates(self.text))

    @cached_property
    def numbers(self) -> tuple[Numeral, ...]:
        """Return the numbers that are no part of a date."""
        return tuple(numerals(self.text, [(one.start, one.end) for one in self.dates]))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds an offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def sentence_text(self, number: int) -> str:
        """Return a sentence on one line."""
        start, end = self.sentences[number]
        return " ".join(self.text[start:end].split())

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """Return the words that begin inside a span."""
        low = bisect_right(self._word_starts, span[0] - 1)
        high = bisect_right(self._word_starts, span[1] - 1)
        return self.words[low:high]

    def clause_at(self, start: int, end: int) -> Span:
        """Return the clause around ``start:end``: up to the nearest comma, semicolon, dash or "but" on each side."""
        low, high = self.sentences[self.sentence_at(start)]
        for cut in _CLAUSE.finditer(self.text, low, high):
            if cut.end() <= start:
                low = cut.end()
            elif cut.start() >= end:
                high = cut.start()
                break
        return low, high


def read_prose(text: str) -> Prose:
    """Return a text without invisible characters, with plain spaces and the kinds of quotation mark as they are."""
    visible = "".join(
        character if unicodedata.category(character) not in ("Cf", "Cs", "Cn", "Co") else ""
        for character in unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    )
    lines = [_SPACES.sub(" ", line).strip() for line in visible.split("\n")]
    return Prose("\n".join(lines))


def word_key(word: str) -> str:
    """Return a word's case-folded form, without "'s"."""
    key = word.casefold().replace("’", "'")
    return key.removesuffix("'s").removesuffix("'")


def _sentences(text: str) -> list[Span]:
    longest = max((len(line) for line in text.split("\n")), default=0)
    found: list[Span] = []
    for start, end in _paragraphs(text, longest):
        low = start
        for mark in _TERMINAL.finditer(text, start, end):
            stop = text[low : mark.end()].rstrip("\"”’')]»")
            if not _OPENS.match(text, mark.end()):
                continue
            if stop.endswith(".") and _ABBREVIATION.search(stop) and not _ends_with_year(stop):
                continue
            found.append((low, mark.end()))
            low = mark.end() + 1
        if text[low:end].strip():
            found.append((low, end))
    return [piece for span in found for piece in _pieces(text, *span)]


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a sentence, or in pieces what is too long to be one: nothing in it belongs together."""
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + LONGEST_SENTENCE) + 1 or start + LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _ends_with_year(stop: str) -> bool:
    """Tell whether a number before a full stop ends a sentence rather than beginning a list."""
    return bool(re.search(r"\s\d{1,2}\.$", stop)) and len(stop) > len("12. ")


def _paragraphs(text: str, longest: int) -> list[Span]:
    """Return the stretches that hold whole sentences: lines, joined where a line was only broken for width."""
    found: list[Span] = []
    at = 0
    joined = False
    for line in text.split("\n"):
        end = at + len(line)
        if line:
            if joined and found:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
            following = text[end + 1 : end + 2]
            wide = len(line) >= _JOINED_LINE * longest and longest < 160
            ended = line.rstrip("\"”’')]»")[-1:] in ".!?:"
            joined = not ended and (following.islower() or (wide and following not in ("", "\n")))
        else:
            joined = False
        at = end + 1
    return found
