"""The exact tail by enumeration, and by tilted sampling, as judges of the lattice tail."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.models import MODELS, score_table, scores
from dyeline.stats.nulltail import mixture_nats, null_tail, p_values, tail_chances


def _evidence(seed: int, sites: int, *, biased: bool = True) -> Evidence:
    rng = np.random.default_rng(seed)
    kinds = np.array([[0.5, 0.5], [0.125, 0.875], [0.875, 0.125]])
    prior = kinds[rng.integers(0, 3 if biased else 1, sites)]
    return Evidence(
        quantised_likelihood(rng.normal(0, 2.5, (sites, 2))),
        prior,
        rng.integers(-1, 3, sites),
        np.tile([0, 1], (sites, 1)),
        np.sort(rng.integers(0, 4, sites)),
    )


def _all_codewords(evidence: Evidence) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    words = np.array(list(itertools.product([0, 1], repeat=evidence.sites)), dtype=np.uint8)
    return words, np.prod(evidence.prior[np.arange(evidence.sites), words], axis=1)


@pytest.mark.parametrize("seed", range(6))
def test_every_model_has_mean_one_over_innocent_codewords(seed: int) -> None:
    evidence = _evidence(seed, 10)
    words, chance = _all_codewords(evidence)
    for model in MODELS:
        assert chance @ np.exp(scores(score_table(model, evidence), words)) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_tail_is_never_below_the_enumerated_one_and_close_to_it(seed: int) -> None:
    evidence = _evidence(seed, 12)
    words, chance = _all_codewords(evidence)
    for model in MODELS:
        table = score_table(model, evidence)
        score = scores(table, words)
        exact = np.array([chance[score >= s - 1e-9].sum() for s in score])
        bound = tail_chances(null_tail(table, evidence.prior), score)
        assert (bound >= exact * (1 - 1e-12)).all()
        assert np.median(bound / exact) < 1.1


def test_p_values_of_innocents_exceed_no_level_more_often_than_stated() -> None:
    for seed in range(5):
        evidence = _evidence(seed, 12)
        words, chance = _all_codewords(evidence)
        tables = [score_table(model, evidence) for model in MODELS]
        by_model = np.array([scores(table, words) for table in tables])
        p = p_values(tables, evidence, by_model)
        for level in np.unique(p):
            assert chance[p <= level].sum() <= level + 1e-12
        assert chance @ np.exp(mixture_nats(tables, by_model)) == pytest.approx(1.0, abs=1e-9)


def test_deep_tails_agree_with_tilted_sampling() -> None:
    # 100,000 draws under the codeword of the source itself; LR weights; seed fixed. Relative error of the
    # estimate is about 2 %, so a factor of 1.15 is 7 standard deviations.
    sites = 120
    rng = np.random.default_rng(5)
    evidence = _evidence(5, sites)
    table = score_table(MODELS[2], evidence)
    assert (table.rate <= 1).all()
    tail = null_tail(table, evidence.prior)
    tilt = 1.0
    weight = evidence.prior * np.exp(tilt * table.nats)
    ln_norm = np.log(weight.sum(axis=1)).sum()
    chance_one = weight[:, 1] / weight.sum(axis=1)
    words = (rng.random((100_000, sites)) < chance_one).astype(np.uint8)
    raw = table.nats[np.arange(sites), words].sum(axis=1)
    score = scores(table, words)
    threshold = float(np.quantile(score, 0.5))
    estimate = float(np.mean(np.where(score >= threshold, np.exp(ln_norm - tilt * raw), 0.0)))
    bound = float(tail_chances(tail, np.array([threshold]))[0])
    assert estimate < 1e-3
    assert estimate / 1.15 <= bound <= estimate * 1.3
