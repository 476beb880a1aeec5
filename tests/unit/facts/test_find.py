"""Facts in a text: traps that a value's look-alikes set."""

from __future__ import annotations

import pytest

from dyeline.facts.find import FoundFact, find_facts
from dyeline.facts.prose import read_prose
from dyeline.facts.sheet import Fact, FactType, FactVersion

RAIDS = "raid|search site|premises"


def found(
    text: str, kind: FactType, value: str, relation: str = "", aliases: str = "", versions: str = ""
) -> FoundFact:
    pairs = [part.split("=") for part in versions.split(";") if part]
    fact = Fact(
        "F1",
        kind,
        relation,
        value,
        tuple(filter(None, aliases.split(";"))),
        tuple(FactVersion(group, given) for group, given in pairs),
    )
    return find_facts(read_prose(text), [fact])[0]


@pytest.mark.parametrize(
    "text",
    [
        "Officers raided 30 sites.",
        "The raids, at thirty sites at once, began early.",
        "They raided 30 of the sites.",
        "A 30-site raid shook the town.",
        "Thirty premises were searched at dawn.",
    ],
)
def test_a_number_is_found_with_what_it_counts(text: str) -> None:
    assert found(text, "number", "30", RAIDS).present


@pytest.mark.parametrize(
    "text",
    [
        "The raid on one site took 30 minutes.",
        "Officers raided sites in 30 districts.",
        "Officers raided 30 % of the sites.",
        "Officers did not raid 30 sites.",
        "It is untrue that they raided 30 sites.",
        "Officers raided 130 sites.",
        "They raided 12 sites. 30 people watched.",
        "Officers raided 30 to 40 sites.",
        "There are 30 sites in the valley.",
        "The raid on the site of 30 Main Road was short.",
    ],
)
def test_the_same_number_of_something_else_is_not(text: str) -> None:
    assert not found(text, "number", "30", RAIDS).present


def test_the_version_that_stands_there_is_told() -> None:
    def read(text: str) -> tuple[str | None, str | None]:
        one = found(text, "number", "30", RAIDS, versions="A=30;B=40")
        return one.value, one.version

    assert read("They raided forty sites.") == ("40", "B")
    assert read("They raided 30 sites.") == ("30", "A")
    assert read("They raided 35 sites.") == (None, None)


def test_both_versions_or_a_comparison_leave_the_version_open() -> None:
    both = found(
        "They raided 30 sites. Others say 40 sites were raided.", "number", "30", RAIDS, versions="A=30;B=40"
    )
    assert both.present and both.value is None and both.version is None
    more = found("They raided more than 30 sites.", "number", "30", RAIDS, versions="A=30;B=40")
    assert more.present and more.version is None


def test_a_value_given_to_two_groups_names_neither() -> None:
    one = found("They raided 30 sites.", "number", "30", RAIDS, versions="A=30;B=30;C=40")
    assert one.value == "30" and one.version is None


def test_a_date_belongs_to_the_nearest_relation() -> None:
    assert found("They were raided on 7 February.", "date", "7 February 2026", "raid").present
    text = "The raid was on 9 February, and on 7 February the market opened."
    assert not found(text, "date", "7 February 2026", "raid").present
    assert not found("No raid took place on 7 February.", "date", "7 February 2026", "raid").present


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("Ilsabet Vorne spoke.", True),
        ("VORNE SPEAKS", True),
        ("Ms Vorne's office called.", True),
        ("Tomas Vorne, the vet, came. Vorne moved away.", False),
        ("Ilsabet Vorne came. Later Tomas Vorne left. Then Ms Vorne spoke.", True),
        ("Vornemann spoke.", False),
    ],
)
def test_a_surname_is_the_person_last_named_in_full(text: str, present: bool) -> None:
    assert found(text, "person", "Ilsabet Vorne").present is present


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("Northmoor was fined.", True),
        ("Northmoor's fine is small.", True),
        ("Northmoor University was fined.", False),
        ("Northmoor was not fined.", False),
        ("Northmoor grew. Others were fined.", False),
    ],
)
def test_an_organisation_needs_its_role(text: str, present: bool) -> None:
    assert found(text, "organisation", "Northmoor Creameries", "fine", "Northmoor").present is present


QUOTE = "This was a tax on every breakfast table in the country."


