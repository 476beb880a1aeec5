"""A lock between processes on one workspace, given back by the kernel even after a kill."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dyeline.errors import IssueBusy, WorkspaceBusy
from dyeline.store.files import storage_faults


@contextmanager
def issue_lock(path: Path) -> Iterator[None]:
    """Hold the lock file at ``path`` alone; raises IssueBusy at once when another process holds it."""
    with _opened(path) as handle:
        if not _taken(handle):
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise IssueBusy(
                f"Another issue{who} is at work in this workspace.",
                fix="wait until it ends, or stop it; an interrupted issue resumes when it is repeated.",
                process=int(holder) if holder.isdigit() else None,
            )
        with storage_faults(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield


@contextmanager
def short_lock(path: Path, *, patience_s: float = 30.0) -> Iterator[None]:
    """Hold the lock file at ``path`` alone, waiting for others; raises WorkspaceBusy after ``patience_s``."""
    with _opened(path) as handle:
        deadline = time.monotonic() + patience_s
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise WorkspaceBusy(
                    f"Another command has held {path.name} for more than {patience_s:g} seconds.",
                    fix="wait until it ends, then repeat the command.",
                    path=str(path),
                )
            time.sleep(0.02)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    with storage_faults(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
