import numpy as np

from dyeline.stats.evidence import Evidence
from dyeline.trace.explain import superfluous


def _evidence(seen: np.ndarray) -> Evidence:
    sites = seen.size
    likelihood = np.full((sites, 2), 0.02)
    likelihood[np.arange(sites), seen] = 1.0
    none = np.full(sites, -1)
    return Evidence(
        likelihood, np.full((sites, 2), 0.5), none, np.full((sites, 2), -1), np.arange(sites) // 10
    )


def test_a_copy_that_agrees_with_the_source_by_chance_is_left_out() -> None:
    rng = np.random.default_rng(1)
    source = rng.integers(0, 2, 100)
    alike = source.copy()
    alike[:20] ^= 1
    assert superfluous(_evidence(source), np.array([source, alike]), np.arange(2)).tolist() == [False, True]


def test_both_copies_of_a_merged_exhibit_stay() -> None:
    rng = np.random.default_rng(2)
    one, other, third = rng.integers(0, 2, (3, 100))
    by_paragraph = np.where(np.arange(100) // 10 % 3 == 0, other, one)
    mixed = np.where(rng.random(100) < 0.5, other, one)
    for seen in (by_paragraph, mixed):
        left_out = superfluous(_evidence(seen), np.array([one, other, third]), np.arange(3))
        assert left_out.tolist() == [False, False, True]


def test_one_paragraph_of_a_second_copy_is_enough_to_keep_it() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 2, (2, 200))
    seen = one.copy()
    seen[50:60] = 1 - one[50:60]
    other[50:60] = seen[50:60]
    assert superfluous(_evidence(seen), np.array([one, other]), np.arange(2)).tolist() == [False, False]


def test_copies_that_cannot_be_told_apart_both_stay() -> None:
    rng = np.random.default_rng(4)
    source = rng.integers(0, 2, 60)
    twin = source.copy()
    nearly = source.copy()
    nearly[:2] ^= 1
    left_out = superfluous(_evidence(source), np.array([source, twin, nearly]), np.arange(3))
    assert left_out.tolist() == [False, False, False]
