"""Marks of a scanned page are read through the bend that its words show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.formats.picturemarks.embed import markable
from dyeline.formats.picturemarks.filters import grey_of
from dyeline.formats.picturemarks.marks import image_mark
from dyeline.model.document import PictureArea
from dyeline.model.pages import REFERENCE_PX_PER_PT, SeenPage
from dyeline.model.sites import Place, Site
from dyeline.trace.picture_marks import read_picture_marks
from dyeline.trace.read import Looked
from dyeline.trace.shelf import Original
from dyeline.trace.unbend import laid_flat
from tests.pictures import photograph
from tests.unit.carriers.layout.pages import Sheet, draw, scaling, seen_page, sheet

PX_PER_PT = 2.5


@dataclass(frozen=True)
class Shelf:
    """A shelf that holds one picture."""

    only: Original
    over: NDArray[np.bool_] | None = None
    areas: Mapping[str, tuple[PictureArea, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", {self.only.key: self.only.areas})

    def original(self, key: str) -> Original | None:
        return self.only if key == self.only.key else None

    def hidden(self, key: str, page: int) -> NDArray[np.bool_] | None:
        return self.over


@pytest.fixture(scope="module")
def page() -> Sheet:
    return sheet()


@pytest.fixture(scope="module")
def scan(page: Sheet) -> Original:
    drawn = draw(page.pdf(None), PX_PER_PT).astype(np.float32)
    grain = np.random.default_rng(2).normal(0, 4, drawn.shape)
    pixels = np.clip(cv2.GaussianBlur(drawn, (0, 0), 0.6) * 0.95 + grain, 0, 255).astype(np.uint8)
    height, width = pixels.shape
    to_page = ((page.width_pt / width, 0.0, 0.0), (0.0, page.height_pt / height, 0.0), (0.0, 0.0, 1.0))
    return Original("k", pixels, (PictureArea(0, "k", width, height, 0, to_page),))


def bent(pixels: NDArray[np.uint8], most_px: float) -> NDArray[np.uint8]:
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float32)
    down = most_px * np.sin(x / pixels.shape[1] * 4.0)
    across = 0.4 * most_px * np.sin(x / 170.0)
    return np.asarray(cv2.remap(pixels, x + across, y + down, cv2.INTER_CUBIC, borderValue=255), np.uint8)


def ratios(
    seen: SeenPage, scan: Original, blocks: int, over: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    sites = [
        Site(f"s{block}", "image/1", "block", (Place(0, 0, ("", ""), image_mark("k", block)),))
        for block in range(blocks)
    ]
    loglik = read_picture_marks(Looked((seen.picture,), (seen,)), Shelf(scan, over), sites)
    return np.asarray(loglik[:, 1] - loglik[:, 0])


@pytest.mark.parametrize("most_px", [0.0, 24.0])
def test_a_bent_scan_is_read_as_a_flat_one(page: Sheet, scan: Original, most_px: float) -> None:
    ready = markable(scan.pixels, "k")
    assert ready is not None
    variants = np.random.default_rng(3).integers(0, 2, ready.grid.count)
    shown = bent(ready.marked(variants.tolist()), most_px)
    right = ratios(seen_page(page, shown, scaling(PX_PER_PT)), scan, ready.grid.count) * (2 * variants - 1)
    assert (right > 3).sum() >= 0.8 * len(right)
    assert (right < -3).sum() == 0


@pytest.mark.parametrize("most_px", [0.0, 24.0])
def test_a_picture_beneath_text_is_read_between_the_letters(page: Sheet, most_px: float) -> None:
    letters = draw(page.pdf(None), PX_PER_PT)
    height, width = letters.shape
    pixels = (180 + 0.25 * photograph(width, height).mean(axis=2)).astype(np.uint8)
    to_page = ((page.width_pt / width, 0.0, 0.0), (0.0, page.height_pt / height, 0.0), (0.0, 0.0, 1.0))
    ground = Original("k", pixels, (PictureArea(0, "k", width, height, 0, to_page),))
    ready = markable(pixels, "k")
    assert ready is not None
    variants = np.random.default_rng(4).integers(0, 2, ready.grid.count)
    shown = np.minimum(ready.marked(variants.tolist()), letters)
    seen = seen_page(page, bent(shown, most_px), scaling(PX_PER_PT))
    over = draw(page.pdf(None), REFERENCE_PX_PER_PT) < 250
    right = ratios(seen, ground, ready.grid.count, over) * (2 * variants - 1)
    assert (right > 3).mean() > 0.8 and (right < -3).sum() == 0
    assert not ratios(
        seen, ground, ready.grid.count
    ).any()  # compared with the letters, it is another picture


@pytest.mark.parametrize("marked", [True, False])
def test_a_picture_that_is_not_where_its_page_is_taken_to_lie_is_looked_for(
    page: Sheet, marked: bool
) -> None:
    pixels = grey_of(photograph(640, 480))
    to_page = ((0.4, 0.0, 60.0), (0.0, 0.4, 80.0), (0.0, 0.0, 1.0))
    below = Original("k", pixels, (PictureArea(0, "k", 640, 480, 0, to_page),))
    ready = markable(pixels, "k")
    assert ready is not None
    variants = np.random.default_rng(6).integers(0, 2, ready.grid.count)
    exhibit = np.full((round(page.height_pt * PX_PER_PT), round(page.width_pt * PX_PER_PT)), 255, np.uint8)
    shown = ready.marked(variants.tolist()) if marked else pixels
    exhibit[200:680, 150:790] = shown
    sheared = np.array([[1.0, -0.2, 60.0], [0, 1.0, 0], [0, 0, 1]]) @ scaling(PX_PER_PT)
    right = ratios(seen_page(page, exhibit, sheared), below, ready.grid.count) * (2 * variants - 1)
    if marked:
        assert (right > 3).mean() > 0.9 and (right < -3).sum() == 0
    else:
        assert not right.any()


def test_a_bent_scan_without_marks_says_nothing(page: Sheet, scan: Original) -> None:
    ready = markable(scan.pixels, "k")
    assert ready is not None
    seen = seen_page(page, bent(scan.pixels, 24.0), scaling(PX_PER_PT))
    assert not ratios(seen, scan, ready.grid.count).any()


def test_a_page_without_words_is_not_laid_flat(page: Sheet) -> None:
    seen = seen_page(page, np.full((900, 700), 255, np.uint8), scaling(PX_PER_PT))
    assert laid_flat(seen, closely=False) is None
    assert laid_flat(seen, closely=True) is None


def test_what_the_exhibit_does_not_show_is_told(page: Sheet) -> None:
    half = draw(page.pdf(None), PX_PER_PT)[: round(page.height_pt * PX_PER_PT / 2)]
    flat = laid_flat(seen_page(page, half, scaling(PX_PER_PT)), closely=False)
    assert flat is not None
    rows = flat.shown.mean(axis=1)
    assert rows[3 : len(rows) // 2 - 30].min() > 0.95
    assert rows[len(rows) // 2 + 30 :].max() == 0
