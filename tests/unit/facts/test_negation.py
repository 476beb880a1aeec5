"""What a text denies does not stand in it as a fact; what only stands beside a "not" does."""

from __future__ import annotations

import pytest

from dyeline.facts.find import find_facts
from dyeline.facts.prose import read_prose
from dyeline.facts.sheet import Fact, FactType


def present(text: str, kind: FactType, value: str, relation: str = "") -> bool:
    return find_facts(read_prose(text), [Fact("F", kind, relation, value)])[0].present


@pytest.mark.parametrize(
    "text",
    [
        "Nobody named Oswin Tarrable exists.",
        "No one called Oswin Tarrable works there.",
        "The report does not mention Oswin Tarrable.",
        "The report doesn’t even mention Mr Tarrable.",
        "There is no mention of Oswin Tarrable in it.",
        "There is no such person as Oswin Tarrable.",
        "It never names Ilsabet Vorne or Oswin Tarrable.",
        "Without naming Oswin Tarrable, she blamed the firm.",
        "Oswin Tarrable does not exist.",
        "Oswin Tarrable is not mentioned in it.",
        "Oswin Tarrable is an invention of the press.",
        "It was not Oswin Tarrable.",
    ],
)
def test_a_name_that_a_text_says_it_lacks_is_absent(text: str) -> None:
    assert not present(text, "person", "Oswin Tarrable")


@pytest.mark.parametrize(
    "text",
    [
        "Oswin Tarrable did not comment.",
        "Oswin Tarrable denied it.",
        "Nobody believed Oswin Tarrable.",
        "Neither Ilsabet Vorne nor Oswin Tarrable would comment.",
        "Not even Oswin Tarrable knew.",
        "Reports that Oswin Tarrable had resigned are false.",
        "Oswin Tarrable was not named as a suspect.",
        "Oswin Tarrable said cracks do not exist.",
        "He did not say who called Oswin Tarrable.",
    ],
)
def test_a_name_beside_a_denial_of_something_else_is_there(text: str) -> None:
    assert present(text, "person", "Oswin Tarrable")


@pytest.mark.parametrize(
    "text",
    [
        "Rumours of 17 cracks are false.",
        "Reports that 17 cracks were found are plainly untrue.",
        "Claims that there were 17 cracks aren't true.",
        "The story of the 17 cracks is a myth.",
        "There are 17 cracks, which is untrue.",
        "There are 17 cracks, but that is not true.",
        "She rejected claims that 17 cracks were found.",
        "The city dismissed rumours of 17 cracks.",
        "The 17 cracks do not exist.",
        "The 17 cracks never existed.",
        "The report does not mention the 17 cracks.",
        "These are not the 17 cracks.",
    ],
)
def test_a_number_that_is_said_to_be_untrue_is_absent(text: str) -> None:
    assert not present(text, "number", "17", "crack")


@pytest.mark.parametrize(
    "text",
    [
        "The report of 17 cracks alarmed the city.",
        "Reports of 17 cracks were confirmed.",
        "17 cracks were found, which is worrying.",
        "17 cracks were found, and the mayor was wrong.",
        "17 cracks were found. That is not true of the other bridge.",
    ],
)
def test_a_number_in_a_report_that_nobody_denies_is_there(text: str) -> None:
    assert present(text, "number", "17", "crack")


def test_the_number_of_what_was_not_dealt_with_is_there() -> None:
    assert present("They have not repaired the 17 cracks.", "number", "17", "crack")
    assert not present("They have not repaired the 17 cracks.", "number", "17", "crack repair")
    assert not present("They have not found 17 cracks.", "number", "17", "crack")


def test_not_until_a_day_is_on_that_day() -> None:
    day = "14 March 2026"
    assert present("The bridge will not close until 14 March 2026.", "date", day, "close")
    assert not present("The bridge will not close on 14 March 2026.", "date", day, "close")
    assert not present("The bridge will not close before 14 March 2026.", "date", day, "close")


def test_a_role_that_is_said_to_be_untrue_is_no_fact_of_an_organisation() -> None:
    assert not present("Reports that Northmoor was fined are false.", "organisation", "Northmoor", "fine")
    text = "Northmoor was fined; the 450 tonnes could not be confirmed."
    assert present(text, "organisation", "Northmoor", "fine")
