"""A decision that an exhibit could be a protected disclosure holds for the exhibit, in whatever case it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import new_case
from dyeline.app.disclosure import decide
from dyeline.app.trace import examine
from dyeline.app.unsealing import request_unsealing
from dyeline.app.workspace import Workspace, open_workspace
from dyeline.errors import CaseUndecided, LogDisagrees, NotPermitted
from dyeline.store.tables import Case
from tests.e2e.bundles import CASE, case_of_two


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return open_workspace(case_of_two(tmp_path / "workspace").root)


def test_a_second_case_or_a_plain_trace_does_not_get_around_it(office: Workspace) -> None:
    exhibit = office.root / "1.txt"
    new_case(office, "Second")
    decide(office, "Second", "not-protected", by="issuer", reason="another view")
    add_exhibits(office, "Second", [exhibit])
    decide(office, CASE, "protected", by="reviewer", reason="a wrong was reported")
    new_case(office, "Third")
    decide(office, "Third", "not-protected", by="issuer", reason="another view")
    with pytest.raises(CaseUndecided, match=CASE):
        add_exhibits(office, "Third", [exhibit])
    with pytest.raises(CaseUndecided, match=CASE):
        examine(office, exhibit.read_bytes())
    with pytest.raises(NotPermitted, match="protected"):
        request_unsealing(office, "Second", "C-0005", reason="to know")


def test_an_exhibit_given_to_a_protected_case_is_on_record_unopened_and_examined_nowhere(
    office: Workspace,
) -> None:
    decide(office, CASE, "protected", by="reviewer", reason="a wrong was reported")
    late = office.root / "late.txt"
    late.write_text("A letter that came in after the decision.", encoding="utf-8")
    blobs = sum(1 for _ in (office.root / "blobs").rglob("*"))
    with pytest.raises(CaseUndecided, match="protected"):
        add_exhibits(office, CASE, [late])
    assert sum(1 for _ in (office.root / "blobs").rglob("*")) == blobs
    new_case(office, "Elsewhere")
    decide(office, "Elsewhere", "not-protected", by="issuer", reason="another view")
    for attempt in (
        lambda: add_exhibits(office, "Elsewhere", [late]),
        lambda: examine(office, late.read_bytes()),
    ):
        with pytest.raises(CaseUndecided, match=CASE):
            attempt()
    decide(office, CASE, "not-protected", by="reviewer", reason="it was no report after all")
    (added,) = add_exhibits(office, CASE, [late])
    assert (added.outcome, added.fault) == ("not_ours", "")


def test_a_decision_that_was_changed_in_its_row_alone_does_not_hold(office: Workspace) -> None:
    exhibit = office.root / "1.txt"
    decide(office, CASE, "protected", by="reviewer", reason="a wrong was reported")
    new_case(office, "Third")
    with office.writing():
        Case.objects.update(decision="not-protected", decided_by="reviewer")
    for name in (CASE, "Third"):
        with pytest.raises(LogDisagrees, match="decision"):
            add_exhibits(office, name, [office.root / "2.txt"])
    with pytest.raises(CaseUndecided, match=CASE):
        examine(office, exhibit.read_bytes())
