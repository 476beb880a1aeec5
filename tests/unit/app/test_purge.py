"""Retention: only what a policy names goes, nothing goes unasked, and what is proved stays proved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from dyeline.app.briefings import import_briefings, list_briefings
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_view import case_propositions, show_case
from dyeline.app.cases import close_case
from dyeline.app.custodians import add_custodian, remove_custodian
from dyeline.app.custody_check import custody_check
from dyeline.app.issue import issue
from dyeline.app.log_audit import verify_log
from dyeline.app.notice_kit import TEMPLATES, write_notices
from dyeline.app.purge import purge
from dyeline.app.quorum import set_quorum, show_quorum
from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.registration import add_document
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.trace import examine
from dyeline.app.unsealing import grant_unsealing, request_unsealing
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.cli.main import run
from dyeline.custody.agekeys import new_identity
from dyeline.errors import BadInput, NamesSealed, NotFound
from dyeline.evidence.entries import parse_entry
from dyeline.store.tables import (
    Case,
    CaseExhibit,
    Circulation,
    IdentityEnvelope,
    IssuedCopy,
    Recipient,
    Setting,
)
from tests.e2e.journey import NOTE, opened_case, people

LOG = b"person,subject,time,channel,by\nR-001,D-001,2026-03-01T09:00Z,call,\nR-002,D-001,2020-03-01T09:00Z,call,\n"
SCHEMA = json.loads(
    files("dyeline").joinpath("model", "schemas", "case-show.schema.json").read_text(encoding="utf-8")
)
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


class Later(datetime):
    """A clock that stands 400 days after today."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=400)


@pytest.fixture
def years_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dyeline.app.purge.datetime", Later)


def dated_back(workspace: Workspace) -> None:
    """Write to the database that everything was done long ago."""
    with workspace.writing():
        IssuedCopy.objects.update(created=LONG_AGO)
        Circulation.objects.update(created=LONG_AGO, completed=LONG_AGO)
        Case.objects.update(created=LONG_AGO, closed=LONG_AGO)


