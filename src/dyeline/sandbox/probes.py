"""What a confined process must not be able to do, each tried: run as a job, before any file is read."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

_PTRACE_SEIZE = 0x4206  # unlike ATTACH it does not stop a process that it succeeds with


def tried(secrets: Sequence[str], folders: Sequence[str]) -> dict[str, bool]:
    """Return, for each act, whether it was refused.

    ``secrets`` are files that may not be read, ``folders`` such where nothing may be written.
    """
    found = {
        "read a file of the user": all(_refused(partial(_read, path)) for path in secrets),
        "write a file": all(_refused(partial(_write, folder)) for folder in (*folders, os.curdir)),
        "change the rights of a file": all(_refused(partial(os.chmod, path, 0o600)) for path in secrets),
    }
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        name = "open a network connection" if family != socket.AF_UNIX else "open a local connection"
        found[name] = found.get(name, True) and _refused(partial(socket.socket, family))
    found["start a process"] = _refused(_fork)
    found["signal another process"] = _refused(lambda: os.kill(os.getppid(), 0))
    found["change another process's limits"] = _refused(
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
    )
    found["look into another process"] = _refused(_attach)
    found["start a program"] = _refused(_start)
    return found


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _write(folder: str) -> None:
    path = Path(folder, f"dyeline-written-by-a-job-{os.getpid()}")
    with path.open("xb"):
        path.unlink()


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _start() -> None:
    """Start a program that does not exist: where starting is refused, the system does not look for it."""
    try:
        os.execv("/nonexistent", ["/nonexistent"])  # noqa: S606
    except FileNotFoundError:
        return


def _attach() -> None:
    if ctypes.CDLL(None).ptrace(_PTRACE_SEIZE, os.getppid(), 0, 0) < 0:
        raise OSError("ptrace")
