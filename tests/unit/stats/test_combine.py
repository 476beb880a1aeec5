from __future__ import annotations

import numpy as np
import pytest

from dyeline.stats.combine import composition_share, family_wise, mean_over_copies, running_nats, share


def test_shares_of_a_series_add_up_to_one() -> None:
    first = [share(number) for number in range(1, 2001)]
    assert first == sorted(first, reverse=True)
    assert 0.999 < sum(first) <= 1.0
    with pytest.raises(ValueError, match="counted from 1"):
        share(0)


def test_shares_of_all_compositions_add_up_to_at_most_one() -> None:
    positions = 12
    sets = ([k + 1 for k in range(positions) if bits >> k & 1] for bits in range(2**positions))
    assert sum(composition_share(one) for one in sets) <= 1.0
    # the tail beyond 12 positions adds less than (1/2)(1/13) of what the sets within have
    assert sum(1 / (2 * k * (k + 1)) for k in range(1, 10_000)) < 0.5


def test_an_exhibit_descends_from_one_of_the_copies_that_somebody_holds() -> None:
    nats = [np.log(np.array([[4.0, 4.0, 4.0]])), np.log(np.array([[2.0, 0.5, 9.0]]))]
    held = [np.array([True, True, False]), np.array([True, False, False])]
    assert np.allclose(np.exp(mean_over_copies(nats, held)), [[3.0, 4.0, 1.0]])


def test_a_model_that_fits_one_exhibit_and_not_the_next_does_not_win() -> None:
    factors = [np.log(np.array([[8.0], [1.0]])), np.log(np.array([[0.01], [1.0]]))]
    assert np.exp(running_nats(np.array([0.5, 0.5]), factors)) == pytest.approx([0.54])


def test_the_parts_of_the_bound_add_up_to_it() -> None:
    # at a level a the running ratio errs with at most a/2, the looks together with at most a/2
    family = np.array([1.0])
    e_nats = np.log(np.array([200.0]))
    running = family_wise(family, e_nats, [], composition=1.0)
    assert running == pytest.approx([0.01])
    look = family_wise(family, np.zeros(1), [(share(k), np.array([1e-3])) for k in (1, 2)], composition=1.0)
    assert look == pytest.approx([1e-3 / (0.5 * share(1))])
    assert family_wise(np.array([5.0]), np.array([-900.0]), [], composition=0.1) == pytest.approx([1.0])
