"""Laws of scores and verdicts: who stands where in the list, who else is on it, and what was cut off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.codes import Leak, written_by
from dyeline.codes.design import probabilities, site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.trace.judge import PairEvidence, Verdict, judge
from dyeline.trace.score import Scores, score_copies
from dyeline.trace.shelf import ShelvedCopy

SEEDS = st.integers(0, 2**32 - 1)
STRATEGIES = st.sampled_from(["interleaving", "majority", "minority", "lowest", "by paragraph"])
BOUND = 1e-2
LIST = 16
LATTICE_NATS = 1 / 8


def sites_of(variants: Sequence[int]) -> list[Site]:
    """Return sites with so many variants each, a third of the binary ones with a style."""
    return [
        Site(
            f"{k}",
            "t/1",
            f"class{k % 4}",
            (Place(k * 10, k * 10 + 1, tuple("abcd"[:many])),),
            (0, 1) if many == 2 and k % 3 == 0 else (),
        )
        for k, many in enumerate(variants)
    ]


SMALL = sites_of([2] * 14 + [4] * 8)
LARGE = sites_of([2] * 70 + [4] * 10)
"""Enough for copies to be examined together."""


def weights_of(sites: Sequence[Site], secret: bytes) -> NDArray[np.int64]:
    return site_weights([site.variants for site in sites], secret)


def drawn(seed: int, sites: Sequence[Site], leak: Leak, erased: float = 0.2) -> tuple[bytes, Readings]:
    """Return a secret and readings of what its first copies wrote together, as clear as the seed has it."""
    rng = np.random.default_rng(seed)
    secret = rng.bytes(32)
    variants = np.array([site.variants for site in sites])
    words = codewords_of(NEW_SCHEME, secret, range(leak.copies), weights_of(sites, secret))
    shown = written_by(words, leak, variants, rng)
    loglik = np.full((variants.size, 4), -float(rng.uniform(1.0, 7.0)))
    loglik[np.arange(variants.size), shown] = 0.0
    loglik = np.where(np.arange(4) >= variants[:, None], loglik[:, :1], loglik)
    loglik[rng.random(variants.size) < erased] = 0.0
    return secret, Readings(loglik)


def scored(secret: bytes, readings: Readings, sites: Sequence[Site], indices: Sequence[int]) -> Scores:
    return score_copies(readings, sites, range(0, len(sites) * 10, 160), secret, NEW_SCHEME, indices)


def verdict_on(scores: Scores, indices: Sequence[int], bound: float = BOUND) -> Verdict:
    copies = [ShelvedCopy(k, f"C-{k:04}", f"R-{k:03}") for k in indices]
    pairs = PairEvidence(
        tuple(pair.rows for pair in scores.pairs),
        tuple(pair.nats for pair in scores.pairs),
        len(indices) * (len(indices) - 1) // 2,
    )
    return judge(copies, scores.p_value, scores.mixture_nats, anything_read=True, bound=bound, pairs=pairs)


def said(verdict: Verdict) -> dict[str, tuple[float, ...]]:
    return {
        c.copy: tuple(np.round(np.log([c.p_value, c.family_wise_p, c.posterior]), 6))
        for c in verdict.candidates
    }


@pytest.mark.parametrize(("sites", "copies"), [(SMALL, 1), (SMALL, 2), (LARGE, 2), (LARGE, 3)])
@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=SEEDS, strategy=STRATEGIES, order=st.permutations(range(LIST)))
def test_relabelling_recipients_permutes_scores_and_verdict(
    sites: list[Site], copies: int, seed: int, strategy: str, order: list[int]
) -> None:
    secret, readings = drawn(seed, sites, Leak(copies, strategy))
    straight = scored(secret, readings, sites, range(LIST))
    other = scored(secret, readings, sites, order)
    assert np.allclose(other.p_value, straight.p_value[order], rtol=1e-6)
    assert np.allclose(other.mixture_nats, straight.mixture_nats[order], atol=1e-9)
    one, two = verdict_on(straight, range(LIST), 0.2), verdict_on(other, order, 0.2)
    assert (one.outcome, said(one)) == (two.outcome, said(two))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([-3.0, 0.0, 3.0, 5.0, 5.5]), min_size=2, max_size=40),
    st.data(),
)
def test_relabelling_recipients_permutes_a_verdict_with_ties(nats: list[float], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(nats))))
    p, found = np.full(len(nats), 1.0), []
    for rows in (range(len(nats)), order):
        copies = [ShelvedCopy(k, f"C-{k:04}", f"R-{k:03}") for k in rows]
        found.append(judge(copies, p, np.array(nats)[list(rows)], anything_read=True, bound=0.05))
    assert found[0].outcome == found[1].outcome
    assert said(found[0]) == said(found[1])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, STRATEGIES, st.integers(1, 3), st.integers(0, 22), st.integers(0, 22))
def test_cropping_leaves_no_more_evidence_than_what_is_left_was_read_with(
    seed: int, strategy: str, copies: int, begin: int, end: int
) -> None:
    """No p-value is below the chance of agreeing by accident with all that is left, and no LR above what it tells."""
    secret, whole = drawn(seed, SMALL, Leak(copies, strategy), erased=0.0)
    loglik = whole.loglik.copy()
    loglik[: min(begin, end)] = loglik[max(begin, end) :] = 0.0
    cropped = Readings(loglik)
    assert (cropped.information <= whole.information).all()
    weights = weights_of(SMALL, secret)
    words = codewords_of(NEW_SCHEME, secret, range(LIST), weights)
    scores = scored(secret, cropped, SMALL, range(LIST))
    chance = np.log(np.take_along_axis(probabilities(weights).T, words.astype(np.int64), axis=0))
    agreeing = chance[:, cropped.read].sum(axis=1)
    assert (np.log(scores.p_value) >= agreeing - 1e-9).all()
    told = np.minimum(cropped.information + LATTICE_NATS, -np.log(probabilities(weights).max(axis=1)))
    assert (scores.mixture_nats <= told[cropped.read].sum() + 1e-9).all()
    if not cropped.read.any():
        assert (scores.p_value == 1.0).all() and (scores.mixture_nats == 0.0).all()


@settings(max_examples=10, deadline=None, derandomize=True)
@given(SEEDS, STRATEGIES, st.floats(-20.0, 20.0))
def test_a_site_that_cannot_be_read_moves_no_score(seed: int, strategy: str, level: float) -> None:
    secret, readings = drawn(seed, SMALL, Leak(2, strategy), erased=0.5)
    shifted = np.where(readings.read[:, None], readings.loglik, level)
    one = scored(secret, readings, SMALL, range(LIST))
    two = scored(secret, Readings(shifted), SMALL, range(LIST))
    assert np.array_equal(one.p_value, two.p_value) and np.array_equal(one.mixture_nats, two.mixture_nats)


@pytest.mark.parametrize("sites", [SMALL, LARGE])
@pytest.mark.parametrize("bound", [1e-6, 0.5, 0.999])
def test_an_exhibit_without_readings_accuses_nobody(sites: list[Site], bound: float) -> None:
    scores = scored(bytes(32), Readings(np.zeros((len(sites), 4))), sites, range(LIST))
    for read in (True, False):
        copies = [ShelvedCopy(k, f"C-{k:04}", f"R-{k:03}") for k in range(LIST)]
        verdict = judge(copies, scores.p_value, scores.mixture_nats, anything_read=read, bound=bound)
        assert not verdict.candidates and not verdict.together


@settings(max_examples=8, deadline=None, derandomize=True)
@given(SEEDS, STRATEGIES, st.integers(1, 3), st.integers(1, LIST - 1))
def test_adding_a_recipient_never_lowers_anybodys_chance(
    seed: int, strategy: str, copies: int, before: int
) -> None:
    """A single score is its copy's own: the list multiplies it, or sets it to 1 where others explain everything."""
    secret, readings = drawn(seed, SMALL, Leak(copies, strategy))
    own = np.array([scored(secret, readings, SMALL, [k]).p_value[0] for k in range(LIST)])
    few, many = (scored(secret, readings, SMALL, range(count)).p_value for count in (before, LIST))
    for found in (few, many):
        alone = own[: found.size]
        assert (np.isclose(found, alone, rtol=1e-9) | (found == 1.0)).all()
    left_out = (few == 1.0) & (own[:before] < 1.0)
    earlier, later = np.minimum(1.0, few * before), np.minimum(1.0, many[:before] * LIST)
    assert (later[~left_out] >= earlier[~left_out] * (1 - 1e-9)).all()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(SEEDS, st.integers(2, 60), st.integers(1, 5))
def test_a_longer_list_never_adds_an_attributed_copy(seed: int, before: int, added: int) -> None:
    rng = np.random.default_rng(seed)
    p = np.exp(-rng.exponential(3.0, before + added))
    copies = [ShelvedCopy(k, f"C-{k:04}", f"R-{k:03}") for k in range(before + added)]
    few, many = (
        judge(copies[:count], p[:count], -np.log(p[:count]) - 1, anything_read=True, bound=0.05)
        for count in (before, before + added)
    )
    named = {c.copy: c.family_wise_p for c in many.candidates if many.outcome == "attributed"}
    there = {c.copy: c.family_wise_p for c in few.candidates if few.outcome == "attributed"}
    for copy in copies[:before]:
        if copy.label in named:
            assert named[copy.label] >= there[copy.label]
