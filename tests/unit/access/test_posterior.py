"""Posterior over sources: slow textbook versions as judges, and what must hold whatever the numbers are."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.access import WORLDS, draw
from dyeline.access import likelihood
from dyeline.access.likelihood import effective_access, leak_likelihoods
from dyeline.access.model import Assumptions, Circle, Leak, sources
from dyeline.access.posterior import (
    UNDER_EACH,
    Belief,
    believe,
    credible_set,
    group_mass,
    inseparable,
    posterior,
)

ASSUMED = Assumptions()
PLAIN = replace(
    ASSUMED, publishes=(0.6,), passing=(0.0,), careful=0.0, absence=1.0, prior_groups=0.0, prior_channels=0.0
)


def circle(groups: list[list[int]], people: int, channels: tuple[str, ...] = ()) -> Circle:
    member = np.zeros((people, len(groups)), dtype=bool)
    for column, rows in enumerate(groups):
        member[rows, column] = True
    return Circle(
        tuple(f"R-{n + 1:03}" for n in range(people)),
        tuple(f"group {n + 1}" for n in range(len(groups))),
        member,
        channels,
    )


def leak(
    known: list[list[int]],
    present: list[int],
    carried: list[list[int]] | None = None,
    through: tuple[frozenset[int], ...] = (),
) -> Leak:
    table = np.array(known, dtype=float)
    told = np.array(carried or np.zeros((0, table.shape[1])), dtype=float)
    names = tuple(f"f{n + 1}" for n in range(table.shape[1]))
    return Leak(names, np.array(present, dtype=bool), table, told, through)


def test_posterior_is_bayes_rule_where_all_is_certain() -> None:
    known = [[1, 1, 0], [1, 0, 1], [0, 0, 0]]
    present = [1, 1, 0]
    found = posterior(circle([], 3), [leak(known, present)], replace(PLAIN, outside=(0.3,)))
    weights = []
    for row in known:
        chances = [0.6 if had else PLAIN.without for had in row]
        weights.append(0.8 / 3 * np.prod([c if p else 1 - c for c, p in zip(chances, present, strict=True)]))
    weights.append(0.2 * 0.3 * 0.3 * 0.7)
    assert found == pytest.approx(np.array(weights) / sum(weights), rel=1e-12)


def test_effective_access_is_a_noisy_or_over_colleagues() -> None:
    rng = np.random.default_rng(1)
    known = (rng.random((6, 4)) < 0.4).astype(float)
    there = circle([[0, 1, 2], [2, 3, 4]], 6)
    found = effective_access(there, known, passing=0.2, unlogged=0.1)
    for person, fact in itertools.product(range(6), range(4)):
        missed = 1 - known[person, fact]
        for group in range(2):
            for other in range(6):
                if other != person and there.member[person, group] and there.member[other, group]:
                    missed *= 1 - 0.2 * known[other, fact]
        assert found[person, fact] == pytest.approx(1 - missed * 0.9)


def test_wholesale_telling_is_the_sum_over_who_told() -> None:
    rng = np.random.default_rng(2)
    known = (rng.random((5, 6)) < 0.4).astype(float)
    there, one = circle([[0, 1, 2], [3, 4]], 5), leak(known.astype(int).tolist(), [1, 1, 0, 1, 0, 0])
    found = likelihood._told_all(there, np.full((1, 6), 0.6), one, PLAIN, 0.15)[0]

    def chance(had: NDArray[np.float64]) -> float:
        rate = np.where(had > 0, 0.6, PLAIN.without)
        return float(np.prod(np.where(one.present, rate, 1 - rate)))

    for person, colleagues in enumerate([[1, 2], [0, 2], [0, 1], [4], [3]]):
        told = 1 - (1 - 0.15) ** len(colleagues)
        by = np.mean([chance(np.maximum(known[person], known[other])) for other in colleagues])
        assert np.exp(found[person]) == pytest.approx((1 - told) * chance(known[person]) + told * by)


def test_who_knows_nobody_to_talk_with_is_told_nothing() -> None:
    one = leak([[1, 0], [0, 1]], [1, 1])
    alone = likelihood._told_all(circle([], 2), np.full((1, 2), 0.6), one, PLAIN, 0.3)[0]
    assert np.exp(alone) == pytest.approx([0.6 * 0.02, 0.02 * 0.6])


def test_no_leak_leaves_the_prior() -> None:
    there = circle([[0, 1]], 4, ("list",))
    found = posterior(there, [], ASSUMED)
    assert found.sum() == pytest.approx(1)
    assert found[-1] == pytest.approx(ASSUMED.prior_outside)
    assert found[:4] == pytest.approx(0.7 / 4)


@pytest.mark.parametrize("seed", range(5))
def test_relabelling_people_permutes_the_posterior(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = draw(WORLDS[1], rng)
    order = rng.permutation(60)
    mixed = Circle(case.circle.people, case.circle.groups, case.circle.member[order], case.circle.channels)
    leaks = [Leak(one.facts, one.present, one.known[order], one.carried) for one in case.leaks]
    before, after = posterior(case.circle, case.leaks, ASSUMED), posterior(mixed, leaks, ASSUMED)
    assert after[:60] == pytest.approx(before[:60][order], rel=1e-9)
    assert after[60:] == pytest.approx(before[60:], rel=1e-9)


def test_an_absent_fact_says_less_than_a_present_one() -> None:
    known = [[1, 0], [0, 0]]
    there = circle([], 2)
    present = posterior(there, [leak(known, [1, 0])], ASSUMED)
    absent = posterior(there, [leak(known, [0, 1])], ASSUMED)
    assert np.log(present[0] / present[1]) > 3 * -np.log(absent[0] / absent[1]) > 0


def test_leaks_with_other_lists_concentrate_and_the_same_list_hardly() -> None:
    there = circle([], 8)
    first, second = [[1]] * 4 + [[0]] * 4, [[1]] * 2 + [[0]] * 2 + [[1]] * 2 + [[0]] * 2
    once = posterior(there, [leak(first, [1])], ASSUMED)
    again = posterior(there, [leak(first, [1])] * 2, ASSUMED)
    other = posterior(there, [leak(first, [1]), leak(second, [1])], ASSUMED)
    assert once[:4] == pytest.approx(once[0]) and once[0] > 5 * once[4]
    assert again[0] == pytest.approx(again[3])
    assert other[:2].sum() > 1.5 * again[:2].sum()


def test_twins_are_in_the_set_together_and_reported() -> None:
    there = circle([], 5)
    one = leak([[1, 1], [1, 1], [1, 1], [1, 0], [0, 0]], [1, 1])
    assert inseparable(there, [one], ASSUMED) == [("R-001", "R-002", "R-003")]
    chosen = set(credible_set(believe(there, [one], ASSUMED)).rows.tolist())
    assert {0, 1, 2} <= chosen


def test_colleagues_make_people_with_equal_logs_separable() -> None:
    one = leak([[1, 0], [1, 0], [0, 1]], [1, 1])
    assert inseparable(circle([], 3), [one], ASSUMED) == [("R-001", "R-002")]
    assert inseparable(circle([[1, 2]], 3), [one], ASSUMED) == []


def certain(mass: list[float]) -> Belief:
    """Return a belief that does not depend on what colleagues tell each other."""
    return Belief(np.array(mass), np.array([mass]))


def test_the_set_holds_nearly_as_much_under_each_rate_of_passing_on() -> None:
    under = np.array([[0.6, 0.35, 0.05, 0.0, 0.0], [0.5, 0.1, 0.05, 0.25, 0.1]])
    chosen = credible_set(Belief(np.array([0.58, 0.28, 0.05, 0.05, 0.04]), under))
    assert chosen.rows.tolist() == [0, 1, 3] and chosen.mass == pytest.approx(0.91)
    believed = believe(
        circle([[0, 1, 2]], 5), [leak([[1, 1], [1, 0], [0, 0], [1, 0], [0, 1]], [1, 1])], ASSUMED
    )
    rows = credible_set(believed).rows
    assert believed.under.shape == (3, 7) and believed.under[:, rows].sum(axis=1).min() > UNDER_EACH - 0.05
    assert believed.under.sum(axis=1) == pytest.approx([1, 1, 1])


def test_credible_set_states_what_it_holds() -> None:
    chosen = credible_set(certain([0.5, 0.395, 0.06, 0.045]))
    assert chosen.rows.tolist() == [0, 1] and chosen.mass == pytest.approx(0.895)
    assert credible_set(certain([0.5, 0.3, 0.15, 0.05])).rows.tolist() == [0, 1, 2]
    assert credible_set(certain([0.25] * 4)).rows.tolist() == [0, 1, 2, 3]
    assert credible_set(certain([1.0])).rows.tolist() == [0]


def test_a_class_is_in_the_set_as_a_whole_or_not_at_all() -> None:
    mass, classes = certain([0.5, 0.41, 0.05, 0.02, 0.02]), np.array([0, 1, 2, 1, 3])
    assert credible_set(mass).rows.tolist() == [0, 1]
    chosen = credible_set(mass, classes)
    assert chosen.rows.tolist() == [0, 1, 3] and chosen.mass == pytest.approx(0.93)
    assert credible_set(mass, np.zeros(5, dtype=np.int64)).rows.tolist() == [0, 1, 2, 3, 4]


def test_group_mass_counts_members_and_several_together() -> None:
    there = circle([[0, 1], [1, 2]], 3, ("list",))
    mass = np.array([0.1, 0.2, 0.1, 0.05, 0.05, 0.1, 0.4])
    assert len(sources(there)) == mass.size
    assert group_mass(there, mass) == pytest.approx([0.35, 0.35])


def test_the_channel_that_carried_everything_stands_out() -> None:
    known = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    there = circle([], 4, ("mail", "press list"))
    found = posterior(there, [leak(known, [1, 1, 1], [[0, 0, 0], [1, 1, 1]])], ASSUMED)
    assert found.argmax() == 5


def test_a_fact_on_the_day_of_the_leak_counts_in_part() -> None:
    there = circle([], 3)
    one = Leak(("f",), np.array([True]), np.array([[1.0], [0.5], [0.0]]), np.zeros((0, 1)))
    found = posterior(there, [one], ASSUMED)
    assert found[0] > found[1] > found[2]


def test_certain_outside_or_certain_careful_are_allowed() -> None:
    for assumed in (
        replace(ASSUMED, careful=1.0),
        replace(ASSUMED, careful=0.0),
        replace(ASSUMED, stray=0.0),
    ):
        found = posterior(circle([[0, 1]], 2), [leak([[1], [0]], [1])] * 2, assumed)
        assert np.isfinite(found).all() and found.sum() == pytest.approx(1)


def test_likelihoods_have_a_row_for_each_world_and_strategy() -> None:
    there = circle([[0, 1]], 2, ("list",))
    found = leak_likelihoods(there, leak([[1], [0]], [1], [[1]]), ASSUMED)
    assert found.shape == (5, 4, 5)
    assert (found <= 0).all()


@pytest.mark.parametrize("world", [0, 1, 2])
def test_sets_cover_about_as_often_as_they_state(world: int) -> None:
    """120 cases each: coverage near 0.91, so 0.80 or less has the chance 3e-4 (binomial)."""
    covered = 0
    for number in range(120):
        case = draw(WORLDS[world], np.random.default_rng([77, world, number]))
        covered += int(case.source in credible_set(believe(case.circle, case.leaks, ASSUMED)).rows)
    assert covered / 120 > 0.80


def test_the_order_of_leaks_does_not_matter() -> None:
    case = draw(WORLDS[6], np.random.default_rng(3))
    forwards, backwards = (posterior(case.circle, leaks, ASSUMED) for leaks in (case.leaks, case.leaks[::-1]))
    assert forwards == pytest.approx(backwards, rel=1e-9)
