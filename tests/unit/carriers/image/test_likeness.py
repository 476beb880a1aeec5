"""Text printed alike is not taken for the same page; the same picture is known in whatever it went through."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.image.likeness import ALONE, likeness_through
from dyeline.formats.picturemarks.filters import grey_of
from tests.pictures import jpeg, photograph, scanned_page

SCAN = scanned_page(992, 1404)
PHOTOGRAPH = grey_of(photograph(800, 600))


def half(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("original", [SCAN, PHOTOGRAPH], ids=["scan", "photograph"])
def test_the_same_picture_is_known(original: NDArray[np.uint8]) -> None:
    shrunk = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1]])
    assert likeness_through(original, np.eye(3), original) > 0.95
    assert likeness_through(jpeg(half(original), 40), shrunk, original) > 2 * ALONE
    off = np.array([[1.0, 0.004, 4.0], [-0.004, 1.0, -3.0], [0, 0, 1]])  # no registration is exact
    assert likeness_through(original, off, original) > 2 * ALONE
    crop = np.array([[1.0, 0, 300.0], [0, 1.0, 200.0], [0, 0, 1]])
    assert likeness_through(np.ascontiguousarray(original[200:500, 300:700]), crop, original) > 2 * ALONE


def test_another_picture_is_not() -> None:
    turn = np.vstack(
        [cv2.getRotationMatrix2D((496, 702), 10, 1.3), [0, 0, 1]]
    )  # as features of letters may vote
    assert likeness_through(scanned_page(992, 1404, seed=77), turn, SCAN) < ALONE
    assert likeness_through(grey_of(photograph(800, 600, seed=5)), np.eye(3), PHOTOGRAPH) < ALONE
    assert likeness_through(SCAN, np.eye(3), PHOTOGRAPH) < ALONE


def test_what_shows_next_to_nothing_says_nothing() -> None:
    far = np.array([[1.0, 0, 5000.0], [0, 1.0, 0], [0, 0, 1]])
    assert likeness_through(SCAN, far, SCAN) == 0.0
    assert abs(likeness_through(np.full_like(SCAN, 200), np.eye(3), SCAN)) < 0.1
