"""Marked words that tell where their neighbours would stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.carriers.layout.joint import predict_jointly
from dyeline.carriers.layout.likelihood import shift_log_ratio
from dyeline.carriers.layout.prediction import Words, predict

D_PT = 0.2


def lines_of_words(bend: float, noise: float, seed: int) -> tuple[Words, Words, NDArray[np.float64]]:
    """Return marked words, references (line ends and one word in ten) and the marks (pt), on a bent page."""
    rng = np.random.default_rng(seed)
    x, y = (v.ravel() for v in np.meshgrid(np.arange(40, 560, 26.0), np.arange(40, 500, 13.0)))
    marks = np.where(rng.random(len(x)) < 0.5, -D_PT, D_PT)
    marks[(x == x.min()) | (x == x.max()) | (rng.random(len(x)) < 0.1)] = 0.0
    shift = bend * np.sin(x / 90 + y / 130) + 0.01 * x + noise * rng.normal(0, 1, len(x)) + marks
    same = np.ones(len(x))
    words = Words(
        np.stack([x, y], axis=1), (y / 13).astype(np.int64), shift, 0.004 * same, 0.95 * same, same, 0 * same
    )
    return words.at(marks != 0), words.at(marks == 0), marks[marks != 0]


def wrong(rest_pt: NDArray[np.float64], marks: NDArray[np.float64]) -> float:
    return float((np.sign(rest_pt) != np.sign(marks)).mean())


@pytest.mark.parametrize(("bend", "noise"), [(3.0, 0.02), (3.0, 0.08)])
def test_neighbours_help_where_references_are_few(bend: float, noise: float) -> None:
    words, references, marks = lines_of_words(bend, noise, 3)
    alone, _ = predict(words, references)
    together = predict_jointly(words, np.full(len(marks), D_PT), references)
    assert wrong(together.rest_pt, marks) <= wrong(alone.rest_pt, marks)
    assert np.median(together.noise_pt) < 0.9 * np.median(alone.noise_pt)
    z = (together.rest_pt - marks) / together.noise_pt
    assert 0.8 < 1.4826 * np.median(np.abs(z)) < 1.3


def test_a_word_does_not_help_itself() -> None:
    words, references, marks = lines_of_words(0.5, 0.02, 4)
    shift_pt = np.full(len(marks), D_PT)
    turned = words.shift_pt.copy()
    turned[40] -= 2 * marks[40]
    before = predict_jointly(words, shift_pt, references).rest_pt
    after = predict_jointly(replace(words, shift_pt=turned), shift_pt, references).rest_pt
    assert np.sign(after[40]) == -np.sign(before[40])
    assert after[40] - before[40] == pytest.approx(-2 * marks[40], abs=0.02)
    others = np.arange(len(marks)) != 40
    assert np.abs(after - before)[others].max() < 0.05


def test_unmarked_words_stay_unread_and_help_nobody() -> None:
    words, references, marks = lines_of_words(1.0, 0.03, 5)
    plain = replace(words, shift_pt=words.shift_pt - marks)
    found = predict_jointly(plain, np.full(len(marks), D_PT), references)
    ratio, unmoved = shift_log_ratio(found.rest_pt, found.noise_pt, np.full(len(marks), D_PT), found.freedom)
    assert unmoved > 0.9
    assert np.count_nonzero(ratio) <= 0.02 * len(marks)
