"""The database of one workspace: connect, bring its schema up to date, read, write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, IntegrityError, connections, transaction

from dyeline.errors import BadWorkspace, DyelineError, WorkspaceBusy
from dyeline.store.configure import BUSY_TIMEOUT_S, configure
from dyeline.store.files import storage_failed

SCHEMA = 8  # the number of the newest migration; kept in the file as SQLite's user_version

_FULL = ("disk is full",)
_REFUSED = ("readonly database", "unable to open database")
_UNWRITABLE = ("disk i/o error",)


def connect(path: Path) -> None:
    """Make ``path`` the database of this process. Cheap when it is already.

    One workspace is at work in a process at a time; every ``reading`` and ``writing`` names its
    own, so that two open workspaces can alternate but never mix.
    """
    configure()
    default = connections["default"]
    if default.settings_dict["NAME"] != str(path):
        if default.in_atomic_block:
            raise RuntimeError("a transaction on another workspace is open")
        connections.close_all()
        default.settings_dict["NAME"] = str(path)


def disconnect() -> None:
    """Close the connection; the write-ahead log is folded into the database file."""
    configure()
    connections.close_all()


def schema_of(path: Path) -> int:
    """Return the schema number of the database at ``path``; 0 is an empty one."""
    with reading(path), connections["default"].cursor() as cursor:
        return int(cursor.execute("PRAGMA user_version").fetchone()[0])


def upgrade(path: Path) -> bool:
    """Bring the database at ``path`` to this program's schema; return whether anything was changed.

    Raises BadWorkspace when a newer program made it.
    """
    found = schema_of(path)
    if found > SCHEMA:
        raise BadWorkspace(
            f"{path} has schema {found}, made by a newer Dyeline; this one knows schemas up to {SCHEMA}.",
            fix="upgrade Dyeline, then repeat the command.",
            schema=found,
            known=SCHEMA,
        )
    if found == SCHEMA:
        return False
    from django.core.management import call_command

    with _faults(path):
        call_command("migrate", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute(f"PRAGMA user_version = {SCHEMA}")
    return True


def overwrite_deleted(path: Path) -> None:
    """From now on let this process overwrite what it deletes in the database, instead of only freeing its place."""
    with reading(path), connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")


def scrub(path: Path) -> None:
    """Write the database anew without anything that was deleted, and empty the write-ahead log.

    Raises WorkspaceBusy while other commands read it. What the disk itself keeps of overwritten files is
    beyond reach.
    """
    with reading(path), connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")  # no copy of the pages in a temporary file
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            row = cursor.execute(statement).fetchone()
            if row is not None and row[0]:
                raise _busy(path)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Read from the database at ``path``; faults of the disk and the file become our errors."""
    connect(path)
    with _faults(path):
        yield


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Write to the database at ``path`` in one transaction: all of it is stored, or nothing."""
    connect(path)
    with _faults(path), transaction.atomic():
        yield


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a rule of ours was broken: a fault of the program, not of the disk
    except DatabaseError as fault:
        known = _translated(path, str(fault))
        if known is None:
            raise
        raise known from fault


def _translated(path: Path, message: str) -> DyelineError | None:
    text = message.lower()
    if any(part in text for part in _FULL):
        return storage_failed(path, message, full=True)
    if any(part in text for part in _REFUSED):
        return storage_failed(path, message, refused=True)
    if any(part in text for part in _UNWRITABLE):
        return storage_failed(path, message)
    if "locked" in text:
        return _busy(path)
    if "not a database" in text or "malformed" in text or "no such table" in text:
        return BadWorkspace(
            f"{path} is damaged: {message}.",
            fix="restore the workspace from a backup.",
            path=str(path),
        )
    return None


def _busy(path: Path) -> WorkspaceBusy:
    return WorkspaceBusy(
        f"{path} was locked by another command for more than {BUSY_TIMEOUT_S} seconds.",
        fix="wait until it ends, then repeat the command.",
        path=str(path),
    )
