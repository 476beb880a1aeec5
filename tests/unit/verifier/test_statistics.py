"""The verifier's numbers, made without numpy, are those of Dyeline."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.stats import lattice
from dyeline.stats.coalition import COALITION_VERSION, COALITIONS
from dyeline.stats.joint import JOINT_VERSION
from dyeline.stats.models import MODELS, MODELS_VERSION
from dyeline.stats.nulltail import TAIL_VERSION
from dyeline.trace.score import score_copies
from dyeline_verify import coalition as their_coalition
from dyeline_verify import lattice as their_lattice
from dyeline_verify import models as their_models
from dyeline_verify.evidence import SiteRow, gather
from dyeline_verify.score import Prepared, recompute

COPIES = 8


def _sites(rng: np.random.Generator, count: int) -> list[Site]:
    sites = []
    for k in range(count):
        variants = int(rng.choice([2, 2, 2, 3, 4]))
        styled = variants == 2 and rng.random() < 0.4
        carrier = "wording/1" if styled else "character/1"
        place = Place(k * 10, k * 10 + 1, tuple("abcd"[:variants]))
        sites.append(Site(f"{k}", carrier, f"class {k % 3}", (place,), (0, 1) if styled else ()))
    return sites


def _case(seed: int, count: int, *, copies: int = 1, noise: float = 0.1):
    rng = np.random.default_rng(seed)
    sites = _sites(rng, count)
    secret = rng.bytes(32)
    weights = site_weights([site.variants for site in sites], secret)
    words = codewords_of(NEW_SCHEME, secret, range(COPIES), weights)
    shown = words[rng.integers(0, copies, count), np.arange(count)]
    width = weights.shape[1]
    loglik = np.zeros((count, width))
    for row, site in enumerate(sites):
        if rng.random() < 0.2:
            continue
        wrong = rng.random() < noise
        symbol = int(rng.integers(site.variants)) if wrong else int(shown[row])
        loglik[row, : site.variants] = -rng.uniform(2, 6)
        loglik[row, symbol] = 0.0
        loglik[row, site.variants :] = loglik[row, 0]
    blocks = list(range(0, count * 10, 170))
    ours = score_copies(Readings(loglik), sites, blocks, secret, NEW_SCHEME, range(COPIES))
    rows = [SiteRow(s.carrier, s.cls, s.variants, s.styles, s.places[0].start) for s in sites]
    reads = gather(list(enumerate(loglik.tolist())), rows, weights.tolist(), blocks)
    return ours, reads, words.tolist()


@pytest.mark.parametrize("count", [6, 40, 130])
@pytest.mark.parametrize("seed", range(2))
def test_ratio_and_p_value_of_every_copy_are_ours(seed: int, count: int) -> None:
    ours, reads, words = _case(seed, count)
    prepared = Prepared.of(reads)
    assert not ours.pairs
    for copy in range(COPIES):
        found = recompute(prepared, words[copy])
        assert found.mixture_nats == pytest.approx(ours.mixture_nats[copy], abs=1e-9)
        if ours.p_value[copy] < 1.0:  # what better copies explain has its p-value set to 1
            assert found.p_value == pytest.approx(ours.p_value[copy], rel=1e-6)


def test_merged_copies_are_held_against_each_other() -> None:
    ours, reads, words = _case(7, 140, copies=2, noise=0.0)
    first, second = ours.pairs[0].rows
    assert {first, second} == {0, 1}
    found = recompute(Prepared.of(reads), words[0], [words[1]])
    assert found.mixture_nats == pytest.approx(ours.mixture_nats[0], abs=1e-9)
    assert found.joint_p_value is not None and found.joint_p_value < found.p_value * (1 + 1e-9)
    nats = their_coalition.together_nats(reads, [words[first], words[second]])
    assert nats == pytest.approx(ours.pairs[0].nats, abs=1e-9)


def test_an_innocent_beside_others_has_a_ratio_of_mean_one() -> None:
    _, reads, words = _case(3, 6)
    total = 0.0
    for number in range(math.prod(len(read.prior) for read in reads)):
        word, chance = list(words[0]), 1.0
        for read in reads:
            number, symbol = divmod(number, len(read.prior))
            word[read.site] = symbol
            chance *= read.prior[symbol]
        total += chance * math.exp(their_coalition.beside(reads, [word, *words[:3]], 0).triple_nats)
    assert total == pytest.approx(1.0, abs=1e-9)


def test_a_sum_through_the_fourier_transform_is_the_one_without(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    masses = [rng.random(size) for size in (5_000, 3_000)]
    tails = [their_lattice.Tail(-100, (mass / mass.sum()).tolist(), 1e-9) for mass in masses]
    direct = lattice.add(*[lattice.Tail(t.first, np.array(t.mass), t.over) for t in tails])
    through = their_lattice.add(*tails)
    assert np.abs(np.array(through.mass) - direct.mass).max() < 5e-16
    assert (through.first, len(through.mass)) == (direct.first, direct.mass.size)


def test_the_fixed_lists_are_the_same() -> None:
    assert [(m.name, m.weight, m.share, m.by_block) for m in their_models.MODELS] == [
        (m.name, m.weight, m.share, m.grouping == "block") for m in MODELS
    ]
    assert [(c.copies, c.strategy, c.weight, c.error) for c in their_coalition.COALITIONS] == [
        (c.copies, c.strategy, c.weight, c.error) for c in COALITIONS
    ]
    versions = (MODELS_VERSION, TAIL_VERSION, COALITION_VERSION, JOINT_VERSION)
    assert versions == (
        their_models.MODELS_VERSION,
        their_models.TAIL_VERSION,
        their_coalition.COALITION_VERSION,
        their_coalition.JOINT_VERSION,
    )
