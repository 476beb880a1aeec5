"""Acts go into the log with their actor, once, and never without their rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from dyeline.app import issue_entries
from dyeline.app.cases import close_case, new_case
from dyeline.app.examination_entries import result_sha256
from dyeline.app.issue import issue
from dyeline.app.journal import commit_to, opening_of, record, record_many
from dyeline.app.log_audit import verify_log
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.sites import review_sites
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadWorkspace, LogDisagrees, LogForked, NotFound, StorageFailed, UnreadableFile
from dyeline.evidence.commitment import opens
from dyeline.evidence.entries import Entry, parse_entry
from dyeline.store.open_logs import close_log
from dyeline.store.tables import Actor, Case, Circulation, Examination, IssuedCopy, Opening, Setting, Version
from tests.e2e.journey import people

TEXT = "\n".join(
    f"The {thing} committee met {{=s{n}: early | late | often | rarely}} at the house of the {thing}."
    for n, thing in enumerate("river garden window castle market bridge forest letter".split())
)


def entries(workspace: Workspace) -> list[Entry]:
    return [parse_entry(data) for data in workspace.log.entries()]


def facts_of(workspace: Workspace, kind: str) -> list[dict[str, Any]]:
    return [entry.facts for entry in entries(workspace) if entry.kind == kind]


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    import_recipients(workspace, people(5))
    add_document(workspace, TEXT.encode(), file_name="minutes.txt", title="Confidential minutes")
    return workspace


def test_a_new_workspace_begins_its_log_with_its_settings(workspace: Workspace) -> None:
    first, *settings = entries(workspace)
    assert first.kind == "workspace.begun" and first.facts["quorum"] == 1
    assert {entry.kind for entry in settings} == {"settings.changed"}
    values = {entry.facts["name"]: entry.facts["value"] for entry in settings}
    assert values["issue.notice"] is True and values["trace.bound"] == 0.001
    assert all(isinstance(value, bool | int | float) for value in values.values())
    init(workspace.root)
    open_workspace(workspace.root)
    assert len(entries(workspace)) == len(settings) + 1


def test_a_changed_setting_is_noticed_before_the_next_act(workspace: Workspace) -> None:
    begun = len(entries(workspace))
    path = workspace.root / "dyeline.toml"
    path.write_text(path.read_text().replace("0.001", "0.01"))
    changed = open_workspace(workspace.root)
    new_case(changed, "one")
    new_case(changed, "two")
    assert [entry.kind for entry in entries(changed)[begun:]] == [
        "settings.changed",
        "case.opened",
        "case.opened",
    ]
    assert entries(changed)[begun].facts == {"name": "trace.bound", "value": 0.01}


def test_who_acts_has_a_label_and_the_log_no_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Alex Kim", "Robin Ray", "ALEX KIM")):
        monkeypatch.setenv("DYELINE_ACTOR", name)
        new_case(workspace, f"case {number} of {name}")
    assert [entry.actor for entry in entries(workspace)[-3:]] == ["A-2", "A-3", "A-2"]
    whole = b"\n".join(workspace.log.entries())
    assert b"lex" not in whole and b"LEX" not in whole
    assert Actor.objects.count() == 3


def test_a_commitment_is_opened_by_what_is_on_record(workspace: Workspace) -> None:
    commitment = commit_to(workspace, b"the reason", "reason")
    salt, data = opening_of(workspace, commitment)
    assert data == b"the reason" and opens(commitment, salt, data)
    assert commit_to(workspace, b"the reason", "reason") != commitment
    with pytest.raises(NotFound):
        opening_of(workspace, "0" * 64)


def test_an_issue_run_is_in_the_log_in_the_order_of_the_promise(office: Workspace, tmp_path: Path) -> None:
    at = office.log.size
    report = issue(office, "D-001", "all", tmp_path / "out")
    kinds = [entry.kind for entry in entries(office)][at - 1 :]
    assert kinds == ["document.added", "circulation.opened", *["copy.issued"] * 5, "circulation.issued"]
    assert (report.log.opened, report.log.copies, report.log.issued) == (at, (at + 1, at + 5), at + 6)
    opened = entries(office)[at].facts
    circulation = Circulation.objects.get()
    assert opened["sites"] == circulation.layout_sha256 and opened["bound"] == 0.001
    assert circulation.log_entry == at
    for row in IssuedCopy.objects.all():
        assert row.log_entry is not None
        assert entries(office)[row.log_entry].facts == {
            "circulation": "X-001",
            "copy": row.label,
            "commitment": row.commitment,
            "file_sha256": row.sha256,
        }
    assert facts_of(office, "circulation.issued") == [
        {"circulation": "X-001", "copies": 5, "commitment": report.commitment}
    ]
    added = facts_of(office, "document.added")[0]
    assert opening_of(office, added["text"])[1].decode() == Version.objects.get().text_sha256
    whole = b"\n".join(office.log.entries())
    assert b"committee" not in whole and b"minutes" not in whole


def test_a_repeated_issue_adds_entries_for_new_copies_alone(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "out")
    (tmp_path / "out" / "C-0002.txt").unlink()
    before = office.log.size
    again = issue(office, "D-001", "all", tmp_path / "out")
    assert (again.written, office.log.size) == (1, before)
    import_recipients(office, people(7))
    more = issue(office, "D-001", "all", tmp_path / "out")
    assert more.log.copies == (before, before + 1)
    assert [entry.kind for entry in entries(office)[before:]] == [
        "copy.issued", "copy.issued", "circulation.issued",
    ]  # fmt: skip


def test_a_crash_between_log_and_database_is_made_good_by_repeating(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(rows: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(issue_entries, "record_files", crash)
        with pytest.raises(KeyboardInterrupt):
            issue(office, "D-001", "all", tmp_path / "out")
    assert not list((tmp_path / "out").glob("C-*"))
    left = office.log.size
    assert IssuedCopy.objects.exclude(sha256="").count() == 0
    report = issue(office, "D-001", "all", tmp_path / "out")
    assert report.log.copies == (left - 5, left - 1)
    assert len(facts_of(office, "copy.issued")) == 5 and len(facts_of(office, "circulation.opened")) == 1


def test_a_log_that_cannot_be_written_releases_nothing(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = issue_entries.record_many

    def full(*arguments: Any, **named: Any) -> range:
        raise StorageFailed("full", fix="free space")

    monkeypatch.setattr(issue_entries, "record_many", full)
    with pytest.raises(StorageFailed):
        issue(office, "D-001", "all", tmp_path / "out")
    assert not list((tmp_path / "out").glob("C-*"))
    assert IssuedCopy.objects.exclude(sha256="").count() == 0
    monkeypatch.setattr(issue_entries, "record_many", real)
    assert issue(office, "D-001", "all", tmp_path / "out").written == 5


def test_an_exhibit_is_in_the_log_before_it_is_opened(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def opening(*arguments: Any, **named: Any) -> Any:
        seen.append(entries(office)[-1])
        raise UnreadableFile("broken", fix="none")

    monkeypatch.setattr("dyeline.app.trace.exhibit_within_limits", opening)
    with pytest.raises(UnreadableFile):
        examine(office, b"some text")
    received, failed = entries(office)[-2:]
    assert seen == [received] and received.kind == "exhibit.received"
    assert (failed.kind, failed.facts["code"]) == ("examination.failed", "format.unreadable")
    assert failed.facts["exhibit"] == received.facts["sha256"]
    assert Examination.objects.count() == 0


def test_an_examination_is_in_the_log_by_the_hash_of_its_finding(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "out")
    examined = examine(
        office, (tmp_path / "out" / "C-0003.txt").read_bytes(), document="confidential MINUTES"
    )
    row = Examination.objects.get()
    assert (row.received_entry, row.log_entry) == (examined.received_entry, examined.log_entry)
    entry = entries(office)[examined.log_entry]
    assert (entry.kind, entry.role) == ("examination", "investigator")
    assert entry.facts["parameters"] == {"bound": 0.001, "document": "D-001"}
    assert entry.facts["result"] == result_sha256(row.finding) == result_sha256(examined.finding.to_dict())
    assert b"onfidential" not in b"".join(office.log.entries())


def test_decisions_on_sites_and_cases_are_in_the_log(workspace: Workspace) -> None:
    text = "The committee will start the work; we do not have the means to begin again. " * 4
    add_document(workspace, text.encode(), file_name="notes.txt", style="informal")
    review = review_sites(workspace, "D-001")
    pending = [str(site.number) for site in review.sites if site.state == "pending"]
    if pending:
        review_sites(workspace, "D-001", accept=pending[:1])
        decided = facts_of(workspace, "sites.accepted")[0]
        assert (decided["accepted"], decided["rejected"]) == (1, 0)
        assert list(json.loads(opening_of(workspace, decided["decisions"])[1]).values()) == ["accepted"]
    record_ = new_case(workspace, "Spring plan")
    close_case(workspace, "Spring plan", reason="answered by Alex")
    opened, closed = facts_of(workspace, "case.opened")[0], facts_of(workspace, "case.closed")[0]
    assert opened == {"case": record_.label, "bound": 0.001}
    assert opening_of(workspace, closed["reason"])[1] == b"answered by Alex"
    with workspace.reading():
        assert Case.objects.get().log_entry == record_.log_entry


def test_what_was_issued_before_the_log_is_entered_as_late(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "out")
    office.close()
    shutil.rmtree(office.root / "log")
    with sqlite3.connect(office.root / "dyeline.sqlite3") as database:
        for table in ("circulation", "issuedcopy", "version"):
            database.execute(f"UPDATE dyeline_{table} SET log_entry = NULL")
        database.execute("DELETE FROM dyeline_setting WHERE name = 'log'")
    database.close()
    again = open_workspace(office.root)
    late = [entry for entry in entries(again) if entry.facts.get("recorded_late")]
    assert [entry.kind for entry in late] == [
        "circulation.opened", *["copy.issued"] * 5, "circulation.issued",
    ]  # fmt: skip
    at = again.log.size - len(late)
    assert entries(again)[at:] == late
    with again.reading():
        assert {row.log_entry for row in IssuedCopy.objects.all()} == set(range(at + 1, at + 6))
    assert issue(again, "D-001", "all", tmp_path / "out").log.opened == at
    again.close()


def test_an_older_workspace_begins_its_log_when_it_is_opened(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "out")
    examine(office, (tmp_path / "out" / "C-0002.txt").read_bytes())
    with office.reading():
        call_command("migrate", "dyeline", "0006", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA user_version = 6")
            cursor.execute("DELETE FROM dyeline_setting WHERE name IN ('log', 'last.A')")
    office.close()
    shutil.rmtree(office.root / "log")
    (office.root / "keys" / "log.key").unlink()
    again = open_workspace(office.root)
    late = [entry.kind for entry in entries(again) if entry.facts.get("recorded_late")]
    assert late == ["circulation.opened", *["copy.issued"] * 5, "circulation.issued"]
    assert verify_log(again).sound
    assert examine(again, (tmp_path / "out" / "C-0002.txt").read_bytes()).examinations == 1
    assert issue(again, "D-001", "all", tmp_path / "out").kept == 5
    again.close()


def test_a_database_from_before_an_issue_run_cannot_give_its_copies_other_codewords(
    office: Workspace, tmp_path: Path
) -> None:
    office.close()
    older = (office.root / "dyeline.sqlite3").read_bytes()
    issue(office, "D-001", "all", tmp_path / "out")
    office.close()
    (office.root / "dyeline.sqlite3").write_bytes(older)
    with pytest.raises(LogDisagrees, match="another C-0001"):
        issue(open_workspace(office.root), "D-001", "all", tmp_path / "other")
    assert not list((tmp_path / "other").glob("C-*"))


def test_a_copy_is_committed_to_once(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "out")
    with office.writing():
        row = IssuedCopy.objects.get(label="C-0002")
        facts = {"circulation": "X-001", "copy": "C-0002", "commitment": "f" * 64, "file_sha256": row.sha256}
        row.log_entry = record(office, "copy.issued", facts, role="issuer")
        row.commitment = facts["commitment"]
        row.save()
    misfit, *_ = verify_log(office).misfits
    assert (misfit.row, misfit.entry) == ("C-0002", row.log_entry) and "another codeword" in misfit.why


def test_a_log_that_lost_entries_is_not_continued(workspace: Workspace) -> None:
    new_case(workspace, "one")
    workspace.close()
    shutil.rmtree(workspace.root / "log")
    with pytest.raises(LogForked, match="database knows of"):
        new_case(workspace, "two")
    with workspace.reading():
        assert Case.objects.count() == 1


def test_the_log_of_another_workspace_is_not_continued(workspace: Workspace, tmp_path: Path) -> None:
    workspace.close()
    (tmp_path / "new").mkdir()
    for part in ("log", "keys"):
        shutil.copytree(workspace.root / part, tmp_path / "new" / part)
    with pytest.raises(LogForked, match="another workspace"):
        init(tmp_path / "new")
    close_log(tmp_path / "new" / "log")
    shutil.rmtree(tmp_path / "new" / "log")
    assert init(tmp_path / "new").created
    open_workspace(tmp_path / "new").close()


def test_a_log_that_was_begun_and_not_noted_is_gone_on_with(workspace: Workspace) -> None:
    with workspace.writing():
        Setting.objects.filter(name="log").delete()
    again = open_workspace(workspace.root)
    new_case(again, "one")
    assert len(facts_of(again, "workspace.begun")) == 1 and verify_log(again).sound


def test_a_lost_key_of_the_log_is_not_replaced(workspace: Workspace) -> None:
    (workspace.root / "keys" / "log.key").unlink()
    before = workspace.log.size
    with pytest.raises(BadWorkspace, match="missing"):
        new_case(open_workspace(workspace.root), "one")
    assert workspace.log.size == before


def test_the_log_key_is_for_its_owner_alone(workspace: Workspace) -> None:
    assert (workspace.root / "keys" / "log.key").stat().st_mode & 0o777 == 0o600
    assert (workspace.root / "log").stat().st_mode & 0o777 == 0o700


def test_an_act_whose_rows_are_undone_leaves_an_entry_and_no_row(workspace: Workspace) -> None:
    def undone() -> None:
        with workspace.writing():
            commit_to(workspace, b"gone", "reason")
            record(workspace, "case.opened", {"case": "K-1", "bound": 0.5}, role="investigator")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert Opening.objects.count() == 0
    assert record_many(workspace, "case.opened", [], role="investigator") == range(0)
    new_case(workspace, "one")
    assert [facts["bound"] for facts in facts_of(workspace, "case.opened")] == [0.5, 0.001]
    assert Setting.objects.get(name="log").value["size"] == workspace.log.size
