"""Dates in running text: written out, abbreviated, ISO, and weekdays as seen from the day of publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dyeline.text.declared.numbers import ordinal

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH = {name: k + 1 for k, name in enumerate(_MONTHS)} | {name[:3]: k + 1 for k, name in enumerate(_MONTHS)}
_MONTH |= {"sept": 9}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINAL = {ordinal(k): k for k in range(1, 32)}
_NAME = r"(?P<month>" + "|".join(sorted(_MONTH, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2}(?!\d)(?:st|nd|rd|th)?|" + "|".join(sorted(_ORDINAL, key=len, reverse=True)) + r")"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_PATTERNS = (
    re.compile(rf"(?<![\d-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(rf"(?<![\d/.])(?P<day>\d{{1,2}})(?P<mark>[/.])(?P<month>\d{{1,2}})(?P=mark){_YEAR}"),
    re.compile(rf"(?<![\w.,]){_DAY}(?:\s+of)?\s+{_NAME}(?:,?\s+{_YEAR})?(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<!\w){_NAME}\s+(?:the\s+)?{_DAY}(?![\w:%]|[.,]\d)(?:,?\s+{_YEAR})?", re.IGNORECASE),
    re.compile(rf"(?<!\w){_NAME}(?:,?\s+{_YEAR})?,?\s+on\s+the\s+{_DAY}(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<!\w){_NAME},?\s+(?:of\s+)?{_YEAR}", re.IGNORECASE),
)
_LONE_YEAR = re.compile(rf"(?<![\w.,/€$£-]){_YEAR}(?![\w%/-]|[.,]\d)")
_RELATIVE = re.compile(
    r"(?<!\w)(?:(?P<which>last|next|this|on|a|every|each|since|until|by)\s+)?"
    rf"(?P<weekday>{'|'.join(_WEEKDAYS)})(?!\w)",
    re.IGNORECASE,
)
_NEAR_DAY = re.compile(r"(?<!\w)(today|yesterday|tomorrow)(?!\w)", re.IGNORECASE)
_WEEK_ON = re.compile(r"\b(?:a|one) week (?:on|from)\s+$", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|had|has|have|did|said|told|came|went|took|gave|made|met|fell|rose|became|began|left|held|\w{2,}ed)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\b(?:will|next|is to|are to|is due|are due|upcoming)\b", re.IGNORECASE)
DATELINE_REACH = 240
_LEAST_WORDS = 4  # of a sentence with a verb
_DATELINE_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Seen:
    """A date at ``start:end``; what is not said is None. ``relative`` was counted from the day of publication."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    relative: bool = False


def written_dates(text: str) -> list[Seen]:
    """Return the dates that are written with a month or a year, in order."""
    found: list[Seen] = []
    taken = bytearray(len(text))
    for pattern in (*_PATTERNS, _LONE_YEAR):
        for match in pattern.finditer(text):
            start, end = match.span()
            seen = None if any(taken[start:end]) else _seen(match)
            if seen is not None:
                taken[start:end] = b"\1" * (end - start)
                found.append(seen)
    return sorted(found, key=lambda one: one.start)


def dates(text: str, published: date | None) -> list[Seen]:
    """Return all dates in order; with the day of publication, weekdays and "yesterday" too."""
    found = written_dates(text)
    if published is None:
        return found
    taken = bytearray(len(text))
    for one in found:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
    for match in _RELATIVE.finditer(text):
        which = (match["which"] or "").casefold()
        following = text[match.end() : match.end() + 3]
        beside = any(taken[max(0, match.start() - 4) : match.start()]) or any(
            taken[match.end() : match.end() + 4]
        )
        if which in ("a", "every", "each") or beside or following[:1] == "'":
            continue
        ahead = which == "next" or (
            which != "last" and bool(_AHEAD.search(_sentence_so_far(text, match.start())))
        )
        weekday, span = _WEEKDAYS.index(match["weekday"].casefold()), (match.start("weekday"), match.end())
        either = not ahead and which not in ("last", "since") and _in_present(_sentence(text, *span))
        later = timedelta(days=7 if _WEEK_ON.search(text, 0, match.start("weekday")) else 0)
        for way in (
            (True,) if later else (False, True) if either else (ahead,)
        ):  # "on Tuesday it decides": either
            day = _counted(weekday, published, which, ahead=way) + later
            found.append(Seen(*span, day.year, day.month, day.day, relative=True))
    for match in _NEAR_DAY.finditer(text):
        day = published + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[match[1].casefold()])
        found.append(Seen(match.start(), match.end(), day.year, day.month, day.day, relative=True))
    return sorted(found, key=lambda one: one.start)


