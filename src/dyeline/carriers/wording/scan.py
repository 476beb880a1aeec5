"""A document's text as the rules see it, and what they propose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dyeline.model.document import Style

_SENTENCE = re.compile(
    r"(?:\A|\n"
    r"|(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\b[A-Z])(?<!\b[DM]r)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bNo)"
    r"[.!?][\"”’')\]]*[ \t\n]+)[\"“‘'(]?"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One alternation found by a rule, before protection and competition are considered.

    ``texts[0]`` is the text's own wording. ``styles`` as in ``Site``.
    """

    cls: str
    start: int
    end: int
    texts: tuple[str, ...]
    styles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """A text with its sentence starts, its style, and looks to either side of a place."""

    text: str
    style: Style
    sentences: tuple[int, ...]
    apostrophe: str

    @classmethod
    def of(cls, text: str, style: Style) -> Scan:
        """Return the scan of a text; cost linear."""
        starts = tuple(dict.fromkeys(found.end() for found in _SENTENCE.finditer(text)))
        return cls(text, style, starts, "’" if text.count("’") > text.count("'") else "'")

    def sentence_start(self, at: int) -> int:
        """Return where the sentence that holds offset ``at`` starts."""
        k = bisect_right(self.sentences, at) - 1
        return self.sentences[k] if k >= 0 else 0

    def opens_sentence(self, at: int) -> bool:
        """Tell whether a sentence starts at ``at``."""
        return self.sentence_start(at) == at

    def before(self, at: int, length: int = 60) -> str:
        """Return up to ``length`` characters of the same sentence that precede ``at``."""
        return self.text[max(self.sentence_start(at), at - length) : at]

    def after(self, at: int, length: int = 60) -> str:
        """Return up to ``length`` characters of the same block that follow ``at``."""
        line = self.text.find("\n", at, at + length)
        return self.text[at : line if line >= 0 else at + length]

    def ordinary_case(self, start: int, end: int) -> bool:
        """Tell whether the words are in lower case, but for a capital that opens the sentence."""
        words = self.text[start:end]
        if words[:1].isupper() and not self.opens_sentence(start):
            return words[:2] in {"I ", "I'", "I’"}
        return not words[1:].isupper() or len(words) < 2


Rule = Callable[[Scan], Iterator[Candidate]]


def like(model: str, words: str) -> str:
    """Return ``words`` with a capital first letter if ``model`` has one."""
    return words[:1].upper() + words[1:] if model[:1].isupper() else words


def swap(scan: Scan, cls: str, start: int, end: int, other: str, style: int | None = None) -> Candidate:
    """Return a two-way candidate; ``style`` is the house style of the text's own wording."""
    own = scan.text[start:end]
    return Candidate(cls, start, end, (own, like(own, other)), () if style is None else (style, 1 - style))
