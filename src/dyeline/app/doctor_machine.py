"""The checks of ``dyeline doctor`` that are about the machine: sandbox, SQLite, programs, libraries."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from dyeline.app.checks import Check
from dyeline.errors import DyelineError
from dyeline.sandbox import choice, landlock
from dyeline.sandbox.unsafe import UNSAFE_NAME, is_unsafe
from dyeline.sandbox.ways import WAYS

WAL_RESET_FIXED: Final = (3, 51, 3)
"""Before it, two connections that write and fold in a write-ahead log at once can damage the database."""

METHOD_LIBRARIES: Final = (
    ("numpy",), ("lxml",), ("pikepdf",), ("pypdfium2",), ("pillow",), ("opencv-python-headless", "opencv-python"),
    ("onnxruntime",), ("rapidocr",), ("edlib",), ("cryptography",), ("django",), ("apsw",),
)  # fmt: skip
"""Those that can change what is read; any of several distributions of one library will do."""

_FONTS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
_MANY_FONTS: Final = 4


def machine_checks(secrets: Sequence[Path] = ()) -> Iterator[Check]:
    """Yield the checks. ``secrets`` are files of the user that the sandbox must keep from being read."""
    yield _sandbox(tuple(secrets))
    yield _sqlite()
    yield _log_sqlite()
    yield _recognition()
    yield _office()
    yield _fonts()
    yield _libraries()


def _sandbox(secrets: tuple[Path, ...]) -> Check:
    tests = [choice.self_test(way, more_secrets=secrets) for way in WAYS]
    holding = [test.way for test in tests if test.holds]
    if is_unsafe():
        return Check(
            "sandbox",
            "fail",
            f"switched off by --unsafe-no-sandbox or {UNSAFE_NAME}; {' and '.join(holding) or 'no way'} would hold.",
            f"leave the option out, and unset {UNSAFE_NAME}.",
        )
    if holding:
        acts = len(next(test for test in tests if test.holds).refused)
        spare = f"; {holding[1]} would hold as well" if len(holding) > 1 else ""
        return Check("sandbox", "ok", f"{holding[0]}: {acts} of {acts} forbidden acts were refused{spare}.")
    told = [
        f"{test.way} let a job {' and '.join(act for act, refused in test.refused.items() if not refused)}"
        if test.refused
        else f"{test.way} {'did not start' if test.available else 'is not there'}"
        for test in tests
    ]
    fix = "install bubblewrap (on Debian and Ubuntu: apt install bubblewrap)"
    if sys.platform == "linux" and not landlock.version():
        fix += ", or start Linux 5.13 or newer with lsm=landlock,…"
    return Check("sandbox", "fail", f"{'; '.join(told)}: no file will be opened.", f"{fix}.")


def _sqlite() -> Check:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < WAL_RESET_FIXED:
        return Check(
            "SQLite of Python",
            "warn",
            f"{found} has the WAL-reset fault, which 3.51.3 mended. The log does not use it.",
            "run one command at a time in a workspace, or use a Python with a newer SQLite.",
        )
    return Check("SQLite of Python", "ok", found)


def _log_sqlite() -> Check:
    import apsw

    found = apsw.sqlite_lib_version()
    if tuple(int(part) for part in found.split(".")) < WAL_RESET_FIXED:
        return Check(
            "SQLite of the log",
            "fail",
            f"{found} has the WAL-reset fault, which 3.51.3 mended.",
            "pip install --upgrade apsw",
        )
    return Check("SQLite of the log", "ok", found)


def _recognition() -> Check:
    from dyeline.formats.ocr.choice import best_recogniser

    try:
        return Check("text recognition", "ok", best_recogniser().name)
    except DyelineError as fault:
        return Check("text recognition", "warn", f"{fault.problem} Pictures will not be read.", fault.fix)


def _office() -> Check:
    from dyeline.formats.typeset.office import find_program

    try:
        return Check("LibreOffice", "ok", find_program())
    except DyelineError as fault:
        return Check("LibreOffice", "warn", f"{fault.problem} Other formats do not need it.", fault.fix)


def _fonts() -> Check:
    listed = shutil.which("fc-list")
    files = [path for folder in _FONTS for path in Path(folder).rglob("*.[ot]t[fc]")]
    if len(files) < _MANY_FONTS:
        return Check(
            "fonts",
            "warn",
            f"{len(files)} on this machine: pages made of a DOCX will look unlike those of its author.",
            "install some (on Debian and Ubuntu: apt install fonts-liberation fonts-dejavu).",
        )
    return Check("fonts", "ok", f"{len(files):,} files{'' if listed else '; fontconfig is not there'}.")


def _libraries() -> Check:
    found, missing = [], []
    for names in METHOD_LIBRARIES:
        known = [f"{name} {number}" for name in names if (number := _version(name))]
        found += known[:1]
        missing += [] if known else [names[0]]
    if missing:
        return Check(
            "libraries", "fail", f"missing: {', '.join(missing)}.", "install dyeline again with pip."
        )
    return Check("libraries", "ok", ", ".join(found))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
