"""Names out of short texts that are not sealed: what names somebody is replaced by a label."""

from __future__ import annotations

import re
from collections.abc import Callable

MOST_WORDS = 8
"""Names of more words than this are not looked for."""

_WORD = re.compile(r"\S+")
_EDGE = "\"'()[]<>,;:.!?"


def redacted(text: str, label_of: Callable[[str], str | None]) -> str:
    """Return the text with every run of words that ``label_of`` knows replaced by its label, the longest first.

    ``label_of`` is asked with words as they stand, and without the punctuation around them.
    Cost: words x ``MOST_WORDS`` questions.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    parts, done, first = [], 0, 0
    while first < len(spans):
        for last in range(min(len(spans), first + MOST_WORDS), first, -1):
            start, end = spans[first][0], spans[last - 1][1]
            found = _known(text[start:end], label_of)
            if found is not None:
                offset, run, label = found
                parts += [text[done : start + offset], label]
                done, first = start + offset + len(run), last
                break
        else:
            first += 1
    return "".join([*parts, text[done:]])


def _known(run: str, label_of: Callable[[str], str | None]) -> tuple[int, str, str] | None:
    bare = run.strip(_EDGE)
    for offset, tried in ((0, run), (run.find(bare), bare)):
        label = label_of(tried) if tried else None
        if label is not None:
            return offset, tried, label
    return None
