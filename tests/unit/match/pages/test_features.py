"""Pages without readable text are found by what they look like."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.match.pages.feature_index import TABLES, DescribedPage, FeatureIndex, keys_of
from dyeline.match.pages.features import PageFeatures, packed, seen_features, unpacked
from dyeline.match.pages.figures import find_figures, page_features, picture_features
from dyeline.match.pages.lookalikes import LookAlike, look_alikes
from dyeline.match.pages.register import PictureView, register
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference, PageWords, Picture

NO_WORDS = PageWords(
    0, 213.0, 300.0, np.zeros((0, 4), np.float32), *(np.zeros(0, np.int64),) * 2, np.zeros(0, np.int32)
)


@lru_cache(maxsize=8)
def drawing(seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    raster = np.full((900, 640), 250, np.uint8)
    for _ in range(30):
        ends = rng.integers(40, [600, 860], (2, 2)).tolist()
        cv2.line(raster, ends[0], ends[1], int(rng.integers(0, 150)), int(rng.integers(2, 6)))
    for _ in range(12):
        centre = rng.integers(40, [600, 860]).tolist()
        cv2.circle(raster, centre, int(rng.integers(10, 90)), int(rng.integers(0, 150)), 3)
    return raster


def described(seed: int) -> PageFeatures:
    raster = drawing(seed)

    def draw(px_per_pt: float) -> NDArray[np.uint8]:
        size = (round(raster.shape[1] * px_per_pt / 3), round(raster.shape[0] * px_per_pt / 3))
        return np.asarray(cv2.resize(raster, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    return page_features(draw, (640 / REFERENCE_PX_PER_PT, 300.0), np.zeros((0, 4), np.float32))


@lru_cache(maxsize=1)
def index() -> FeatureIndex:
    pages = [DescribedPage(seed, packed(described(seed))) for seed in range(4)]
    return FeatureIndex().extended({7: pages[:3]}).extended({8: pages[3:]})


def view(raster: NDArray[np.uint8], degrees: float, *, mirrored: bool = False) -> NDArray[np.uint8]:
    height, width = raster.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.6)
    seen = cv2.warpAffine(raster, turn, (width, height), flags=cv2.INTER_AREA, borderValue=90)
    return np.ascontiguousarray(seen[:, ::-1]) if mirrored else seen


def best(pixels: NDArray[np.uint8]) -> LookAlike:
    return look_alikes(index(), pixels)[0]


@pytest.mark.parametrize(("degrees", "mirrored"), [(200.0, True)])
def test_a_drawing_is_found_and_registered(degrees: float, mirrored: bool) -> None:
    pixels = view(drawing(2), degrees, mirrored=mirrored)
    found = best(pixels)
    assert (found.file, found.candidate.page) == (7, 2)
    reference = PageReference(NO_WORDS, drawing(2))
    registration = register(PictureView(Picture(0, pixels, "")), reference, found.candidate)
    assert registration is not None
    assert registration.mirrored == mirrored
    assert registration.words_seen > 0.9


def test_a_negative_is_found() -> None:
    assert best(255 - view(drawing(1), 0.0)).candidate.page == 1


def test_a_piece_is_found() -> None:
    found = best(drawing(3)[300:780, 150:560])
    assert (found.file, found.candidate.page) == (8, 3)


def test_another_drawing_does_not_register() -> None:
    pixels = view(drawing(3), 15.0)
    reference = PageReference(NO_WORDS, drawing(0))
    assert register(PictureView(Picture(0, pixels, "")), reference, best(pixels).candidate) is None


def test_nothing_to_see_gives_no_candidates() -> None:
    assert look_alikes(index(), np.full((300, 200), 255, np.uint8)) == []
    assert look_alikes(FeatureIndex(), view(drawing(0), 0.0)) == []
    assert look_alikes(FeatureIndex().extended({1: []}), view(drawing(0), 0.0)) == []


def test_a_picture_on_no_page_is_found() -> None:
    own = FeatureIndex().extended({3: [DescribedPage(-1, packed(picture_features(drawing(1))))]})
    found = look_alikes(own, view(drawing(1), 0.0))
    assert [(one.file, one.candidate.page) for one in found] == [(3, -1)]


def test_mirror_and_negative_of_features_are_those_of_the_picture() -> None:
    pixels = drawing(0)
    flipped = np.ascontiguousarray(pixels[:, ::-1])
    views = [seen_features(one)[0] for one in (pixels, 255 - pixels, flipped, 255 - flipped)]
    for computed, found in zip(seen_features(pixels), views, strict=True):
        mine, theirs = computed.features, found.features
        near = np.hypot(*(mine.places[:, None] - theirs.places[None]).transpose(2, 0, 1)) < 0.5
        rows, columns = np.nonzero(near & (np.abs(mine.sizes[:, None] - theirs.sizes[None]) < 0.2))
        close = np.bitwise_count(mine.codes[rows] ^ theirs.codes[columns]).sum(axis=1) <= 28
        assert len(rows) > 100 and close.mean() > 0.5


def test_packed_features_keep_what_matters() -> None:
    features = described(0)
    again = unpacked(packed(features))
    assert np.array_equal(again.codes, features.codes)
    assert np.abs(again.places - features.places).max() <= 0.125
    assert np.abs(again.sizes / features.sizes - 1).max() < 0.001
    assert np.abs((again.angles - features.angles + 180) % 360 - 180).max() < 0.01


def test_an_index_holds_what_was_added_however_it_was_merged() -> None:
    rng = np.random.default_rng(1)
    pages = {
        key: [DescribedPage(0, rng.integers(0, 2**32, (40, 6), dtype=np.uint32))] * 2 for key in range(5)
    }
    one = FeatureIndex().extended(pages)
    more = FeatureIndex()
    for key, each in pages.items():
        more = more.extended({key: each}).extended({key: each})
    assert one.files == more.files == frozenset(range(5))
    assert sum(segment.pages for segment in more.segments) == 10
    (segment,) = one.segments
    keys = keys_of(segment.features)
    for table in range(TABLES):
        assert (np.diff(keys[table][segment.order[table]].astype(int)) >= 0).all()
        assert segment.begins[table, -1] == segment.count == 400


def test_figures_are_what_is_no_text() -> None:
    page = np.full((640, 453), 255, np.uint8)
    page[100:300, 60:400:3] = 0  # a picture
    page[400:405, 60:400] = 0  # a line of text
    page[500:520, 60:90] = 0  # a logo
    words = np.array([(60, 398, 400, 407)], np.float32)
    assert find_figures(page, 1.0, words) == [(60.0, 100.0, 400.0, 300.0)]
