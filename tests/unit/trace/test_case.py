"""Cases: what several exhibits show together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dyeline.model.case import CaseFinding
from dyeline.stats.combine import share
from dyeline.trace.case import combine
from dyeline.trace.case_merge import CaseCirculation, CaseExhibit, deciding_parts, duplicates, in_order
from dyeline.trace.case_propositions import propositions
from dyeline.trace.shelf import CopyColumns
from tests.unit.trace.cases import codeword, exhibit, listed, reading

BOUND = 1e-3
ONE = listed("X-001", range(40), 40, 1)
TWO = listed("X-002", range(20, 60), 40, 2)
LISTED = {"X-001": ONE, "X-002": TWO}
SOURCE = 25
IN_ONE, IN_TWO = codeword(ONE, SOURCE), codeword(TWO, SOURCE - 20)


def case(*exhibits: CaseExhibit) -> CaseFinding:
    return combine(exhibits, LISTED, bound=BOUND)


def weak_exhibits() -> list[CaseExhibit]:
    return [
        exhibit(1, 1, reading(ONE, IN_ONE, range(0, 12))),
        exhibit(2, 2, reading(TWO, IN_TWO, range(0, 12))),
        exhibit(3, 3, reading(ONE, IN_ONE, range(12, 24))),
    ]


def test_exhibits_that_say_too_little_alone_name_a_recipient_together() -> None:
    finding = case(*weak_exhibits())
    assert [one.outcome for one in finding.independent] == ["insufficient"] * 3
    assert finding.same_source.outcome == "attributed"
    (named,) = finding.same_source.candidates
    assert (named.recipient, named.copies) == ("R-025", ("X-001:25", "X-002:5"))
    assert named.family_wise_p <= BOUND and named.p_value_fixed_set < named.family_wise_p
    assert (finding.family, finding.looks) == (60, 3)


def test_readings_of_a_site_are_never_added_up() -> None:
    once = reading(ONE, IN_ONE, range(0, 12))
    again = [exhibit(k, k, once) for k in range(1, 8)]
    finding, single = case(*again), case(again[0])
    assert finding.same_source == single.same_source
    assert [use.sites_new for use in finding.uses] == [12] + [0] * 6
    assert [use.duplicate_of for use in finding.uses] == [None] + ["EX-1"] * 6
    assert [one.exhibit for one in finding.independent] == ["EX-1"]


def test_the_first_look_decides_a_site_and_within_a_look_the_clearest_reading() -> None:
    faint = reading(ONE, IN_ONE, range(0, 10), clarity=1.0)
    clear = reading(ONE, IN_ONE, range(5, 15), clarity=4.0)
    rows = {
        batches: [
            (part.position, part.rows.tolist())
            for part in deciding_parts(
                in_order([exhibit(1, batches[0], faint), exhibit(2, batches[1], clear)])
            )
        ]
        for batches in ((1, 1), (1, 2), (2, 1))
    }
    assert rows[1, 1] == [(1, list(range(0, 5))), (2, list(range(5, 15)))]
    assert rows[1, 2] == [(1, list(range(0, 10))), (2, list(range(10, 15)))]
    assert rows[2, 1] == [(1, list(range(5, 15))), (2, list(range(0, 5)))]


def test_a_near_reprint_is_marked_and_another_copy_of_the_same_page_is_not() -> None:
    other = codeword(ONE, 3)
    exhibits = [
        exhibit(1, 1, reading(ONE, IN_ONE, range(0, 30))),
        exhibit(2, 2, reading(ONE, IN_ONE, range(2, 30), clarity=2.0)),
        exhibit(3, 3, reading(ONE, other, range(0, 30))),
    ]
    assert duplicates(in_order(exhibits)) == {"EX-2": "EX-1"}
    finding = case(*exhibits)
    assert {one.exhibit: [c.recipient for c in one.candidates] for one in finding.independent} == {
        "EX-1": ["R-025"],
        "EX-3": ["R-003"],
    }


def test_two_circulations_of_one_text_do_not_dilute_each_other() -> None:
    # the exhibit was compared with both of the recipient's copies and descends from one
    rng = np.random.default_rng(5)
    both = (reading(ONE, IN_ONE, range(30)), reading(TWO, rng.integers(0, 2, 40), range(30)))
    (named,) = case(exhibit(1, 1, *both)).same_source.candidates
    assert named.recipient == "R-025"


def test_an_exhibit_taken_out_supports_nobody_and_is_paid_for() -> None:
    exhibits = weak_exhibits()
    wrong = exhibit(4, 4, reading(TWO, codeword(TWO, 30), range(12, 40)))
    before = case(*exhibits).same_source.candidates[0]
    after = case(*exhibits, replace(wrong, removed="090")).same_source.candidates[0]
    with_it = {c.recipient: c.log10_e for c in case(*exhibits, wrong).same_source.candidates}
    assert with_it.get("R-025", 0.0) < before.log10_e - 2
    assert after.recipient == before.recipient == "R-025"
    assert after.log10_e == pytest.approx(before.log10_e)
    assert after.family_wise_p > before.family_wise_p * 10
    gone = case(*(replace(one, removed="090") for one in exhibits))
    assert gone.same_source.outcome == "insufficient" and not gone.independent


def test_taking_out_what_decided_nothing_costs_nothing() -> None:
    exhibits = weak_exhibits()
    reprint = exhibit(9, 9, exhibits[0].compared[0])
    assert case(*exhibits, replace(reprint, removed="090")).same_source == case(*exhibits).same_source


def test_a_reprint_counts_when_what_it_repeats_is_taken_out_and_pays_for_that() -> None:
    clear, other = reading(ONE, IN_ONE, range(30)), reading(TWO, IN_TWO, range(30))
    first, reprint, third = exhibit(1, 1, clear), exhibit(2, 2, clear), exhibit(3, 3, other)
    before = case(first, reprint, third)
    assert [(one.exhibit, one.bound) for one in before.independent] == [
        ("EX-1", BOUND * share(1)),
        ("EX-3", BOUND * share(2)),
    ]
    later = exhibit(4, 6, reading(ONE, codeword(ONE, 3), range(30)))
    after = case(replace(first, removed="005"), reprint, third, later)
    assert {one.exhibit: one.bound for one in after.independent} == {
        "EX-2": BOUND * share(3),
        "EX-3": BOUND * share(2),
        "EX-4": BOUND * share(4),
    }
    assert {use.exhibit: use.duplicate_of for use in after.uses}["EX-2"] is None
    assert [c.recipient for c in after.independent[0].candidates] == ["R-025"]


def test_a_text_compared_with_other_copies_is_no_reprint() -> None:
    none = replace(exhibit(1, 1, outcome="not_ours"), text_sha256="t")
    named = replace(exhibit(2, 2, reading(ONE, IN_ONE, range(30))), text_sha256="t")
    again = replace(exhibit(3, 3, reading(ONE, IN_ONE, ())), text_sha256="t")
    assert duplicates(in_order([none, named, again])) == {"EX-3": "EX-2"}


def test_a_copy_that_was_issued_later_is_not_compared() -> None:
    found = reading(ONE, IN_ONE, range(24))
    early = replace(found, indices=found.indices[:20], scores=replace_scores(found, 20))
    finding = case(exhibit(1, 1, early))
    assert finding.family == 20 and finding.same_source.outcome == "insufficient"


def replace_scores(found, count: int):  # type: ignore[no-untyped-def]
    return replace(
        found.scores, p_value=found.scores.p_value[:count], mixture_nats=found.scores.mixture_nats[:count]
    )


def test_the_outcomes_without_a_name() -> None:
    assert case().same_source.outcome == "insufficient"
    assert case(exhibit(1, 1, outcome="not_ours")).same_source.outcome == "not_ours"
    empty = case(exhibit(1, 1, reading(ONE, IN_ONE, ())))
    assert empty.same_source.outcome == "no_readable_mark"
    assert [one.outcome for one in empty.independent] == ["no_readable_mark"]


def test_several_who_share_all_that_was_read_are_narrowed_to() -> None:
    wide = listed("X-003", range(200), 12, 4)
    book = np.stack([codeword(wide, n) for n in range(200)])
    twins = [n for n in range(200) if (book[n] == book[7]).all()]
    finding = combine(
        [exhibit(1, 1, reading(wide, book[7], range(12), clarity=7.0))], {"X-003": wide}, bound=0.08
    )
    assert finding.same_source.outcome in ("narrowed", "insufficient")
    if finding.same_source.outcome == "narrowed":
        assert set(twins) <= {int(c.recipient[2:]) for c in finding.same_source.candidates}


def merged_exhibit() -> tuple[CaseCirculation, CaseExhibit]:
    """Return an exhibit mixed site by site from copies 7 and 31, and the circulation."""
    wide = listed("X-003", range(60), 120, 3)
    member = np.random.default_rng(5).integers(0, 2, 120)
    shown = np.where(member == 0, codeword(wide, 7), codeword(wide, 31))
    return wide, exhibit(1, 1, reading(wide, shown, range(120)))


def test_copies_merged_in_one_exhibit_are_named_together() -> None:
    wide, merged = merged_exhibit()
    finding = combine([merged], {"X-003": wide}, bound=BOUND)
    (single,) = finding.independent
    (joint,) = single.together
    assert single.outcome == "attributed" and set(joint.copies) == {"X-003:7", "X-003:31"}
    assert joint.statement == "each" and joint.log10_lr is not None and joint.log10_lr > 10
    assert joint.family_wise_p == max(c.family_wise_p for c in single.candidates) <= single.bound
    assert single.bound == BOUND * share(1)
    (_, alone) = propositions(finding, ["EX-1"])
    assert alone.statements[0].startswith("The exhibit was merged from several copies, X-003:")
    assert len(alone.statements) == 5


def test_recipients_of_one_case_are_named_together_each_at_the_bound() -> None:
    wide = listed("X-003", range(60), 200, 3)
    halves = [
        exhibit(k, 1, reading(wide, codeword(wide, who), range(100 * k, 100 * k + 100)))
        for k, who in enumerate((7, 31))
    ]
    same = combine(halves, {"X-003": wide}, bound=BOUND).same_source
    (joint,) = same.together
    assert same.outcome == "attributed" and len(same.candidates) == 2
    assert set(joint.recipients) == {"R-007", "R-031"} and joint.statement == "each"
    assert joint.family_wise_p == max(c.family_wise_p for c in same.candidates) <= BOUND


def test_recipients_scored_in_turn_get_what_they_get_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    exhibits = weak_exhibits()
    whole = case(*exhibits)
    for module in ("case_people", "case_score"):
        monkeypatch.setattr(f"dyeline.trace.{module}.AT_ONCE", 7)
    in_turn = case(*exhibits)
    assert (in_turn.family, in_turn.groups) == (whole.family, whole.groups)
    (named,), (same,) = whole.same_source.candidates, in_turn.same_source.candidates
    assert (named.recipient, named.copies, named.family_wise_p) == (
        same.recipient,
        same.copies,
        same.family_wise_p,
    )
    assert in_turn.independent == whole.independent


def test_copies_kept_as_columns_give_the_same_finding() -> None:
    def columns(one: CaseCirculation) -> CaseCirculation:
        rows = [(copy.index, copy.label, copy.recipient) for copy in one.circulation.copies]
        return replace(one, circulation=replace(one.circulation, copies=CopyColumns.of(rows)))

    exhibits = weak_exhibits()
    found = combine(exhibits, {name: columns(one) for name, one in LISTED.items()}, bound=BOUND)
    assert found == case(*exhibits)


def test_scores_are_remembered() -> None:
    memory: dict[str, np.ndarray] = {}
    exhibits = weak_exhibits()
    first = combine(exhibits[:2], LISTED, bound=BOUND, memory=memory)
    known = set(memory)
    assert combine(exhibits[:2], LISTED, bound=BOUND, memory=memory) == first and set(memory) == known
    assert combine(exhibits, LISTED, bound=BOUND, memory=memory) == case(*exhibits)
    assert known < set(memory)


def test_propositions_exclude_one_another_in_words() -> None:
    finding = case(*weak_exhibits())
    together, *alone = propositions(finding, ["EX-1", "EX-2", "EX-3"])
    assert together.statements == (
        "The exhibits descend from the copies issued to R-025.",
        "The exhibits descend from copies issued to another listed recipient.",
        "The exhibits descend from no listed copy.",
        "The exhibits do not have one source.",
    )
    assert [one.exhibits for one in alone] == [("EX-1",), ("EX-2",), ("EX-3",)]
    assert alone[0].statements == (
        "The exhibit descends from a listed copy.",
        "The exhibit descends from no listed copy.",
    )
    (only,) = propositions(case(weak_exhibits()[0]), [], recipient="R-001")
    assert only.statements[0] == "The exhibit descends from the copy issued to R-001."
