"""Retention: only what a policy names goes, nothing goes unasked, and what is proved stays proved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dyeline.app.briefings import import_briefings, list_briefings
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_view import show_case
from dyeline.app.cases import close_case
from dyeline.app.custodians import add_custodian
from dyeline.app.issue import issue
from dyeline.app.log_audit import verify_log
from dyeline.app.notice_kit import TEMPLATES, write_notices
from dyeline.app.purge import purge
from dyeline.app.quorum import set_quorum
from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.unsealing import grant_unsealing, request_unsealing
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.custody.agekeys import new_identity
from dyeline.errors import BadInput, NotFound
from dyeline.evidence.entries import parse_entry
from dyeline.store.tables import Case, CaseExhibit, Circulation, IdentityEnvelope, Recipient
from tests.e2e.journey import NOTE, opened_case, people

LOG = b"person,subject,time,channel,by\nR-001,D-001,2026-03-01T09:00Z,call,\nR-002,D-001,2020-03-01T09:00Z,call,\n"
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


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


def test_nothing_is_deleted_unless_asked_to(office: Workspace) -> None:
    with office.writing():
        Circulation.objects.update(created=LONG_AGO)
    report = purge(office, "identities")
    assert (report.count, report.applied, report.labels[0]) == (4, False, "R-001")
    assert list_recipients(office)[0].name == "Reader 1"
    assert "purged" not in [parse_entry(data).kind for data in office.log.entries()]


def test_names_go_whose_copies_are_all_old(office: Workspace) -> None:
    assert purge(office, "identities", apply=True).count == 0
    with office.writing():
        Circulation.objects.update(created=LONG_AGO)
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
    with office.writing():
        Circulation.objects.update(created=LONG_AGO)
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


def test_readings_of_closed_cases_go_and_what_was_found_stays(office: Workspace) -> None:
    with office.reading():
        (row,) = CaseExhibit.objects.all()
    assert purge(office, "readings", apply=True).count == 0
    close_case(office, "Move", reason="answered")
    with office.writing():
        Case.objects.update(closed=LONG_AGO)
    assert purge(office, "readings", apply=True).labels == ("K-1 EX-1",)
    assert not (office.root / "blobs" / row.readings_sha256[:2] / row.readings_sha256[2:]).exists()
    with pytest.raises(NotFound, match="purged"):
        show_case(office, "Move")
    with office.reading():
        assert CaseExhibit.objects.get().finding["outcome"] == "attributed"
    # the log keeps its own date of the end, which the row here was moved away from
    assert [misfit.row for misfit in verify_log(office).misfits] == ["K-1 closed"]
    facts = [parse_entry(data) for data in office.log.entries()][-1].facts
    assert (facts["what"], facts["count"]) == ("readings", 1)


def test_readings_that_an_open_case_needs_stay(office: Workspace) -> None:
    opened_case(office, "Other")
    add_exhibits(office, "Other", [office.root / "forum.md"])
    with office.writing():
        shared = CaseExhibit.objects.get(case__name="Move").readings_sha256
        CaseExhibit.objects.update(readings_sha256=shared)
        Case.objects.filter(name="Move").update(closed=LONG_AGO)
    purge(office, "readings", apply=True)
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
