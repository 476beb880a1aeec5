import numpy as np
import pytest

from dyeline.stats.posterior import PRIOR_NONE, SYSTEM_ERROR, posterior


def test_without_evidence_the_posterior_is_the_prior() -> None:
    copies, none = posterior(np.zeros(40))
    assert none == pytest.approx(PRIOR_NONE)
    assert copies == pytest.approx(np.full(40, (1 - PRIOR_NONE) / 40))


def test_no_evidence_is_stronger_than_the_chance_of_a_mix_up() -> None:
    copies, none = posterior(np.array([500.0, -3.0]))
    assert copies.sum() + none == pytest.approx(1.0)
    assert none >= SYSTEM_ERROR


def test_nobody_listed_means_none_of_these() -> None:
    copies, none = posterior(np.zeros(0))
    assert copies.size == 0 and none == 1.0
