"""The reader of replacement sites: evidence, its bounds, and when it says nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dyeline.carriers.variants import read_variants
from dyeline.model.sites import Place, Site
from tests.contract.documents import align_within

TEXT = "The keys of the hall were lost prior to lunch, and nobody in the whole house could say where."


def site(words: str, *others: str, text: str = TEXT, cls: str = "phrase", name: str = "s") -> Site:
    start = text.index(words)
    return Site(name, "t/1", cls, (Place(start, start + len(words), (words, *others)),))


def read(sites: list[Site], exhibit: str, flip: float = 0.02, text: str = TEXT) -> np.ndarray:
    return read_variants(align_within(exhibit, text), sites, lambda _: flip)


PRIOR = site("prior to", "before")


@pytest.mark.parametrize(("exhibit", "symbol"), [(TEXT, 0), (TEXT.replace("prior to", "before"), 1)])
def test_a_clean_copy_reads_as_written_up_to_the_flip_prior(exhibit: str, symbol: int) -> None:
    (row,) = read([PRIOR], exhibit)
    assert row.argmax() == symbol
    assert np.ptp(row) == pytest.approx(math.log(0.98 / 0.02), abs=0.01)


def test_case_space_and_invisible_characters_do_not_matter() -> None:
    exhibit = TEXT.replace("prior to", "before").upper().replace(" ", " \u200b\n")
    assert read([PRIOR], exhibit)[0].argmax() == 1


def test_a_typo_inside_the_place_is_read_through() -> None:
    assert read([PRIOR], TEXT.replace("prior to", "pryor to"))[0].argmax() == 0


@pytest.mark.parametrize("words", ["after", "just in time for", "xxxxxx", "", "prbefo"])
def test_words_that_are_no_variant_are_an_erasure(words: str) -> None:
    assert np.ptp(read([PRIOR], TEXT.replace("prior to", words))) == 0


@pytest.mark.parametrize(("words", "symbol"), [("prior to", 0), ("before", 1)])
def test_one_neighbour_is_enough_for_whole_words(words: str, symbol: int) -> None:
    copy = TEXT.replace("prior to", words)
    start = copy.index(words)
    assert read([PRIOR], copy[: start + len(words)])[0].argmax() == symbol
    assert np.ptp(read([PRIOR], copy[: start + len(words)])) > 3
    assert read([PRIOR], copy[start:])[0].argmax() == symbol
    assert read([PRIOR], copy.replace("lunch, and", "xxxxx"))[0].argmax() == symbol


def test_an_exhibit_that_ends_inside_the_place_or_before_it_says_nothing() -> None:
    start = TEXT.index("prior")
    for end in (start, start + 2, start + 5):
        assert np.ptp(read([PRIOR], TEXT[:end])) == 0
    assert np.ptp(read([PRIOR], TEXT[start + 9 :])) == 0
    assert np.ptp(read([PRIOR], "")) == 0


def test_one_neighbour_is_not_enough_for_a_comma() -> None:
    assert np.ptp(read([COMMA], LONG[: COMMA.places[0].end], text=LONG)) == 0


def test_an_insertion_is_read_by_what_surrounds_it() -> None:
    at = TEXT.index(" and nobody")
    insertion = Site("s", "t/1", "phrase", (Place(at, at, ("", " alas")),))
    assert read([insertion], TEXT)[0].argmax() == 0
    assert read([insertion], TEXT[:at] + " alas" + TEXT[at:])[0].argmax() == 1


def test_neighbours_do_not_lend_their_words_as_anchors() -> None:
    text = "It was the big red old hot fox that ran over there."
    sites = [
        site("red", "blue", text=text, name="a"),
        site("old", "young", text=text, name="b"),
        site("hot", "warm", text=text, name="c"),
    ]
    information = np.ptp(read(sites, text, text=text), axis=1)
    assert information[1] == 0 and (information[[0, 2]] > 3).all()


def test_two_places_of_one_site_are_one_decision() -> None:
    twice = Site("s", "t/1", "phrase", (*site("keys", "books").places, *site("whole", "entire").places))
    both = TEXT.replace("keys", "books").replace("whole", "entire")
    assert np.ptp(read([twice], both)) == pytest.approx(math.log(0.98 / 0.02), abs=0.01)
    assert np.ptp(read([twice], TEXT.replace("keys", "books"))) == 0
    assert read([twice], both[:60])[0].argmax() == 1


def test_rows_are_padded_with_their_first_column() -> None:
    rows = read([site("hall", "barn", "mill", name="a"), site("whole", "entire", name="b")], TEXT)
    assert rows.shape == (2, 3)
    assert rows[1, 2] == rows[1, 0] and rows[0].argmax() == 0
    assert read([], TEXT).shape == (0, 2)


COMMA = Site("c", "t/1", "clause-comma", (Place(TEXT.index(", and"), TEXT.index(" and"), (",", "")),))
LONG = TEXT + " There were doors, windows, and a cat. It slept, as it does. Nobody knew, of course."


def test_a_missing_comma_counts_only_where_commas_survived() -> None:
    without = LONG.replace(", and nobody", " and nobody")
    assert read([COMMA], without, text=LONG)[0].argmax() == 1
    stripped = LONG.replace(",", "").replace(".", "")
    assert np.ptp(read([COMMA], stripped, text=LONG)) == 0


def test_an_editor_who_flips_half_of_a_class_leaves_no_evidence() -> None:
    assert np.ptp(read([PRIOR], TEXT, flip=0.5)) == 0


def test_more_errors_on_the_path_mean_weaker_evidence() -> None:
    seen = align_within(TEXT, TEXT)
    letter = site("hall", "halt")
    rows = [
        read_variants(replace(seen, error_rate=rate), [letter], lambda _: 1e-9) for rate in (0.0, 0.1, 0.3)
    ]
    assert np.ptp(rows[0]) > np.ptp(rows[1]) > np.ptp(rows[2]) > 0
