"""Numbers in running text: digits and words, magnitudes, ranges, percent, money, weights and lengths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dyeline.model.document import Span
from dyeline.text.declared.numbers import number_words

_DIGITS = re.compile(
    r"(?<![\w.,:/])(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ '’]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    r"(?![\d:/]|,\d|\.\d|(?:st|nd|rd|th)\b)"
)
_MAGNITUDE = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("m", "mn", "mln", "million"), 1e6),
    **dict.fromkeys(("bn", "billion"), 1e9),
    **dict.fromkeys(("tn", "trillion"), 1e12),
}
_AFTER_MAGNITUDE = re.compile(
    r"(?:[\s-]?(thousand|million|billion|trillion|mln|mn|bn|tn|k|m))\b(?!²|³)", re.IGNORECASE
)
_CURRENCY = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "us$": "USD"}
_BEFORE = re.compile(r"(us\$|[€$£¥]|\b(?:eur|usd|gbp|chf)\s)\s?$", re.IGNORECASE)
_POUND = "pound"  # money or a weight
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "percent", "per cent", "per-cent"), ("%", 1.0)),
    **dict.fromkeys(("percentage point", "pp"), ("pp", 1.0)),
    **dict.fromkeys(("euro", "eur", "€"), ("EUR", 1.0)),
    **dict.fromkeys(("dollar", "usd", "$", "us dollar"), ("USD", 1.0)),
    **dict.fromkeys(("pound sterling", "gbp", "£"), ("GBP", 1.0)),
    "pound": (_POUND, 1.0),
    **dict.fromkeys(("franc", "chf"), ("CHF", 1.0)),
    **dict.fromkeys(("cent", "penny", "pence"), ("cent", 1.0)),
    **dict.fromkeys(("tonne", "metric ton", "t"), ("kg", 1e3)),
    **dict.fromkeys(("kilogram", "kilogramme", "kilo", "kg"), ("kg", 1.0)),
    **dict.fromkeys(("gram", "gramme", "g"), ("kg", 1e-3)),
    **dict.fromkeys(("kilometre", "kilometer", "km"), ("m", 1e3)),
    **dict.fromkeys(("metre", "meter"), ("m", 1.0)),
    **dict.fromkeys(("centimetre", "centimeter", "cm"), ("m", 1e-2)),
    **dict.fromkeys(("mile",), ("mile", 1.0)),
    **dict.fromkeys(("hectare", "ha"), ("ha", 1.0)),
    **dict.fromkeys(("square metre", "square meter", "sq m", "sqm", "m2", "m²"), ("m2", 1.0)),
    **dict.fromkeys(("square kilometre", "square kilometer", "km2", "km²"), ("m2", 1e6)),
    **dict.fromkeys(("litre", "liter"), ("l", 1.0)),
    **dict.fromkeys(("megawatt", "mw"), ("MW", 1.0)),
    **dict.fromkeys(("gigawatt", "gw"), ("MW", 1e3)),
}
_UNITS |= {name: (name, 1.0) for name in ("second", "minute", "hour", "day", "week", "month", "year")}
_UNIT = re.compile(
    rf"[\s-]?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?:s(?!\w))?(?![^\W\d_])",
    re.IGNORECASE,
)
_HEDGES = (
    (
        re.compile(
            r"\b(?:more than|over|at least|upwards of|above|no fewer than|no less than)\s$", re.IGNORECASE
        ),
        "above",
    ),
    (
        re.compile(r"\b(?:fewer than|less than|under|up to|at most|below|no more than)\s$", re.IGNORECASE),
        "below",
    ),
    (
        re.compile(
            r"\b(?:about|around|roughly|some|nearly|almost|approximately|close to|circa)\s$", re.IGNORECASE
        ),
        "about",
    ),
)
_ADDRESS = re.compile(
    r"\s(?:[A-Z][\w’'-]*\s){1,3}(?:Road|Street|Avenue|Lane|Square|Drive|Way|Terrace|Close|Court)\b"
)
_AND_PART = re.compile(r"\sand\s(?:a|one)[\s-](half|quarter)\b", re.IGNORECASE)
_SAME_SPAN = {
    ("month", "year"): 1 / 12,
    ("year", "month"): 12.0,
    ("day", "week"): 1 / 7,
    ("week", "day"): 7.0,
}
_DOZENS = {"a": 1.0, "half": 0.5, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0}
_DOZEN = re.compile(r"\b(?:(a|half|one|two|three|four|five|six)[\s-](?:a[\s-])?)?dozen\b", re.IGNORECASE)
_LONE_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"\b(?:no|nos|number|article|section|page|paragraph|room|route|chapter|flight)\.?\s$", re.I
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at ``start:end``: ``low`` is ``high`` unless it is a range.

    ``unit`` is "" for a plain count, "%" or a unit's name; amounts are in its base unit (kg, m).
    ``step`` is the size of the last digit that is given (0.1 million for "1.2 million"); ``hedge``
    is "above", "below", "about" or "". ``scaled`` tells that a magnitude word was there.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    step: float
    hedge: str
    scaled: bool

    @property
    def is_range(self) -> bool:
        """Tell whether two numbers were given."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class _Raw:
    start: int
    end: int
    value: float
    decimals: int
    magnitude: float


