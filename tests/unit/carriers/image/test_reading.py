from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.image.judge import LARGEST_NATS, judge
from dyeline.carriers.image.reading import read_picture
from dyeline.carriers.image.refine import blur_kernel
from dyeline.carriers.image.register import features_of, register_features
from dyeline.carriers.image.spread import Correlations
from dyeline.formats.picturemarks.embed import markable
from dyeline.formats.picturemarks.filters import gaussian, grey_of
from tests.pictures import jpeg, photograph, scanned_page, turned

Pixels = NDArray[np.uint8]
SCAN, PHOTOGRAPH = scanned_page(440, 560), photograph(480, 360)


def copy_of(pixels: Pixels, seed: int = 1) -> tuple[Pixels, NDArray[np.int64]]:
    ready = markable(pixels, "k")
    assert ready is not None
    variants = np.random.default_rng(seed).integers(0, 2, ready.grid.count)
    return ready.marked(variants.tolist()), variants


def read(exhibit: Pixels, original: Pixels) -> NDArray[np.float64]:
    homography = register_features(features_of(grey_of(exhibit)), features_of(grey_of(original)))
    assert homography is not None
    return read_picture(exhibit, homography, original, "k")


def half(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def photographed(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[40, 30], [width + 10, 55], [width - 25, height + 40], [25, height]], np.float32)
    how = cv2.getPerspectiveTransform(corners, seen)
    view = cv2.warpPerspective(
        pixels, how, (width + 60, height + 70), flags=cv2.INTER_CUBIC, borderValue=(90, 90, 90)
    )
    light = np.linspace(0.6, 1.0, view.shape[1])
    light = light if view.ndim == 2 else light[:, None]
    noise = np.random.default_rng(5).normal(0, 4, view.shape)
    return jpeg(np.clip(cv2.GaussianBlur(view, (0, 0), 0.8) * light + noise, 0, 255).astype(np.uint8), 80)


def faxed(pixels: Pixels) -> Pixels:
    blurred = cv2.GaussianBlur(turned(pixels, 0.7, 1.03), (0, 0), 0.7)
    return np.where(blurred > 150, 255, 0).astype(np.uint8)


PATHS = {
    "as it is": lambda pixels: pixels,
    "jpeg 50": lambda pixels: jpeg(pixels, 50),
    "half size, jpeg 70": lambda pixels: jpeg(half(pixels), 70),
    "turned": lambda pixels: jpeg(turned(pixels, 2.0, 0.95), 75),
    "mirrored": lambda pixels: jpeg(np.ascontiguousarray(pixels[:, ::-1]), 75),
    "photographed": photographed,
}
LEAST_SHARE = {"half size, jpeg 70": 0.75, "photographed": 0.75}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("original", [SCAN, PHOTOGRAPH], ids=["scan", "photograph"])
def test_marks_come_back(original: Pixels, path: str) -> None:
    marked, variants = copy_of(original)
    loglik = read(PATHS[path](marked), original)
    assert loglik.shape == (len(variants), 2)
    right = np.where(variants == 1, loglik[:, 1] - loglik[:, 0], loglik[:, 0] - loglik[:, 1])
    bits = (1 - np.log2(1 + np.exp(-right))).sum()
    assert bits >= LEAST_SHARE.get(path, 0.95) * len(variants)
    assert np.ptp(loglik, axis=1).max() <= LARGEST_NATS


