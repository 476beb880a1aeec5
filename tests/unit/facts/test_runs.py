"""Runs of words that mark one origin."""

from __future__ import annotations

from dyeline.facts.prose import read_prose
from dyeline.facts.runs import shared_runs


def words(a: str, b: str) -> list[int]:
    return [run.words for run in shared_runs(read_prose(a), read_prose(b))]


def test_five_telling_words_in_a_row_mark_one_origin() -> None:
    a = "Later it was said that inspectors carried butter across frozen fields by night."
    b = "Inspectors carried butter across frozen fields, he said."
    assert words(a, b) == [6]
    first = read_prose(a)
    (run,) = shared_runs(first, read_prose(b))
    assert first.text[run.first[0] : run.first[1]] == "inspectors carried butter across frozen fields"


def test_four_words_do_not() -> None:
    assert words("They carried butter across fields.", "He carried butter across fields") == []


def test_names_numbers_and_stock_phrases_do_not_count() -> None:
    name = "the Office for Market Oversight in Harrowmere on 7 February 2026"
    assert words(f"Yesterday {name} closed.", f"Today {name} opened.") == []
    stock = "the firm did not immediately respond to a request for comment"
    assert words(f"Asked, {stock}.", f"On Monday {stock}.") == []


def test_frequent_words_alone_mark_nothing() -> None:
    assert words("and that is what they have been up to", "so that is what they have been up to") == []


def test_an_unrelated_text_shares_nothing() -> None:
    assert words("A tree fell in the night.", "Trains were late on the coast.") == []
    assert words("", "anything at all") == []
