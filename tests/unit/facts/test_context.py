"""Facts in a text that is about their event: fewer words are needed beside a value that leaves little doubt."""

from __future__ import annotations

import pytest

from dyeline.facts.find import FoundFact, find_facts
from dyeline.facts.prose import read_prose
from dyeline.facts.sheet import Fact, FactType

KNOWN = (
    Fact("K1", "number", "crack", "317"),
    Fact("K2", "number", "ferry|boat", "6"),
    Fact("K3", "date", "vote", "19 October 2027"),
    Fact("K4", "person", "", "Jurek Penhallow"),
)
ABOUT = (
    "Inspectors counted 317 cracks, said Jurek Penhallow. Six more ferries are planned. The council is to vote on "
    "19 October."
)


def found(text: str, kind: FactType, value: str, relation: str, *, about: bool = True) -> FoundFact:
    whole = f"{ABOUT}\n\n{text}" if about else text
    return find_facts(read_prose(whole), [*KNOWN, Fact("F", kind, relation, value)])[-1]


@pytest.mark.parametrize(
    ("text", "kind", "value", "relation"),
    [
        ("It is for the gates to be down from the second of November.", "date", "2 November 2027", "close"),
        ("Nothing heavier than 12 tonnes may cross.", "number", "12 tonnes", "limit"),
        ("The petition, begun in May, has now some 8,410 names.", "number", "8,410", "petition"),
        ("It was told to find 41.3 million.", "number", "€41.3 million", "cost"),
        ("Stellmark Engineering is ready.", "organisation", "Stellmark Engineering", "contract"),
    ],
)
def test_a_value_that_leaves_little_doubt_needs_no_word_beside_it(
    text: str, kind: FactType, value: str, relation: str
) -> None:
    assert found(text, kind, value, relation).present
    assert not found(text, kind, value, relation, about=False).present


@pytest.mark.parametrize(
    ("text", "kind", "value", "relation"),
    [
        ("Stand there at eight in the morning.", "number", "8", "ferry"),
        ("The 8,400 sheep of the valley were safe.", "number", "8,400", "petition"),
        ("It lasted 14 months.", "number", "14 months", "closure"),
        ("The figure of 12 tonnes could not be confirmed.", "number", "12 tonnes", "limit"),
        ("There are 317 of them.", "number", "317", "cable"),
        ("They sold 41.3 million tickets.", "number", "41.3 million", "cost"),
        ("It was told to find 41 million.", "number", "€41 million", "bill"),
        ("It was not Stellmark Engineering.", "organisation", "Stellmark Engineering", "contract"),
    ],
)
def test_what_may_be_something_else_is_not_found(
    text: str, kind: FactType, value: str, relation: str
) -> None:
    assert not found(text, kind, value, relation).present


def test_the_day_of_the_report_is_no_fact_of_it() -> None:
    text = f"Aldermoor, 2 November 2027\n\n{ABOUT}"
    fact = Fact("F", "date", "close", "2 November 2027")
    assert not find_facts(read_prose(text), [*KNOWN, fact])[-1].present
