"""The intervals and columns of the benchmark tables."""

import pytest

from bench.counting import RIGHT, WRONG, classify, interval, percent
from dyeline.model.finding import Candidate, ExhibitFacts, Finding, NoneOfThese, Outcome, ReadSummary


def finding(outcome: Outcome, *named: str) -> Finding:
    return Finding(
        exhibit=ExhibitFacts("", "txt", 1),
        outcome=outcome,
        document=None,
        region=None,
        readings=ReadSummary(0, 0),
        bound=1e-3,
        candidates=tuple(Candidate(copy, "R-001", 1e-9, 1e-7, 9.0, 1.0) for copy in named),
        none_of_these=NoneOfThese(0.5, 0.5),
        advice=(),
        methods={},
    )


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # textbook values of the exact interval: (a/2)^(1/n), and the tables for 95 %
        (0, 20, 0.0, 0.1684),
        (20, 20, 0.8316, 1.0),
        (5, 10, 0.1871, 0.8129),
        (1, 100, 0.000253, 0.0545),
    ],
)
def test_the_interval_is_the_exact_one(hits: int, trials: int, low: float, high: float) -> None:
    assert interval(hits, trials, 0.95) == pytest.approx((low, high), abs=1e-4)


def test_nothing_counted_says_nothing() -> None:
    assert interval(0, 0) == (0.0, 1.0)


def test_a_second_copy_that_is_no_source_makes_the_finding_wrong() -> None:
    sources = frozenset({"C-1", "C-2"})
    assert classify(finding("attributed", "C-1"), sources) == RIGHT
    assert classify(finding("attributed", "C-1", "C-2"), sources) == RIGHT
    assert classify(finding("attributed", "C-1", "C-3"), sources) == WRONG
    assert classify(finding("narrowed", "C-3", "C-2"), sources) == "narrowed"
    assert classify(finding("narrowed", "C-3", "C-4"), sources) == "narrowed, source not in the set"
    assert classify(finding("insufficient"), sources) == "insufficient"


def test_percentages_keep_the_digits_that_say_something() -> None:
    assert [percent(x) for x in (1.0, 0.995, 0.9999, 0.00012, 0.0)] == ["100", "99.5", "99.9", "0.012", "0"]
