from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.image.reading import read_picture
from dyeline.formats.picturemarks import bilevel
from dyeline.formats.picturemarks.embed import MarkablePicture, markable, usable_blocks
from dyeline.formats.picturemarks.filters import shrunk
from dyeline.formats.picturemarks.grid import grid_of
from dyeline.formats.picturemarks.likeness import least_ssim, psnr_db
from tests.pictures import scanned_page

PAGE = np.where(scanned_page(1240, 1754, seed=3) < 140, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def ready() -> MarkablePicture:
    found = markable(PAGE, "k")
    assert found is not None
    return found


def variants(ready: MarkablePicture, seed: int = 1) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, 2, ready.grid.count)


def test_a_page_of_black_and_white_stays_that_and_looks_the_same(ready: MarkablePicture) -> None:
    marked = ready.marked(variants(ready).tolist())
    assert set(np.unique(marked)) == {0, 255}
    assert psnr_db(marked, PAGE) >= 36.2
    assert least_ssim(marked, PAGE) >= 0.97
    assert len(usable_blocks(ready)) > 0.7 * ready.grid.count


def test_only_pixels_at_an_edge_change(ready: MarkablePicture) -> None:
    changed = np.argwhere(ready.plus != PAGE)
    assert len(changed)
    around = np.pad(PAGE, 1, mode="edge")
    for y, x in changed:
        assert np.ptp(around[y : y + 3, x : x + 3]) == 255


def test_the_variants_of_a_block_change_different_pixels(ready: MarkablePicture) -> None:
    assert not ((ready.plus != PAGE) & (ready.minus != PAGE)).any()


@pytest.mark.parametrize(("scale", "clearly"), [(1.0, 0.95), (0.75, 0.8), (0.5, 0.15)])
def test_marks_are_read_at_any_size(ready: MarkablePicture, scale: float, clearly: float) -> None:
    """The letters are 8 pixels high, at half size 4: little is clear then, but nothing clearly wrong."""
    written = variants(ready)
    copy = ready.marked(written.tolist())
    width, height = round(PAGE.shape[1] * scale), round(PAGE.shape[0] * scale)
    shown = np.rint(shrunk(copy.astype(np.float32), width, height)).astype(np.uint8)
    factor = PAGE.shape[1] / width
    homography = np.array([[factor, 0, factor / 2 - 0.5], [0, factor, factor / 2 - 0.5], [0, 0, 1]])
    loglik = read_picture(shown, homography, PAGE, "k")
    seen = np.ptp(loglik, axis=1) > 0
    assert seen[list(usable_blocks(ready))].mean() > 0.9
    clear = np.ptp(loglik, axis=1) > 3
    assert clear.sum() > clearly * seen.sum()
    assert (loglik.argmax(axis=1)[clear] == written[clear]).mean() > 0.99


def test_an_unmarked_page_shows_no_marks() -> None:
    """Of blocks that carry nothing none is read clearly; seeds are fixed."""
    loglik = read_picture(PAGE, np.eye(3), PAGE, "k")
    assert (np.ptp(loglik, axis=1) <= 3).all()


def test_blank_pages_rasters_and_grey_pages_are_left_alone() -> None:
    blank: NDArray[np.uint8] = np.full((400, 400), 255, np.uint8)
    raster = (np.indices((400, 400)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert markable(blank, "k") is None and markable(raster, "k") is None
    assert not bilevel.is_bilevel(scanned_page(200, 200))


def test_blocks_with_few_edges_leave_their_share_to_others() -> None:
    grid = grid_of(400, 400)
    assert grid is not None
    half = np.full((400, 400), 255, np.uint8)
    half[:, 200:] = np.where(scanned_page(200, 400) < 140, 0, 255)
    minus, plus = bilevel.variants(half, np.ones((400, 400), np.float32), grid)
    assert (plus[:, :190] == half[:, :190]).all()
    assert (plus >= half).all() and (minus <= half).all()
    assert 0 < (plus != half).sum() <= 10**-3.65 * half.size


def test_a_small_picture_full_of_edges_carries_marks_in_some_blocks() -> None:
    dots = np.where(np.random.default_rng(4).random((700, 700)) < 0.5, 0, 255).astype(np.uint8)
    found = markable(dots, "k")
    assert found is not None
    assert 50 < len(usable_blocks(found)) < found.grid.count
    assert found.psnr_db >= 36.2
