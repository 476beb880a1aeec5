"""Times as people write them in a log: a moment with its zone, or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARS = range(1900, 2200)
_STEPS = 24  # a day is compared hour by hour


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as far as is known: from ``begins`` to ``ends``, both in UTC, equal for a moment."""

    begins: datetime
    ends: datetime

    @property
    def words(self) -> str:
        """Return it in words: "Tuesday 3 March 2026, 09:00 UTC", or the day alone."""
        day = f"{self.begins:%A} {self.begins.day} {self.begins:%B %Y}"
        return f"{day}, {self.begins:%H:%M} UTC" if self.begins == self.ends else day

    @property
    def written(self) -> str:
        """Return it as ISO 8601: a moment with its zone, or a day."""
        if self.begins != self.ends:
            return f"{self.begins:%Y-%m-%d}"
        return f"{self.begins:%Y-%m-%dT%H:%M:%SZ}" if self.begins.second else f"{self.begins:%Y-%m-%dT%H:%MZ}"


def read_moment(text: str) -> Moment | str:
    """Return the moment that a text says, or the reason why it says none. A date alone is that whole day in UTC."""
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            if day.year not in _YEARS:
                return "is out of range"
            begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return Moment(begins, begins + timedelta(days=1))
        found = datetime.fromisoformat(text)
    except ValueError:
        return "is not a time like 2026-03-03T09:00Z, 2026-03-03T10:00+01:00 or 2026-03-03"
    if found.year not in _YEARS:
        return "is out of range"
    if found.tzinfo is None:
        return "has no zone; write Z for UTC, or an offset like +01:00, at its end"
    moment = found.astimezone(UTC)
    return Moment(moment, moment)


def chance_before(first: Moment, second: Moment) -> float:
    """Return the chance that ``first`` was not after ``second``; a day may have been any time of that day."""
    if first.ends <= second.begins:
        return 1.0
    if first.begins > second.ends:
        return 0.0
    span, length = second.ends - second.begins, (first.ends - first.begins).total_seconds()
    steps = _STEPS if span else 1
    total = 0.0
    for step in range(steps):
        at = (second.begins + span * ((step + 0.5) / steps) - first.begins).total_seconds()
        total += min(max(at / length, 0.0), 1.0) if length else float(at >= 0)
    return total / steps
