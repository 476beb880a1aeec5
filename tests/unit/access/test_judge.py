"""What may be said: groups, never persons; and only what other assumptions do not overturn."""

from __future__ import annotations

import numpy as np
import pytest

from bench.access import WORLDS, draw
from dyeline.access.beside import beside_mark
from dyeline.access.frequencies import frequencies, sentences, together
from dyeline.access.judge import SURE, SURE_IN_SWEEP, AccessFinding, judge, named_group, sweep
from dyeline.access.model import FEWEST, Assumptions, Circle, Leak
from dyeline.access.posterior import posterior
from tests.unit.access.test_posterior import circle, leak

ASSUMED = Assumptions()


def clear_case(members: int, leaks: int = 4) -> tuple[Circle, list[Leak]]:
    """Return leaks of facts that only the first group had, through no channel, others having other facts."""
    rows = [list(range(members)), *([members + 5 * k + n for n in range(5)] for k in range(6))]
    there = circle(rows, members + 30)
    found = []
    for number in range(leaks):
        known = np.zeros((members + 30, 20), dtype=int)
        known[:members, :10] = 1
        for k in range(6):
            known[np.ix_(rows[k + 1], range(10 + k, 14 + k))] = 1
        present = [int(n < 10 and (n + number) % 3 != 0) for n in range(20)]
        found.append(leak(known.tolist(), present))
    return there, found


def test_a_group_that_alone_had_what_leaked_is_named() -> None:
    there, leaks = clear_case(5)
    finding = judge(there, leaks, ASSUMED)
    assert (finding.outcome, finding.statement) == ("group", "group 1")
    assert finding.probability > 0.97 and not finding.refused_by
    assert finding.people == tuple(f"R-00{n}" for n in range(1, 6))
    assert named_group(there, leaks, ASSUMED) == 0


@pytest.mark.parametrize("members", [1, 2])
def test_one_or_two_people_are_neither_named_nor_listed(members: int) -> None:
    there, leaks = clear_case(members)
    finding = judge(there, leaks, ASSUMED)
    assert finding.outcome == "open"
    assert finding.people_in_set == members and finding.withheld and finding.people == ()
    assert "R-0" not in str(finding)
    assert finding.groups_in_set == finding.channels_in_set == finding.inseparable == ()


@pytest.mark.parametrize("source", [0, 7])
def test_whoever_alone_fits_is_in_no_way_told_from_another(source: int) -> None:
    found = one_who_had_all(source)
    assert found.withheld and found.people_in_set == 1 and found.inseparable_sizes
    assert found == one_who_had_all(3)


def one_who_had_all(source: int) -> AccessFinding:
    """Return the finding on a leak of nine facts that ``source`` had from a call, two people none, the others two."""
    known = np.zeros((20, 9), dtype=int)
    known[:, :2] = 1
    known[source] = 1
    known[[1, 2]] = 0
    there = circle([list(range(10))], 20, ("call", "mail"))
    carried = [[1] * 9, [1, 1, *[0] * 7]]
    everybody = frozenset(range(20)) - {source, 1, 2}
    return judge(there, [leak(known.tolist(), [1] * 9, carried, (frozenset({source}), everybody))], ASSUMED)


@pytest.mark.parametrize("left_over", [1, 2])
def test_nobody_follows_by_subtraction_from_who_is_like_whom(left_over: int) -> None:
    known = [[1] * 3] * left_over + [[0] * 3] * 200
    finding = judge(circle([], 200 + left_over), [leak(known, [1] * 3)], Assumptions(prior_outside=0.9))
    assert finding.people_in_set == 0 and not finding.withheld
    assert finding.inseparable == () and finding.inseparable_sizes[0] == 200


def test_who_is_like_whom_is_listed_where_three_or_more_are_left() -> None:
    known = [[1, 1]] * 3 + [[1, 0]] * 4 + [[0, 1], [0, 0], [0, 0]]
    finding = judge(circle([], 10), [leak(known, [1, 1])], ASSUMED)
    assert finding.people == ("R-001", "R-002", "R-003")
    assert {len(members) for members in finding.inseparable} == {3, 4}
    assert sorted(finding.inseparable_sizes) == [2, 3, 4]


def told_by_a_channel(told: int, all_of_it: int, people: int = 60) -> tuple[Circle, list[Leak]]:
    """Return a leak of nine facts that a channel carried to ``told`` people, all nine to ``all_of_it`` of them."""
    known = np.zeros((people, 9), dtype=int)
    for row in range(told):
        known[row, row % 9] = 1
    known[:all_of_it] = 1
    one = leak(known.tolist(), [1] * 9, [[1] * 9], (frozenset(range(told)),))
    return circle([], people, ("the channel",)), [one]


@pytest.mark.parametrize(("told", "all_of_it"), [(1, 1), (2, 2), (2, 1), (2, 0), (6, 1), (6, 2)])
def test_a_channel_that_would_name_a_person_is_not_named(told: int, all_of_it: int) -> None:
    finding = judge(*told_by_a_channel(told, all_of_it), ASSUMED)
    assert "the channel" not in str(finding)
    assert finding.unnamed_in_set == 1 and finding.withheld and finding.outcome == "open"
    assert finding.people_in_set == (told if told < FEWEST else all_of_it)


