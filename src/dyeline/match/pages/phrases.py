"""Lines whose place the alignment could not tell: looked up on the pages by runs of three words.

A passage that a document holds twice is aligned to neither place. For finding the page both are worth
a try: registration tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dyeline.model.pages import PageWords

RUN: Final = 3
"""Words of a run. Two are common; runs of four seldom survive recognition errors."""
WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word ``start:end`` of a line's text, and the word of a page that it is equal to."""

    line: int
    start: int
    end: int
    page: int  # index among the pages given
    word: int


def find_phrases(lines: Sequence[str], pages: Sequence[PageWords], text: str) -> Iterator[FoundWord]:
    """Yield the words of lines that stand on pages in runs of three; every place where they stand.

    ``text`` is the canonical text that the words of ``pages`` are ranges of. Cost: linear in it.
    """
    wanted: dict[tuple[str, ...], list[tuple[int, list[re.Match[str]]]]] = {}
    for number, line in enumerate(lines):
        words = list(WORD.finditer(line))
        for k in range(len(words) - RUN + 1):
            run = words[k : k + RUN]
            wanted.setdefault(tuple(word[0].lower() for word in run), []).append((number, run))
    if not wanted:
        return
    for index, page in enumerate(pages):
        ranges = zip(page.starts.tolist(), page.ends.tolist(), strict=True)
        tokens = [text[start:end].lower() if start >= 0 else "" for start, end in ranges]
        for k, run_tokens in enumerate(zip(*(tokens[shift:] for shift in range(RUN)), strict=False)):
            for number, run in wanted.get(run_tokens, ()):
                for shift, word in enumerate(run):
                    yield FoundWord(number, word.start(), word.end(), index, k + shift)
