"""The last part of the demonstration: a case, its report, its check by the other program, and a name opened by two."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import new_case
from dyeline.app.custodians import add_custodian
from dyeline.app.disclosure import decide
from dyeline.app.journal import ACTOR_ENVIRONMENT, log_verifier
from dyeline.app.key_files import make_key_file, read_identity
from dyeline.app.quorum import set_quorum
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.unsealing import grant_unsealing, request_unsealing
from dyeline.app.workspace import Workspace
from dyeline.store.files import make_folder

CUSTODIANS = ("Works council", "Data protection", "Legal")
CASE = "Photo of the briefing"
VERIFIER = "dyeline_verify"
_MOST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class CaseShown:
    """What the case came to.

    ``verified`` is whether the other program confirmed the bundle, None where it is not installed; ``steps`` are the
    lines that it printed. ``holder`` is who the copy named was issued to.
    """

    found: tuple[str, ...]
    copy: str
    recipient: str
    holder: str
    custodians: tuple[str, ...]
    bundle: Path
    verified: bool | None
    steps: tuple[str, ...]


def seal_names(workspace: Workspace, folder: Path) -> list[Path]:
    """Make three custodians, of whom any two can open a name, and seal all names. Returns their key files."""
    keys = folder / "custodians"
    make_folder(keys, private=True)
    paths = []
    for name in CUSTODIANS:
        paths.append(keys / f"{name.lower().replace(' ', '-')}.txt")
        add_custodian(workspace, name, make_key_file(paths[-1]).text)
    set_quorum(workspace, 2)
    return paths


def show_case(
    workspace: Workspace, folder: Path, exhibit: Path, keys: list[Path], *, step: Callable[[str], None]
) -> CaseShown:
    """Open a case about one exhibit, report on it, have the report checked, and unseal the copy it names."""
    step(f"Opening a case about {exhibit.name}; a reviewer decides that it is no protected disclosure.")
    new_case(workspace, CASE)
    with _acting_as("demo reviewer"):
        decide(workspace, CASE, "not-protected", by="reviewer", reason="a staged leak")
    add_exhibits(workspace, CASE, [exhibit], source="staged")
    made = make_report(workspace, CASE, folder / "report", ReportOptions())
    step("Checking the report with dyeline-verify, which shares no code with Dyeline.")
    verified, steps = _checked(folder / "report", str(log_verifier(workspace)))
    copy = str(made.report["statements"][0]["copy"])
    step(f"Two custodians of three unseal {copy}.")
    request = request_unsealing(workspace, CASE, copy, reason="the end of the demonstration").request
    for number, key in enumerate(keys[:2]):
        with _acting_as(f"demo custodian {number}"):
            granted = grant_unsealing(workspace, request.label, read_identity(key))
    holder = "" if granted.identity is None else granted.identity.name
    found = tuple(str(line) for line in made.report["found"])
    return CaseShown(
        found, copy, request.recipient, holder, granted.request.granted_by, made.path, verified, steps
    )


def _checked(bundle: Path, key: str) -> tuple[bool | None, tuple[str, ...]]:
    """Return whether the other program confirms a bundle, and what it printed; None where it is not installed."""
    if find_spec(VERIFIER) is None:
        return None, ()
    ended = subprocess.run(
        [sys.executable, "-m", VERIFIER, str(bundle), "--key", key],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # found where we found it
        capture_output=True, text=True, encoding="utf-8", timeout=_MOST_SECONDS, check=False,
    )  # fmt: skip
    return ended.returncode == 0, tuple((ended.stdout + ended.stderr).splitlines())


@contextmanager
def _acting_as(person: str) -> Iterator[None]:
    """Act as somebody else for a while: whoever investigates may neither decide nor grant."""
    before = os.environ.get(ACTOR_ENVIRONMENT)
    os.environ[ACTOR_ENVIRONMENT] = person
    try:
        yield
    finally:
        if before is None:
            del os.environ[ACTOR_ENVIRONMENT]
        else:
            os.environ[ACTOR_ENVIRONMENT] = before
