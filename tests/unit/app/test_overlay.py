"""The overlay's frames lie beside the words, not on them."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dyeline.app import overlay
from dyeline.app.overlay import _around, _draw


@pytest.mark.parametrize("box", [(20, 30, 60, 42), (20.4, 30.6, 60.2, 42.7)])
def test_a_frame_covers_no_pixel_of_what_it_frames(box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    picture = Image.new("RGB", (90, 70), (255, 255, 255))
    _draw(ImageDraw.Draw(picture), _around(quad), (200, 0, 0))
    drawn = np.asarray(picture)[..., 1] < 128
    inside = drawn[ceil(top) : floor(bottom) + 1, ceil(left) : floor(right) + 1]
    assert drawn.any() and not inside.any()


def test_a_frame_follows_a_word_that_stands_on_its_head() -> None:
    quad = np.array([(60.0, 42.0), (20.0, 42.0), (20.0, 30.0), (60.0, 30.0)])
    around = _around(quad)
    assert (around.min(axis=0) < quad.min(axis=0)).all() and (around.max(axis=0) > quad.max(axis=0)).all()


def test_sites_show_which_of_several_named_copies_they_read_as(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = {"C-1": [1, 1, -1, -1, 0], "C-2": [1, -1, 1, -1, 0]}
    monkeypatch.setattr(overlay, "agreement", lambda one, copy: np.array(signs[copy], dtype=np.int8))
    key = overlay._key_of_several(None, ["C-1", "C-2"])  # type: ignore[arg-type]
    meaning = dict(key.entries)
    assert [meaning[colour] for colour in key.colours] == [
        "reads as in both",
        "as in C-1 alone",
        "as in C-2 alone",
        "as in none",
        "not read",
    ]
