import numpy as np
import pytest

from dyeline.codes.codeword import codewords, commitment
from dyeline.codes.design import COALITION_MINIMUM_SITES, TOTAL, probabilities, site_weights

SECRET = bytes(range(32))


def test_weights_of_every_site_add_up_exactly() -> None:
    weights = site_weights([2, 3, 4, 5, 64], SECRET)
    assert (weights.sum(axis=1) == TOTAL).all()
    assert (probabilities(weights).sum(axis=1) == 1.0).all()


def test_few_binary_sites_are_even_and_many_lean_one_to_two_to_one() -> None:
    few = site_weights([2] * (COALITION_MINIMUM_SITES - 1), SECRET)
    assert (few == 128).all()
    many = site_weights([2] * 4000, SECRET)[:, 0]
    shares = [float((many == w).mean()) for w in (32, 128, 224)]
    assert sum(shares) == pytest.approx(1.0)
    # 4,000 draws: a share is off by 0.04 (5 sd) with chance below 1e-6 for this fixed secret anyway
    assert np.allclose(shares, [0.25, 0.5, 0.25], atol=0.04)


def test_a_codeword_does_not_depend_on_who_else_gets_one() -> None:
    weights = site_weights([2, 4, 3] * 50, SECRET)
    together = codewords(SECRET, range(20), weights)
    assert np.array_equal(codewords(SECRET, [13], weights)[0], together[13])


def test_symbols_follow_the_bias_and_stay_within_the_variants() -> None:
    weights = site_weights([2, 3, 4, 5], SECRET)
    symbols = codewords(SECRET, range(40_000), weights)
    for site, variants in enumerate((2, 3, 4, 5)):
        counts = np.bincount(symbols[:, site], minlength=6)
        assert counts[variants:].sum() == 0
        expected = weights[site, :variants] / TOTAL * 40_000
        # 5 standard deviations for every one of 14 counts: fails by chance below 1e-5, and the seed is fixed
        assert (np.abs(counts[:variants] - expected) < 5 * np.sqrt(expected)).all()


def test_another_secret_gives_other_codewords_and_commitments() -> None:
    weights = site_weights([4] * 64, SECRET)
    one, other = codewords(SECRET, [0], weights)[0], codewords(bytes(32), [0], weights)[0]
    assert not np.array_equal(one, other)
    stated = commitment(SECRET, 0, one, "C-0001 R-001")
    assert stated == commitment(SECRET, 0, one, "C-0001 R-001")
    assert stated != commitment(bytes(32), 0, one, "C-0001 R-001")
    assert stated != commitment(SECRET, 1, one, "C-0001 R-001")
    assert stated != commitment(SECRET, 0, other, "C-0001 R-001")
    assert stated != commitment(SECRET, 0, one, "C-0001 R-002")


def test_a_site_of_one_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="2 to 64"):
        site_weights([2, 1], SECRET)