def numerals(text: str, taken: Sequence[Span] = ()) -> list[Numeral]:
    """Return the numbers of a text in order; those touching a ``taken`` span (dates) are left out.

    Ordinals, parts of longer figures, times of day, and a lone "one" are no numbers.
    """
    covered = bytearray(len(text))
    for low, high in taken:
        covered[low:high] = b"\1" * (high - low)
    raw = [one for one in _raw(text) if not any(covered[one.start : one.end])]
    found: list[Numeral] = []
    k = 0
    while k < len(raw):
        first = raw[k]
        second = raw[k + 1] if k + 1 < len(raw) else None
        if second is not None and _makes_range(text, first, second):
            found.append(_numeral(text, first, second))
            k += 2
        elif second is not None and _makes_share(text, first, second):
            found.append(_share(first, second))
            k += 2
        elif second is not None and (sum_of_money := _with_cents(text, first, second)) is not None:
            found.append(sum_of_money)
            k += 2
        else:
            found.append(_numeral(text, first, first))
            k += 1
    return found


def numeral_of(value: str) -> Numeral | None:
    """Return the one number that a sheet's cell holds, or None."""
    cleaned = " ".join(value.split())
    found = numerals(cleaned)
    if len(found) != 1:
        return None
    left = (cleaned[: found[0].start] + cleaned[found[0].end :]).strip()
    return found[0] if not any(character.isalnum() for character in left) else None


def agrees(seen: Numeral, meant: Numeral) -> bool:
    """Tell whether a number in a text can stand for a value: equal, or the value rounded to the digits given."""
    seen = _in_unit_of(seen, meant)
    if seen.is_range != meant.is_range or not units_agree(seen, meant):
        return False
    if seen.is_range:
        return _equal(seen.low, meant.low) and _equal(seen.high, meant.high)
    if _equal(seen.low, meant.low):
        return True
    rounded = seen.hedge == "about" or seen.scaled
    if seen.hedge == "above":
        return seen.low < meant.low <= seen.low + seen.step
    return rounded and seen.step > 0 and abs(seen.low - meant.low) <= seen.step / 2 * (1 + 1e-9)


def significant(seen: Numeral) -> int:
    """Return how many digits a number has between its first and its last that is not 0: 3 for 84.5 million."""
    return len(f"{seen.low:.12g}".replace(".", "").strip("0"))


def leaves_open(seen: Numeral, other: Numeral) -> bool:
    """Tell whether a comparison ("more than 30") is true of another value, too."""
    seen = _in_unit_of(seen, other)
    if not units_agree(seen, other) or seen.is_range or other.is_range:
        return False
    return (seen.hedge == "above" and other.low >= seen.low) or (
        seen.hedge == "below" and other.low <= seen.low
    )


def units_agree(seen: Numeral, meant: Numeral) -> bool:
    """Tell whether two numbers count the same kind of thing; "41 million" may be short for an amount of money."""
    if seen.unit == meant.unit or {seen.unit, meant.unit} == {"GBP", _POUND}:
        return True
    return bool(meant.unit in _CURRENCY.values() and not seen.unit and seen.scaled)


def _in_unit_of(seen: Numeral, meant: Numeral) -> Numeral:
    """Return months as years, weeks as days and the other way round, where that is the unit meant."""
    factor = _SAME_SPAN.get((seen.unit, meant.unit))
    if factor is None:
        return seen
    return replace(
        seen, low=seen.low * factor, high=seen.high * factor, unit=meant.unit, step=seen.step * factor
    )


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)


