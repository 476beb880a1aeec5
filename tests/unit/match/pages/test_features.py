"""Pages without readable text are found by what they look like."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.match.pages.features import FeatureIndex, page_features
from dyeline.match.pages.register import register
from dyeline.model.pages import PageReference, PageWords, Picture

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


@lru_cache(maxsize=1)
def index() -> FeatureIndex:
    return FeatureIndex([page_features(drawing(seed)) for seed in range(4)])


def view(raster: NDArray[np.uint8], degrees: float, *, mirrored: bool = False) -> NDArray[np.uint8]:
    height, width = raster.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.6)
    seen = cv2.warpAffine(raster, turn, (width, height), flags=cv2.INTER_AREA, borderValue=90)
    return np.ascontiguousarray(seen[:, ::-1]) if mirrored else seen


@pytest.mark.parametrize(("degrees", "mirrored"), [(200.0, True)])
def test_a_drawing_is_found_and_registered(degrees: float, mirrored: bool) -> None:
    pixels = view(drawing(2), degrees, mirrored=mirrored)
    best = index().candidates(pixels)[0]
    assert best.page == 2
    reference = PageReference(NO_WORDS, drawing(2))
    registration = register(Picture(0, pixels, ""), reference, best)
    assert registration is not None
    assert registration.mirrored == mirrored
    assert registration.words_seen > 0.9


def test_a_negative_is_found() -> None:
    assert index().candidates(255 - view(drawing(1), 0.0))[0].page == 1


def test_another_drawing_does_not_register() -> None:
    pixels = view(drawing(3), 15.0)
    best = index().candidates(pixels)[0]
    assert register(Picture(0, pixels, ""), PageReference(NO_WORDS, drawing(0)), best) is None


def test_nothing_to_see_gives_no_candidates() -> None:
    assert index().candidates(np.full((300, 200), 255, np.uint8)) == []
    assert FeatureIndex([]).candidates(view(drawing(0), 0.0)) == []
