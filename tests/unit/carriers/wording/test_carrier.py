"""Which sites the carrier chooses from what the rules offer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import dyeline
from dyeline.carriers.replace import ordered_places
from dyeline.carriers.wording.carrier import Wording
from dyeline.carriers.wording.schedule import GAP, heaviest
from dyeline.carriers.wording.syntax import load_parser
from dyeline.model.document import Document
from dyeline.text.fold import fold
from tests.contract.documents import document_from

DEMO = Path(dyeline.__file__).parent / "demo"


def demo(name: str, style: str) -> Document:
    lines = (DEMO / f"{name}.md").read_text(encoding="utf-8").split("\n")
    text = "\n".join(line.lstrip("#>*- ") for line in lines if line and not line.startswith("|"))
    return document_from(text, style="informal" if style == "informal" else "formal")


@pytest.mark.parametrize(
    ("name", "style", "least"), [("announcement", "informal", 38), ("policy", "formal", 35)]
)
def test_a_thousand_words_offer_enough_sites(name: str, style: str, least: int) -> None:
    document = demo(name, style)
    sites = Wording().find_sites(document)
    assert 1000 * len(sites) / len(document.text.split()) >= least
    assert sum(not site.review for site in sites) >= 10


def test_places_keep_apart_and_hold_the_text_of_the_document() -> None:
    document = demo("announcement", "informal")
    sites = Wording().find_sites(document)
    for (_, before), (_, after) in pairwise(ordered_places(sites)):
        assert after.start - before.end >= GAP
    for site in sites:
        for place in site.places:
            assert document.text[place.start : place.end] == place.texts[0]
            assert len({fold(f"x{text}x").text for text in place.texts}) == site.variants
            assert "\n" not in document.text[place.start : place.end]


def test_names_of_sites_are_their_own_and_last() -> None:
    document = document_from(
        "We met prior to noon. Later we met prior to one. And again we met prior to two, which was rather late."
    )
    first = [site.id for site in Wording().find_sites(document)]
    assert len(set(first)) == len(first) == 3
    assert all(len(name) == 12 and int(name, 16) >= 0 for name in first)
    longer = replace(document_from(document.text + "\nWe ate."), style="informal")
    assert [site.id for site in Wording().find_sites(longer)][:3] == first


def test_a_formatting_border_may_be_touched_but_not_crossed() -> None:
    document = document_from("We met prior to noon.")
    assert Wording().find_sites(replace(document, seams=(7, 15)))
    assert not Wording().find_sites(replace(document, seams=(10,)))


def test_other_languages_and_empty_texts_have_no_sites() -> None:
    assert Wording().find_sites(replace(document_from("We met prior to noon."), english=False)) == []
    assert Wording().find_sites(Document("", ())) == []


def test_one_choice_of_spelling_holds_for_the_whole_document() -> None:
    document = document_from(
        "The colour is grey.\nThe centre stays, and the organised labour and humour too."
    )
    (site,) = [site for site in Wording().find_sites(document) if site.cls == "spelling"]
    assert Wording().write(document, [site], [1]) == (
        "The color is gray.\nThe center stays, and the organized labor and humor too."
    )
    assert len(site.places) < 6  # neighbours too close to be read apart are one place


def test_spelling_is_left_alone_where_a_heading_shows_it() -> None:
    text = "The centre\nWe like the colour of it."
    document = document_from(text)
    heading = replace(document.blocks[0], kind="heading")
    closed = replace(document, blocks=(heading, document.blocks[1]))
    assert [site.cls for site in Wording().find_sites(document)] == ["spelling"]
    assert Wording().find_sites(closed) == []


def test_spelling_inside_a_quotation_does_not_count() -> None:
    document = document_from("They said “the color is fine” of the colour we took.")
    (site,) = [site for site in Wording().find_sites(document) if site.cls == "spelling"]
    assert len(site.places) == 1


def test_the_heaviest_set_wins_over_the_first_place() -> None:
    spans = [(0, 10, 1.0, "a"), (12, 14, 0.9, "b"), (5, 30, 1.5, "c"), (40, 41, 0.1, "d")]
    assert heaviest(spans, 8) == ["c", "d"]
    assert heaviest(spans, 2) == ["a", "b", "d"]
    assert heaviest([]) == []


def test_the_parser_adds_sites_where_it_is_installed() -> None:
    parser = load_parser()
    if parser is None:
        pytest.skip("the wording extra is not installed")
    document = document_from(
        "The board found flaws and gaps in reports. The clerk has already left. "
        "They set up the stage and took notes that the office had asked for."
    )
    plain, parsed = Wording().find_sites(document), Wording(parser).find_sites(document)
    assert len(parsed) > len(plain)
    moved = [site for site in parsed if site.cls in {"order-swap", "adverb-aux", "particle"}]
    assert moved and all(site.review for site in moved)
    assert Wording(parser).find_sites(document) == parsed