def _raw(text: str) -> list[_Raw]:
    found: list[tuple[int, int, float, int]] = []
    for match in _DIGITS.finditer(text):
        plain = re.sub(r"[,\s'’]", "", match[0])
        whole, _, fraction = plain.partition(".")
        if len(whole) <= 15:
            found.append((match.start(), match.end(), float(plain), len(fraction)))
    # number_words leaves what stands before "million" to others: here the magnitude is read below
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    spoken = re.sub(r"(?<=[\s-])[mb](?=illion)", "x", lowered)
    for first, end, whole_value in number_words(spoken):
        start = first + (len("and ") if spoken.startswith("and ", first) else 0)
        lone = whole_value == 1 and bool(_LONE_ONE.fullmatch(text[start:end]))
        if not lone or _million_follows(text, end) or _AND_PART.match(text, end):
            found.append((start, end, float(whole_value), 0))
    dozens = [
        (m.start(), m.end(), 12.0 * _DOZENS[(m[1] or "a").casefold()], 0) for m in _DOZEN.finditer(text)
    ]
    found = dozens + [one for one in found if not any(low <= one[0] < high for low, high, _, _ in dozens)]
    result = []
    for start, end, value, decimals in (_with_part(text, *one) for one in sorted(found)):
        scale = _AFTER_MAGNITUDE.match(text, end)
        if scale is not None and not (scale[1] in ("m", "k", "M", "K") and text[end : end + 1] == " "):
            result.append(_Raw(start, scale.end(), value, decimals, _MAGNITUDE[scale[1].casefold()]))
        elif text[end : end + 1].isalpha() and not _UNIT.match(text, end):
            continue
        else:
            result.append(_Raw(start, end, value, decimals, 1.0))
    return [
        one
        for one in result
        if not _LABELLED.search(text[max(0, one.start - 12) : one.start])
        and not _ADDRESS.match(text, one.end)
    ]


def _with_part(text: str, start: int, end: int, value: float, decimals: int) -> tuple[int, int, float, int]:
    """Return a whole number with the half or the quarter that is added to it in words."""
    part = None if decimals else _AND_PART.match(text, end)
    if part is None:
        return start, end, value, decimals
    share, places = (0.5, 1) if part[1].casefold() == "half" else (0.25, 2)
    return start, part.end(), value + share, places


def _million_follows(text: str, end: int) -> bool:
    return bool(re.match(r"[\s-][mb]illion", text[end:], re.IGNORECASE))


def _makes_range(text: str, first: _Raw, second: _Raw) -> bool:
    between = text[first.end : second.start].casefold()
    if first.value * first.magnitude >= second.value * second.magnitude:
        if first.magnitude != 1.0 or first.value >= second.value:
            return False
    if re.fullmatch(r"\s?[-–—]\s?|\s(?:to|or)\s", between):
        return True
    return between == " and " and text[: first.start].casefold().endswith("between ")


def _makes_share(text: str, first: _Raw, second: _Raw) -> bool:
    """Tell whether two numbers are one share: "18 of every hundred", "three out of 100"."""
    between = text[first.end : second.start].casefold()
    return second.value in (10, 100, 1000) and (
        bool(re.fullmatch(r"\s(?:in|of|out of)\s(?:every|each)\s", between)) or between == " out of "
    )


def _share(first: _Raw, second: _Raw) -> Numeral:
    share = 100.0 * first.value / second.value
    return Numeral(first.start, second.end, share, share, "%", 100.0 / second.value, "", False)


def _with_cents(text: str, first: _Raw, second: _Raw) -> Numeral | None:
    """Return the amount that "two euros forty" names; None for anything else."""
    whole = _numeral(text, first, first)
    cents = second.value < 100 and second.value == int(second.value) and second.magnitude == 1.0
    beside = text[whole.end : second.start] == " " and whole.unit in _CURRENCY.values() and not whole.scaled
    if not (cents and beside) or _UNIT.match(text, second.end):
        return None
    value = whole.low + second.value / 100.0
    return Numeral(whole.start, second.end, value, value, whole.unit, 0.01, whole.hedge, False)


def _numeral(text: str, first: _Raw, last: _Raw) -> Numeral:
    start, end = first.start, last.end
    magnitude = first.magnitude if first.magnitude != 1.0 else last.magnitude
    unit, factor = "", 1.0
    before = _BEFORE.search(text[max(0, start - 5) : start])
    after = _UNIT.match(text, end)
    if after is not None:
        unit, factor = _UNITS[after[1].casefold()]
        end = after.end()
    if before is not None:
        sign = before[1].strip().casefold()
        unit, factor = _CURRENCY.get(sign, sign.upper()), 1.0
        start -= len(before[0])
    hedge = next((name for pattern, name in _HEDGES if pattern.search(text[max(0, start - 20) : start])), "")
    return Numeral(
        start,
        end,
        first.value * magnitude * factor,
        last.value * last.magnitude * factor if last is not first else first.value * magnitude * factor,
        unit,
        _step(first, magnitude) * factor,
        hedge,
        magnitude != 1.0,
    )


def _step(raw: _Raw, magnitude: float) -> float:
    """Return the size of the last digit that is given; round tens count as rounded ("1,200": 100)."""
    if magnitude != 1.0 or raw.decimals:
        return float(magnitude * 10.0**-raw.decimals)
    value = int(raw.value)
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return float(step)
