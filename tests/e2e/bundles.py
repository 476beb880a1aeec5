"""A case with two exhibits of one copy, and bundles made of it; shared by the tests that check bundles."""

from __future__ import annotations

import io
import json
import random
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline_verify.cli import check
from tests.e2e.journey import NOTE, opened_case, pasted, people

CASE = "Move"


def case_of_two(root: Path) -> Workspace:
    """Return a workspace with the note issued to twelve, and two pieces of C-0005 added to a case one by one.

    The circulation's secret is fixed: with another one an exhibit speaks for an innocent copy by chance.
    """
    init(root)
    workspace = open_workspace(root)
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(12))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dyeline.store.keys.secrets.token_bytes", random.Random(5).randbytes)
        issue(workspace, "D-001", "all", root / "copies")
    lines = [line for line in pasted(root / "copies" / "C-0005.md").split("\n") if line]
    opened_case(workspace, CASE)
    for number in (1, 2):
        path = root / f"{number}.txt"
        path.write_text(lines[number], encoding="utf-8")
        add_exhibits(workspace, CASE, [path], source="a reader")
    return workspace


def checked(files: dict[str, bytes], *, key: str | None = None) -> tuple[int, dict[str, Any]]:
    """Return exit status and result of the verifier on the files of a bundle."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        status = check(files, key, as_json=True)
    return status, json.loads(out.getvalue())


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
