import numpy as np

from dyeline.trace.judge import NARROW_MOST, PairEvidence, judge
from dyeline.trace.shelf import ShelvedCopy

COPIES = [ShelvedCopy(k, f"C-{k:04}", f"R-{k:03}") for k in range(100)]


def test_attributed_lists_exactly_the_copies_at_or_below_the_bound() -> None:
    p = np.full(100, 0.5)
    p[3], p[60], p[61] = 1e-5, 1e-9, 1.01e-5
    verdict = judge(COPIES, p, -np.log(p), anything_read=True, bound=1e-3)
    assert verdict.outcome == "attributed"
    assert [c.copy for c in verdict.candidates] == ["C-0060", "C-0003"]
    assert verdict.candidates[1].family_wise_p <= 1e-3


def test_the_bound_counts_every_copy_that_was_scored() -> None:
    p = np.full(100, 1.0)
    p[3] = 1e-4
    assert judge(COPIES[:10], p[:10], -np.log(p[:10]), anything_read=True, bound=1e-3).outcome == "attributed"
    assert judge(COPIES, p, -np.log(p), anything_read=True, bound=1e-3).outcome == "insufficient"


def test_evidence_shared_by_a_few_narrows_and_names_only_these() -> None:
    p = np.full(100, 1.0)
    nats = np.full(100, -5.0)
    nats[[5, 6, 7]] = np.log(1e5)
    p[[5, 6, 7]] = 1.5e-5
    verdict = judge(COPIES, p, nats, anything_read=True, bound=1e-3)
    assert verdict.outcome == "narrowed"
    assert {c.copy for c in verdict.candidates} == {"C-0005", "C-0006", "C-0007"}


def test_weak_evidence_names_nobody() -> None:
    nats = np.full(100, -1.0)
    nats[5] = np.log(200.0)
    verdict = judge(COPIES, np.full(100, 0.005), nats, anything_read=True, bound=1e-3)
    assert (verdict.outcome, verdict.candidates) == ("insufficient", ())


def test_a_set_that_is_too_large_is_not_named() -> None:
    nats = np.full(100, np.log(5e3))
    assert NARROW_MOST < 100
    assert judge(COPIES, np.full(100, 2e-4), nats, anything_read=True, bound=1e-3).outcome == "insufficient"


def test_nothing_read_and_nothing_issued_are_no_readable_mark() -> None:
    ones, zeros = np.ones(100), np.zeros(100)
    assert judge(COPIES, ones, zeros, anything_read=False, bound=1e-3).outcome == "no_readable_mark"
    assert judge([], ones[:0], zeros[:0], anything_read=False, bound=1e-3).outcome == "no_readable_mark"


def test_several_attributed_copies_took_part_together() -> None:
    p = np.full(100, 0.5)
    p[3], p[60] = 1e-6, 1e-9
    pairs = PairEvidence(((3, 60),), (50.0,), 4950)
    verdict = judge(COPIES, p, -np.log(p), anything_read=True, bound=1e-3, pairs=pairs)
    (together,) = verdict.together
    assert (together.copies, together.statement) == (("C-0060", "C-0003"), "each")
    assert together.family_wise_p == verdict.candidates[1].family_wise_p
    assert together.log10_lr is not None and abs(together.log10_lr - 50 / np.log(10)) < 1e-9


def test_a_pair_that_only_together_explains_narrows_to_at_least_one_of_it() -> None:
    p, nats = np.full(100, 0.5), np.full(100, -1.0)
    pairs = PairEvidence(((3, 60), (3, 61)), (np.log(4950 * 1e5), 0.0), 4950)
    verdict = judge(COPIES, p, nats, anything_read=True, bound=1e-3, pairs=pairs)
    assert verdict.outcome == "narrowed" and {c.copy for c in verdict.candidates} == {"C-0003", "C-0060"}
    assert verdict.together[0].statement == "any" and verdict.together[0].family_wise_p <= 1e-3
    weak = PairEvidence(pairs.rows, (np.log(4950 * 9e3), 0.0), 4950)
    assert judge(COPIES, p, nats, anything_read=True, bound=1e-3, pairs=weak).outcome == "insufficient"


def test_a_copy_named_beside_others_is_not_taken_for_innocent_by_the_posterior() -> None:
    p, nats = np.full(100, 0.5), np.full(100, -1.0)
    p[[3, 60, 61]], nats[[3, 60, 61]] = (1e-30, 1e-36, 1e-38), (-3.6, -0.5, 4.6)
    verdict = judge(COPIES, p, nats, anything_read=True, bound=1e-3)
    assert [c.copy for c in verdict.candidates] == ["C-0061", "C-0060", "C-0003"]
    assert [round(c.log10_lr, 1) for c in verdict.candidates] == [2.0, -0.2, -1.6]
    assert min(c.posterior for c in verdict.candidates) > 0.3
    assert verdict.none_of_these.posterior < 1e-3
