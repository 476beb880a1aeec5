"""``dyeline doctor`` sees what is wrong with a workspace or the machine, says the way out, and changes nothing."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from dyeline.app import doctor, doctor_machine
from dyeline.app.checks import Check
from dyeline.app.doctor import diagnose
from dyeline.app.workspace import Workspace
from dyeline.sandbox import choice, ways
from dyeline.sandbox.unsafe import UNSAFE_NAME
from tests.e2e.journey import dyeline


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Leave the machine out where a test is about the workspace: its checks take two seconds."""
    if "machine" not in request.node.name:
        monkeypatch.setattr(doctor, "machine_checks", lambda secrets=(): ())


def check(workspace: Workspace, name: str, **options: object) -> Check:
    (found,) = [one for one in diagnose(workspace.root, **options).checks if one.name == name]  # type: ignore[arg-type]
    return found


def test_a_fresh_workspace_is_in_order(workspace: Workspace) -> None:
    diagnosis = diagnose(workspace.root)
    assert [(one.name, one.state) for one in diagnosis.checks] == [
        (name, "ok")
        for name in (
            "settings",
            "keys",
            "database file",
            "log files",
            "database",
            "log",
            "names",
            "clock",
            "disk",
        )
    ]
    assert diagnosis.healthy


def test_a_key_that_others_can_read(workspace: Workspace) -> None:
    next(workspace.keys.folder.glob("*.key")).chmod(0o640)
    found = check(workspace, "keys")
    assert found.state == "fail" and "chmod" in found.fix


def test_a_database_that_others_can_read(workspace: Workspace) -> None:
    workspace.database_path.chmod(0o644)
    assert check(workspace, "database file").state == "fail"


def test_settings_that_cannot_be_used_are_the_only_thing_said(workspace: Workspace) -> None:
    (workspace.root / "dyeline.toml").write_text("format = ")
    (only,) = diagnose(workspace.root).checks
    assert (only.name, only.state) == ("settings", "fail") and only.fix


def test_a_clock_behind_the_log(workspace: Workspace) -> None:
    found = check(workspace, "clock", now=datetime.now(UTC) - timedelta(days=400))
    assert found.state == "fail" and "future" in found.seen
    assert check(workspace, "clock", now=datetime.now(UTC) + timedelta(seconds=1)).state == "ok"


@pytest.mark.parametrize(("free", "state"), [(10**10, "ok"), (5 * 10**8, "warn"), (10**7, "fail")])
def test_a_full_disk(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(doctor, "disk_usage", lambda path: type("Usage", (), {"free": free}))
    assert check(workspace, "disk").state == state


def test_a_log_that_was_changed(workspace: Workspace) -> None:
    log = sqlite3.connect(workspace.log_folder / "log.sqlite3")
    log.execute(
        "UPDATE entry SET data = CAST(replace(CAST(data AS TEXT), 'issuer', 'issues') AS BLOB) WHERE number = 0"
    )
    log.commit()
    log.close()
    found = check(workspace, "log")
    assert found.state == "fail" and found.fix


def test_the_machine(workspace: Workspace) -> None:
    checks = {one.name: one for one in diagnose(workspace.root).checks}
    assert checks["sandbox"].state == "ok" and "refused" in checks["sandbox"].seen
    assert checks["SQLite of the log"].state == "ok" and checks["libraries"].state == "ok"
    assert all(one.fix for one in checks.values() if one.state != "ok")


def test_a_machine_without_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = ways.Way("leaky", lambda paths: [], lambda: True, itself=False)
    monkeypatch.setattr(doctor_machine, "WAYS", (leaky, ways.Way("absent", lambda paths: [], lambda: False)))
    found = next(doctor_machine.machine_checks())
    assert found.state == "fail" and "leaky let a job" in found.seen and "absent is not there" in found.seen
    assert "bubblewrap" in found.fix


def test_a_machine_with_the_sandbox_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNSAFE_NAME, "1")
    found = next(doctor_machine.machine_checks())
    assert found.state == "fail" and UNSAFE_NAME in found.fix
    monkeypatch.delenv(UNSAFE_NAME)
    choice.close()


def test_the_command_says_what_fails_and_exits_with_1_on_this_machine(workspace: Workspace) -> None:
    next(workspace.keys.folder.glob("*.key")).chmod(0o640)
    run = dyeline("doctor", "--json", cwd=workspace.root)
    said = json.loads(run.stdout)
    assert run.returncode == 1 and not said["healthy"]
    assert next(one["name"] for one in said["checks"] if one["state"] == "fail") == "keys"
    plain = dyeline("doctor", cwd=workspace.root.parent)
    assert b"the machine alone" in plain.stdout and b"sandbox" in plain.stdout
