"""A case by the command line: opened, filled, read, pressed with what it refuses, closed."""

from __future__ import annotations

from typing import Any

import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from tests.e2e.journey import NOTE, one_object, pasted, people


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """The note, issued to twelve people, and two pieces of C-0005 in files."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(12))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    lines = [line for line in pasted(workspace.root / "copies" / "C-0005.md").split("\n") if line]
    for number in (1, 2):
        (workspace.root / f"{number}.txt").write_text(lines[number], encoding="utf-8")
    return workspace


def test_the_commands_of_a_case(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    def called(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(office.root), "case", *arguments])
        printed = capsys.readouterr()
        assert caught.value.code == status, printed
        return printed.out + printed.err

    def asked(*arguments: str, status: int = 0) -> dict[str, Any]:
        return one_object(called(*arguments, "--json", status=status).encode())

    files = [str(office.root / f"{number}.txt") for number in (1, 2)]
    assert "No cases yet" in called("list")
    assert asked("new", "Move", "--bound", "1e-4")["bound"] == 1e-4
    assert "has no exhibits yet" in called("show", "Move")
    assert "no examined exhibit yet" in called("propositions", "Move")
    assert asked("add", "Move", *files, status=77)["error"]["code"] == "case.no_decision"
    decision = ("--decision", "not-protected", "--by", "reviewer", "--reason", "sold for money")
    assert asked("disclose", "Move", *decision)["decision"] == "not-protected"
    added = asked("add", "Move", *files, "--received", "2026-03-01", "--source", "a reader")
    assert [one["label"] for one in added["exhibits"]] == ["EX-1", "EX-2"]
    assert "was there already" in called("add", "Move", files[0])
    shown = called("show", "Move")
    assert (
        "If all come from one source: attributed: the exhibits descend from copies issued to R-005." in shown
    )
    assert "2026-03-01" in shown and "This speaks of copies, not of a person" in shown
    assert asked("show", "Move")["exhibits"][0]["received"] == "2026-03-01T00:00:00+00:00"
    about = asked("propositions", "Move", "--for", "R-002")["propositions"]
    assert about[0]["statements"][0] == "The exhibits descend from the copies issued to R-002."
    entered = ("--for", "R-005", "--source", "reception")
    assert "EV-1" in called("evidence", "Move", "--lr", "20", *entered, "--reason", "door log")
    refused = asked(
        "evidence", "Move", "--lr", "20", *entered, "--reason", "r", "--kind", "polygraph", status=65
    )
    assert refused["error"]["code"] == "case.evidence_refused"
    assert "door log" in called("show", "Move")
    assert "its record stays" in called("remove", "Move", "EX-2", "--reason", "another matter")
    assert "taken out" in called("show", "Move")
    wrong = asked("add", "Move", files[0], "--received", "yesterday", status=64)
    assert wrong["error"]["code"] == "input.invalid"
    assert asked("close", "Move", "--reason", "answered")["closed"]
    assert "closed" in called("list") and ", closed " in called("show", "Move")
    assert asked("show", "Nothing", status=66)["error"]["code"] == "lookup.not_found"
