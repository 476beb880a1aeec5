"""What the enclosed log says of a case has to stand in its report; who examined until it fitted is not confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.mutants import refused_at, repaired
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import add_evidence, new_case, remove
from dyeline.app.disclosure import decide
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import NotExculpated
from dyeline_verify.steps import STEPS, Bundle, seal
from tests.e2e.bundles import CASE, case_of_two, checked, files_of
from tests.e2e.journey import NOTE, opened_case, pasted, people

REPORT = "data/report.json"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = case_of_two(tmp_path_factory.mktemp("history") / "workspace")
    add_evidence(workspace, CASE, label="R-005", likelihood_ratio=0.1, source="a guard", reason="was away")
    remove(workspace, CASE, "EX-2", reason="mislabelled")
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def files(office: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("bundle") / "bundle"
    make_report(office, CASE, folder, ReportOptions(exculpate=("C-0003",)))
    return files_of(folder)


def _left_out(report: dict[str, Any]) -> None:
    del report["exhibits"][1]
    report["examinations"]["of_these_exhibits"] -= 1


def _put_back(report: dict[str, Any]) -> None:
    report["exhibits"][1]["removed"] = None


def _taken_out(report: dict[str, Any]) -> None:
    report["exhibits"][0]["removed"] = report["exhibits"][1]["removed"]


def _not_examined(report: dict[str, Any]) -> None:
    report["exhibits"][1] |= {"readings": None, "finding": None, "examined": None, "examination_entry": None}


def _no_evidence(report: dict[str, Any]) -> None:
    report["external_evidence"] = []


def _other_evidence(report: dict[str, Any]) -> None:
    report["external_evidence"][0]["likelihood_ratio"] = 10.0


def _other_decision(report: dict[str, Any]) -> None:
    report["case"]["disclosure"]["decision"] = "protected"


def _closed(report: dict[str, Any]) -> None:
    report["case"]["closed"] = report["made"]


@pytest.mark.parametrize(
    "change",
    [
        _left_out,
        _put_back,
        _taken_out,
        _not_examined,
        _no_evidence,
        _other_evidence,
        _other_decision,
        _closed,
    ],
)
def test_a_report_that_the_log_speaks_against_is_refused(files: dict[str, bytes], change: Change) -> None:
    report = json.loads(files[REPORT])
    assert refused_at(repaired(files), "issuer") == ""
    change(report)
    assert refused_at(repaired({**files, REPORT: json.dumps(report).encode()}), "issuer") == "history"


def test_a_codeword_that_nothing_is_about_may_not_be_shown(files: dict[str, bytes]) -> None:
    report = json.loads(files[REPORT])
    report["exculpations"] = []
    assert refused_at(repaired({**files, REPORT: json.dumps(report).encode()}), "issuer") == "openings"


def test_a_case_opened_until_its_bound_is_lax_enough_is_not_confirmed(
    office: Workspace, tmp_path: Path
) -> None:
    """The exhibit named nobody at the first bound; then a case is opened with a bound at which it does."""
    lines = [line for line in pasted(office.root / "copies" / "C-0005.md").split("\n") if line]
    exhibit = tmp_path / "3.txt"
    exhibit.write_text(lines[3], encoding="utf-8")
    first = examine(office, exhibit.read_bytes(), bound=1e-100).finding
    assert first.outcome == "insufficient"
    new_case(office, "Second", bound=0.5)
    decide(office, "Second", "not-protected", by="reviewer", reason="sold for money")
    assert add_exhibits(office, "Second", [exhibit])[0].outcome == "attributed"
    make_report(office, "Second", tmp_path / "bundle", ReportOptions())
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 2 and result["result"] == "not confirmed"
    assert "insufficient at bound 1e-100, before this case was opened" in result["reason"]
    limits = [limit for step in result["steps"] for limit in step["not_shown"]]
    assert any("set after the exhibit had been examined" in limit for limit in limits)
    assert any("0.5, is laxer than 0.001, which was fixed when X-001 was opened" in limit for limit in limits)
    make_report(office, "Second", tmp_path / "without", ReportOptions(whole_log=False))
    files = files_of(tmp_path / "without")
    status, result = checked(files)
    assert status == 2 and "insufficient at bound 1e-100" in result["reason"]
    earlier = next(name for name in files if "log/entries" in name and b'"bound":1e-100' in files[name])
    del files[earlier], files[earlier.replace("entries", "proofs").replace(".json", ".tlog-proof")]
    bundle = Bundle(repaired(files))
    bundle.sealed = 1 << 60
    limits = [limit for step in STEPS if step is not seal for limit in step(bundle).limits]
    assert any("counts 1 other examinations of these exhibits" in limit for limit in limits)


def test_a_bound_that_an_earlier_examination_met_too_is_confirmed_and_told(
    office: Workspace, tmp_path: Path
) -> None:
    lines = [line for line in pasted(office.root / "copies" / "C-0005.md").split("\n") if line]
    exhibit = tmp_path / "4.txt"
    exhibit.write_text(lines[4], encoding="utf-8")
    assert examine(office, exhibit.read_bytes()).finding.outcome == "attributed"
    opened_case(office, "Third")
    add_exhibits(office, "Third", [exhibit])
    make_report(office, "Third", tmp_path / "bundle", ReportOptions())
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 0, result
    assert any(
        "attributed at bound 0.001, before this case was opened, 1x (in no case)" in fact
        for step in result["steps"]
        for fact in step["facts"]
    )


@pytest.mark.parametrize("subject", ["report", "exculpation"])
def test_that_an_exhibit_is_known_by_its_hash_alone_is_said(
    office: Workspace, tmp_path: Path, subject: str
) -> None:
    options = ReportOptions(exculpate=("C-0003",), subject=subject)
    made = make_report(office, CASE, tmp_path / "bundle", options)
    assert sum("known by the hash of its file" in limit for limit in made.report["limits"]) == 1
    files = files_of(tmp_path / "bundle")
    assert b"known by the hash of its file" in files["data/report.html"]
    status, result = checked(files)
    assert status == 0
    hidden = next(step["not_shown"] for step in result["steps"] if step["title"] == "History")
    assert sum("known by the hash of its file" in one for one in hidden) == 1


def test_without_the_whole_log_it_is_said_what_that_hides(office: Workspace, tmp_path: Path) -> None:
    make_report(office, CASE, tmp_path / "bundle", ReportOptions(whole_log=False))
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 0 and result["reason"] == "as far as it is enclosed: the whole log is not"
    hidden = next(step["not_shown"] for step in result["steps"] if step["title"] == "History")
    assert any("left out or taken out" in one for one in hidden)
    assert any("examined before" in one for one in hidden)


def test_why_a_further_copy_of_a_named_recipient_is_opened_is_said(tmp_path: Path) -> None:
    """Two documents went to all, the exhibit is of one; the combined finding is about both copies."""
    workspace = _two_documents(tmp_path, leaked="D-001/C-0002.md")
    made = make_report(workspace, CASE, tmp_path / "bundle", ReportOptions())
    workspace.close()
    opened = {one["copy"]: one["named_by"] for one in made.report["copies"]}
    assert opened == {"C-0002": "exhibit", "C-0006": "combined"}
    files = files_of(tmp_path / "bundle")
    assert b"so the codeword of this one is shown as well" in files["data/report.html"]
    status, result = checked(files)
    facts = [fact for step in result["steps"] for fact in step["facts"]]
    assert status == 0 and sum(fact.startswith("C-0006 is named by no exhibit alone") for fact in facts) == 1


def test_copies_that_no_exhibit_points_to_come_last_in_every_table(tmp_path: Path) -> None:
    workspace = _two_documents(tmp_path, leaked="D-002/C-0006.md")
    report = make_report(workspace, CASE, tmp_path / "bundle", ReportOptions()).report
    workspace.close()
    assert [one["copy"] for one in report["copies"]] == ["C-0006", "C-0002"]
    assert [one["copy"] for one in report["agreement"]["EX-1"]] == ["C-0006", "C-0002"]
    assert [copy for one in report["places"] for copy in one["copies"]] == ["C-0006", "C-0002"]
    assert checked(files_of(tmp_path / "bundle"))[0] == 0


def test_no_statement_for_a_further_copy_of_a_named_recipient_and_why(tmp_path: Path) -> None:
    workspace = _two_documents(tmp_path, leaked="D-001/C-0002.md")
    for subject in ("report", "exculpation"):
        options = ReportOptions(exculpate=("C-0006",), subject=subject)
        with pytest.raises(NotExculpated) as caught:
            make_report(workspace, CASE, tmp_path / "statement", options)
        assert "C-0006 belongs to a recipient whom the combined finding" in caught.value.problem
        assert "R-00" not in str(caught.value) and "C-0002" not in str(caught.value)
    workspace.close()


def _two_documents(folder: Path, *, leaked: str) -> Workspace:
    """Return a workspace with two documents, each issued to all, and a case with a piece of one copy."""
    init(folder / "workspace")
    workspace = open_workspace(folder / "workspace")
    import_recipients(workspace, people(4))
    for name, text in (("note.md", NOTE), ("again.md", f"{NOTE}\nThe keys are at the desk.\n")):
        add_document(workspace, text.encode(), file_name=name)
    for label in ("D-001", "D-002"):
        issue(workspace, label, "all", folder / label)
    lines = [line for line in pasted(folder / leaked).split("\n") if line]
    (folder / "leak.txt").write_text("\n".join(lines[1:4]), encoding="utf-8")
    opened_case(workspace, CASE)
    add_exhibits(workspace, CASE, [folder / "leak.txt"])
    return workspace
