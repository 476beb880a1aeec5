"""Dates in running text."""

from __future__ import annotations

from datetime import date

import pytest

from dyeline.facts.dates import agrees, date_of, dates, publication_day, written_dates

FRIDAY = date(2026, 3, 13)


@pytest.mark.parametrize(
    "text",
    [
        "on February 7",
        "a February 7 raid",
        "7 Feb 2026",
        "Feb. 7, 2026",
        "the 7th of February",
        "the seventh of February",
        "2026-02-07",
        "07/02/2007 is another day, 7 February is this one",
        "Saturday, February 7th",
        "Last February, on the seventh, it began",
        "in February 2026 on the 7th",
    ],
)
def test_a_day_is_found_however_it_is_written(text: str) -> None:
    meant = date_of("7 February 2026")
    assert meant is not None
    assert sum(agrees(one, meant) for one in written_dates(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "7 February 2025",
        "17 February 2026",
        "February 17",
        "February 2026",
        "7 March",
        "February 7.5",
        "27 February",
    ],
)
def test_another_day_is_not_taken_for_it(text: str) -> None:
    meant = date_of("7 February 2026")
    assert meant is not None
    assert not any(agrees(one, meant) for one in written_dates(text))


def test_a_month_of_a_year_needs_both_and_no_day() -> None:
    meant = date_of("May 2019")
    assert meant is not None
    for text, same in (
        ("since May 2019", True),
        ("in May of 2019", True),
        ("12 May 2019", False),
        ("you may", False),
    ):
        assert any(agrees(one, meant) for one in written_dates(text)) is same, text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Thursday", date(2026, 3, 12)),
        ("last Thursday", date(2026, 3, 12)),
        ("last Friday", date(2026, 3, 6)),
        ("next Monday", date(2026, 3, 16)),
        ("The court will sit on Monday", date(2026, 3, 16)),
        ("yesterday", date(2026, 3, 12)),
    ],
)
def test_weekdays_count_from_the_day_of_publication(text: str, day: date) -> None:
    (found,) = dates(text, FRIDAY)
    assert (found.year, found.month, found.day) == (day.year, day.month, day.day)


@pytest.mark.parametrize("text", ["on a Monday", "every Thursday evening", "on Mondays", "Monday, 22 June"])
def test_a_weekday_that_names_no_day_is_left_out(text: str) -> None:
    assert not any(one.relative for one in dates(text, FRIDAY))


def test_without_a_day_of_publication_a_weekday_says_nothing() -> None:
    assert dates("on Thursday", None) == []


@pytest.mark.parametrize("cell", ["3/4/2026", "31 February 2026", "soon", "7 and 8 February 2026"])
def test_a_cell_that_is_no_single_date_is_none(cell: str) -> None:
    assert date_of(cell) is None


def test_the_dateline_gives_the_day_of_publication() -> None:
    assert publication_day("Harrowmere, 13 March 2026\n\nDairies fined\n") == FRIDAY
    assert publication_day("HARROWMERE (Wire) - March 13, 2026 - " + "The office said. " * 20) == FRIDAY
    assert publication_day("It had " + "been clear " * 20 + "since 13 March 2026 that it would end.") is None
