"""Long lists, made short here by lowering the limit: what a screen finds, and what it must never do."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.codes.codeword import CODE_VERSION
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.stats.posterior import posterior
from dyeline.trace import screened
from dyeline.trace.score import Scores, score_copies

SECRET = bytes(range(32))
COPIES = 3_000
SITES = tuple(
    Site(
        str(k),
        "t/1",
        f"class{k % 3}",
        (Place(k * 10, k * 10 + 1, ("a", "b", "c", "d")[: 2 + 2 * (k % 3 == 0) + (k % 50 == 1)]),),
        (0, 1) if k % 9 == 2 else (),
    )
    for k in range(240)
)
VARIANTS = np.array([site.variants for site in SITES])
WEIGHTS = site_weights(VARIANTS.tolist(), SECRET)


@pytest.fixture(autouse=True)
def short_lists_count_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screened, "SCREENED_FROM", 1_000)
    monkeypatch.setattr(screened, "KEEP", 90)


def leak(members: Sequence[int], seen: float, rng: np.random.Generator) -> Readings:
    """Return what a mixture of these copies shows of which a share of the sites is read, one in twenty wrongly."""
    words = codewords_of(NEW_SCHEME, SECRET, members, WEIGHTS).astype(np.int64)
    shown = words[rng.integers(0, len(members), len(SITES)), np.arange(len(SITES))]
    shown = np.where(rng.random(len(SITES)) < 0.05, 0, shown)
    loglik = np.full((len(SITES), 4), -3.0)
    loglik[np.arange(len(SITES)), shown] = 0.0
    loglik = np.where(np.arange(4)[None, :] >= VARIANTS[:, None], loglik[:, :1], loglik)
    loglik[rng.random(len(SITES)) >= seen] = 0.0
    return Readings(loglik)


def scored(readings: Readings, indices: Sequence[int] = range(COPIES), scheme: str = NEW_SCHEME) -> Scores:
    return score_copies(readings, SITES, [0, 600, 1200], SECRET, scheme, indices)


def whole(readings: Readings, monkeypatch: pytest.MonkeyPatch) -> Scores:
    """Return the scores of every copy by every model."""
    with monkeypatch.context() as patch:
        patch.setattr(screened, "SCREENED_FROM", 10**9)
        return scored(readings)


@pytest.mark.parametrize(("members", "seen"), [([77], 0.3), ([77], 1.0), ([5, 2_999], 1.0), ([1, 2, 3], 1.0)])
def test_sources_get_the_p_values_of_full_scoring(
    members: list[int], seen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = leak(members, seen, np.random.default_rng(3))
    quick, full = scored(readings), whole(readings, monkeypatch)
    assert quick.p_value[members] == pytest.approx(full.p_value[members], rel=1e-6)
    assert quick.mixture_nats[members] == pytest.approx(full.mixture_nats[members])
    assert np.isfinite(quick.mixture_nats).sum() < COPIES / 3
    one, none = posterior(quick.mixture_nats, rest_nats=quick.rest_nats)
    other, without = posterior(full.mixture_nats)
    assert one[members] == pytest.approx(other[members], abs=0.01) and none == pytest.approx(
        without, abs=0.01
    )


def test_a_screen_never_lowers_a_p_value(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    for seen in (0.05, 0.2, 0.6):
        readings = leak([COPIES + 500], seen, rng)  # of nobody on the list
        quick, full = scored(readings), whole(readings, monkeypatch)
        kept = np.isfinite(quick.mixture_nats)
        assert (quick.p_value >= full.p_value * (1 - 1e-9)).all()
        assert (quick.p_value[~kept] == 1.0).all()
        assert quick.mixture_nats[kept] == pytest.approx(full.mixture_nats[kept])


def test_weak_evidence_leaves_the_posterior_with_the_rest_of_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # six sites single out nobody: what is kept may not look as if it were the whole list
    readings = leak([77], 0.025, np.random.default_rng(2))
    assert 2 <= readings.read.sum() <= 10
    quick, full = scored(readings), whole(readings, monkeypatch)
    _, none = posterior(quick.mixture_nats, rest_nats=quick.rest_nats)
    assert none == pytest.approx(posterior(full.mixture_nats)[1], abs=0.01)
    assert posterior(quick.mixture_nats)[1] > none + 0.02


def test_copies_that_are_not_listed_are_neither_kept_nor_counted() -> None:
    readings = leak([77], 1.0, np.random.default_rng(4))
    indices = np.random.default_rng(0).permutation(np.delete(np.arange(COPIES), [77, 1_500]))
    scores = scored(readings, indices.tolist())
    assert scores.p_value.min() > 1e-4
    assert scores.rest_nats < np.log(COPIES)  # 77 alone would stand for exp(100)
    with_source = scored(readings, [*indices.tolist(), 77])
    assert int(with_source.p_value.argmin()) == indices.size and with_source.p_value.min() < 1e-20
    assert with_source.rest_nats == pytest.approx(scores.rest_nats, abs=0.1)


def test_sparse_lists_and_old_circulations_are_scored_whole() -> None:
    readings = leak([77], 0.3, np.random.default_rng(4))
    assert np.isfinite(scored(readings, range(0, 3 * COPIES, 3)).mixture_nats).all()
    assert np.isfinite(scored(readings, scheme=f"{CODE_VERSION} dyadic-bias/1").mixture_nats).all()


def test_nothing_is_examined_together_where_a_screen_stopped_within_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = leak([5, 2_999], 1.0, np.random.default_rng(3))
    assert scored(readings).pairs
    monkeypatch.setattr(screened, "KEEP", 20)  # fewer than are examined together
    scores = scored(readings)
    assert not scores.pairs
    assert (scores.p_value >= whole(readings, monkeypatch).p_value * (1 - 1e-9)).all()


def test_without_the_compiler_the_scores_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("numba") is None:
        pytest.skip("numba is not installed")
    readings = leak([5, 2_999], 1.0, np.random.default_rng(3))
    compiled = scored(readings)
    monkeypatch.setitem(sys.modules, "dyeline.codes.kernels", None)  # as if numba were not there
    plain: Scores = scored(readings)
    same: NDArray[np.bool_] = compiled.p_value == plain.p_value
    assert same.all() and compiled.rest_nats == plain.rest_nats
