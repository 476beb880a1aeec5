"""A report leaves out nothing that speaks against it: what was taken out, looked at before, decided otherwise."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import jsonschema
import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import add_evidence, new_case, remove
from dyeline.app.disclosure import decide
from dyeline.app.exhibits import ExhibitFile
from dyeline.app.report import ReportMade, ReportOptions, make_report
from dyeline.app.trace import examine_files
from dyeline.app.workspace import Workspace
from tests.e2e.bundles import CASE, case_of_two

HOSTILE = "日本 😀 <script> #let $x$ *b* @ref"


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return case_of_two(tmp_path / "workspace")


def _read(made: ReportMade) -> str:
    """Return the words of the web page of a bundle, and see that its data is what the schema says."""
    data = made.path / "data"
    schema = json.loads((data / "report.schema.json").read_bytes())
    jsonschema.validate(json.loads((data / "report.json").read_bytes()), schema)
    assert (data / "report.pdf").read_bytes().startswith(b"%PDF")
    page = (data / "report.html").read_text("utf-8").partition("<main>")[2]
    assert "<script" not in page
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", re.sub(r"</?span[^>]*>", "", page)).split()))


def test_a_case_in_any_script_is_reported(office: Workspace, tmp_path: Path) -> None:
    new_case(office, HOSTILE)
    shown = _read(make_report(office, HOSTILE, tmp_path / "bundle", ReportOptions()))
    office.close()
    assert f"Case K-2: {HOSTILE}." in shown
    assert "This case has no exhibit." in shown
    assert "Nobody has decided it yet." in shown and "Nobody had to" not in shown


def test_exhibits_that_were_taken_out_stand_in_the_report(office: Workspace, tmp_path: Path) -> None:
    remove(office, CASE, "EX-1", reason="mislabelled")
    one = make_report(office, CASE, tmp_path / "one", ReportOptions())
    assert one.report["found"] == ["Exhibit EX-2 descends from copy C-0005."]
    shown = _read(one)
    assert "Exhibit EX-1 was taken out of the case at 20" in shown and "“mislabelled”" in shown
    assert "Taken alone: Exhibit EX-1 descends from copy C-0005." in shown
    remove(office, CASE, "EX-2", reason="it did not fit")
    shown = _read(make_report(office, CASE, tmp_path / "both", ReportOptions()))
    office.close()
    assert "Taken alone: Exhibit EX-2 descends from copy C-0005." in shown
    assert "Every exhibit that was examined was taken out of the case" in shown
    assert "No exhibit" not in shown
    (gone, _) = json.loads((tmp_path / "both" / "data" / "report.json").read_bytes())["exhibits"]
    entry = json.loads((tmp_path / f"both/data/log/entries/{gone['removed']['entry']}.json").read_bytes())
    assert (entry["kind"], entry["facts"]["removed"]) == ("case.removed", "EX-1")


def test_what_had_been_examined_before_the_case_was_opened_is_told(office: Workspace, tmp_path: Path) -> None:
    piece = tmp_path / "piece.txt"
    piece.write_bytes((office.root / "1.txt").read_bytes() + b"\nAnd more.")
    examine_files(office, [ExhibitFile(piece.read_bytes(), ".txt")], bound=1e-9)
    new_case(office, "Lax", bound=0.5)
    decide(office, "Lax", "not-protected", by="reviewer", reason="sold")
    add_exhibits(office, "Lax", [piece])
    made = make_report(office, "Lax", tmp_path / "bundle", ReportOptions())
    office.close()
    shown = _read(made)
    before, after = made.report["examination_list"]
    assert before["case"] is None and before["entry"] < made.report["case"]["entry"] < after["entry"]
    found = f"{before['outcome']} at 1e-09 (log entry {before['entry']}, outside of any case)."
    assert f"EX-1 examined before this case was opened: {found}" in shown
    assert "before any of these exhibits came in" not in shown and "it was not fixed beforehand" in shown
    assert "a bound of 0.001 was put on record" in shown and "The bound of this case is laxer." in shown
    assert all(sentence in shown for sentence in made.report["advice"])
    assert any("examined before they were put into the case" in one for one in made.report["advice"])


def test_a_rule_that_the_log_has_first_is_said_to_be_first(office: Workspace, tmp_path: Path) -> None:
    made = make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    shown = _read(made)
    assert "An exhibit that shows the line shows that name." in shown
    assert "before any of these exhibits came in" in shown and "laxer" not in shown
    assert made.report["earlier"] == []
    new_case(office, "Other")
    decide(office, "Other", "not-protected", by="reviewer", reason="sold")
    add_exhibits(office, "Other", [office.root / "1.txt"])
    shown = _read(make_report(office, CASE, tmp_path / "later", ReportOptions()))
    office.close()
    assert "K-2" in shown and "the bounds of cases add up" in shown


def test_every_decision_and_every_failure_is_told(office: Workspace, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "other.txt").write_text("It rained all night, and nobody said a word about ships at all.")
    add_exhibits(office, CASE, [tmp_path / "broken.pdf", tmp_path / "other.txt"])
    add_evidence(office, CASE, label="C-0005", likelihood_ratio=0.1, source="a clerk", reason="was abroad")
    decide(office, CASE, "protected", by="reviewer", reason="a wrong")
    decide(office, CASE, "not-protected", by="issuer", reason="no")
    made = make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    office.close()
    shown = _read(made)
    said = shown.partition("Decided 3 times")[2]
    order = [said.index(f"in the role of {role}: that it is {what}") for role, what in (
        ("reviewer", "not one"), ("reviewer", "one,"), ("issuer", "not one")
    )]  # fmt: skip
    assert order == sorted(order)
    acts = next(one["acts"] for one in made.report["custody"] if one["item"] == "EX-3")
    assert [act["act"] for act in acts][-2] == "could not be examined: format.unreadable" in shown
    assert "EV-1, on C-0005: likelihood ratio 0.1." in shown and "was abroad" in shown


def test_a_case_of_what_could_not_be_examined_says_so(office: Workspace, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "worse.pdf").write_bytes(b"%PDF-1.7 worse")
    new_case(office, "Broken")
    decide(office, "Broken", "not-protected", by="reviewer", reason="sold")
    added = add_exhibits(office, "Broken", [tmp_path / "broken.pdf", tmp_path / "worse.pdf"])
    assert all("PDF" in str(one.error) for one in added)
    shown = _read(make_report(office, "Broken", tmp_path / "bundle", ReportOptions()))
    office.close()
    assert "No exhibit of this case could be examined" in shown
    assert shown.count("could not be examined: format.unreadable") == 2