def test_a_channel_that_alone_had_everything_is_named() -> None:
    finding = judge(*told_by_a_channel(6, 0), ASSUMED)
    assert (finding.outcome, finding.statement) == ("channel", "the channel")
    assert finding.channels_in_set == ("the channel",) and finding.unnamed_in_set == 0


def test_a_channel_is_not_named_for_its_prior_alone() -> None:
    """Three people had just what it carried: only the assumed chance of channels is for it."""
    finding = judge(*told_by_a_channel(6, 3, people=1500), ASSUMED)
    assert finding.probability >= SURE and finding.outcome == "open"
    assert finding.refused_by == ("a channel no likelier than one person",)
    assert finding.sweep[-2].statement < 0.3


def test_without_a_record_of_who_was_told_no_channel_is_named() -> None:
    there, (one,) = told_by_a_channel(6, 0)
    finding = judge(there, [Leak(one.facts, one.present, one.known, one.carried)], ASSUMED)
    assert finding.outcome == "open" and finding.channels_in_set == ()


def test_outside_is_not_named_for_its_prior_alone() -> None:
    finding = judge(circle([], 40), [leak([[0]] * 40, [1])], Assumptions(prior_outside=0.7))
    assert finding.kind == "outside" and finding.probability >= SURE and finding.outcome == "open"
    assert "outside a quarter as probable" in finding.refused_by


def test_the_sweep_varies_channels_and_outside_both_ways() -> None:
    there = circle([], 60, ("mail", "list"))
    variants = sweep(ASSUMED, there)
    for name in ("prior_channels", "prior_outside"):
        tried = [getattr(variant.assumed, name) for variant in variants]
        assert min(tried) < getattr(ASSUMED, name) < max(tried)
    even = posterior(there, [], next(v.assumed for v in variants if "one person" in v.words))
    assert even[60] == even[61] == pytest.approx(even[0])
    assert all("channel" not in variant.words for variant in sweep(ASSUMED, circle([], 60)))


def test_inseparable_people_are_in_the_sets_of_all_assumptions_together() -> None:
    """R-008 has no colleague, which only tells in a log with gaps: as assumed nothing tells R-004 to R-008 apart."""
    there = circle([[0, 1, 2], [3, 4, 5, 6]], 8)
    finding = judge(there, [leak([[1]] * 3 + [[0]] * 5, [1])], ASSUMED)
    assert finding.inseparable_sizes == (5, 3)
    assert {row.people for row in finding.sweep} <= {0, 3, 5, 8}
    assert 8 in {row.people for row in finding.sweep}


def test_too_little_leaves_it_open() -> None:
    there = circle([[0, 1, 2], [3, 4, 5]], 6)
    finding = judge(there, [leak([[1]] * 4 + [[0]] * 2, [1])], ASSUMED)
    assert finding.outcome == "open" and finding.probability < SURE
    assert finding.outside > 0.02 and finding.outside_in_set


def test_what_does_not_survive_the_sweep_is_refused() -> None:
    refused = 0
    for number in range(16):
        case = draw(WORLDS[6], np.random.default_rng([5, number]))
        finding = judge(case.circle, case.leaks, ASSUMED)
        if finding.refused_by:
            refused += 1
            assert finding.outcome == "open" and finding.probability >= SURE
            assert min(row.statement for row in finding.sweep) < SURE_IN_SWEEP
        named = named_group(case.circle, case.leaks, ASSUMED)
        assert (named is not None) == (finding.outcome == "group")
        assert not finding.people or len(finding.people) >= FEWEST
    assert refused > 0


def test_nobody_on_record_leaves_outside() -> None:
    finding = judge(circle([], 0), [leak(np.zeros((0, 2)).tolist() or [[0, 0]], [1, 1])][:0], ASSUMED)
    assert finding.outcome == "outside"


def test_access_beside_a_mark_counts_and_compares() -> None:
    there, leaks = clear_case(5, leaks=2)
    inside, outside = (
        beside_mark(there, leaks, ASSUMED, "R-002"),
        beside_mark(there, leaks, ASSUMED, "R-020"),
    )
    assert inside.had == inside.published == 13 and inside.in_set and inside.ratio > 5
    assert outside.had == 0 and not outside.in_set and outside.ratio < 1


def test_the_explanation_counts_people() -> None:
    known = [[1, 1, 1]] * 2 + [[1, 1, 0]] * 3 + [[0, 0, 0]] * 5
    there = circle([[0, 5, 6]], 10)
    counted = frequencies(there, leak(known, [1, 1, 1]))
    assert (counted.had_all, counted.all_but_one, counted.had_none) == (2, 3, 5)
    assert counted.rare == ("f3",) and counted.rare_holders == 2 and counted.all_with_colleagues == 4
    first, rare, told = sentences(counted, by="Tuesday")
    assert first == (
        "Of 10 people, 2 had all three facts by Tuesday; 3 had all but one; 5 had none, as far as the log knows."
    )
    assert rare == "Known to fewest: f3, to 2."
    assert told.endswith("the list is 4.")


def test_nobody_having_everything_is_said() -> None:
    counted = frequencies(circle([], 2), leak([[1, 0], [0, 1]], [1, 1]))
    assert "Nobody had everything" in sentences(counted, by="noon")[-1]


def test_several_leaks_are_counted_together() -> None:
    there = circle([], 3)
    leaks = [leak([[1], [1], [0]], [1]), leak([[1], [0], [0]], [1])]
    assert together(there, leaks) == "Of 3 people, 1 had everything in both leaks; 1 in all but one."
