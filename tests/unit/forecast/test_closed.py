"""The smallest leak: more sites and fewer recipients never make it larger, a coalition never smaller."""

import math

import pytest

from dyeline.forecast.closed import drawn_smallest, shown_words, site_nats, smallest_by_path
from dyeline.model.sites import Place, Site


def _sites(count: int, carrier: str = "wording") -> list[Site]:
    return [Site(f"{k}", f"{carrier}/1", "any", (Place(k, k, ("a", "b")),)) for k in range(count)]


def _smallest(count: int, *, recipients: int = 100, copies: int = 1) -> dict[str, float]:
    sites = _sites(count)
    return smallest_by_path(sites, [0.01] * count, 1_000, recipients=recipients, bound=1e-3, copies=copies)


def test_a_clean_binary_site_tells_one_bit_and_half_a_bit_of_two_copies_less() -> None:
    assert site_nats(2, 0.0, 1)[0] == pytest.approx(math.log(2), abs=2e-3)
    # two copies, the other known: 0.311 bits (per differing and equal symbols: H(1/4) - 1/2)
    assert site_nats(2, 0.0, 2)[0] == pytest.approx(0.3113 * math.log(2), abs=2e-3)
    assert site_nats(4, 0.0, 2)[0] > site_nats(2, 0.0, 2)[0]


def test_more_sites_fewer_people_and_fewer_merged_copies_never_need_more_words() -> None:
    few, many = _smallest(60), _smallest(200)
    assert many["retype"] < few["retype"] < 1_000
    assert _smallest(200, recipients=10)["retype"] < many["retype"] < _smallest(200, copies=2)["retype"]


def test_too_few_sites_and_paths_that_keep_none_have_no_smallest_leak() -> None:
    assert all(words > 1_000 for words in _smallest(10).values())
    kept = smallest_by_path(_sites(90, "character"), [0.0] * 90, 500, recipients=10, bound=1e-3)
    assert math.isinf(kept["retype"])
    assert (shown_words(1_000.2, 1_000), shown_words(math.inf, 9), shown_words(12.2, 20)) == (None, None, 13)


def test_the_drawn_smallest_leak_agrees_with_the_table() -> None:
    assert drawn_smallest([(20, 0.0), (60, 0.4), (120, 0.95), (500, 1.0)]) == pytest.approx(
        60 + 60 * 0.5 / 0.55
    )
    assert drawn_smallest([(20, 1.0)]) == pytest.approx(18.0)
    assert math.isinf(drawn_smallest([(20, 0.2), (60, 0.89)]))


def test_sites_that_last_half_as_often_need_twice_the_words_and_more() -> None:
    sites, errors = _sites(200), [0.01] * 200
    told = [
        smallest_by_path(sites, errors, 1_000, recipients=100, bound=1e-3, lasting=lambda _, s=share: s)[
            "retype"
        ]
        for share in (1.0, 0.5, 0.0)
    ]
    assert told[0] == smallest_by_path(sites, errors, 1_000, recipients=100, bound=1e-3)["retype"]
    assert 2 * told[0] < told[1] < 3 * told[0] and math.isinf(told[2])
