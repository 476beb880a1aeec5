from __future__ import annotations

import io
import sqlite3
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction

from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadWorkspace, StorageFailed, WorkspaceBusy
from dyeline.store import database
from dyeline.store.tables import Case, Document, Recipient, Setting

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_the_schema_number_is_that_of_the_newest_migration() -> None:
    package = import_module("dyeline.store.migrations")
    assert max(int(module.name[:4]) for module in iter_modules(package.__path__)) == database.SCHEMA


def test_the_models_have_their_migrations(workspace: Workspace) -> None:
    with workspace.reading():
        call_command("makemigrations", "dyeline", check=True, dry_run=True, stdout=io.StringIO())


def test_every_connection_is_durable_and_strict(workspace: Workspace) -> None:
    with workspace.reading(), connections["default"].cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


def test_a_failed_transaction_stores_nothing(workspace: Workspace) -> None:
    def write_twice() -> None:
        with workspace.writing():
            for _ in range(2):
                Document.objects.create(label="D-001", title="one", created=NOW)

    with pytest.raises(IntegrityError):
        write_twice()
    with workspace.reading():
        assert Document.objects.count() == 0


def test_a_full_disk_leaves_what_was_stored(workspace: Workspace) -> None:
    with workspace.writing():
        Document.objects.create(label="D-001", title="before", created=NOW)
    with workspace.reading(), connections["default"].cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StorageFailed) as caught, workspace.writing():
        Setting.objects.create(name="large", value="x" * 1_000_000)
    assert "disk is full" in caught.value.problem
    workspace.close()
    with workspace.reading():
        assert [document.title for document in Document.objects.all()] == ["before"]
        assert not Setting.objects.filter(name="large").exists()
    with workspace.writing():
        Document.objects.create(label="D-002", title="after", created=NOW)


def test_a_database_that_cannot_be_written_says_so(workspace: Workspace) -> None:
    with workspace.reading(), connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageFailed) as caught, workspace.writing():
        Setting.objects.create(name="x", value=1)
    assert "writable" in caught.value.fix


def test_a_lock_held_elsewhere_is_busy_not_broken(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.reading(), connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(workspace.database_path)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(WorkspaceBusy), workspace.writing():
            pass
    finally:
        other.close()


def test_two_open_workspaces_never_mix(tmp_path: Path) -> None:
    for name in ("one", "two"):
        init(tmp_path / name)
    one, two = open_workspace(tmp_path / "one"), open_workspace(tmp_path / "two")
    for workspace, title in ((one, "first"), (two, "second"), (one, "third")):
        with workspace.writing():
            count = Document.objects.count()
            Document.objects.create(label=f"D-00{count + 1}", title=title, created=NOW)
    with one.reading():
        assert [document.title for document in Document.objects.order_by("pk")] == ["first", "third"]
    with two.reading():
        assert [document.title for document in Document.objects.all()] == ["second"]
    one.close()


def test_switching_workspaces_inside_a_transaction_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        init(tmp_path / name)
    one, two = open_workspace(tmp_path / "one"), open_workspace(tmp_path / "two")
    with one.writing(), pytest.raises(RuntimeError, match="transaction"), two.reading():
        pass
    one.close()


def test_one_email_is_one_recipient_and_no_email_is_anybody(workspace: Workspace) -> None:
    with workspace.writing():
        for number, key in enumerate(("", "", "a@example.org")):
            Recipient.objects.create(label=f"R-00{number}", name="Alex Kim", email_key=key, created=NOW)
    with workspace.writing(), pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.create(label="R-009", name="Alex Kim", email_key="a@example.org", created=NOW)


def test_an_older_schema_is_upgraded_on_opening(workspace: Workspace) -> None:
    workspace.close()
    with sqlite3.connect(workspace.database_path) as raw:
        raw.execute("PRAGMA user_version = 0")
    raw.close()
    open_workspace(workspace.root)
    assert database.schema_of(workspace.database_path) == database.SCHEMA


def test_a_newer_schema_is_refused(workspace: Workspace) -> None:
    workspace.close()
    with sqlite3.connect(workspace.database_path) as raw:
        raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(BadWorkspace, match="schema 999") as caught:
        open_workspace(workspace.root)
    assert "upgrade Dyeline" in caught.value.fix


def test_an_older_workspace_keeps_what_it_has_when_custody_comes(tmp_path: Path) -> None:
    """Schema 6 had neither log nor custody: names stay open, and an examined case counts as undecided."""
    path = tmp_path / "dyeline.sqlite3"
    with database.reading(path):
        call_command("migrate", "dyeline", "0006", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA user_version = 6")
            cursor.execute(
                "INSERT INTO dyeline_recipient (label, name, email, email_key, organisation, role, created)"
                " VALUES ('R-001', 'Alex Kim', '', '', '', '', '2030-01-01')"
            )
            for number, examined in ((1, "'2030-01-01'"), (2, "NULL")):
                cursor.execute(
                    "INSERT INTO dyeline_case (id, name, key, bound, created, close_reason)"
                    " VALUES (%s, %s, %s, 0.001, '2030-01-01', '')",
                    [number, f"case {number}", f"case {number}"],
                )
                cursor.execute(
                    "INSERT INTO dyeline_caseexhibit (case_id, number, sha256, file_name, size, source, recorded,"
                    " examined, fault, outcome, finding, readings_sha256, text_sha256, removed_reason)"
                    f" VALUES (%s, 1, 'a', 'f', 1, '', '2030-01-01', {examined}, '', '', '{{}}', '', '', '')",
                    [number],
                )
    assert database.upgrade(path)
    with database.reading(path):
        assert list(Case.objects.order_by("pk").values_list("decision", flat=True)) == ["undecided", ""]
        kept = Recipient.objects.get()
        assert (kept.name, kept.sealed, kept.name_key) == ("Alex Kim", None, "")
    database.disconnect()
