"""Declared facts read from a text in other words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dyeline.facts.sites import READ_ERROR, read_fact_sites
from dyeline.model.sites import Place, Site

DOCUMENT = "The agency will raid 30 sites of dairies before dawn. Fines of €84.5 million are planned for the companies."


def site(first: str, *others: str, name: str = "s") -> Site:
    start = DOCUMENT.index(first)
    return Site(name, "declared/1", "fact", (Place(start, start + len(first), (first, *others)),))


RAIDS, FINES = site("30", "40"), site("84.5", "86.5")


def read(text: str, *sites: Site) -> list[int | None]:
    rows = read_fact_sites(text, DOCUMENT, sites)
    return [int(row.argmax()) if np.ptp(row) > 0 else None for row in rows]


def test_the_option_that_stands_there_is_read_with_a_fixed_error() -> None:
    row = read_fact_sites("Forty sites of dairies were raided.", DOCUMENT, [RAIDS])[0]
    assert row[1] - row[0] == pytest.approx(math.log((1 - READ_ERROR) / READ_ERROR))


def test_a_unit_that_the_document_writes_beside_the_option_counts() -> None:
    assert read("The companies face fines of 86.5 million euros.", FINES) == [1]
    assert read("The companies face fines after 86.5 days.", FINES) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thirty people came to the market.",
        "Dairies were raided at 35 sites.",
        "Dairies were raided at 30 sites, or at 40 sites of dairies that were raided.",
        "More than 30 sites of dairies were raided.",
        "They did not raid 30 sites of dairies.",
        "Sites in 30 countries.",
    ],
)
def test_doubt_is_an_erasure(text: str) -> None:
    assert read(text, RAIDS, FINES) == [None, None]


def test_sites_of_other_kinds_are_erasures() -> None:
    wording = Site("w", "declared/1", "declared", RAIDS.places)
    assert read("Forty sites of dairies were raided.", wording, RAIDS) == [None, 1]


def test_a_site_says_no_more_for_being_repeated() -> None:
    once = read_fact_sites("Forty sites of dairies were raided.", DOCUMENT, [RAIDS])
    often = read_fact_sites("Forty sites of dairies were raided. " * 5, DOCUMENT, [RAIDS])
    assert np.array_equal(once, often)


def test_choices_tied_by_a_constraint_are_read_one_by_one() -> None:
    places = (
        Place(RAIDS.places[0].start, RAIDS.places[0].end, ("30", "30", "40")),
        Place(FINES.places[0].start, FINES.places[0].end, ("84.5", "86.5", "86.5")),
    )
    tied = Site("t", "declared/1", "fact", places)
    rows = read_fact_sites("Thirty sites of dairies were raided.", DOCUMENT, [tied])
    assert rows[0, 0] == rows[0, 1] > rows[0, 2]
