"""What may be said: groups, never persons; and only what other assumptions do not overturn."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from bench.access import WORLDS, draw
from dyeline.access.beside import beside_mark
from dyeline.access.frequencies import frequencies, sentences, together
from dyeline.access.judge import FEWEST, SURE, SURE_IN_SWEEP, judge, named_group
from dyeline.access.model import Assumptions, Circle, Leak
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
    said = {
        name: getattr(finding, name) for name in (f.name for f in fields(finding)) if name != "inseparable"
    }
    assert "R-001" not in str(said)
    assert finding.groups_in_set == ()


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
