"""Where a phrase stands in a text, however its numbers are written: ``30 sites`` is ``thirty sites``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dyeline.model.document import Span
from dyeline.text.declared.numbers import integer, number_words
from dyeline.text.fold import fold

_TOKEN = re.compile(
    r"\d+(?::\d+)+"  # a time stays whole
    r"|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)*(?![\d,]*\d*(?:st|nd|rd|th)\b)"
    r"|[^\W\d_]+|\d+[^\W_]*|[%$€£]"
)
_BREAK = "\n"  # the key of a token that no phrase contains


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number at ``start:end`` of the text; ``value`` where it is a whole number."""

    start: int
    end: int
    key: str  # equal for equal words and for equal numbers
    value: int | None
    spelled: bool  # the number is written in words


def tokens(text: str, hidden: Sequence[Span] = ()) -> list[Token]:
    """Return the words and numbers of ``text`` in order; those touching ``hidden`` match nothing."""
    folded = fold(text)
    spelled = number_words(folded.text)
    inside = np.zeros(len(folded.text), dtype=np.bool_)
    for start, end, _ in spelled:
        inside[start:end] = True
    raw = [Token(start, end, f"#{value}", value, True) for start, end, value in spelled]
    for match in _TOKEN.finditer(folded.text):
        if not inside[match.start()]:
            value = integer(match[0])
            key = match[0] if value is None else f"#{value}"
            raw.append(Token(*match.span(), key, value, False))
    covered = np.zeros(len(text), dtype=np.bool_)
    for start, end in hidden:
        covered[start:end] = True
    found: list[Token] = []
    for token in sorted(raw, key=lambda token: token.start):
        start, end = int(folded.starts[token.start]), int(folded.ends[token.end - 1])
        if covered[start:end].any():
            found.append(Token(start, end, _BREAK, None, False))
        else:
            found.append(replace(token, start=start, end=end))
    return found


def mentions(phrase: str, of: Sequence[Token]) -> list[Span]:
    """Return the spans of the text whose tokens ``of`` read as ``phrase`` does.

    A lone "one" is not taken for the number 1, and a phrase without word or number stands nowhere.
    """
    keys = [token.key for token in tokens(phrase)]
    if not keys:
        return []
    found: list[Span] = []
    for at in range(len(of) - len(keys) + 1):
        if of[at].key != keys[0] or [token.key for token in of[at : at + len(keys)]] != keys:
            continue
        if keys == ["#1"] and of[at].spelled:
            continue
        found.append((of[at].start, of[at + len(keys) - 1].end))
    return found
