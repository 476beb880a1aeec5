"""Folding: make two texts comparable whatever an honest path did to them, and keep the way back.

Folding removes what paths change without changing the words: compatibility forms and accents
(NFKD without combining marks), invisible characters, the kinds of quotation mark and dash, case,
and the amount and kind of white space. It is the same for documents and exhibits.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np

from dyeline.model.alignment import Folded

FOLD_VERSION = "fold/1"

_SAME = {
    **dict.fromkeys("‘’‚‛`´ʼ′＇", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "…": "...",
    "⁄": "/",
}
_INVISIBLE_CATEGORIES = {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"}


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str:
    """Return what one character folds to: "" if invisible, " " for any white space."""
    if character.isspace() or character in "\u2028\u2029\u200b\ufeff":
        return " " if character not in "\u200b\ufeff" else ""
    same = _SAME.get(character)
    if same is not None:
        return same
    kept = [
        _SAME.get(c, c)
        for c in unicodedata.normalize("NFKD", character)
        if unicodedata.category(c) not in _INVISIBLE_CATEGORIES
    ]
    return "".join(" " if c.isspace() else c for c in kept).casefold()


def fold(source: str) -> Folded:
    """Return ``source`` folded, with the source range of every folded character.

    Runs of white space (with invisible characters inside) become one space that owns the whole
    run; leading and trailing white space is dropped. Cost: linear.
    """
    if not source:
        none = np.zeros(0, dtype=np.int64)
        return Folded("", "", none, none)
    codes = np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    alphabet, letter = np.unique(codes, return_inverse=True)
    forms = [fold_character(chr(int(code))) for code in alphabet]
    width = np.array([len(form) for form in forms], dtype=np.int64)[letter]
    origin = np.repeat(np.arange(codes.size, dtype=np.int64), width)
    text = "".join([forms[k] for k in letter.tolist()]) if width.size else ""
    folded = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    space = folded == 32
    # a space is kept when the folded character before it is not one, and some letter precedes
    kept = ~space
    kept[1:] |= space[1:] & ~space[:-1]
    last = folded.size
    while last and space[last - 1]:
        last -= 1
    kept[last:] = False
    index = np.flatnonzero(kept)
    starts = origin[index]
    ends = starts + 1
    is_space = space[index]
    following = np.append(index[1:], last)
    ends[is_space] = origin[following[is_space] - 1] + 1
    result = folded[index].tobytes().decode("utf-32-le")
    return Folded(source, result, starts, ends)


def folded_span(folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Return the range of folded characters whose source begins inside ``source[start:end]``."""
    low = int(np.searchsorted(folded.starts, start, side="left"))
    high = int(np.searchsorted(folded.starts, end, side="left"))
    return low, max(low, high)
