"""Pages on which every word within a line moves: what is read, and that innocent codewords gain nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.layout.reading import read_pages
from dyeline.codes.scheme import NEW_SCHEME
from dyeline.model.readings import Readings
from dyeline.trace.score import score_copies
from tests.unit.carriers.layout.pages import PdfiumRenderer, Sheet, draw, scaling, seen_page, sheet


@pytest.fixture(scope="module")
def page() -> Sheet:
    return sheet(dense=True)


@pytest.fixture(scope="module")
def symbols(page: Sheet) -> NDArray[np.int64]:
    return np.random.default_rng(5).integers(0, 2, len(page.moved))


def read(
    page: Sheet, grey: NDArray[np.uint8], px_per_pt: float, *, drawn: bool = False
) -> NDArray[np.float64]:
    """Return the ln-likelihood ratio of each site, right over left."""
    renderer = PdfiumRenderer(page) if drawn else None
    loglik, _ = read_pages([seen_page(page, grey, scaling(px_per_pt), renderer=renderer)], page.marks)
    return np.asarray(loglik[:, 1] - loglik[:, 0])


def test_twice_as_many_words_are_sites(page: Sheet) -> None:
    assert len(page.moved) > 1.6 * len(sheet().moved)
    assert (np.diff(page.moved) == 1).any()


def test_a_screenshot_is_read_in_full(page: Sheet, symbols: NDArray[np.int64]) -> None:
    ratio = read(page, draw(page.pdf(symbols), 2.0), 2.0) * (2 * symbols - 1)
    assert np.count_nonzero(ratio > 0) >= 0.97 * len(symbols)
    assert not (ratio < 0).any()


def test_a_bent_page_is_read(page: Sheet, symbols: NDArray[np.int64]) -> None:
    flat = draw(page.pdf(symbols), 3.0)
    y, x = np.mgrid[: flat.shape[0], : flat.shape[1]].astype(np.float32)
    bend = 24.0 * np.sin(x / flat.shape[1] * 4.0)  # pixels: 8 pt up and down, 3 pt across
    bent = cv2.remap(flat, x + 9.0 * np.sin(x / 200.0), y + bend, cv2.INTER_LINEAR, borderValue=255)
    ratio = read(page, bent, 3.0) * (2 * symbols - 1)
    assert np.count_nonzero(ratio > 0) >= 0.9 * len(symbols)
    assert np.count_nonzero(ratio < 0) <= 1


def test_a_few_lines_are_read(page: Sheet, symbols: NDArray[np.int64]) -> None:
    whole = draw(page.pdf(symbols), 2.0)
    top, bottom = (int(2.0 * at) for at in (94.0, 160.0))
    covered = np.full_like(whole, 255)
    covered[top:bottom] = whole[top:bottom]
    ratio = read(page, covered, 2.0) * (2 * symbols - 1)
    inside = (page.baseline[page.moved] > 104) & (page.baseline[page.moved] < 156)
    assert np.count_nonzero(ratio[inside] > 0) >= 0.9 * inside.sum()
    assert not (ratio < 0).any()


@pytest.mark.parametrize(("px_per_pt", "grey"), [(96 / 72, False), (2.0, False), (96 / 72, True)])
def test_the_original_has_no_readable_mark(page: Sheet, px_per_pt: float, grey: bool) -> None:
    ratio = read(page, draw(page.pdf(), px_per_pt, grey=grey), px_per_pt, drawn=True)
    assert np.count_nonzero(ratio) <= 0.1 * len(page.moved)


@pytest.mark.parametrize("marked", [True, False])
def test_codewords_of_others_score_no_better_than_chance(
    page: Sheet, symbols: NDArray[np.int64], marked: bool
) -> None:
    # A blurred, noisy picture, so that no reading is sure; its p-values for copies under secrets it knows nothing
    # of. The 40 x 50 are independent: of 2,000, 100 below 0.05 are expected at most, above 150 below 1e-6; of 20
    # below 0.01, above 45 below 1e-6. Seeds fixed.
    rng = np.random.default_rng(9)
    clean = cv2.GaussianBlur(draw(page.pdf(symbols if marked else None), 1.5), (0, 0), 1.6)
    noisy = np.clip(clean + rng.normal(0, 25, clean.shape), 0, 255).astype(np.uint8)
    ratio = read(page, noisy, 1.5)
    rows = Readings(np.stack([-ratio / 2, ratio / 2], axis=1))
    p = np.concatenate(
        [score_copies(rows, page.marks, [0], rng.bytes(32), NEW_SCHEME, range(50)).p_value for _ in range(40)]
    )
    assert (p <= 0.05).sum() <= 150
    assert (p <= 0.01).sum() <= 45
    if marked:
        assert np.count_nonzero(ratio) > 0.5 * len(symbols)
