"""What the tests of the whole journey share: a text, a list of people, the command line as a process."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from dyeline.app.cases import CaseRecord, new_case
from dyeline.app.disclosure import decide
from dyeline.app.workspace import Workspace
from dyeline.formats.registry import read_file

NOTE = """# Moving house

We're moving to the new office in May, and we don't expect any trouble with it at all. It's close to the
river, so you can't miss it. There isn't much left to do before the vans arrive on the second Monday.

Please pack your own desk before the weekend. The crates are in the hall, and the labels are in the box
beside them. Don't pack the screens, because the team from the workshop will take care of these. Whoever
needs help with heavy things can ask at the front desk, where somebody will be around all day.

The old building stays open until the end of the month. After that the locks are changed, so take home
what is yours. We'll also need your badge, and you won't get into the garage without the new one. It's
best to fetch it early, since the queue gets long towards noon.

Lunch will be served in the yard on the first day. If the weather isn't kind, we'll meet in the large
hall instead. Bring a chair if you can, and bring a neighbour if you like. Thanks to everybody who gave
up an evening to plan all of this; it wouldn't have worked without you.
"""


def people(count: int, first: int = 1) -> bytes:
    """Return a table of made-up people with running numbers."""
    rows = [f"Reader {n},reader{n}@example.org,Desk {n % 4}" for n in range(first, first + count)]
    return "\n".join(["name,email,organisation", *rows]).encode()


def manifest(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the manifest in a folder of copies."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def opened_case(workspace: Workspace, name: str) -> CaseRecord:
    """Open a case that was decided to be no protected disclosure."""
    record = new_case(workspace, name)
    decide(workspace, name, "not-protected", by="reviewer", reason="sold for money")
    return record


def files(folder: Path) -> dict[str, bytes]:
    """Return everything in a folder, hidden files too, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def pasted(path: Path) -> str:
    """Return the text that a reader would copy out of an issued file, without its notice."""
    text = read_file(path.read_bytes(), declarations=False, hint_suffix=path.suffix).text
    return "\n".join(line for line in text.split("\n") if "individually marked" not in line)


def command(*arguments: str) -> list[str]:
    """Return the command line of Dyeline in a process of its own."""
    return [sys.executable, "-m", "dyeline", *arguments]


def environment() -> dict[str, str]:
    """Return the environment in which such a process finds the package."""
    kept = {name: value for name, value in os.environ.items() if name != "DYELINE_WORKSPACE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path)}


def dyeline(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run Dyeline and return what it printed."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=environment(),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def one_object(printed: bytes) -> dict[str, Any]:
    """Return the one JSON object that was printed, which is ASCII on one line."""
    text = printed.decode("ascii")
    assert text.endswith("\n") and text.count("\n") == 1
    value = json.loads(text)
    assert isinstance(value, dict)
    return value
