"""Every ratio has mean 1 over an innocent's codeword, by enumeration; merged copies do not frame a fourth."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.stats import joint as joining
from dyeline.stats.coalition import COALITIONS, STRATEGIES, coalition_tables, response, written
from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.joint import joint_e_values
from dyeline.stats.models import scores
from dyeline.trace.score import score_evidence

PRIORS = np.array([[0.5, 0.5, 0, 0], [0.125, 0.875, 0, 0], [0.25] * 4, [0.875, 0.125, 0, 0]])


def _evidence(seed: int, sites: int) -> Evidence:
    rng = np.random.default_rng(seed)
    prior = PRIORS[np.arange(sites) % 4]
    loglik = np.where(prior > 0, rng.normal(0, 2, prior.shape), -99.0)
    ruled = (np.arange(sites) % 3 == 0) & (prior[:, 2] == 0)
    styles = np.where(ruled[:, None], np.array([0, 1, -1, -1]), -1)
    likelihood = np.where(prior > 0, quantised_likelihood(loglik), 1.0)
    return Evidence(likelihood, prior, np.where(ruled, 0, -1), styles, np.arange(sites) // 3)


def _every_word(evidence: Evidence) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    variants = (evidence.prior > 0).sum(axis=1)
    words = np.array(list(itertools.product(*map(range, variants.tolist()))), dtype=np.uint8)
    return words, evidence.prior[np.arange(evidence.sites), words].prod(axis=1)


def test_strategies_write_only_what_some_member_has() -> None:
    counts = np.array([[2, 1, 0, 0], [1, 1, 1, 0], [0, 0, 3, 2], [5, 0, 0, 0]])
    for strategy in STRATEGIES:
        chance = written(counts, strategy)
        assert np.allclose(chance.sum(axis=1), 1.0) and (chance[counts == 0] == 0).all()
    assert written(counts, "minority")[0].tolist() == [0, 1, 0, 0]
    assert written(counts, "majority")[2].tolist() == [0, 0, 1, 0]
    assert written(counts, "highest")[0].tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("prior", [(0.5, 0.5), (0.125, 0.875), (0.25,) * 4])
def test_averaging_over_a_member_gives_the_chance_without_him(prior: tuple[float, ...]) -> None:
    for model in COALITIONS:
        for known in range(min(model.copies, 3)):
            more = response(prior, model.copies, model.strategy, known + 1)
            less = response(prior, model.copies, model.strategy, known)
            assert np.allclose(np.moveaxis(more, known, -1) @ np.array(prior), less)


def test_single_ratios_of_every_coalition_have_mean_one() -> None:
    evidence = _evidence(3, 6)
    words, chance = _every_word(evidence)
    for table in coalition_tables(evidence):
        assert chance @ np.exp(scores(table, words)) == pytest.approx(1.0, abs=1e-9)


def test_pair_e_values_have_mean_one_and_triple_ones_no_more() -> None:
    evidence = _evidence(5, 5)
    words, chance = _every_word(evidence)
    others = words[np.random.default_rng(0).choice(len(words), 4, p=chance)]
    results = [joint_e_values(evidence, np.vstack([others, word[None]])) for word in words]
    assert chance @ np.exp([r.pair_nats[4] for r in results]) == pytest.approx(1.0, abs=1e-9)
    assert chance @ np.exp([r.triple_nats[4] for r in results]) <= 1.0 + 1e-9
    assert chance @ np.exp([r.together_nats[0, 4] for r in results]) > 0


def test_pairs_of_others_do_not_depend_on_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    # with all models carried on, the triple e-value has mean exactly 1: nothing in its choice looks at the copy
    monkeypatch.setattr(joining, "_MOST_MODELS", 99)
    monkeypatch.setattr(joining, "_NEGLIGIBLE", 1e-300)
    monkeypatch.setattr(joining, "PAIRS", 3)
    evidence = _evidence(6, 4)
    words, chance = _every_word(evidence)
    others = words[np.random.default_rng(1).choice(len(words), 5, p=chance)]
    results = [joint_e_values(evidence, np.vstack([others, word[None]])) for word in words]
    assert chance @ np.exp([r.triple_nats[5] for r in results]) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("strategy", ["minority", "interleaving", "highest"])
def test_three_merged_copies_do_not_frame_a_fourth_and_are_found(strategy: str) -> None:
    # 340 sites at 1:2:1, 200 copies, bound 1e-3 a run: six runs with any innocent have a chance below 0.006
    for seed in range(2):
        rng = np.random.default_rng([seed, len(strategy)])
        one = rng.choice([0.125, 0.5, 0.5, 0.875], 340)
        words = (rng.random((200, 340)) < one).astype(np.uint8)
        counts = np.stack([3 - words[:3].sum(axis=0), words[:3].sum(axis=0)], axis=1)
        seen = (rng.random(340) < written(counts, strategy)[:, 1]).astype(int)  # type: ignore[arg-type]
        likelihood = np.full((340, 2), 1e-3)
        likelihood[np.arange(340), seen] = 1.0
        evidence = Evidence(
            likelihood,
            np.stack([1 - one, one], axis=1),
            np.full(340, -1),
            np.full((340, 2), -1),
            np.arange(340) // 16,
        )
        result = score_evidence(evidence, range(200), lambda rows, of=words: of[list(rows)])  # type: ignore[misc]
        named = set(np.flatnonzero(result.p_value * 200 <= 1e-3).tolist())
        assert named and named <= {0, 1, 2}
        assert set(result.pairs[0].rows) <= {0, 1, 2}
