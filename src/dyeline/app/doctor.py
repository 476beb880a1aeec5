"""Is this workspace, and the machine it is on, fit for work? One check, one line, one way out."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage

from dyeline.app.checks import Check
from dyeline.app.custody_check import custody_check
from dyeline.app.doctor_machine import machine_checks
from dyeline.app.settings import FILE_NAME
from dyeline.app.workspace import Workspace, open_workspace
from dyeline.errors import DyelineError

LEAST_FREE_BYTES = 1 << 30
"""Below it ``warn``; a circulation of a thousand PDFs of 1 MB takes as much."""

CRITICAL_FREE_BYTES = 50 << 20


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks, in a fixed order."""

    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Tell whether nothing failed; warnings are not failures."""
        return all(check.state != "fail" for check in self.checks)


def diagnose(root: Path | None, *, now: datetime | None = None) -> Diagnosis:
    """Return how the machine and the workspace at ``root`` stand; without one, the machine alone.

    Nothing is changed, but a workspace of an older version is brought up to date, as by any command. A check that
    cannot be made is one that failed.
    """
    at = now or datetime.now(UTC)
    if root is None:
        return Diagnosis(tuple(machine_checks()))
    secrets = [root / FILE_NAME, *root.glob("dyeline.sqlite3"), *sorted(root.glob("keys/*.key"))[:1]]
    return Diagnosis((*_workspace_checks(root, at), *machine_checks(secrets)))


def _workspace_checks(root: Path, now: datetime) -> Iterator[Check]:
    try:
        workspace = open_workspace(root)
    except DyelineError as fault:
        yield Check("settings", "fail", fault.problem, fault.fix)
        return
    yield Check("settings", "ok", f"{FILE_NAME} can be used.")
    yield _private("keys", workspace.keys.folder, sorted(workspace.keys.folder.glob("*.key")))
    files = sorted(root.glob("dyeline.sqlite3*"))
    yield _private("database file", workspace.database_path, files, folders=False)
    yield _private("log files", workspace.log_folder, sorted(workspace.log_folder.glob("*.sqlite3*")))
    yield _made("database", lambda: _database(workspace))
    yield _made("log", lambda: _log(workspace))
    yield _made("names", lambda: custody_check(workspace))
    yield _made("clock", lambda: _clock(workspace, now))
    yield _free(root)


def _made(name: str, check: Callable[[], Check]) -> Check:
    """Return what a check says; its own error where it could not be made."""
    try:
        return check()
    except DyelineError as fault:
        return Check(name, "fail", fault.problem, fault.fix)


def _private(name: str, place: Path, files: list[Path], *, folders: bool = True) -> Check:
    """Tell whether a folder and files in it are open to their owner alone."""
    open_ones = [
        path
        for path in (*([place] if folders else ()), *files)
        if stat.S_IMODE(path.lstat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_ones:
        which = ", ".join(path.name for path in open_ones[:3])
        return Check(
            name,
            "fail",
            f"{len(open_ones)} can be used by other users of this machine ({which}).",
            f"chmod -R go= '{place if folders else place.parent}'; whoever could read a key can make any copy.",
        )
    return Check(name, "ok", f"{len(files)} files, for their owner alone.")


def _database(workspace: Workspace) -> Check:
    from django.db import connections

    with workspace.reading(), connections["default"].cursor() as cursor:
        seen = {
            name: str(cursor.execute(f"PRAGMA {name}").fetchone()[0]).lower()
            for name in ("journal_mode", "synchronous", "foreign_keys", "quick_check")
        }
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "quick_check": "ok"}
    wrong = [f"{name} is {seen[name]}" for name, value in wanted.items() if seen[name] != value]
    if wrong:
        return Check(
            "database",
            "fail",
            f"{'; '.join(wrong)}.",
            "restore the workspace from a backup, and report this.",
        )
    return Check("database", "ok", "sound; write-ahead log, synchronous=FULL, foreign keys in force.")


def _log(workspace: Workspace) -> Check:
    from dyeline.app.log_audit import verify_log

    report = verify_log(workspace)
    if not report.sound:
        return Check(
            "log",
            "fail",
            f"{report.misfit_count:,} of {report.rows:,} rows and stamps are not borne out by it.",
            "run: dyeline log verify",
        )
    return Check("log", "ok", f"{report.size:,} entries, {report.rows:,} rows of the database agree with it.")


def _clock(workspace: Workspace, now: datetime) -> Check:
    from dyeline.evidence.entries import BadEntry, parse_entry

    log = workspace.log
    if not log.size:
        return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC; the log is empty.")
    try:
        last = datetime.fromisoformat(parse_entry(log.entry(log.size - 1)).at)
    except (BadEntry, ValueError):
        return Check("clock", "fail", "The newest entry of the log names no time.", "run: dyeline log verify")
    if last > now:
        return Check(
            "clock",
            "fail",
            f"The newest entry of the log is from {last:%Y-%m-%d %H:%M:%S} UTC, which is in the future.",
            "set the clock of this machine (timedatectl set-ntp true) before anything else is put on record.",
        )
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, after the newest entry of the log.")


def _free(root: Path) -> Check:
    free = disk_usage(root).free
    seen = f"{free / 2**30:,.1f} GB free."
    if free < CRITICAL_FREE_BYTES:
        return Check("disk", "fail", seen, "free space on the disk that holds the workspace.")
    if free < LEAST_FREE_BYTES:
        return Check("disk", "warn", seen, "free space before issuing: copies are written before they leave.")
    return Check("disk", "ok", seen)
