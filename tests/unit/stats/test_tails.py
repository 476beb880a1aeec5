import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.stats.exacttail import exact_tail
from dyeline.stats.saddlepoint import chances, tail_curve

Array = NDArray[np.float64]


def _leaker(sites: int, errors: list[float], seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    one, error = rng.choice([0.125, 0.5, 0.5, 0.875], sites), rng.choice(errors, sites)
    seen = (rng.random(sites) < one) ^ (rng.random(sites) < error)
    likelihood = np.stack([np.where(seen, error, 1 - error), np.where(seen, 1 - error, error)], axis=1)
    prior = np.stack([1 - one, one], axis=1)
    nats = np.log(likelihood / (prior * likelihood).sum(axis=1, keepdims=True))
    return np.rint(nats * 1000) / 1000, prior


def test_the_exact_tail_is_the_enumerated_one() -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(-5, 9, (7, 3)).astype(np.float64)
    prior = np.array([[0.25, 0.75, 0.0], [0.5, 0.25, 0.25]])[rng.integers(0, 2, 7)]
    tail = exact_tail(values, prior, 1.0)
    words = np.array(list(itertools.product(range(3), repeat=7)))
    sums, weight = values[np.arange(7), words].sum(axis=1), prior[np.arange(7), words].prod(axis=1)
    for score in range(int(sums.min()) - 1, int(sums.max()) + 2):
        assert tail.at_least(np.array([float(score)]))[0] == pytest.approx(
            weight[sums >= score].sum(), rel=1e-8
        )


@pytest.mark.parametrize("sites", [256, 400])
@pytest.mark.parametrize("errors", [[0.05], [0.15], [0.02, 0.35], [0.02, 0.1, 0.25, 0.4]])
def test_shown_chances_are_within_5_per_cent_from_256_sites_on(sites: int, errors: list[float]) -> None:
    nats, prior = _leaker(sites, errors, sites)
    exact = exact_tail(np.rint(nats * 1000), prior, 1.0)
    level = np.flatnonzero((exact.chance[:-1] > exact.chance[1:]) & (exact.chance[:-1] < 1e-3))
    level = level[exact.chance[level] > 1e-12][::7]
    ratio = chances(nats, prior, (exact.base + level) / 1000) / exact.chance[level]
    assert level.size and ratio.min() > 0.95 and ratio.max() < 1.05


def test_the_bound_is_never_below_the_exact_tail() -> None:
    for sites, errors in ((20, [0.1]), (60, [0.02, 0.35]), (300, [0.01, 0.1, 0.3])):
        nats, prior = _leaker(sites, errors, sites)
        exact = exact_tail(np.rint(nats * 1000), prior, 1.0)
        score = (exact.base + np.arange(exact.chance.size)) / 1000
        used = (exact.chance > 1e-14) & (score > (prior * nats).sum())
        assert (tail_curve(nats, prior).bounds(score[used]) >= exact.chance[used] * (1 - 1e-6)).all()


def test_nothing_read_says_nothing() -> None:
    curve = tail_curve(np.zeros((3, 2)), np.full((3, 2), 0.5))
    assert curve.chances(np.array([0.0, 1.0])).tolist() == [1.0, 1.0]
