"""When an earlier examination of an exhibit keeps a finding from being confirmed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dyeline_verify.history import check_record, other_looks
from dyeline_verify.log import Entry
from dyeline_verify.refusal import Refused

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _log(*made: tuple[str, dict[str, Any]]) -> list[Entry]:
    return [Entry(number, _AT, kind, "investigator", facts) for number, (kind, facts) in enumerate(made)]


def _look(outcome: str, bound: float, **more: str) -> tuple[str, dict[str, Any]]:
    return "examination", {"exhibit": "aa", "outcome": outcome, "parameters": {"bound": bound}, **more}


@pytest.mark.parametrize(
    ("earlier", "own", "combined", "doubted"),
    [
        (("insufficient", 1e-3), "attributed", True, True),
        (("narrowed", 1e-3), "attributed", True, True),
        (("insufficient", 0.5), "attributed", False, True),
        (("attributed", 1e-3), "attributed", True, False),
        (("not_ours", 1e-3), "attributed", True, False),
        (("insufficient", 1e-3), "insufficient", True, True),  # named by several exhibits together, at 0.01
        (("insufficient", 1e-2), "insufficient", True, False),  # the same bound: combining is no second look
        (("insufficient", 1e-3), "insufficient", False, False),  # nobody is named
        (("attributed", 0.5), "insufficient", False, False),
    ],
)
def test_an_earlier_look_that_came_out_otherwise(
    earlier: tuple[str, float], own: str, combined: bool, doubted: bool
) -> None:
    whole = _log(
        _look(*earlier), ("case.opened", {"case": "K-1", "bound": 1e-2}), _look(own, 1e-2, case="K-1")
    )
    exhibit = {"label": "EX-1", "sha256": "aa", "examination_entry": 2, "removed": None}
    facts, limits, doubts = other_looks(whole, whole[1], [exhibit], combined=combined)
    assert len(facts) == len(limits) == 1 and bool(doubts) == doubted
    assert f"{earlier[0]} at bound {earlier[1]:g}, before this case was opened, 1x (in no case)" in facts[0]


def test_a_later_look_is_told_and_casts_no_doubt() -> None:
    whole = _log(
        ("case.opened", {"case": "K-1", "bound": 1e-2}),
        _look("attributed", 1e-2, case="K-1"),
        _look("insufficient", 1e-9, case="K-2"),
        ("examination.failed", {"exhibit": "aa", "code": "internal"}),
    )
    exhibit = {"label": "EX-1", "sha256": "aa", "examination_entry": 1, "removed": None}
    facts, limits, doubts = other_looks(whole, whole[0], [exhibit], combined=True)
    assert "after this case was opened, 1x (in K-2)" in facts[0] and "failed" in facts[0]
    assert limits == doubts == []


def test_a_case_that_the_log_opens_twice_is_refused() -> None:
    opened = ("case.opened", {"case": "K-1", "bound": 1e-2})
    case = {"label": "K-1", "closed": None, "disclosure": {"decision": None}}
    assert check_record(_log(opened), case, [])
    with pytest.raises(Refused):
        check_record(_log(opened, opened), case, [])
