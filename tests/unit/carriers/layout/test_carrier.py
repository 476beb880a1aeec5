"""The layout carrier: sites from the words that may move; nothing of them in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dyeline.carriers.layout.carrier import Layout
from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.strength import chance_of_change
from dyeline.model.document import Document

DOCUMENT = Document("one two three four five six seven", (), shifts=(4, 14))


def test_every_word_that_may_move_is_a_site_of_two_variants() -> None:
    sites = Layout().find_sites(DOCUMENT)
    assert [site.places[0].start for site in sites] == [4, 14]
    for site in sites:
        assert (site.variants, site.on_page, site.cls, site.places[0].mark) == (2, True, "shift", "shift:0.2")


def test_sites_keep_their_names_while_the_distance_changes() -> None:
    near, wide = Layout().find_sites(DOCUMENT), Layout(shift_pt=0.35).find_sites(DOCUMENT)
    assert [site.id for site in near] == [site.id for site in wide]
    assert {site.places[0].mark for site in wide} == {"shift:0.35"}
    others = Layout().find_sites(replace(DOCUMENT, text="one two three four nine six seven"))
    assert others[1].id != near[1].id


def test_the_text_stays() -> None:
    carrier = Layout()
    assert carrier.write(DOCUMENT, carrier.find_sites(DOCUMENT), [0, 1]) == DOCUMENT.text


def test_it_is_among_the_carriers_and_nearly_never_misread() -> None:
    assert {"layout/1", "layout/2"} <= reading_carriers().keys()
    assert Layout().find_sites(DOCUMENT)[0].carrier == "layout/2"
    assert chance_of_change(Layout().find_sites(DOCUMENT)[0]) == pytest.approx(0.001)
