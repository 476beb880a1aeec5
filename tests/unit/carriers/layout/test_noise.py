"""The noise that readings assume comes from words that were held out, and the ratios from the noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.layout.likelihood import CAP_NATS, expected_bits, shift_log_ratio, student_log_ratio
from dyeline.carriers.layout.prediction import Words, predict


def grid_of_words(bend: float, noise: NDArray[np.float64] | float, seed: int) -> Words:
    rng = np.random.default_rng(seed)
    x, y = (v.ravel() for v in np.meshgrid(np.arange(40, 560, 26.0), np.arange(40, 700, 13.0)))
    lines = (y / 13).astype(np.int64)
    shift = bend * np.sin(x / 90 + y / 130) + 0.01 * x + rng.normal(0, 1, len(x)) * noise
    few = np.full(len(x), 0.004)
    return Words(np.stack([x, y], axis=1), lines, shift, few, np.full(len(x), 0.95), np.ones(len(x)), 0 * x)


def halves(words: Words) -> tuple[Words, Words]:
    odd = np.arange(len(words.shift_pt)) % 2 == 1
    return words.at(odd), words.at(~odd)


@pytest.mark.parametrize(("bend", "noise"), [(0.0, 0.02), (3.0, 0.02), (3.0, 0.15), (0.0, 1.2)])
def test_the_noise_is_that_of_words_that_were_not_fitted(bend: float, noise: float) -> None:
    moved, references = halves(grid_of_words(bend, noise, 3))
    found, _ = predict(moved, references)
    z = found.rest_pt / found.noise_pt
    assert 0.8 < 1.4826 * np.median(np.abs(z)) < 1.2
    assert np.median(found.noise_pt) < 1.6 * noise + 0.01


def test_a_noisy_region_is_known_to_be_noisy() -> None:
    quiet = grid_of_words(0.5, 0.0, 4)
    left = quiet.centres_pt[:, 0] < 200
    moved, references = halves(grid_of_words(0.5, np.where(left, 0.2, 0.02), 4))
    found, _ = predict(moved, references)
    far_left, far_right = moved.centres_pt[:, 0] < 120, moved.centres_pt[:, 0] > 320
    assert np.median(found.noise_pt[far_left]) > 0.12
    assert np.median(found.noise_pt[far_right]) < 0.05


def test_a_few_wild_references_do_not_move_their_neighbours() -> None:
    words = grid_of_words(0.5, 0.02, 5)
    wild = words.shift_pt.copy()
    wild[::46] += 2.0
    moved, references = halves(replace(words, shift_pt=wild))
    found, _ = predict(moved, references)
    assert np.percentile(np.abs(found.rest_pt[np.abs(found.rest_pt) < 1]), 95) < 0.12


def test_marks_are_told_apart_and_what_is_neither_is_an_erasure() -> None:
    distance, noise = np.full(5, 0.2), np.full(5, 0.02)
    ratio, unmoved = shift_log_ratio(np.array([0.2, -0.2, 0.0, 0.6, -0.19]), noise, distance, 5.0)
    assert ratio[0] > 5 > -5 > ratio[1]
    assert not ratio[2:4].any()
    assert ratio[4] < -5
    assert unmoved < 0.3


@pytest.mark.parametrize("noise", [0.02, 0.06, 0.1])
def test_words_of_an_unmarked_page_say_nothing(noise: float) -> None:
    rng = np.random.default_rng(7)
    rest = noise * rng.standard_t(6, 200)
    ratio, unmoved = shift_log_ratio(rest, np.full(200, noise), np.full(200, 0.2), 6.0)
    assert unmoved > 0.9
    assert np.count_nonzero(ratio) <= 4


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.2])
def test_nothing_is_lost_on_marked_words_that_unmarked_ones_are_thought_of(noise: float) -> None:
    rng = np.random.default_rng(8)
    marks = np.where(rng.random(200) < 0.5, -0.2, 0.2)
    rest = marks + noise * rng.standard_t(6, 200)
    ratio, unmoved = shift_log_ratio(rest, np.full(200, noise), np.full(200, 0.2), 6.0)
    before = student_log_ratio(rest, np.full(200, noise), np.full(200, 0.2), 6.0)
    bits = [(1 - np.logaddexp(0, -r * np.sign(marks)) / np.log(2)).sum() for r in (ratio, before)]
    assert unmoved < 0.05
    assert bits[0] > 0.96 * bits[1]


def test_no_ratio_exceeds_the_cap_and_strays_lower_it() -> None:
    one = np.ones(1)
    assert student_log_ratio(one, 0.001 * one, one, 30.0)[0] == CAP_NATS
    assert 3.0 < student_log_ratio(one, 0.05 * one, one, 30.0, 0.1)[0] < CAP_NATS


def test_expected_bits_fall_from_one_to_none_as_noise_grows() -> None:
    noise = np.array([0.01, 0.1, 0.2, 0.5, 5.0])
    bits = expected_bits(noise, np.full(5, 0.2), 5.0)
    assert bits[0] > 0.99
    assert (np.diff(bits) < 0).all()
    assert 0.0 <= bits[-1] < 0.02
    assert expected_bits(noise, np.full(5, 0.2), 5.0, 0.2)[0] < 0.8


def test_wrong_symbols_gain_nothing_on_average() -> None:
    # Right noise: the mean likelihood ratio for the wrong symbol is 1 at most. 20,000 draws: sd below 0.05.
    rng = np.random.default_rng(6)
    noise = np.full(20_000, 0.15)
    value = 0.2 + noise * rng.standard_t(5, len(noise))
    ratio = student_log_ratio(value, noise, np.full(len(noise), 0.2), 5.0)
    assert np.exp(-ratio).mean() < 1.2
