"""Whoever wants a certain copy named: the issuer with the log's key, or a recipient. What stops each of them.

The issuer makes manifests that fit and enters them into the log (``refused_at(…, "issuer")``): only what the log
fixed before the leak stands against him.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.mutants import refused_at, repaired
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.journal import record
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.carriers.notice import notice_line
from dyeline.store.tables import CaseExhibit, IssuedCopy
from tests.e2e.bundles import CASE, case_of_two, checked, files_of
from tests.e2e.journey import opened_case, pasted

REPORT = "data/report.json"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = case_of_two(tmp_path_factory.mktemp("framing") / "workspace")
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def files(office: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("bundle") / "bundle"
    make_report(office, CASE, folder, ReportOptions(exculpate=("C-0003",)))
    return files_of(folder)


def _refused(files: dict[str, bytes]) -> str:
    """Return where the verifier refuses what an issuer made of a bundle."""
    return refused_at(repaired(files), "issuer")


def _reworded(files: dict[str, bytes], change: Callable[[dict[str, Any]], None]) -> dict[str, bytes]:
    report = json.loads(files[REPORT])
    change(report)
    return {**files, REPORT: json.dumps(report).encode()}


def _copy(report: dict[str, Any], label: str) -> dict[str, Any]:
    return next(one for one in report["copies"] if one["copy"] == label)


def test_a_codeword_made_after_the_leak_does_not_open_the_commitment(files: dict[str, bytes]) -> None:
    name = "data/openings/C-0003.json"
    source, opening = json.loads(files["data/openings/C-0005.json"]), json.loads(files[name])
    opening["symbols"] = source["symbols"]  # the innocent copy now has what the exhibit shows
    forged = json.dumps(opening, sort_keys=True, separators=(",", ":")).encode()
    assert _refused({**files, name: forged}) == "openings"


def test_a_commitment_made_after_the_leak_comes_too_late(office: Workspace, tmp_path: Path) -> None:
    facts = json.loads(office.log.entry(_row("C-0005").log_entry or 0))["facts"]
    late = record(office, "copy.issued", facts, role="issuer")
    honest = _row("C-0005").log_entry
    try:
        IssuedCopy.objects.filter(label="C-0005").update(log_entry=late)
        make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    finally:
        IssuedCopy.objects.filter(label="C-0005").update(log_entry=honest)
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 1 and "was committed to after EX-1 came in" in result["reason"]


def _row(label: str) -> IssuedCopy:
    return IssuedCopy.objects.get(label=label)


def test_another_threshold_is_not_the_one_of_the_case(files: dict[str, bytes]) -> None:
    def lax(report: dict[str, Any]) -> None:
        report["case"]["bound"] = 0.5

    def lax_in_the_finding(report: dict[str, Any]) -> None:
        report["exhibits"][0]["finding"]["bound"] = 0.5

    def lax_alone(report: dict[str, Any]) -> None:
        for single in report["finding"]["independent"]:
            single["bound"] = 0.4

    assert _refused(_reworded(files, lax)) == "exhibits"
    assert _refused(_reworded(files, lax_in_the_finding)) == "exhibits"
    assert _refused(_reworded(files, lax_alone)) == "findings"


def test_another_exhibit_is_not_the_one_that_came_in(files: dict[str, bytes]) -> None:
    name = "data/exhibits/EX-1.txt"
    assert _refused({**files, name: files["data/exhibits/EX-2.txt"]}) == "exhibits"

    def renamed(report: dict[str, Any]) -> None:
        one, other = report["exhibits"]
        one["file"], other["file"] = other["file"], one["file"]

    assert _refused(_reworded(files, renamed)) == "exhibits"


def test_a_circulation_dated_back_stands_behind_the_exhibit(files: dict[str, bytes]) -> None:
    """What can be dated back is the clock, not the order; a log that is rewritten as a whole is a stated limit."""

    def exchanged(report: dict[str, Any]) -> None:
        copy, exhibit = _copy(report, "C-0005"), report["exhibits"][0]
        copy["entry"], exhibit["received_entry"] = exhibit["received_entry"], copy["entry"]

    assert _refused(_reworded(files, exchanged)) == "openings"
    report = json.loads(files[REPORT])
    assert any("could have written all of it anew" in limit for limit in report["limits"])
    status, result = checked(files)
    limits = [limit for step in result["steps"] for limit in step["not_shown"]]
    assert status == 0 and any("rests on whoever kept the log" in limit for limit in limits)


def test_examining_until_it_fits_is_counted(
    office: Workspace, files: dict[str, bytes], tmp_path: Path
) -> None:
    exhibit = office.root / "1.txt"
    for bound in (1e-2, 1e-1):
        examine(office, exhibit.read_bytes(), bound=bound)
    made = make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    assert made.report["examinations"] == {"all": 4, "failed": 0, "of_these_exhibits": 4}
    again = files_of(tmp_path / "bundle")

    def silent(report: dict[str, Any]) -> None:
        report["examinations"] = {"all": 2, "failed": 0, "of_these_exhibits": 2}

    assert checked(again)[0] == 0
    assert _refused(_reworded(again, silent)) == "whole_log"
    make_report(office, CASE, tmp_path / "without", ReportOptions(whole_log=False))
    status, result = checked(files_of(tmp_path / "without"))
    assert status == 0 and any("nobody can count" in limit for limit in result["steps"][5]["not_shown"])


def test_copies_left_out_of_the_comparison_are_missed(office: Workspace, tmp_path: Path) -> None:
    """Somebody hides all copies but two before he examines: the chance for the list looks six times smaller."""
    (office.root / "3.txt").write_text(_paragraph(office, "C-0005", 3), encoding="utf-8")
    hidden = {row.label: row.sha256 for row in IssuedCopy.objects.exclude(label__in=("C-0005", "C-0006"))}
    opened_case(office, "Other")
    IssuedCopy.objects.filter(label__in=hidden).update(sha256="")
    try:
        add_exhibits(office, "Other", [office.root / "3.txt"])
    finally:
        for label, sha256 in hidden.items():
            IssuedCopy.objects.filter(label=label).update(sha256=sha256)
    make_report(office, "Other", tmp_path / "bundle", ReportOptions())
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 1 and "was compared with 2 copies of X-001, but 12 had been issued" in result["reason"]


def _paragraph(office: Workspace, copy: str, number: int) -> str:
    return [line for line in pasted(office.root / "copies" / f"{copy}.md").split("\n") if line][number]


def test_numbers_and_words_that_no_finding_has_are_refused(files: dict[str, bytes]) -> None:
    def louder(report: dict[str, Any]) -> None:
        report["statements"][0]["log10_ratio"] += 5

    def word(report: dict[str, Any]) -> None:
        report["statements"][0]["word"] = "overwhelming"

    def scale(report: dict[str, Any]) -> None:
        report["exculpations"][0]["log10_lr"] = -6.0

    def case(report: dict[str, Any]) -> None:
        report["finding"]["same_source"]["candidates"][0]["log10_e"] += 1

    def other(report: dict[str, Any]) -> None:
        _copy(report, "C-0005")["recipient"] = "R-003"

    for change, step in ((louder, "words"), (word, "words"), (scale, "exculpations"), (case, "combined")):
        assert _refused(_reworded(files, change)) == step
    assert _refused(_reworded(files, other)) == "openings"


def test_a_recipient_who_transplants_a_notice_is_named_himself(office: Workspace, tmp_path: Path) -> None:
    text = f"{notice_line('Reader 2', 'C-0002')}\n\n{_paragraph(office, 'C-0005', 1)}"
    finding = examine(office, text.encode()).finding
    assert [one.copy for one in finding.candidates] == ["C-0005"]
    assert any("C-0002" in line and "lead only" in line for line in finding.advice)


def test_a_recipient_who_edits_his_copy_names_nobody_else(office: Workspace) -> None:
    """Every other sentence is turned around and all invisible characters are taken out."""
    text = _paragraph(office, "C-0005", 1) + " " + _paragraph(office, "C-0005", 2)
    plain = "".join(c for c in text if c.isprintable())
    edited = plain.replace("We're", "We are").replace("don't", "do not").replace("isn't", "is not")
    finding = examine(office, edited.encode()).finding
    assert {one.copy for one in finding.candidates} <= {"C-0005"}
    assert CaseExhibit.objects.count() >= 2
