"""Reading copies whose every word we placed ourselves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.layout.reading import PageReading, read_pages
from dyeline.model.pages import Picture, SeenPage
from dyeline.model.sites import Place, Site
from tests.unit.carriers.layout.pages import PdfiumRenderer, Sheet, draw, scaling, seen_page, sheet, smooth


@pytest.fixture(scope="module")
def page() -> Sheet:
    return sheet()


@pytest.fixture(scope="module")
def symbols(page: Sheet) -> NDArray[np.int64]:
    return np.random.default_rng(5).integers(0, 2, len(page.moved))


def told(
    page: Sheet, seen: list[SeenPage], symbols: NDArray[np.int64]
) -> tuple[int, int, tuple[PageReading, ...]]:
    """Return how many sites were read, how many of them wrongly, and the readings."""
    loglik, readings = read_pages(seen, page.marks)
    assert loglik.shape == (len(page.moved), 2)
    assert np.abs(loglik[:, 1] - loglik[:, 0]).max() <= 8.0
    ratio = (loglik[:, 1] - loglik[:, 0]) * (2 * symbols - 1)
    return int((ratio != 0).sum()), int((ratio < 0).sum()), readings


@pytest.mark.parametrize("dpi", [96, 150])
def test_a_screenshot_is_read_in_full(page: Sheet, symbols: NDArray[np.int64], dpi: int) -> None:
    picture = draw(page.pdf(symbols), dpi / 72)
    read, wrong, _ = told(page, [seen_page(page, picture, scaling(dpi / 72))], symbols)
    assert read >= 0.97 * len(symbols)
    assert wrong == 0


def test_a_tilted_noisy_picture_is_read(page: Sheet, symbols: NDArray[np.int64]) -> None:
    large = draw(page.pdf(symbols), 4.0)
    height, width = large.shape
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), 2.0, 0.6), [0, 0, 1]])
    turn[:2, 2] -= 0.2 * np.array([width, height])
    tilted = cv2.warpAffine(large, turn[:2], (int(0.62 * width), int(0.62 * height)), flags=cv2.INTER_AREA)
    noisy = np.clip(tilted + np.random.default_rng(1).normal(0, 8, tilted.shape), 0, 255).astype(np.uint8)
    read, wrong, _ = told(page, [seen_page(page, noisy, scaling(4.0) @ np.linalg.inv(turn))], symbols)
    assert read >= 0.9 * len(symbols)
    assert wrong == 0


def test_a_bent_page_is_followed_and_read(page: Sheet, symbols: NDArray[np.int64]) -> None:
    flat = draw(page.pdf(symbols), 3.0)
    y, x = np.mgrid[: flat.shape[0], : flat.shape[1]].astype(np.float32)
    bend = 24.0 * np.sin(x / flat.shape[1] * 4.0)  # pixels: 8 pt up and down, 3 pt across
    bent = cv2.remap(flat, x + 9.0 * np.sin(x / 200.0), y + bend, cv2.INTER_LINEAR, borderValue=255)
    read, wrong, _ = told(page, [seen_page(page, bent, scaling(3.0))], symbols)
    assert read >= 0.9 * len(symbols)
    assert wrong == 0


def test_inverted_and_mirrored_pictures_are_read(page: Sheet, symbols: NDArray[np.int64]) -> None:
    picture = np.ascontiguousarray(255 - draw(page.pdf(symbols), 2.0)[:, ::-1])
    flip = np.array([[-1.0, 0.0, picture.shape[1] - 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    seen = seen_page(page, picture, scaling(2.0) @ flip, inverted=True, mirrored=True)
    read, wrong, _ = told(page, [seen], symbols)
    assert read >= 0.97 * len(symbols)
    assert wrong == 0


def test_what_is_cut_off_or_covered_is_an_erasure(page: Sheet, symbols: NDArray[np.int64]) -> None:
    picture = draw(page.pdf(symbols), 2.0)
    picture[200:260, 100:500] = 180
    cut = picture[:, : int(0.7 * picture.shape[1])]
    loglik, _ = read_pages([seen_page(page, cut, scaling(2.0))], page.marks)
    read = np.ptp(loglik, axis=1) > 0
    left, below = page.x[page.moved] * 2, page.baseline[page.moved] * 2
    gone = (left > cut.shape[1]) | ((below > 210) & (below < 255) & (left > 110) & (left < 440))
    assert gone.sum() > 10
    assert not read[gone].any()
    assert read.sum() > 20


def test_words_that_stand_where_no_copy_has_them_are_erasures(page: Sheet) -> None:
    unmarked = seen_page(page, smooth(page.pdf(), 2.0), scaling(2.0))
    loglik, _ = read_pages([unmarked], page.marks)
    assert (np.ptp(loglik, axis=1) > 0).mean() < 0.05


def test_likelihoods_are_honest_where_noise_is_large(page: Sheet, symbols: NDArray[np.int64]) -> None:
    # Whole-pixel glyphs at 96 dpi: a fifth of the words read wrongly, and the reader must know it.
    picture = draw(page.pdf(symbols), 96 / 72, grey=True)
    loglik, _ = read_pages([seen_page(page, picture, scaling(96 / 72))], page.marks)
    ratio = (loglik[:, 1] - loglik[:, 0]) * (2 * symbols - 1)
    read = ratio != 0
    assert (ratio < 0).any()
    assert np.mean(np.exp(-ratio[read])) < 2.0
    # Told apart by the marked drawings, they are right or not told at all.
    seen = seen_page(page, picture, scaling(96 / 72), renderer=PdfiumRenderer(page))
    read_now, wrong, readings = told(page, [seen], symbols)
    assert readings[0].method == "grey"
    assert wrong == 0
    assert 0.6 * len(symbols) < read_now < len(symbols)


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_tells_nothing(page: Sheet, level: int) -> None:
    blank = np.full((600, 840), level, dtype=np.uint8)
    loglik, readings = read_pages([seen_page(page, blank, scaling(2.0))], page.marks)
    assert not loglik.any()
    assert readings == ()


def test_several_pictures_are_never_added_up(page: Sheet, symbols: NDArray[np.int64]) -> None:
    pdf = page.pdf(symbols)
    poor = cv2.GaussianBlur(draw(pdf, 72 / 72, grey=True), (0, 0), 1.0)
    good = smooth(pdf, 2.0)
    pages = [
        seen_page(page, poor, scaling(1.0), number=0),
        seen_page(page, good, scaling(2.0), number=1),
        seen_page(page, good, scaling(2.0), number=2),
    ]
    loglik, readings = read_pages(pages, page.marks)
    assert [reading.picture for reading in readings] == [0, 1, 2]
    alone, _ = read_pages(pages[1:2], page.marks)
    assert np.array_equal(loglik, alone)


def test_readings_say_where_each_word_was_seen(page: Sheet, symbols: NDArray[np.int64]) -> None:
    _, readings = read_pages([seen_page(page, draw(page.pdf(symbols), 2.0), scaling(2.0))], page.marks)
    (reading,) = readings
    boxes = page.reference().words.boxes[page.moved[reading.sites]]
    assert np.abs(reading.quads[:, 0] - (boxes[:, :2] * 2 - 0.5)).max() < 0.5
    assert np.abs(reading.quads[:, 2] - (boxes[:, 2:] * 2 - 0.5)).max() < 0.5


def test_sites_that_are_not_on_the_page_are_erasures(page: Sheet, symbols: NDArray[np.int64]) -> None:
    seen = seen_page(page, draw(page.pdf(symbols), 2.0), scaling(2.0))
    elsewhere = Site("x", "layout/1", "shift", (Place(10**6, 10**6, ("", ""), "shift:0.2"),))
    other = Site("y", "image/1", "image", (Place(0, 0, ("", ""), "image:a:1"),))
    loglik, _ = read_pages([seen], [elsewhere, *page.marks, other])
    assert not loglik[[0, -1]].any()
    assert loglik[1:-1].any()


def test_a_tiny_picture_is_survived(page: Sheet) -> None:
    seen = seen_page(page, np.zeros((1, 1), dtype=np.uint8), scaling(2.0))
    loglik, _ = read_pages([seen], page.marks)
    assert not loglik.any()
    coloured = Picture(0, np.zeros((2, 900, 3), dtype=np.uint8), "test")
    thin = SeenPage(coloured, seen.registration, seen.reference, seen.fixed, None)
    assert not read_pages([thin], page.marks)[0].any()