@pytest.fixture(scope="module")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four people, the note issued to them, a case that names C-0002, two briefings."""
    root = tmp_path_factory.mktemp("office") / "workspace"
    init(root)
    workspace = open_workspace(root)
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(4))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    opened_case(workspace, "Move")
    path = workspace.root / "forum.md"
    path.write_bytes((workspace.root / "copies" / "C-0002.md").read_bytes())
    add_exhibits(workspace, "Move", [path])
    import_briefings(workspace, LOG)
    workspace.close()
    return root


@pytest.fixture
def office(made_office: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(made_office.parent, tmp_path / "made")
    opened = open_workspace(tmp_path / "made" / "workspace")
    yield opened
    opened.close()


@pytest.mark.usefixtures("years_later")
def test_nothing_is_deleted_unless_asked_to(office: Workspace) -> None:
    report = purge(office, "identities")
    assert (report.count, report.applied, report.labels[0]) == (4, False, "R-001")
    assert list_recipients(office)[0].name == "Reader 1"
    assert "purged" not in [parse_entry(data).kind for data in office.log.entries()]


def test_names_go_whose_copies_are_all_old(office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert purge(office, "identities", apply=True).count == 0
    monkeypatch.setattr("dyeline.app.purge.datetime", Later)
    import_recipients(office, people(5))  # the fifth has no copy yet
    assert purge(office, "identities", apply=True).count == 4
    assert [one.name for one in list_recipients(office)] == ["", "", "", "", "Reader 5"]
    office.close()
    assert b"reader2@" not in office.database_path.read_bytes()
    assert purge(office, "identities").count == 0
    finding = examine(office, (office.root / "copies" / "C-0003.md").read_bytes()).finding
    assert [one.recipient for one in finding.candidates] == ["R-003"]
    assert verify_log(office).sound
    assert import_recipients(office, people(4)).added == 4  # nothing is left by which to find them again


def test_a_purged_name_cannot_be_asked_for_and_one_that_is_asked_for_stays(
    office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [new_identity(), new_identity()]
    monkeypatch.setenv("DYELINE_ACTOR", "issuer")
    for key in keys:
        add_custodian(office, "c", key.recipient.text)
    set_quorum(office, 2)
    label = request_unsealing(office, "Move", "C-0002", reason="to ask").request.label
    monkeypatch.setattr("dyeline.app.purge.datetime", Later)
    assert purge(office, "identities", apply=True).labels == ("R-001", "R-003", "R-004")
    with office.reading():
        assert set(IdentityEnvelope.objects.values_list("recipient__label", flat=True)) == {"R-002"}
        assert Recipient.objects.exclude(name_key="").count() == 1
    for name, key in zip(("one", "two"), keys, strict=True):
        monkeypatch.setenv("DYELINE_ACTOR", name)
        opened = grant_unsealing(office, label, key)
    assert opened.identity is not None
    monkeypatch.setenv("DYELINE_ACTOR", "issuer")
    with pytest.raises(NotFound, match="purged"):
        request_unsealing(office, "Move", "C-0003", reason="r", override_reason="x")


def test_names_stay_whose_copies_are_old_by_the_database_alone(office: Workspace) -> None:
    dated_back(office)
    assert purge(office, "identities", apply=True).count == 0
    with (
        office.writing()
    ):  # no entry of the log is about a copy of this label, but one about its circulation is
        IssuedCopy.objects.filter(label="C-0001").update(label="C-9999")
    assert purge(office, "identities", apply=True).count == 0


def test_readings_stay_of_cases_that_are_old_by_the_database_alone(office: Workspace) -> None:
    dated_back(office)  # the case is open by the log
    assert purge(office, "readings", apply=True).count == 0
    with office.writing():
        Case.objects.update(closed=None)
    close_case(office, "Move", reason="answered")
    dated_back(office)
    assert purge(office, "readings", apply=True).count == 0


def test_what_is_from_before_the_log_goes_by_the_database(office: Workspace, tmp_path: Path) -> None:
    close_case(office, "Move", reason="answered")
    dated_back(office)
    with office.writing():
        Setting.objects.filter(name="log").delete()
        IssuedCopy.objects.update(log_entry=None)
        Circulation.objects.update(log_entry=None)
        Case.objects.update(log_entry=None)
    office.close()
    shutil.rmtree(office.root / "log")
    (office.root / "keys" / "log.key").unlink()
    old = open_workspace(office.root)
    kinds = [parse_entry(data).kind for data in old.log.entries()]
    assert "copy.issued" in kinds and "case.opened" not in kinds  # the copies were entered late, today
    assert purge(old, "identities").count == 4
    assert purge(old, "readings").labels == ("K-1 EX-1",)
    with old.writing():
        IssuedCopy.objects.filter(label="C-0004").update(created=datetime.now(UTC))
    assert purge(old, "identities").labels == ("R-001", "R-002", "R-003")
    old.close()


def told(office: Workspace, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints in this workspace."""
    office.close()
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(office.root), *arguments])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_purged_names_are_told_from_sealed_ones(
    office: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [new_identity() for _ in range(3)]
    for key in keys[:2]:
        add_custodian(office, "c", key.recipient.text)
    set_quorum(office, 2)
    monkeypatch.setattr("dyeline.app.purge.datetime", Later)
    import_recipients(office, people(5))  # the fifth has no copy
    assert purge(office, "identities", apply=True).count == 4
    state = show_quorum(office)
    assert (state.recipients, state.sealed, state.purged, state.openable_by_all) == (5, 1, 4, 1)
    lines = told(office, capsys, "recipient", "list").splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        *([f"R-00{n}", "purged"] for n in range(1, 5)),
        ["R-005", "sealed"],
    ]
    (first, *_, last) = json.loads(told(office, capsys, "recipient", "list", "--json"))["recipients"]
    assert (first["sealed"], first["purged"], last["sealed"], last["purged"]) == (False, True, True, False)
    assert "nobody can open it" in told(office, capsys, "recipient", "show", "R-001")
    shown = told(office, capsys, "quorum", "show")
    assert "1 of 5 recipients are sealed" in shown and "The names of 4 were purged" in shown
    assert json.loads(told(office, capsys, "quorum", "show", "--json"))["purged"] == 4
    check = custody_check(office)
    assert "4 purged, 1 sealed to any two of 2 custodians" in check.seen and "pair" not in check.seen
    added = add_custodian(office, "third", keys[2].recipient.text, identities=keys[:2])
    assert (added.resealed, added.missing) == (2, 0)  # the fifth name and the secret of the circulation
    remove_custodian(office, "U-1")  # the purged names are none that would be left to nobody


