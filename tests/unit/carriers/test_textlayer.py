"""Marks before the letters of a page: which letter it is must be beyond doubt."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.carriers.replace import written
from dyeline.carriers.textlayer import TextLayer, undisturbed
from dyeline.match.align import align
from dyeline.model.document import INSERTED_MARKS, Block, Document
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold

HEAD = "Quarterly plan, not for circulation, all rights reserved. "
PAGES = (
    "Deliveries begin in the second week of April, weather permitting, from the northern depot.",
    "Prices stay as they are until the autumn, when the board looks at them again, line by line.",
    "Nobody outside the team has seen these figures, so please keep them inside, even in part.",
)
SYMBOLS = np.random.default_rng(7)


def document(text: str) -> Document:
    """Return a document with a place for a mark at its first word and behind every comma."""
    places = [0, *(k + 2 for k, character in enumerate(text) if character == ",")]
    return Document(text, (Block(0, len(text), "paragraph"),), insertions=tuple(places))


def marked(text: str) -> tuple[list[Site], list[int], str]:
    sites = TextLayer().find_sites(document(text))
    symbols = SYMBOLS.integers(0, len(INSERTED_MARKS), len(sites)).tolist()
    return sites, symbols, TextLayer().write(document(text), sites, symbols)


def read(exhibit: str, text: str, sites: list[Site]) -> list[int | None]:
    """Return the symbol read at every site, None for an erasure."""
    loglik = TextLayer().read(align(fold(exhibit), fold(text)), sites)
    return [int(row.argmax()) if np.ptp(row) else None for row in loglik]


def test_a_whole_text_reads_as_written() -> None:
    text = " ".join(HEAD + page for page in PAGES)
    sites, symbols, copy = marked(text)
    assert read(copy, text, sites) == symbols


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 1, 0), (2, 0, 1)])
def test_running_heads_in_another_order_are_never_taken_for_each_other(order: tuple[int, ...]) -> None:
    text = " ".join(HEAD + page for page in PAGES)
    sites, symbols, copy = marked(text)
    heads = [0, *(k for k in range(1, len(copy)) if copy.startswith("Quarterly", k))]
    pages = [copy[begin:end] for begin, end in zip(heads, [*heads[1:], len(copy)], strict=True)]
    seen = read("\n".join(pages[number] for number in order), text, sites)
    assert all(found in (symbol, None) for found, symbol in zip(seen, symbols, strict=True))
    assert sum(found is not None for found in seen) >= 4, "what stands only once is read"


def test_heads_alone_say_nothing() -> None:
    text = " ".join(HEAD + page for page in PAGES)
    sites, _, copy = marked(text)
    head = copy[: copy.index("Deliveries") - 3]
    assert set(read(f"{head} {head}", text, sites)) == {None}


def test_a_letter_of_another_word_is_not_read() -> None:
    text = "The shipment leaves the harbour on the first Monday of March, carefully packed, under seal."
    sites, _, _ = marked(text)
    exhibit = text.replace("carefully packed", f"{INSERTED_MARKS[5]}cargo prices withheld")
    assert read(exhibit, text, sites)[1] is None


def test_a_mark_that_lost_a_character_or_has_one_too_many_is_an_erasure() -> None:
    text = PAGES[0]
    sites, _, _ = marked(text)
    whole = written(text, sites, [3] * len(sites))
    assert set(read(whole, text, sites)) == {3}
    assert set(read(whole.replace(INSERTED_MARKS[3], INSERTED_MARKS[3][:2]), text, sites)) == {None}
    assert set(read(whole.replace(INSERTED_MARKS[3], INSERTED_MARKS[3] + "\u200c"), text, sites)) == {None}


def test_a_text_without_any_marks_is_stripped_and_not_all_zeros() -> None:
    sites, _, _ = marked(PAGES[1])
    assert set(read(PAGES[1], PAGES[1], sites)) == {None}


def test_an_empty_exhibit_and_a_document_without_places() -> None:
    sites, _, _ = marked(PAGES[1])
    assert set(read("", PAGES[1], sites)) == {None}
    assert read(PAGES[1], PAGES[1], []) == []


def test_text_that_is_repeated_at_length_carries_no_marks() -> None:
    page = " ".join(f"Clause {number} holds, as it did, for all of the parties." for number in range(120))
    once, twice = (len(TextLayer().find_sites(document(text))) for text in (page, f"{page} {page}"))
    assert once == 241, "the first word, and two of every clause"
    assert 0 < twice < once / 2, "only near the seam it can be told which of the two it is"


CLAUSE = (
    "The buyer examines the goods that he received, and notifies the supplier of defects, if there are any."
)
CONTRACT = f"Lot one, paper. {CLAUSE} Lot two, inks. {CLAUSE} Delivery is in April, weather permitting."


def varying(word: str, other: str) -> list[Site]:
    starts = [k for k in range(len(CONTRACT)) if CONTRACT.startswith(word, k)]
    return [Site(str(k), "wording/1", "any", (Place(k, k + len(word), (word, other)),)) for k in starts]


def test_marks_are_left_out_where_a_varying_word_would_hide_which_passage_it_is() -> None:
    """With them a quarter to a half of such marks would not read in a whole copy; those that are kept all do."""
    sites = TextLayer().find_sites(document(CONTRACT))
    others = varying("that he received", "he received")
    kept = undisturbed(CONTRACT, sites, others)
    lost = {site.id for site in sites} - {site.id for site in kept}
    assert len(others) == 2 and 0 < len(lost) < len(sites)
    for symbols in ((0, 1), (1, 0), (1, 1)):
        chosen = {site.id: symbol for site, symbol in zip(others, symbols, strict=True)}
        both = sorted([*sites, *others], key=lambda site: site.places[0].start)
        copy = written(CONTRACT, both, [chosen.get(site.id, 3) for site in both])
        assert read(copy, CONTRACT, kept) == [3] * len(kept)
        assert None in read(copy, CONTRACT, sites)


def test_nothing_is_left_out_where_nothing_varies_or_the_text_is_told_apart_nearby() -> None:
    sites = TextLayer().find_sites(document(CONTRACT))
    assert undisturbed(CONTRACT, sites, []) == sites
    once = " ".join(PAGES)
    single = TextLayer().find_sites(document(once))
    far = [
        Site(
            "w",
            "wording/1",
            "any",
            (Place(once.index("northern"), once.index("northern") + 8, ("northern", "north")),),
        )
    ]
    assert undisturbed(once, single, far) == single
