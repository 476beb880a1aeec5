from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.formats.picturemarks.embed import mark_picture, markable
from dyeline.formats.picturemarks.filters import as_grey, grey_of
from dyeline.formats.picturemarks.likeness import gaussian_ssim, psnr_db, ssim
from dyeline.formats.picturemarks.pattern import pattern
from dyeline.formats.picturemarks.strength import strength
from tests.pictures import photograph, scanned_page

PICTURES = {
    "scan": scanned_page(440, 560),
    "photograph": photograph(480, 360),
    "grey photograph": grey_of(photograph(480, 360, seed=3)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_marked_picture_looks_like_the_unmarked_one(name: str) -> None:
    from skimage.metrics import structural_similarity

    pixels = PICTURES[name]
    ready = markable(pixels, "k")
    assert ready is not None
    marked = ready.marked(np.random.default_rng(1).integers(0, 2, ready.grid.count).tolist())
    assert marked.shape == pixels.shape and marked.dtype == np.uint8
    assert psnr_db(marked, pixels) >= 36.5
    assert structural_similarity(grey_of(marked), grey_of(pixels)) >= 0.97


def test_our_similarity_is_scikit_images() -> None:
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    one = grey_of(PICTURES["photograph"])
    noise = np.random.default_rng(2).normal(0, 9, one.shape)
    two = np.clip(one + noise, 0, 255).astype(np.uint8)
    assert ssim(one, two) == pytest.approx(structural_similarity(one, two), abs=1e-4)
    papers = structural_similarity(one, two, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    assert gaussian_ssim(one, two) == pytest.approx(papers, abs=1e-4)
    assert psnr_db(one, two) == pytest.approx(peak_signal_noise_ratio(one, two), abs=1e-3)


def test_blank_paper_stays_blank_and_ground_beside_letters_stays_quiet() -> None:
    page: NDArray[np.uint8] = np.full((400, 400), 254, np.uint8)
    page[180:220, 180:220] = 0
    marked = mark_picture(page, "k", [0, 1] * 100)
    assert np.abs(marked.astype(int) - page).max() <= 1
    assert strength(as_grey(page)).max() < 1.0


def test_the_variants_of_a_block_are_opposite_and_others_do_not_touch_it() -> None:
    ready = markable(PICTURES["photograph"], "k")
    assert ready is not None
    variants = [0] * ready.grid.count
    variants[7] = 1
    differs = (ready.marked(variants) != ready.marked([0] * ready.grid.count)).any(axis=2)
    owner = ready.grid.pixel_owner()
    assert set(owner[differs].tolist()) == {7}
    assert differs[owner == 7].mean() > 0.5


def test_nothing_is_written_where_a_stretch_runs_over_the_edge() -> None:
    pixels = scanned_page(width=632, height=400)  # 79 units: no stretch divides them
    ready = markable(pixels, "k")
    assert ready is not None
    outside = ready.grid.pixel_owner() < 0
    assert outside.any()
    assert (ready.plus[outside] == ready.minus[outside]).all()


def test_patterns_follow_from_the_key_alone() -> None:
    one, again, other = (pattern(key, 300, 200, 7.0) for key in ("a", "a", "b"))
    assert (one == again).all()
    assert abs(float((one * other).mean())) < 0.05
    assert abs(float(one.mean())) < 1e-3 and float(one.std()) == pytest.approx(1.0, abs=1e-3)


def test_the_pattern_of_a_key_never_changes() -> None:
    """Marks already issued are read with it: a new pattern needs a new carrier name."""
    field = pattern("dyeline", 160, 130, 7.0)
    seen = [round(float(field[y, x]), 2) for y, x in ((3, 5), (40, 90), (77, 12), (129, 159))]
    assert seen == PINNED


def test_a_picture_too_small_is_left_alone() -> None:
    pixels = photograph(120, 300)
    assert markable(pixels, "k") is None
    assert (mark_picture(pixels, "k", []) == pixels).all()


PINNED = [0.07, 0.4, 0.78, -1.86]
