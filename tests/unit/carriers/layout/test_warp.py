"""Warps: exact where they are known, smooth between words."""

from __future__ import annotations

import numpy as np

from dyeline.carriers.layout.field import fit_field, flat_field
from dyeline.carriers.layout.view import View, grey_of, project
from dyeline.carriers.layout.warp import Warp

SIZE = np.array([420.0, 300.0])


def perspective() -> View:
    matrix = np.array([[2.4, 0.1, 30.0], [-0.05, 2.5, 20.0], [1e-4, -5e-5, 1.0]])
    return View(np.zeros((800, 1100), dtype=np.float32), matrix, np.eye(3), 2.4)


def test_maps_follow_the_homography_to_a_hundredth_of_a_pixel() -> None:
    warp = Warp(perspective(), flat_field(SIZE))
    x, y = warp.maps(SIZE, 2.0)
    assert x.shape == (600, 840)
    rows, columns = np.mgrid[:600:37, :840:41]
    exact = project(warp.view.from_points, np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5], axis=1) / 2)
    seen = np.stack([x[rows, columns].ravel(), y[rows, columns].ravel()], axis=1)
    assert np.abs(seen - exact).max() < 0.01


def test_a_field_predicts_between_the_words_it_was_fitted_to() -> None:
    rng = np.random.default_rng(2)
    points = rng.uniform([30, 30], [390, 270], (220, 2))

    def bent(at: np.ndarray) -> np.ndarray:
        return np.stack([2 * np.sin(at[:, 0] / 60), 4 * np.cos(at[:, 0] / 70 + at[:, 1] / 200)], axis=1)

    noisy = bent(points) + rng.normal(0, 0.02, points.shape)
    noisy[::20] += 3.0
    between = rng.uniform([50, 50], [370, 250], (200, 2))
    error = fit_field(points, noisy, SIZE).at(between) - bent(between)
    assert np.percentile(np.abs(error), 95) < 0.1


def test_the_grey_mix_shows_ink_that_common_grey_hides() -> None:
    # Red and cyan of one luminance: invisible in common grey.
    pixels = np.zeros((40, 60, 3), dtype=np.uint8)
    pixels[...] = (70, 190, 190)
    pixels[10:30, 20:40] = (255, 99, 99)
    grey = grey_of(pixels, inverted=False)
    assert np.ptp(grey) > 40
    assert np.allclose(255 - grey, grey_of(pixels, inverted=True))