@pytest.mark.parametrize(
    "text",
    [
        "“This was a tax on every breakfast table in the country,” she said.",
        '"This was a tax … on every breakfast table in the country", she said.',
        "She spoke of “a tax on every breakfast table”.",
        "‘This was a tax’, she said, ‘on every breakfast table in the country.’",
        "“It was a tax on every breakfast table in this country”, according to her.",
    ],
)
def test_a_quotation_is_found_whole_in_part_and_interrupted(text: str) -> None:
    assert found(text, "quote", QUOTE).present


@pytest.mark.parametrize(
    "text",
    [
        "She said that breakfast is dear in every country and a tax would not help at any table.",
        "“This was a hard year for the country”, she said.",
        "“In the country”, she said.",
    ],
)
def test_other_words_are_not_the_quotation(text: str) -> None:
    assert not found(text, "quote", QUOTE).present


@pytest.mark.parametrize(
    "text",
    [
        "“This was a tax on every dinner table in the country,” she said.",
        "“This was not a tax on every breakfast table in the country,” she said.",
        "“This was a tax on every breakfast table in the world,” she said.",
        "“This was never a tax on every breakfast table,” she said.",
        "This was a tax on every dinner table in the country.",
    ],
)
def test_a_quotation_with_another_word_is_another_quotation(text: str) -> None:
    assert not found(text, "quote", QUOTE).present


@pytest.mark.parametrize(
    "text",
    [
        "“This was a tax on every [family's] breakfast table,” she said.",
        "“We knew it. This was a tax on every breakfast table in the country. We said so in May.”",
        "“This was a tax on every breakfast table. Nobody asked,” she said.",
    ],
)
def test_what_stands_around_a_quotation_does_not_alter_it(text: str) -> None:
    assert found(text, "quote", QUOTE).present


def test_a_contraction_is_the_same_quotation() -> None:
    said = "I will not sell the ten cows that they do not feed."
    assert found("“I won't sell the 10 cows that they don't feed,” he said.", "quote", said).present
    assert not found("“I'll sell the ten cows that they do not feed,” he said.", "quote", said).present


def test_the_version_of_a_quotation_is_told() -> None:
    other = QUOTE.replace("breakfast", "kitchen")
    versions = f"A={QUOTE};B={other}"
    assert (
        found("“A tax on every kitchen table”, she said.", "quote", QUOTE, versions=versions).version == "B"
    )
    assert found("“This was a tax on every …” she said.", "quote", QUOTE, versions=versions).version is None


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“This was a tax on every breakfast table,” said Ilsabet Vorne.", "Ilsabet Vorne"),
        ("“This was a tax on every breakfast table,” Ilsabet Vorne, its director, said.", "Ilsabet Vorne"),
        ("Ilsabet Vorne told reporters: “This was a tax on every breakfast table.”", "Ilsabet Vorne"),
        ("Ilsabet Vorne came. “This was a tax on every breakfast table,” she said.", "Ilsabet Vorne"),
        ("Ilsabet Vorne met Oswin Tarrable. “This was a tax on every breakfast table,” she said.", None),
        ("“This was a tax on every breakfast table.”", None),
        (
            "“This was a tax on every breakfast table,” a person with knowledge of it said.",
            "a person with knowledge of it",
        ),
        (
            "“This was a tax on every breakfast table,” said a spokesman for the firm.",
            "a spokesman for the firm",
        ),
        ("An unknown driver put it best: “This was a tax on every breakfast table.”", "An unknown driver"),
    ],
)
def test_the_speaker_is_who_is_said_to_have_spoken(text: str, speaker: str | None) -> None:
    assert found(text, "quote", QUOTE).speaker == speaker


def test_a_claim_is_a_suggestion() -> None:
    one = found(
        "An inspector had hidden in a milk lorry. It rained.", "claim", "An inspector hid inside a milk lorry"
    )
    assert one.present and one.confidence == "suggestion" and one.version is None
    assert not found("The lorry was late.", "claim", "An inspector hid inside a milk lorry").present


def test_a_half_that_belongs_to_a_number_is_no_share() -> None:
    text = "The fine was cut by eighty-four and a half million euros."
    assert not found(text, "number", "50 %", "fine cut", aliases="half").present
    assert found("The fine was cut by half.", "number", "50 %", "fine cut", aliases="half").present


def test_an_empty_text_holds_no_fact() -> None:
    for kind in ("number", "date", "person", "quote", "claim"):
        value = {"number": "30", "date": "7 February 2026"}.get(kind, QUOTE)
        assert not found("", kind, value).present  # type: ignore[arg-type]
