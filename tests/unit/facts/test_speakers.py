"""Who is quoted: the one who is named in the text, and nobody else of the same surname."""

from __future__ import annotations

import pytest

from dyeline.facts.find import find_facts
from dyeline.facts.names import find_names
from dyeline.facts.prose import read_prose
from dyeline.facts.sheet import Fact

SHEET = (
    Fact("Q", "quote", "", "This was a tax on every breakfast table."),
    Fact("P", "person", "", "Ilsabet Vorne"),
)
SAID = "“This was a tax on every breakfast table,” "


def speaker(text: str) -> str | None:
    quote = find_facts(read_prose(text), SHEET)[0]
    assert quote.present
    return quote.speaker


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (SAID + "said Tomas Vorne, a vet.", "Tomas Vorne"),
        (SAID + "Dr Tomas Vorne said.", "Tomas Vorne"),
        (SAID + "said T. Vorne.", "T. Vorne"),
        (SAID + "said Tomas von Vorne.", "Tomas von Vorne"),
        (SAID + "said Tomas “Bull” Vorne.", "Tomas “Bull” Vorne"),
        (SAID + "said Ilsabet Vorneman.", "Ilsabet Vorneman"),
        (SAID + "said Ilsabet Vorne-Pell.", "Ilsabet Vorne-Pell"),
        ("According to Tomas Vorne, " + SAID.strip(), "Tomas Vorne"),
    ],
)
def test_another_first_name_is_another_speaker(text: str, named: str) -> None:
    assert speaker(text) == named


@pytest.mark.parametrize(
    "who",
    ["said Vorne", "Ms Vorne said", "said Mr. Vorne", "said Director Vorne", "Regulator-in-chief Vorne said"],
)
def test_a_surname_is_the_one_person_of_the_sheet_who_bears_it(who: str) -> None:
    assert speaker(f"{SAID}{who}.") == "Ilsabet Vorne"
    assert speaker(f"Ilsabet Vorne came. {SAID}{who}.") == "Ilsabet Vorne"


def test_a_surname_that_two_people_bear_names_neither() -> None:
    assert speaker(f"Tomas Vorne came. {SAID}said Vorne.") == "Vorne"
    assert speaker(f"Yesterday Vorne came. {SAID}said Vorne.") == "Ilsabet Vorne"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (SAID + "said the spokesman for Ilsabet Vorne.", "the spokesman for Ilsabet Vorne"),
        (SAID + "said the aunt of Ilsabet Vorne.", None),
        (SAID + "said Ilsabet Vorne’s brother.", None),
        ("The aunt of Ilsabet Vorne told us: " + SAID.strip(), None),
    ],
)
def test_who_is_near_a_person_is_not_that_person(text: str, named: str | None) -> None:
    assert speaker(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (SAID + "the chief engineer, Tomas Vorne, told farmers.", "Tomas Vorne"),
        (SAID + "director Ilsabet Vorne was quoted as saying.", "Ilsabet Vorne"),
        ("Tomas Vorne came. He is quoted as adding: " + SAID.strip(), "Tomas Vorne"),
        (SAID + "somebody shouted.", "somebody"),
    ],
)
def test_a_name_behind_a_role_and_a_reported_quotation_are_read(text: str, named: str) -> None:
    assert speaker(text) == named


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Tomas Vorne spoke.", False),
        ("Tomas von Vorne spoke.", False),
        ("Tomas “Bull” Vorne spoke.", False),
        ("T. Vorne spoke.", False),
        ("Tomas Vorne came. Later Vorne spoke.", False),
        ("Then Vorne spoke.", True),
        ("Inspector Vorne spoke.", True),
    ],
)
def test_a_person_with_another_first_name_is_not_the_person_of_the_sheet(text: str, there: bool) -> None:
    assert bool(find_names(read_prose(text), ["Ilsabet Vorne"], person=True)) is there
    assert bool(find_names(read_prose(text), ["Ilsabet Vorne", "Vorne"], person=True)) is there
