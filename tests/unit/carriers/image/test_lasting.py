"""What a screenshot still shows of a picture's marks: nearly all in its size, little or nothing of a stamp's."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.carriers.image.lasting import SCREEN_DPI, share_that_lasts
from tests.pictures import photograph, scanned_page

SCREEN = SCREEN_DPI / 72
"""Pixels a pt of a picture that a screenshot shows in its own size."""

PAGE = scanned_page(992, 1404)
BLACK = np.where(PAGE < 140, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("pixels", "least"), [(PAGE, 0.95), (BLACK, 0.6), (photograph(640, 480), 0.95)])
def test_pictures_shown_in_their_size_say_most(pixels: np.ndarray, least: float) -> None:  # type: ignore[type-arg]
    assert share_that_lasts(pixels, "k", SCREEN) >= least


def test_the_smaller_it_is_shown_the_less_it_says() -> None:
    shares = [share_that_lasts(BLACK, "k", SCREEN * smaller) for smaller in (1, 1.5, 2.5, 6)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0.0


def test_a_picture_without_marks_says_nothing() -> None:
    assert share_that_lasts(np.full((400, 400), 255, np.uint8), "k", SCREEN) == 0.0
    assert share_that_lasts(PAGE[:100, :100], "k", SCREEN) == 0.0


def test_what_its_page_hides_says_nothing() -> None:
    hidden = np.zeros(PAGE.shape, dtype=np.bool_)
    hidden[:, : PAGE.shape[1] // 2] = True
    assert 0.4 <= share_that_lasts(PAGE, "k", SCREEN, hidden) <= 0.6
    assert share_that_lasts(PAGE, "k", SCREEN, np.ones(PAGE.shape, dtype=np.bool_)) == 0.0
