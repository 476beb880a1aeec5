"""The gate lets right pages pass and others not, even where they have much in common."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.gate import Likeness, passes
from dyeline.match.pages.register import PictureView, register
from tests.unit.match.pages.shots import Book, candidates, read_lines, screenshot

WORDS = (
    "committee report annual budget figures review board agreed members region northern supply contract"
    " value period third present state work order service public general notice meeting before during"
).split()


def phrase(rng: np.random.Generator, count: int) -> str:
    return " ".join(str(word) for word in rng.choice(WORDS, count))


@lru_cache(maxsize=4)
def form(seed: int) -> Book:
    """Return the same form filled in differently: six words in ten are its labels."""
    labels, values = np.random.default_rng(0), np.random.default_rng(seed)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    for line in range(26):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 760 - 26 * line, phrase(labels, 4) + ":")
        canvas.setFont("Courier", 10)
        canvas.drawString(260, 760 - 26 * line, phrase(values, 4))
        canvas.line(255, 757 - 26 * line, 540, 757 - 26 * line)
    canvas.save()
    return Book(file.getvalue())


def test_the_same_form_filled_in_differently_does_not_pass() -> None:
    shot = screenshot(form(1), 0)
    text, lines = read_lines(form(1), shot, seed=1)
    for other, wanted in ((form(1), True), (form(2), False)):
        hint = candidates(other, text, lines)[0]
        assert isinstance(hint, CandidatePage) and hint.words > 50
        assert (register(PictureView(shot.picture), other.reference(0), hint) is not None) == wanted


@pytest.mark.parametrize(
    ("likeness", "wanted"),
    [
        (Likeness(words=200, visible=220, bare=0, foreign_around=0.08, residual_pt=0.05), True),
        (Likeness(words=86, visible=217, bare=75, foreign_around=0.05, residual_pt=0.012), True),
        (Likeness(words=177, visible=268, bare=13, foreign_around=0.19, residual_pt=0.144), True),
        (Likeness(words=211, visible=407, bare=20, foreign_around=0.26, residual_pt=0.13), True),
        (Likeness(words=177, visible=268, bare=0, foreign_around=0.19, residual_pt=0.35), False),
        (Likeness(words=144, visible=241, bare=0, foreign_around=0.16, residual_pt=0.12), False),
        (Likeness(words=174, visible=412, bare=0, foreign_around=0.06, residual_pt=0.11), False),
        (Likeness(words=37, visible=492, bare=440, foreign_around=0.01, residual_pt=0.05), False),
        (Likeness(words=200, visible=220, bare=0, foreign_around=0.08, residual_pt=0.9), False),
        (Likeness(words=11, visible=11, bare=0, foreign_around=0.0, residual_pt=0.02), False),
        (Likeness(words=0, visible=0, bare=0, foreign_around=0.0, residual_pt=0.0), False),
    ],
    ids=[
        "right",
        "half hidden",
        "folded",
        "folded, shadow",
        "folded, loose",
        "form",
        "shared passage",
        "letterhead",
        "scattered",
        "few",
        "none",
    ],
)
def test_measured_cases_are_told_apart(likeness: Likeness, wanted: bool) -> None:
    assert passes(likeness, read=True) == wanted


def test_more_words_are_asked_for_where_no_text_led_to_the_page() -> None:
    header = Likeness(words=13, visible=16, bare=0, foreign_around=0.1, residual_pt=0.05)
    assert passes(header, read=True)
    assert not passes(header, read=False)
