"""The secrecy curve, the cheapest cut, whom to tell next, and the drawing of a chart."""

from __future__ import annotations

import itertools
import math
from xml.etree import ElementTree

import numpy as np
import pytest

from dyeline.forecast.exposure import chance_out, cheapest_cut, most_for_half
from dyeline.forecast.planner import ENOUGH, FEWEST, information, plan_next
from dyeline.forecast.plot_svg import WIDTH, Axis, Chart, Line, line_chart, nice_ticks


def test_the_curve_is_one_minus_nobody_ever_telling() -> None:
    assert chance_out(3, 5, 0.01) == pytest.approx(1 - 0.99**15)
    assert chance_out(1, 1, 1e-12) == pytest.approx(1e-12, rel=1e-6)
    assert chance_out(0, 90) == 0
    # the figure that the default rests on: 75 people for 60 days, 6 to 11 % of takeovers
    assert 0.06 < chance_out(75, 60) < 0.11


@pytest.mark.parametrize(
    ("parties", "days", "chance"), [(10, 90, 2e-5), (200, 365, 1e-3), (7, 1, 0.2), (2, 9, 0.3)]
)
def test_half_the_risk_is_half_and_not_more_than_needed(parties: int, days: int, chance: float) -> None:
    most = most_for_half(parties, days, chance)
    half = chance_out(parties, days, chance) / 2
    assert chance_out(most, days, chance) <= half * 1.011
    assert chance_out(most + 1, days, chance) > half or most + 1 == parties


def test_a_cut_takes_whole_groups_first_and_stops_at_the_number() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        member = rng.random((20, 4)) < 0.3
        knows = rng.random(20) < 0.8
        most = int(knows.sum() // 2)
        cut = cheapest_cut(member, knows, most, list(rng.permutation(20)))
        dropped = member[:, list(cut.groups)].any(axis=1) if cut.groups else np.zeros(20, dtype=bool)
        left = knows & ~dropped
        assert set(cut.people) <= set(np.flatnonzero(left).tolist())
        left[list(cut.people)] = False
        assert left.sum() == cut.left == most


def test_a_group_larger_than_needed_is_not_cut_whole() -> None:
    member = np.ones((6, 1), dtype=bool)
    cut = cheapest_cut(member, np.ones(6, dtype=bool), 3, [5, 4, 3, 2, 1, 0])
    assert cut.groups == () and cut.people == (5, 4, 3) and cut.left == 3


def test_information_is_that_of_the_channel() -> None:
    told, anyhow, mass = 0.7, 0.05, 0.3
    joint = {
        (s, leak): (mass if s else 1 - mass) * (p if leak else 1 - p)
        for s, p in ((1, 1 - (1 - told) * (1 - anyhow)), (0, anyhow))
        for leak in (0, 1)
    }
    by_leak = [sum(v for (_, leak), v in joint.items() if leak == k) for k in (0, 1)]
    expected = sum(
        v * math.log2(v / ((mass if s else 1 - mass) * by_leak[leak])) for (s, leak), v in joint.items()
    )
    assert information(np.array([mass]), told, anyhow)[0] == pytest.approx(expected)
    assert information(np.array([0.0, 1.0]), told, anyhow) == pytest.approx(0, abs=1e-9)


def test_the_plan_tells_few_for_nearly_the_most_information() -> None:
    posterior = np.append(np.full(1000, 0.8 / 1000), 0.2)
    posterior[:40] += 0.4 / 40
    posterior /= posterior.sum()
    plan = plan_next(posterior, 1000)
    assert plan is not None
    best, fewest, random_half = plan.others
    assert plan.advised.bits >= ENOUGH * best.bits
    assert FEWEST <= plan.advised.told <= best.told < random_half.told == 500
    assert plan.people == tuple(sorted(plan.people)) and len(plan.people) == plan.advised.told
    assert fewest.told == FEWEST and plan.rounds > 1


def test_a_plan_never_points_at_one_or_two_people() -> None:
    assert plan_next(np.array([0.97, 0.01, 0.01, 0.01]), 3) is None  # a list would name the first
    assert plan_next(np.array([0.5, 0.4, 0.05, 0.05]), 4) is None
    assert plan_next(np.array([0.5, 0.4, 0.1]), 2) is None
    among = plan_next(np.array([0.02, 0.35, 0.3, 0.01, 0.12, 0.2]), 5)
    assert among is not None and among.people == (1, 2, 4)  # the likeliest, nobody to fill up the list
    assert among.advised.mass == pytest.approx(0.77)


def test_a_random_half_is_not_praised() -> None:
    """Information is concave in the mass: that of the mean mass overstates a random half's."""
    posterior = np.append(np.array([0.4, 0.3] + [0.01] * 8), 0.22)
    plan = plan_next(posterior, 10)
    assert plan is not None
    rng = np.random.default_rng(5)
    halves = [
        information(np.array([posterior[rng.permutation(10)[:5]].sum()]), 0.7, 0.05)[0] for _ in range(4000)
    ]
    assert plan.others[2].bits == pytest.approx(np.mean(halves), rel=0.1)
    assert plan.others[2].bits < 0.9 * information(np.array([posterior[:10].sum() / 2]), 0.7, 0.05)[0]


def test_following_the_plan_finds_the_source_with_far_fewer_tellings_than_random_halves() -> None:
    """12 rounds, 200 people, 8 sources: tellings differ by a factor of 3 to 8; less than 2 is out of reach."""
    told = {"plan": 0, "random": 0}
    for policy, source in itertools.product(told, range(8)):
        rng = np.random.default_rng([9, source])
        posterior = np.append(np.full(200, 0.8 / 200), 0.2)
        for _ in range(12):
            plan = plan_next(posterior, 200)
            if plan is None:
                break  # fewer than three are in question
            rows = np.array(plan.people) if policy == "plan" else rng.permutation(200)[:100]
            told[policy] += rows.size
            leaked = rng.random() < (0.715 if source in rows else 0.05)
            chance = np.full(201, 0.05)
            chance[rows] = 0.715
            posterior = posterior * (chance if leaked else 1 - chance)
            posterior /= posterior.sum()
    assert told["random"] > 2 * told["plan"]


def chart() -> Chart:
    return Chart(
        "What a <leak> & its \x00size show",
        Axis("words", (10, 100, 1000), log=True),
        Axis("chance", (0, 0.5, 1), style="percent"),
        (Line("pasted", ((10, 0.1), (1000, 2.0))), Line("nothing drawn", ()), Line("x" * 90, ((50, -1.0),))),
        "A note that is long enough to need more than one line in letters of this size, surely.",
    )


def test_a_chart_is_well_formed_and_stays_inside_its_frame() -> None:
    drawn = line_chart(chart())
    root = ElementTree.fromstring(drawn)
    assert drawn == line_chart(chart())
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    assert texts[0] == "What a <leak> & its size show"
    assert {"100 %", "1,000", "pasted", "nothing drawn"} <= set(texts)
    for node in root.iter():
        for name, limit in (("x", WIDTH), ("y", float(root.attrib["height"]))):
            assert 0 <= float(node.attrib.get(name, 0)) <= limit
    assert "href" not in drawn and "script" not in drawn


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.0037), (3, 3), (-5, 12), (0, 1e6)])
def test_ticks_are_round_and_span_the_values(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low and ticks[-1] >= high and 2 <= len(ticks) <= 8
    assert list(ticks) == sorted(set(ticks))
