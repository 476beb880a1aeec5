"""Numbers in running text."""

from __future__ import annotations

import pytest

from dyeline.facts.numerals import Numeral, agrees, leaves_open, numeral_of, numerals


def only(text: str) -> Numeral:
    found = numerals(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("some 30 sites", 30, ""),
        ("thirty sites", 30, ""),
        ("thirty-two sites", 32, ""),
        ("two thousand eight hundred producers", 2800, ""),
        ("2,300 farms", 2300, ""),
        ("1.2 million pages", 1.2e6, ""),
        ("1.2m pages", 1.2e6, ""),
        ("two million pages", 2e6, ""),
        ("€84.5 million", 84.5e6, "EUR"),
        ("€84.5m", 84.5e6, "EUR"),
        ("84,500,000 euros", 84.5e6, "EUR"),
        ("US$92 million", 92e6, "USD"),
        ("17 per cent", 17, "%"),
        ("17%", 17, "%"),
        ("seventeen percent", 17, "%"),
        ("450 tonnes", 450e3, "kg"),
        ("450 t of butter", 450e3, "kg"),
        ("450 metric tons of butter", 450e3, "kg"),
        ("12.5 km", 12.5e3, "m"),
        ("a 30-day ban", 30, "day"),
        ("a 30-site raid", 30, ""),
        ("two euros forty a car", 2.4, "EUR"),
        ("half a dozen boats", 6, ""),
        ("two dozen boats", 24, ""),
        ("eighteen of every hundred lorries", 18, "%"),
        ("three out of 10 lorries", 30, "%"),
        ("850 square metres of floor", 850, "m2"),
        ("eighty-four and a half million euros", 84.5e6, "EUR"),
        ("84 and a half million euros", 84.5e6, "EUR"),
        ("one and a quarter million pages", 1.25e6, ""),
        ("three and a half years", 3.5, "year"),
        ("61 million pounds", 61e6, "pound"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    found = only(text)
    assert (found.low, found.high, found.unit) == (pytest.approx(value), pytest.approx(value), unit)


@pytest.mark.parametrize(
    "text",
    ["three to five years", "3-5 years", "3–5 years", "between three and five years", "three or five years"],
)
def test_a_range_is_one_number(text: str) -> None:
    found = only(text)
    assert (found.low, found.high, found.unit) == (3, 5, "year")


@pytest.mark.parametrize(
    "text",
    ["at 10:30 in the morning", "the 30th floor", "A30", "No. 30", "page 30", "one of them", "30x", "3.30.1"],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert numerals(text) == []


@pytest.mark.parametrize("text", ["1,300", "130", "30.5", "30,000", "3,030"])
def test_a_number_inside_another_is_not_found(text: str) -> None:
    thirty = numeral_of("30")
    assert thirty is not None
    assert not any(agrees(one, thirty) for one in numerals(text))


@pytest.mark.parametrize(
    ("seen", "meant", "same"),
    [
        ("1.2 million", "1,184,000", True),
        ("1.2 million", "1,300,000", False),
        ("about 1,200", "1,184", True),
        ("1,200", "1,184", False),
        ("€41 million", "41 million", False),
        ("41 million", "€41 million", True),
        ("41 percent", "€41 million", False),
        ("3-5 years", "3 years", False),
        ("17 %", "17", False),
        ("thirty-six months", "3 years", True),
        ("35 months", "3 years", False),
        ("3 months", "3 years", False),
        ("one and a half years", "18 months", True),
        ("24-36 months", "2-3 years", True),
        ("two weeks", "14 days", True),
        ("21 days", "3 weeks", True),
    ],
)
def test_rounding_and_units_decide_whether_two_numbers_agree(seen: str, meant: str, same: bool) -> None:
    value = numeral_of(meant)
    assert value is not None
    assert agrees(only(seen), value) is same


def test_a_comparison_leaves_larger_values_open() -> None:
    forty = numeral_of("40")
    assert forty is not None
    assert leaves_open(only("more than 30 sites"), forty)
    assert not leaves_open(only("30 sites"), forty)
    assert not leaves_open(only("fewer than 30 sites"), forty)
    years = numeral_of("3 years")
    assert years is not None
    assert leaves_open(only("more than 24 months"), years)
    assert not leaves_open(only("more than 48 months"), years)


@pytest.mark.parametrize("cell", ["", "thirty forty", "30 sites", "several", "30 %, 40 %"])
def test_a_cell_without_exactly_one_number_is_none(cell: str) -> None:
    assert numeral_of(cell) is None
