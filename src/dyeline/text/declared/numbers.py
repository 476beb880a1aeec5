"""English number words, both ways, up to 999,999."""

from __future__ import annotations

import re

LARGEST = 999_999
_LONGEST = 11  # words, "and" included, of the longest number

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_VALUE = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * (place + 2) for place, word in enumerate(_TENS)
}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
_WORD = "|".join(sorted([*_VALUE, "hundred", "thousand"], key=len, reverse=True))
_PHRASE = re.compile(rf"(?<![^\W_])(?:{_WORD})(?:(?:[\s-]|\sand\s)(?:{_WORD}))*(?![^\W_])(?!\s[mb]illion)")


def integer(text: str) -> int | None:
    """Return the value of ``30`` or ``1,200``; None for anything else, and above 999,999."""
    if not _DIGITS.fullmatch(text) or len(text) > len("0,999,999"):
        return None
    value = int(text.replace(",", ""))
    return value if value <= LARGEST else None


def in_words(value: int) -> str:
    """Return ``thirty-two``, ``one thousand two hundred and five``; the value is 0 … 999,999."""
    if not 0 <= value <= LARGEST:
        raise ValueError(f"value: want 0 … {LARGEST}, got {value}")
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    unit, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    many, rest = divmod(value, unit)
    head = f"{in_words(many)} {name}"
    if not rest:
        return head
    return f"{head} and {in_words(rest)}" if rest < 100 else f"{head} {in_words(rest)}"


def ordinal(value: int) -> str:
    """Return ``thirtieth``, ``forty-second``; the value is 0 … 999,999."""
    words = in_words(value)
    last = re.split(r"[ -]", words)[-1]
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return words[: len(words) - len(last)] + _ORDINALS.get(last, regular)


def number_words(folded: str) -> list[tuple[int, int, int]]:
    """Return (start, end, value) of every number written in words; ``folded`` is lower case.

    Words that form no number together ("twenty thirty") are given as the longest numbers that
    they hold, from left to right.
    """
    found: list[tuple[int, int, int]] = []
    for phrase in _PHRASE.finditer(folded):
        words = [word.span() for word in re.finditer(r"[a-z]+", phrase[0])]
        first = 0
        while first < len(words):
            for last in range(min(len(words), first + _LONGEST), first, -1):
                start, end = words[first][0], words[last - 1][1]
                value = value_of(phrase[0][start:end])
                if value is not None:
                    found.append((phrase.start() + start, phrase.start() + end, value))
                    first = last
                    break
            else:
                first += 1
    return found


def value_of(phrase: str) -> int | None:
    """Return the value of a number in lower-case words; None if the words form no single number."""
    total = part = 0
    *most, last = re.split(r"[\s-]+", phrase)
    spoken = [*(word for word in most if word != "and"), last]
    for word in spoken:
        if word == "hundred":
            part = 100 * (part or 1)
        elif word == "thousand":
            total, part = 1000 * (part or 1), 0
        elif word in _VALUE:
            part += _VALUE[word]
        else:
            return None
    value = total + part
    plain = re.split(r"[ -]", in_words(value)) if value <= LARGEST else []
    said = ["one", *spoken] if spoken and spoken[0] in ("hundred", "thousand") else spoken
    return value if [word for word in plain if word != "and"] == said else None