def test_names_purged_before_any_was_sealed_are_counted(
    office: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dyeline.app.purge.datetime", Later)
    import_recipients(office, people(5))
    purge(office, "identities", apply=True)
    assert "names of its 1 recipients. The names of 4 were purged" in told(office, capsys, "quorum", "show")
    assert custody_check(office).seen.endswith("(quorum 1); 4 were purged.")
    assert [one.purged for one in list_recipients(office)] == [True] * 4 + [False]
    with pytest.raises(NamesSealed, match="4 recipients are sealed or were purged"):
        issue(office, "D-001", "all", office.root / "more")


@pytest.mark.usefixtures("years_later")
def test_readings_of_closed_cases_go_and_what_was_found_stays(
    office: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with office.reading():
        (row,) = CaseExhibit.objects.all()
    assert purge(office, "readings", apply=True).count == 0
    close_case(office, "Move", reason="answered")
    assert purge(office, "readings", apply=True).labels == ("K-1 EX-1",)
    assert not (office.root / "blobs" / row.readings_sha256[:2] / row.readings_sha256[2:]).exists()
    view = show_case(office, "Move")
    (one,) = view.recorded
    assert (view.finding, one.outcome, [who.copy for who in one.candidates]) == (
        None,
        "attributed",
        ["C-0002"],
    )
    for refused in (
        lambda: case_propositions(office, "Move"),
        lambda: make_report(
            office, "Move", office.root / "r", ReportOptions(exculpate=("C-0001",), subject="exculpation")
        ),
    ):
        with pytest.raises(NotFound, match=r"purged \(EX-1 on "):
            refused()
    assert verify_log(office).sound
    facts = [parse_entry(data) for data in office.log.entries()][-1].facts
    assert (facts["what"], facts["count"]) == ("readings", 1)
    shown = told(office, capsys, "case", "show", "Move")
    assert "What was read was purged: EX-1 on " in shown and "cannot be computed anew" in shown
    assert "C-0002 (R-002)" in shown and "\nThis workspace has seen" in shown
    result = json.loads(told(office, capsys, "case", "show", "Move", "--json"))
    jsonschema.validate(result, SCHEMA)
    assert (result["same_source"], result["independent"], result["methods"]) == (None, [], {})
    assert result["exhibits"][0]["purged"] and result["recorded"][0]["candidates"][0]["copy"] == "C-0002"
    assert result["exhibits"][0]["sites_read"] > 0 and result["exhibits"][0]["sites_new"] is None
    assert "not of a person" in result["advice"][0] and "was purged" in result["advice"][1]


@pytest.mark.usefixtures("years_later")
def test_readings_that_an_open_case_needs_stay(office: Workspace) -> None:
    opened_case(office, "Other")
    add_exhibits(office, "Other", [office.root / "forum.md"])
    with office.writing():
        shared = CaseExhibit.objects.get(case__name="Move").readings_sha256
        CaseExhibit.objects.update(readings_sha256=shared)
    close_case(office, "Move", reason="answered")
    assert purge(office, "readings", apply=True).count == 1
    assert office.blobs.get(shared)


def test_briefings_go_by_their_end(office: Workspace) -> None:
    days = (datetime.now(UTC) - datetime(2022, 1, 1, tzinfo=UTC)).days
    assert purge(office, "briefings", days=days, apply=True).count == 1
    assert [one.recipient for one in list_briefings(office)] == ["R-001"]


@pytest.mark.parametrize(
    ("policy", "days"), [("everything", 10), ("", 10), ("briefings", 0), ("briefings", -1)]
)
def test_bad_policies_are_refused(workspace: Workspace, policy: str, days: int) -> None:
    with pytest.raises(BadInput):
        purge(workspace, policy, days=days)


def test_notices_are_written_once_and_name_where_to_report(tmp_path: Path) -> None:
    paths = write_notices(tmp_path / "new" / "notices")
    assert [path.name for path in paths] == list(TEMPLATES)
    texts = [path.read_text(encoding="utf-8") for path in paths]
    assert all("rotected" in text and "[" in text for text in texts)
    with pytest.raises(BadInput, match="already"):
        write_notices(tmp_path / "new" / "notices")
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="is a file"):
        write_notices(tmp_path / "file")
