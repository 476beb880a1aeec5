"""How surprising a poor result is: against scipy's beta-binomial, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.stats import shortfall as module
from dyeline.stats.shortfall import Result, shortfall

PAST = [Result(20, 15), Result(18, 16), Result(25, 17)]


def test_chances_are_those_of_the_beta_binomial() -> None:
    stats = pytest.importorskip("scipy.stats")
    means, concentrations = np.array([0.7, 0.2]), np.array([10.0, 3.0])
    for observed in (0, 7, 20):
        found = module._ln_chance(20, observed, means, concentrations)
        expected = stats.betabinom.logpmf(observed, 20, means * concentrations, (1 - means) * concentrations)
        assert found == pytest.approx(expected)
    tail = module._tail(Result(20, 6), np.array([0.5, 0.5]), means, concentrations)
    wanted = stats.betabinom.cdf(6, 20, means * concentrations, (1 - means) * concentrations).mean()
    assert tail == pytest.approx(wanted)


def test_a_poor_result_is_surprising_and_a_usual_one_is_not() -> None:
    poor, usual = (shortfall(PAST, Result(20, k), leak_factor=0.5) for k in (4, 15))
    assert poor.chance_without < 0.05 < usual.chance_without
    assert poor.ratio > 5 and usual.ratio < 0.5
    assert 0.65 < poor.typical < 0.85
    assert dict(poor.ratios)[0.5] == pytest.approx(poor.ratio)


def test_less_observed_is_never_less_surprising() -> None:
    chances = [shortfall(PAST, Result(20, k), leak_factor=0.5).chance_without for k in range(21)]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(1)


def test_an_irregular_past_makes_the_same_result_less_surprising() -> None:
    irregular = [Result(20, 3), Result(20, 20), Result(20, 19), Result(20, 8)]
    regular = [Result(20, 12), Result(20, 13), Result(20, 12), Result(20, 13)]
    this = Result(20, 3)
    assert (
        shortfall(irregular, this, leak_factor=0.5).chance_without
        > 5 * shortfall(regular, this, leak_factor=0.5).chance_without
    )


def test_the_ratio_averages_to_one_without_a_leak() -> None:
    """P(leak) / P(no leak), weighted by P(no leak), sums to 1 over all results: it is a likelihood ratio."""
    total = 0.0
    means, concentrations = (g.ravel() for g in np.meshgrid(module._MEANS, module._CONCENTRATIONS))
    weight = np.exp(sum(module._ln_chance(r.expected, r.observed, means, concentrations) for r in PAST))
    weight /= weight.sum()
    for k in range(11):
        without = float(weight @ np.exp(module._ln_chance(10, k, means, concentrations)))
        total += without * shortfall(PAST, Result(10, k), leak_factor=0.5).ratio
    assert total == pytest.approx(1)
