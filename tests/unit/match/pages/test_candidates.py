"""Lines of a picture lead to their pages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dyeline.match.align import align
from dyeline.match.pages.candidates import candidate_pages
from dyeline.text.fold import fold
from tests.unit.match.pages.shots import book, candidates, photograph, read_lines, screenshot


@pytest.mark.parametrize("number", [0, 1, 2])
def test_lines_lead_to_their_page_first(number: int) -> None:
    shot = screenshot(book(), number)
    found = candidates(book(), *read_lines(book(), shot, seed=number, most=12))
    assert found[0].page == number
    assert found[0].words > 60


def test_points_are_right_to_a_few_pt_but_for_outliers() -> None:
    shot = photograph(book(), 1, seed=3, degrees=12)
    best = candidates(book(), *read_lines(book(), shot, seed=3))[0]
    apart = np.hypot(*(shot.where(best.page_pt) - best.picture_px).T)
    scale = np.hypot(*(shot.where(np.array([[1.0, 0.0]])) - shot.where(np.array([[0.0, 0.0]]))).T)[0]
    assert np.median(apart) < 2.0 * scale
    assert np.mean(apart < 8.0 * scale) > 0.8


def test_a_spread_leads_to_both_pages() -> None:
    one = read_lines(book(), screenshot(book(), 0), seed=1)
    two = read_lines(book(), screenshot(book(), 1), seed=2, at=len(one[0]) + 1)
    found = candidates(book(), one[0] + "\n" + two[0], one[1] + two[1])
    assert {candidate.page for candidate in found[:2]} == {0, 1}


def test_foreign_text_leads_nowhere() -> None:
    text, lines = read_lines(book(), screenshot(book(), 0), seed=1)
    foreign = "".join(chr(97 + (ord(c) * 7) % 26) if c.isalpha() else c for c in text)
    assert candidates(book(), foreign, lines) == []


def test_a_passage_that_stands_twice_leads_to_every_page_with_it() -> None:
    text, lines = read_lines(book(), screenshot(book(), 1), seed=5, most=8)
    doubled = book().text + "\n" + book().text  # nothing can be seated: every passage stands twice
    seen = align(fold(text), fold(doubled))
    assert not (seen.seat >= 0).any()
    assert candidate_pages(lines, seen, book().words)[0].page == 1


def test_a_word_whose_end_was_seated_before_its_beginning_is_passed_over() -> None:
    """Passages of an exhibit may stand in another order; a word torn in two gave points from outside of its line."""
    text, lines = read_lines(book(), screenshot(book(), 1), seed=5)
    seen = align(fold(text), fold(book().text))
    whole = candidate_pages(lines, seen, book().words)[0]
    seat = seen.seat.copy()
    ends = [
        int(np.searchsorted(seen.document.starts, end, side="left"))
        for end in book().words[1].ends
        if end > 0
    ]
    torn = [end for end in ends if (seat[end - 3 : end] > 300).all()]
    assert len(torn) > 50
    seat[[end - 1 for end in torn]] = np.arange(
        len(torn)
    )  # the last letters stand at the exhibit's beginning
    found = candidate_pages(lines, replace(seen, seat=seat, exact=seat >= 0), book().words)
    assert sum(candidate.words for candidate in found) < whole.words
    for candidate in found:
        assert np.isfinite(candidate.picture_px).all()


def test_no_lines_no_candidates() -> None:
    assert candidates(book(), "", []) == []
