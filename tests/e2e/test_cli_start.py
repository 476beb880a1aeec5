"""The main flow as a user types it: each command in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PEOPLE = "name,email,groups\nAlex Kim,alex@example.org,board\nRobin Wu,robin@example.org,board;press\n"


def dyeline(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DYELINE_WORKSPACE"}
    return subprocess.run(
        [sys.executable, "-m", "dyeline", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def result(*arguments: str, cwd: Path, **environment: str) -> dict[str, Any]:
    done = dyeline(*arguments, "--json", cwd=cwd, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


def test_from_an_empty_folder_to_a_list_of_recipients(tmp_path: Path) -> None:
    made = result("init", "ws", cwd=tmp_path)
    assert made["created"] is True
    assert made["workspace"] == str(tmp_path / "ws")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-16")
    below = tmp_path / "ws" / "some" / "folder"
    below.mkdir(parents=True)
    report = result("recipient", "import", str(tmp_path / "people.csv"), cwd=below)
    assert (report["added"], report["encoding"], report["bad"]) == (2, "utf-16-le", [])
    added = result("recipient", "add", "Sam Oy", "--group", "press", "--group", "board", cwd=below)
    assert (added["recipient"], added["groups"]) == ("R-003", ["board", "press"])
    elsewhere = {"DYELINE_WORKSPACE": str(tmp_path / "ws")}
    listed = result("recipient", "list", "--group", "press", cwd=tmp_path, **elsewhere)
    assert [r["name"] for r in listed["recipients"]] == ["Robin Wu", "Sam Oy"]
    shown = dyeline("--workspace", "ws", "recipient", "show", "robin@example.org", cwd=tmp_path)
    assert shown.stdout.splitlines()[0].split() == ["recipient", "R-002"]


def test_an_error_has_a_status_a_message_and_a_way_out(tmp_path: Path) -> None:
    done = dyeline("recipient", "list", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (66, "")
    assert done.stderr.startswith("Error: No workspace in ")
    assert "Fix: run: dyeline init" in done.stderr
    machine = dyeline("recipient", "list", "--json", cwd=tmp_path)
    assert (machine.returncode, machine.stderr) == (66, "")
    error = json.loads(machine.stdout)["error"]
    assert set(error) == {"code", "problem", "fix", "facts"}
    assert error["code"] == "workspace.missing"


def test_a_reader_that_closes_the_pipe_is_no_fault_of_ours(tmp_path: Path) -> None:
    result("init", cwd=tmp_path)
    rows = "".join(f"Person {k} {'x' * 150},p{k}@example.org\n" for k in range(2000))
    (tmp_path / "people.csv").write_text(f"name,email\n{rows}")
    result("recipient", "import", "people.csv", cwd=tmp_path)
    command = f"'{sys.executable}' -m dyeline recipient list | head -n 1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.startswith("label")
    assert done.stderr == ""


def test_output_survives_a_terminal_without_the_characters(tmp_path: Path) -> None:
    result("init", cwd=tmp_path)
    done = dyeline("recipient", "add", "Sam 李", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stdout) == (0, "Added R-001 Sam ?\n")


def test_help_imports_neither_database_nor_numpy(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom dyeline.cli.main import run\n"
        "try: run(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'django', 'numpy', 'rich', 'spacy', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"
