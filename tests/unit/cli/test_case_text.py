"""What a case says in words about several copies at once."""

from __future__ import annotations

from datetime import UTC, datetime

from dyeline.app.case_view import CaseView
from dyeline.app.cases import CaseRecord
from dyeline.app.disclosure import Disclosure
from dyeline.cli.case_text import case_text
from dyeline.model.case import CaseCandidate, CaseFinding, SameSource, SingleFinding, TogetherRecipients
from dyeline.model.finding import NoneOfThese, Together


def test_joint_statements_stand_with_the_share_of_the_bound_that_the_exhibit_has() -> None:
    joint = Together(("C-0007", "C-0031"), "each", 2e-6, 17.0)
    narrow = Together(("C-0002", "C-0004"), "any", 1e-5, 14.0)
    named = tuple(CaseCandidate(name, (), 1e-5, 6.0, 1e-6, 0.9) for name in ("R-007", "R-031"))
    none = NoneOfThese(1e-6, 0.5)
    same = SameSource("attributed", named, none, (TogetherRecipients(("R-007", "R-031"), "each", 1e-5),))
    alone = (
        SingleFinding("EX-1", "attributed", 7.5e-4, (), (joint,)),
        SingleFinding("EX-2", "narrowed", 1.25e-4, (), (narrow,)),
    )
    view = CaseView(
        CaseRecord("Move", 1e-3, datetime(2026, 3, 1, tzinfo=UTC), None, "", 1, "K-1", 3),
        ({"label": "EX-1", "document": None, "removed": None, "fault": "", "duplicate_of": None, "file": "a.txt",
          "received": None, "recorded": "2026-03-01", "restricted_to": None,
          "sites_read": 9, "sites_new": 9, "sha256": "0" * 64},),
        CaseFinding(1e-3, 60, 1, (), same, alone),
        (),
        {"examinations": 1},
        (),
        {},
        Disclosure("Move", "undecided", "", None, ""),
        (),
        False,
    )  # fmt: skip
    text = case_text(view)
    assert (
        "EX-1, at 0.00075, its share of the bound: C-0007 and C-0031 together: each of them took part" in text
    )
    assert (
        "EX-2, at 0.00013, its share of the bound: C-0002 and C-0004 together: at least one of them" in text
    )
    assert (
        "R-007 and R-031, whether there is one source or not: a copy of each went into at least one" in text
    )
    assert view.to_dict()["independent"][0]["together"][0]["copies"] == ("C-0007", "C-0031")