@pytest.mark.parametrize("original", [SCAN, PHOTOGRAPH], ids=["scan", "photograph"])
def test_the_average_of_two_copies_shows_what_they_share(original: Pixels) -> None:
    (one, first), (two, second) = copy_of(original), copy_of(original, seed=2)
    loglik = read(((one.astype(int) + two) // 2).astype(np.uint8), original)
    ratio = loglik[:, 1] - loglik[:, 0]
    alike = first == second
    assert (ratio[alike] * (2 * first[alike] - 1) > 3).mean() > 0.9
    assert (np.abs(ratio[~alike]) < 3).mean() > 0.9


def test_a_copy_with_the_original_put_over_most_of_it_is_read_in_the_rest() -> None:
    marked, variants = copy_of(PHOTOGRAPH)
    spliced = PHOTOGRAPH.copy()
    spliced[240:] = marked[240:]
    loglik = read(spliced, PHOTOGRAPH)
    ready = markable(PHOTOGRAPH, "k")
    assert ready is not None
    owner = ready.grid.pixel_owner()
    shown = [block for block in range(len(variants)) if (np.argwhere(owner == block)[:, 0] >= 240).all()]
    ratio = (loglik[:, 1] - loglik[:, 0]) * (2 * variants - 1)
    assert (ratio[shown] > 3).mean() > 0.8
    assert (ratio < -3).sum() == 0


def test_letters_keep_their_marks_in_black_and_white() -> None:
    marked, variants = copy_of(SCAN)
    loglik = read(faxed(marked), SCAN)
    ratio = (loglik[:, 1] - loglik[:, 0]) * (2 * variants - 1)
    assert (ratio > 3).sum() >= 0.4 * len(variants)
    assert (ratio < -3).sum() == 0


def test_black_and_white_says_nothing_of_another_picture() -> None:
    assert not read(faxed(SCAN), SCAN).any()


@pytest.mark.parametrize("path", ["as it is", "photographed"])
def test_an_unmarked_picture_says_nothing(path: str) -> None:
    assert not read(PATHS[path](PHOTOGRAPH), PHOTOGRAPH).any()


def drawing() -> Pixels:
    """Return a bar chart on pure white."""
    rng, pixels = np.random.default_rng(3), np.full((600, 900, 3), 255, np.uint8)
    for left in range(40, 840, 60):
        top = int(rng.integers(60, 500))
        colour = tuple(int(value) for value in rng.integers(20, 200, 3))
        cv2.rectangle(pixels, (left, top), (left + 35, 540), colour, -1)
        cv2.putText(pixels, str(top), (left - 8, top - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
    return pixels


@pytest.mark.parametrize("path", ["as it is", "jpeg 50", "half size, jpeg 70", "black and white"])
def test_white_ground_without_marks_is_told_from_marks(path: str) -> None:
    pixels = drawing()  # where white cannot become whiter, both variants are darker than the picture
    changed = (
        np.where(grey_of(pixels) < 150, 0, 255).astype(np.uint8)
        if path == "black and white"
        else PATHS[path](pixels)
    )
    assert not read(changed, pixels).any()


@pytest.mark.parametrize("path", ["as it is", "jpeg 50", "half size, jpeg 70", "turned", "photographed"])
def test_marks_on_white_ground_are_read_or_not_but_not_wrongly(path: str) -> None:
    pixels = drawing()
    marked, variants = copy_of(pixels)
    loglik = read(PATHS[path](marked), pixels)
    right = (loglik[:, 1] - loglik[:, 0]) * (2 * variants - 1)
    assert (right < -3).sum() == 0
    if path == "as it is":
        assert (right > 3).mean() > 0.95


def test_a_crop_says_nothing_of_what_it_lacks() -> None:
    marked, variants = copy_of(PHOTOGRAPH)
    loglik = read(jpeg(marked[70:270, 40:330], 80), PHOTOGRAPH)
    ready = markable(PHOTOGRAPH, "k")
    assert ready is not None
    owner = ready.grid.pixel_owner()
    inside = {block for block in range(len(variants)) if (owner[70:270, 40:330] == block).any()}
    seen = np.flatnonzero(np.ptp(loglik, axis=1)).tolist()
    assert set(seen) <= inside and len(seen) > 10
    assert (loglik[seen].argmax(axis=1) == variants[seen]).mean() > 0.95


def test_another_picture_is_not_taken_for_this_one() -> None:
    other = photograph(480, 360, seed=9)
    assert register_features(features_of(grey_of(other)), features_of(grey_of(PHOTOGRAPH))) is None
    assert not read_picture(other, np.eye(3), PHOTOGRAPH, "k").any()


def test_another_key_reads_nothing() -> None:
    marked, _ = copy_of(PHOTOGRAPH)
    assert not read_picture(marked, np.eye(3), PHOTOGRAPH, "other").any()


def test_a_view_outside_of_the_picture_says_nothing() -> None:
    marked, _ = copy_of(PHOTOGRAPH)
    away = np.array([[1.0, 0, 5000], [0, 1, 5000], [0, 0, 1]])
    assert not read_picture(marked, away, PHOTOGRAPH, "k").any()


def test_likelihoods_of_pure_noise_are_erasures_and_of_marks_are_honest() -> None:
    """20,000 blocks with marks of strength 2: among readings of about p, a share p is right (3 sigma = 0.02)."""
    rng = np.random.default_rng(4)
    size = (100, 200)
    noise = rng.standard_t(8, size[0] * size[1])
    full = np.full(noise.size, 4.0)
    still = np.zeros((noise.size, 2), np.int64), np.ones(noise.size, np.bool_)
    assert not judge(Correlations(*size, noise[None], full[None], *still)).any()
    variants = rng.integers(0, 2, noise.size)
    loglik = judge(Correlations(*size, noise[None] + (2 * variants - 1) * 2.0, full[None], *still))
    ratio = np.abs(loglik[:, 1] - loglik[:, 0])
    right = loglik.argmax(axis=1) == variants
    for low, high in ((0.2, 1.0), (1.0, 2.0), (2.0, 8.1)):
        group = (ratio >= low) & (ratio < high)
        assert right[group].mean() == pytest.approx((1 / (1 + np.exp(-ratio[group]))).mean(), abs=0.03)


def test_the_blur_of_black_letters_is_told_with_something_lying_on_them() -> None:
    black = np.where(scanned_page(600, 800) < 140, 0.0, 255.0).astype(np.float32)
    blurred = gaussian(black, 1.0)
    covered = blurred.copy()
    covered[300:420, 100:400] = 90.0
    covered[::40] -= 60.0  # lines over it
    point = np.zeros((7, 7), np.float32)
    point[3, 3] = 1.0
    wanted = gaussian(point, 1.0)
    for seen, off in ((black, point), (blurred, wanted), (covered, wanted)):
        kernel = blur_kernel(seen, black, np.ones_like(black))
        assert np.abs(kernel - off).max() < 0.03
