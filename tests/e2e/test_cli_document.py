"""Adding and reviewing documents, in process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.store.database import disconnect

LETTER = """# Moving house

We're moving to the new office in May, and we don't expect any trouble with it at all. It's close to
the river, so you can't miss it. There isn't much left to do.
"""
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def dyeline(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    monkeypatch.chdir(workspace.root)
    monkeypatch.delenv("DYELINE_WORKSPACE", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            run(arguments)
        printed = capsys.readouterr()
        disconnect()
        return int(caught.value.code or 0), printed.out, printed.err

    return call


def as_json(call: tuple[int, str, str]) -> Any:
    assert call[0] == 0, call
    assert call[2] == ""
    return json.loads(call[1])


def test_a_document_is_added_listed_and_reviewed(dyeline: Call) -> None:
    assert "document add" in dyeline("document", "list")[1]
    Path("letter.md").write_text(LETTER)
    added = as_json(dyeline("document", "add", "letter.md", "--json"))
    assert {"id", "version", "words", "sites", "forecast"} <= set(added)
    assert (added["id"], added["version"], added["created"]) == ("D-001", 1, True)
    assert added["sites"]["wording"] >= 4
    status, out, _ = dyeline("document", "add", "letter.md", "--title", "The move")
    assert status == 0
    assert out.startswith("Known already: D-001 version 1: The move\n")
    assert "wording" in out
    assert "Chance that a leak would be attributed" in out
    listed = as_json(dyeline("document", "list", "--json"))["documents"]
    assert [(d["id"], d["title"], len(d["versions"])) for d in listed] == [("D-001", "The move", 1)]
    assert as_json(dyeline("document", "show", "The move", "--json"))["versions"][0]["style"] == "informal"
    assert "The move" in dyeline("document", "show", "D-001")[1]
    assert "The move" in dyeline("document", "list")[1]


def test_sites_are_listed_accepted_and_rejected(dyeline: Call) -> None:
    Path("letter.md").write_text(LETTER)
    dyeline("document", "add", "letter.md")
    first = as_json(dyeline("document", "sites", "D-001", "--json"))
    assert [site["number"] for site in first["sites"]] == list(range(1, len(first["sites"]) + 1))
    contraction = next(site for site in first["sites"] if site["now"] == "don't")
    assert contraction["variants"] == ["don't", "do not"]
    assert contraction["left"].endswith("and we ")
    number = str(contraction["number"])
    rejected = as_json(dyeline("document", "sites", "D-001", "--reject", number, "--json"))
    assert rejected["rejected"] == 1
    assert contraction["number"] not in [site["number"] for site in rejected["sites"]]
    assert "rejected" in dyeline("document", "sites", "D-001", "--all")[1]
    assert "[don't | do not]" in dyeline("document", "sites", "D-001", "--all")[1]
    assert "[don't | do not]" not in dyeline("document", "sites", "D-001")[1]
    restored = as_json(dyeline("document", "sites", "D-001", "--accept", number, "--pending", "--json"))
    assert (restored["rejected"], restored["on"] + restored["pending"]) == (0, len(first["sites"]))
    assert dyeline("document", "sites", "D-001", "--accept", "9999")[0] == 66


def test_what_cannot_be_added_says_why(dyeline: Call) -> None:
    Path("empty.md").write_text("")
    assert dyeline("document", "add", "empty.md")[0] == 65
    status, _, err = dyeline("document", "add", "missing.md")
    assert status == 66
    assert "There is no file missing.md" in err
    Path("letter.md").write_text(LETTER)
    assert dyeline("document", "add", "letter.md", "--style", "chatty")[0] == 64
    assert dyeline("document", "add", "letter.md", "--document", "D-007")[0] == 66
