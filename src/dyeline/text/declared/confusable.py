"""How surely two options can be told apart after OCR."""

from __future__ import annotations

from dyeline.text.fold import fold

CLEAR = 2
"""Distance from which two options count as told apart."""

_PAIRS = {
    frozenset(pair)
    for pair in ("17", "1l", "1i", "56", "5s", "38", "0o", "08", "8b", "6b", "2z", "il", "ec", "uv", "hb")
}
_DRAWN_AS = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u"))


def ocr_distance(first: str, second: str) -> int:
    """Return the cheapest edit between two folded options.

    An exchanged, lost or added letter or digit costs 2, a mark of punctuation 1, and an exchange
    that OCR often makes by itself (1/7, 5/6, 3/8, rn/m …) 1. Cost: the product of the lengths.
    """
    plain = fold(first).text, fold(second).text
    drawn = _drawn(plain[0]), _drawn(plain[1])
    return min(_distance(*plain), _distance(*drawn) + (plain != drawn))


def _drawn(text: str) -> str:
    for letters, like in _DRAWN_AS:
        text = text.replace(letters, like)
    return text


def _distance(first: str, second: str) -> int:
    row = [0]
    for character in second:
        row.append(row[-1] + _weight(character))
    for a in first:
        above, row = row, [row[0] + _weight(a)]
        for k, b in enumerate(second):
            change = 0 if a == b else 1 if {a, b} in _PAIRS else max(_weight(a), _weight(b))
            row.append(min(above[k] + change, above[k + 1] + _weight(a), row[k] + _weight(b)))
    return row[-1]


def _weight(character: str) -> int:
    return 2 if character.isalnum() else 1
