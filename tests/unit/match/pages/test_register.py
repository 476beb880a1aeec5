"""Pages are found where they are, and only there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dyeline.match.pages.plane import TO_REFERENCE, apply
from dyeline.match.pages.register import PictureView, register
from dyeline.match.pages.several import register_pages
from dyeline.model.pages import Picture, Registration
from tests.unit.match.pages.shots import (
    Book,
    Shot,
    book,
    candidates,
    centres,
    photograph,
    read_lines,
    screenshot,
)


def found_in(shot: Shot, *, seed: int = 0, most: int = 12) -> Registration | None:
    hints = [
        c for c in candidates(book(), *read_lines(book(), shot, seed=seed, most=most)) if c.page == shot.page
    ]
    return register(PictureView(shot.picture), book().reference(shot.page), hints[0])


def error_pt(shot: Shot, registration: Registration) -> float:
    """Return the median distance between where words are and where the registration has them."""
    words = centres(book().words[shot.page])
    seen = shot.where(words)
    height, width = shot.pixels.shape[:2]
    inside = ((seen > 0) & (seen < [width, height])).all(axis=1)
    mapped = apply(np.linalg.inv(TO_REFERENCE) @ registration.homography, seen[inside])
    return float(np.median(np.hypot(*(mapped - words[inside]).T)))


@pytest.mark.parametrize(
    ("options", "mirrored"),
    [
        ({"degrees": 7.0}, False),
        ({"degrees": 184.0}, False),
        ({"degrees": -95.0, "shape": (950, 1200)}, False),
        ({"mirrored": True}, True),
        ({"fill": 2.0, "centre": (0.3, 0.8)}, False),
    ],
    ids=["photo", "upside down", "sideways", "mirrored", "a part"],
)
def test_a_photograph_registers_to_a_fiftieth_of_a_letter(options: dict[str, object], mirrored: bool) -> None:
    shot = photograph(book(), 1, seed=11, **options)  # type: ignore[arg-type]
    registration = found_in(shot)
    assert registration is not None
    assert error_pt(shot, registration) < 0.1  # PDFium drew letters into whole pixels of 0.33 pt
    assert registration.mirrored == mirrored
    assert not registration.inverted
    assert registration.words_seen > 0.97
    assert (registration.page, registration.picture) == (1, 0)


def test_the_outline_is_that_of_the_page() -> None:
    shot = photograph(book(), 0, seed=4, degrees=180)
    registration = found_in(shot)
    assert registration is not None
    words = book().words[0]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [words.width_pt, words.height_pt]
    assert np.abs(registration.quad - shot.where(corners)).max() < 1.0


@pytest.mark.parametrize("px_per_pt", [1.0, 96 / 72, 150 / 72])
def test_a_screenshot_registers(px_per_pt: float) -> None:
    shot = screenshot(book(), 2, px_per_pt)
    registration = found_in(shot)
    assert registration is not None
    assert error_pt(shot, registration) < 0.4  # viewers draw into whole pixels
    assert registration.residual_pt < 0.25


def test_a_dark_coloured_screen_registers_as_inverted() -> None:
    shot = screenshot(book(), 0)
    dark = (255 - shot.pixels) * np.array([0.9, 0.1, 0.05]) + np.array([10, 20, 60])
    registration = found_in(Shot(dark.astype(np.uint8), 0, shot.where))
    assert registration is not None
    assert registration.inverted


def test_one_paragraph_is_enough() -> None:
    shot = screenshot(book(), 1)
    top, bottom = 300, 420
    part = np.ascontiguousarray(shot.pixels[top:bottom])
    registration = found_in(Shot(part, 1, lambda points: shot.where(points) - [0, top]))
    assert registration is not None
    assert registration.words_seen > 0.95


def test_strongly_curled_paper_passes_the_gate() -> None:
    shot = photograph(book(), 1, seed=9, curl_pt=40.0)
    registration = found_in(shot)
    assert registration is not None
    assert registration.words_seen > 0.95


def test_image_features_find_the_page_without_any_text_read() -> None:
    shot = photograph(book(), 1, seed=12, degrees=140)
    registration = register(PictureView(shot.picture), book().reference(1), None)
    assert registration is not None
    assert error_pt(shot, registration) < 0.1  # PDFium drew letters into whole pixels of 0.33 pt


@pytest.mark.parametrize("kind", ["screenshot", "photograph"])
def test_another_page_of_the_same_document_does_not_pass(kind: str) -> None:
    shot = screenshot(book(), 0) if kind == "screenshot" else photograph(book(), 0, seed=1)
    hint = candidates(book(), *read_lines(book(), shot, seed=1))[0]
    assert hint.page == 0
    assert register(PictureView(shot.picture), book().reference(1), hint) is None


def test_unrelated_pictures_do_not_pass() -> None:
    rng = np.random.default_rng(8)
    hint = candidates(book(), *read_lines(book(), screenshot(book(), 0), seed=1))[0]
    noise = cv2.resize(rng.integers(0, 256, (300, 240, 3), dtype=np.uint8), (960, 1200))
    for pixels in (noise, np.full((1200, 960, 3), 255, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        assert register(PictureView(Picture(0, pixels, "")), book().reference(0), hint) is None


def test_a_page_half_hidden_by_a_hand_passes() -> None:
    shot = screenshot(book(), 0)
    hidden = shot.pixels.copy()
    hidden[: hidden.shape[0] // 2] = 150
    registration = found_in(Shot(hidden, 0, shot.where), most=1000)
    assert registration is not None
    assert registration.words_seen < 0.6


def test_two_pages_in_one_picture_are_both_found() -> None:
    left = photograph(book(), 0, seed=1, fill=0.85, shape=(1200, 1700), centre=(0.26, 0.5))
    both = photograph(book(), 1, seed=2, fill=0.85, shape=(1200, 1700), centre=(0.74, 0.5), on=left.pixels)
    one = read_lines(book(), Shot(both.pixels, 0, left.where), seed=1)
    two = read_lines(book(), both, seed=2, at=len(one[0]) + 1)
    found = candidates(book(), one[0] + "\n" + two[0], one[1] + two[1])
    registered = register_pages(PictureView(both.picture), found, book().reference)
    assert {registration.page for registration in registered} == {0, 1}


def test_of_two_pages_at_one_place_the_better_one_is_kept() -> None:
    shared = book()
    shot = screenshot(shared, 0)
    hints = candidates(shared, *read_lines(shared, shot, seed=1))

    def half_alike(number: int) -> object:
        reference = shared.reference(0)
        if number == 0:
            return reference
        raster = reference.raster.copy()
        raster[: raster.shape[0] // 3] = Book.reference(shared, 1).raster[: raster.shape[0] // 3]
        return type(reference)(reference.words, raster)

    other = type(hints[0])(1, 5, hints[0].picture_px, hints[0].page_pt)
    alone = register(PictureView(shot.picture), half_alike(1), other)  # type: ignore[arg-type]
    assert alone is not None and alone.words_seen < 0.8
    registered = register_pages(PictureView(shot.picture), [other, hints[0]], half_alike)  # type: ignore[arg-type]
    assert [registration.words_seen for registration in registered] == [pytest.approx(1.0, abs=0.02)]


def test_letters_in_bright_halos_on_a_dark_ground_are_found_by_their_strokes() -> None:
    shot = screenshot(book(), 0)
    ink = (cv2.cvtColor(shot.pixels, cv2.COLOR_RGB2GRAY) < 160).astype(np.uint8)
    halo = cv2.dilate(ink, np.ones((7, 7), np.uint8))
    grey = cv2.GaussianBlur(np.where(ink, 60, np.where(halo, 240, 50)).astype(np.uint8), (0, 0), 0.8)
    worn = Shot(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), shot.page, shot.where)
    hint = candidates(book(), *read_lines(book(), shot, seed=1))[0]
    registration = register(PictureView(worn.picture), book().reference(0), hint)
    assert registration is not None
    assert error_pt(worn, registration) < 0.3
