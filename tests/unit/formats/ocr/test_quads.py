"""Directions, reading order and strips of lines."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.formats.ocr.order import reading_order
from dyeline.formats.ocr.quads import oriented, runs_down, strip, turned


def box(left: float, top: float, right: float, bottom: float) -> NDArray[np.float32]:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)


def boxes(*sides: tuple[float, float, float, float]) -> NDArray[np.float32]:
    return np.stack([box(*side) for side in sides])


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("backwards", [False, True])
def test_any_order_of_corners_becomes_top_left_and_clockwise(shift: int, backwards: bool) -> None:
    wide, short = box(10, 10, 110, 30), box(10, 50, 24, 70)
    given = np.stack([np.roll(one[::-1] if backwards else one, shift, axis=0) for one in (wide, short)])
    assert np.array_equal(oriented(given), np.stack([wide, short]))


def test_a_tilted_line_keeps_its_direction() -> None:
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], dtype=np.float32)
    tilted = box(0, 0, 100, 20) @ turn
    assert np.allclose(oriented(np.roll(tilted, 2, axis=0)[None])[0], tilted)


def test_short_words_go_with_the_long_lines() -> None:
    down = boxes((10, 10, 30, 300), (50, 10, 70, 300), (90, 10, 110, 24))
    quads = oriented(down)
    assert runs_down(quads)
    for quad in quads:
        assert quad[1][1] > quad[0][1] and quad[1][0] == quad[0][0]
    assert not runs_down(oriented(boxes((10, 10, 300, 30), (10, 50, 30, 110))))


def test_turning_twice_changes_nothing() -> None:
    quads = boxes((10, 10, 110, 30))
    for half_turn in (False, True):
        for mirrored in (False, True):
            there = turned(quads, half_turn, mirrored)
            assert np.array_equal(turned(there, half_turn, mirrored), quads)
    assert turned(quads, True, False)[0, 0].tolist() == [110, 30]
    assert turned(quads, False, True)[0, 0].tolist() == [110, 10]


def test_columns_are_read_one_after_the_other_below_their_title() -> None:
    title = (100.0, 0.0, 500.0, 30.0)
    left = [(0.0, 50.0 + 20 * k, 250.0, 64.0 + 20 * k) for k in range(10)]
    right = [(300.0, 53.0 + 20 * k, 550.0, 67.0 + 20 * k) for k in range(10)]
    truth = boxes(title, *left, *right)
    shuffled = np.random.default_rng(0).permutation(len(truth))
    assert np.array_equal(truth[shuffled][reading_order(truth[shuffled])], truth)


def test_pieces_of_one_line_are_read_from_left_to_right() -> None:
    truth = boxes((0, 0, 90, 20), (100, 3, 200, 22), (0, 40, 60, 60), (70, 41, 200, 61))
    assert reading_order(truth[::-1]).tolist() == [3, 2, 1, 0]


def test_the_order_is_that_of_the_text_when_the_page_is_turned() -> None:
    lines = boxes(*((0.0, 30.0 * k, 300.0, 30.0 * k + 20) for k in range(5)))
    half = turned(lines, True, False)
    assert reading_order(half).tolist() == [4, 3, 2, 1, 0]
    slanted = lines @ np.array([[0.97, 0.26], [-0.26, 0.97]], dtype=np.float32)
    assert reading_order(slanted).tolist() == [0, 1, 2, 3, 4]


def test_a_strip_shows_the_line_upright_and_shrinks_without_loss_of_evenness() -> None:
    picture = np.zeros((400, 600, 3), dtype=np.uint8)
    picture[100:300, 100:300] = 255  # left half of the line
    line = box(99.5, 99.5, 499.5, 299.5)
    straight = strip(picture, line, 48, 1_000)
    assert straight.shape == (48, 96, 3)
    assert straight[2:-2, 2:46].min() > 250 and straight[:, 50:].max() < 5
    back = strip(picture, turned(line[None], True, False)[0], 48, 1_000)
    assert back[:, :46].max() < 5 and back[2:-2, 50:-2].min() > 250
    picture[:, ::2] = 0
    assert 110 < strip(picture, line, 48, 1_000)[:, 10:40].mean() < 145
    assert strip(picture, line, 48, 64).shape == (48, 64, 3)


def test_a_line_outside_of_the_picture_is_blank() -> None:
    assert (strip(np.zeros((50, 50, 3), dtype=np.uint8), box(100, 100, 200, 120), 48, 500) == 255).all()