def publication_day(text: str) -> date | None:
    """Return the first complete date in a dateline: a short line near the beginning, or the head of the first one."""
    for one in written_dates(text[:DATELINE_REACH]):
        if one.year is None or one.month is None or one.day is None:
            continue
        low = text.rfind("\n", 0, one.start) + 1
        high = text.find("\n", one.end)
        line = text[low : high if high >= 0 else len(text)]
        head = one.start - low < _DATELINE_LENGTH // 2 and re.match(r"\s*(?:[-–—|:]|\()", text[one.end :])
        if len(line) <= _DATELINE_LENGTH or head:
            return date(one.year, one.month, one.day)
    return None


def date_of(value: str) -> Seen | None:
    """Return the one date that a sheet's cell holds (a day, a month of a year, or a year), or None."""
    cleaned = " ".join(value.split())
    weekday = rf"^(?:{'|'.join(_WEEKDAYS)}),?\s+"
    bare = re.sub(weekday, "", cleaned, flags=re.IGNORECASE)
    found = written_dates(bare)
    if len(found) != 1:
        return None
    rest = bare[: found[0].start] + bare[found[0].end :]
    return found[0] if not any(character.isalnum() for character in rest) else None


def agrees(seen: Seen, meant: Seen) -> bool:
    """Tell whether a date in a text is the one meant: as precise as it, and nowhere different."""
    if meant.day is None:
        if meant.month is None:
            return seen.year == meant.year and seen.month is None
        return (seen.year, seen.month) == (meant.year, meant.month) and seen.day is None
    same = (seen.month, seen.day) == (meant.month, meant.day)
    return same and (meant.year is None or seen.year is None or seen.year == meant.year)


def _seen(match: re.Match[str]) -> Seen | None:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    month_text, day_text = groups.get("month"), groups.get("day")
    month = None
    if month_text:
        month = int(month_text) if month_text.isdigit() else _MONTH[month_text.casefold()]
        if month_text == "may" and day_text is None and year is None:
            return None
    day = None
    if day_text:
        digits = re.match(r"\d+", day_text)
        day = int(digits[0]) if digits else _ORDINAL[day_text.casefold()]
    if (
        groups.get("mark")
        and day is not None
        and month is not None
        and day <= 12
        and month <= 12
        and day != month
    ):
        return None  # 3/4/2026 is two dates, depending on the writer's country
    if groups.get("mark") and month is not None and day is not None and month > 12:
        day, month = month, day
    try:
        date(year or 2024, month or 1, day or 1)
    except ValueError:
        return None
    return Seen(match.start(), match.end(), year, month, day)


def _counted(weekday: int, published: date, which: str, *, ahead: bool) -> date:
    if ahead:
        return published + timedelta(
            days=(weekday - published.weekday()) % 7 or (7 if which == "next" else 0)
        )
    return published - timedelta(days=(published.weekday() - weekday) % 7 or (7 if which == "last" else 0))


def _in_present(sentence: str) -> bool:
    """Tell whether a sentence is of some length and has no verb of the past."""
    return len(sentence.split()) >= _LEAST_WORDS and not _PAST.search(sentence)


def _sentence(text: str, start: int, end: int) -> str:
    return _sentence_so_far(text, start) + re.split(r"[.!?]\s|\n", text[start : end + 200])[0]


def _sentence_so_far(text: str, offset: int) -> str:
    return re.split(r"[.!?]\s|\n", text[max(0, offset - 200) : offset])[-1]
