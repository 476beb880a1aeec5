"""Words of a canonical text: runs of non-space characters, counted from 0."""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open character range of every word."""
    return [match.span() for match in _WORD.finditer(text)]


def count_words(text: str) -> int:
    """Return the number of words."""
    return sum(1 for _ in _WORD.finditer(text))
