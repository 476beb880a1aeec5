"""Where the words of PDF pages stand, on the page as shown and in the text."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.words import page_words
from dyeline.model.pages import PageWords
from tests.pdfs import PRODUCERS, by_hand

LINE = "BT /F1 12 Tf 72 700 Td (Alpha beta gamma.) Tj 0 -20 Td (Delta) Tj ET"
BASELINE, LEFT, WIDTH = 142.0, 72.0, 30.0  # of "Alpha" from the top left of an A4 page; pt


def laid_out(data: bytes) -> tuple[Content, tuple[PageWords, ...]]:
    content = Pdf().read(data, declarations=False)
    return content, page_words(data, content)


def spelled(content: Content, words: PageWords) -> list[str]:
    spans = zip(words.starts.tolist(), words.ends.tolist(), strict=True)
    return [content.text[start:end] if start >= 0 else "?" for start, end in spans]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_word_of_the_text_is_on_a_page(producer: str) -> None:
    content, pages = laid_out(PRODUCERS[producer]())
    assert "".join(word for page in pages for word in spelled(content, page)) == "".join(content.text.split())
    for page in pages:
        boxes = page.boxes
        assert (boxes[:, :2] < boxes[:, 2:]).all()
        assert (boxes >= 0).all()
        assert (boxes[:, 2:] <= (page.width_pt, page.height_pt)).all()
        assert (np.diff(page.lines) >= 0).all()
        same_line = np.diff(page.lines) == 0
        assert (boxes[1:, 0] > boxes[:-1, 2])[same_line].sum() >= 0.99 * same_line.sum()


@pytest.mark.parametrize(
    ("page", "size", "at"),
    [
        ("", (595, 842), (LEFT, BASELINE)),
        ("/CropBox [10 20 500 800]", (490, 780), (LEFT - 10, 100)),
        ("/CropBox [500 800 10 20]", (490, 780), (LEFT - 10, 100)),
        ("/UserUnit 2", (595, 842), (LEFT, BASELINE)),
        ("/Rotate 180", (595, 842), (595 - LEFT - WIDTH, 705)),
    ],
)
def test_the_frame_is_that_of_the_page_as_shown(
    page: str, size: tuple[float, float], at: tuple[float, float]
) -> None:
    _, (words,) = laid_out(by_hand(LINE, page=page))
    assert (words.width_pt, words.height_pt) == size
    left, top, right, bottom = words.boxes[0].tolist()
    assert (left, right) == pytest.approx((at[0], at[0] + WIDTH), abs=1.5)
    assert top < at[1] < bottom
    assert bottom - top == pytest.approx(12, abs=3)


@pytest.mark.parametrize(("turn", "matrix"), [(90, "0 1 -1 0 142 72"), (270, "0 -1 1 0 453 770")])
def test_upright_words_of_a_turned_page(turn: int, matrix: str) -> None:
    content = f"BT /F1 12 Tf {matrix} Tm (Alpha beta gamma.) Tj ET"
    _, (words,) = laid_out(by_hand(content, page=f"/Rotate {turn}"))
    assert (words.width_pt, words.height_pt) == (842, 595)
    left, top, right, bottom = words.boxes[0].tolist()
    assert (left, right) == pytest.approx((LEFT, LEFT + WIDTH), abs=1.5)
    assert top < BASELINE < bottom
    assert words.boxes[1, 0] > right


def test_a_word_broken_at_a_line_end_is_two_words_with_their_parts_of_the_text() -> None:
    content, (words,) = laid_out(by_hand("BT /F1 12 Tf 72 700 Td (a start-) Tj 0 -20 Td (up here) Tj ET"))
    assert content.text == "a startup here"
    assert spelled(content, words) == ["a", "start", "up", "here"]
    assert words.lines.tolist() == [0, 0, 1, 1]


def test_a_notice_is_on_the_page_and_not_in_the_text() -> None:
    data = by_hand(LINE)
    content = Pdf().read(data, declarations=False)
    copy = Pdf().template(data, content, []).render([], notice="A notice.", stamp=None)
    (words,) = page_words(copy, content)
    assert spelled(content, words) == ["Alpha", "beta", "gamma.", "Delta", "?", "?"]


def test_another_text_has_none_of_the_words() -> None:
    data = by_hand(LINE, LINE)
    content = Pdf().read(by_hand(LINE), declarations=False)
    first, second = page_words(data, content)
    assert (first.starts >= 0).all()
    assert second.starts.tolist() == second.ends.tolist() == [-1] * 4


def test_pages_without_words() -> None:
    content, (words, empty, unseen) = laid_out(
        by_hand(LINE, "", "BT 3 Tr /F1 12 Tf 72 700 Td (Hidden) Tj ET")
    )
    assert empty.boxes.shape == (0, 4) and empty.width_pt == 595
    assert spelled(content, unseen) == ["Hidden"]  # as of text recognised in a scan: a person copies it
    assert len(words.starts) == 4
