"""Words agree where neighbours are displaced alike or along a plane, and hardly ever by chance."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.match.pages.agreement import agreeing

LINES, WORDS = 30, 12
CENTRES = np.array([(40.0 * column, 14.0 * row) for row in range(LINES) for column in range(WORDS)])
ALL = np.ones(len(CENTRES), dtype=bool)
FINE_PT = 0.75


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.3])
def test_displacement_along_a_plane_agrees_however_steep(slope: float) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, CENTRES.shape)
    offsets = np.stack([slope * CENTRES[:, 0], -slope * CENTRES[:, 0]], axis=1) + noise
    assert agreeing(CENTRES, offsets, ALL, FINE_PT).all()


def test_paper_that_falls_away_too_steeply_does_not_agree() -> None:
    offsets = np.stack([0.6 * CENTRES[:, 0], 0.6 * CENTRES[:, 1]], axis=1)
    assert not agreeing(CENTRES, offsets, ALL, FINE_PT).any()


def test_words_found_anywhere_do_not_agree() -> None:
    """7,200 words strewn over the widest search (16 x 16 pt); none agrees at this seed."""
    rng = np.random.default_rng(2)
    agreed = [agreeing(CENTRES, rng.uniform(-8, 8, CENTRES.shape), ALL, FINE_PT).mean() for _ in range(20)]
    assert np.mean(agreed) < 0.002


def test_words_that_are_not_similar_neither_agree_nor_support() -> None:
    good = np.zeros(len(CENTRES), dtype=bool)
    good[:3] = True
    assert not agreeing(CENTRES, np.zeros(CENTRES.shape), good, FINE_PT).any()
    good[:20] = True
    agreed = agreeing(CENTRES, np.zeros(CENTRES.shape), good, FINE_PT)
    assert (agreed == good).all()
