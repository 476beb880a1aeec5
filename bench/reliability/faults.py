"""A library that makes one chosen call fail: built with the C compiler at hand, armed in processes that were forked."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from enum import IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")


class Action(IntEnum):
    """What happens at the chosen call; ``COUNT`` counts the calls and lets them pass."""

    COUNT = 0
    IO_ERROR = 1
    FULL = 2  # from there on every call fails: a full disk stays full
    KILL = 3
    KILL_HALF_WAY = 4  # half of a write reaches the file, a rename does


FAULTS = (Action.IO_ERROR, Action.FULL, Action.KILL, Action.KILL_HALF_WAY)


def compiler() -> str | None:
    """Return the C compiler, None where there is none (or no way to load a library before others)."""
    return shutil.which("cc") if os.name == "posix" and Path("/proc/self/fd").is_dir() else None


def library() -> Path:
    """Return the library, built once for this state of its source."""
    name = f"dyeline-faults-{os.getuid()}-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    path = Path(tempfile.gettempdir()) / name
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}")
        command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(part), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True, timeout=60)
        part.replace(path)
    return path


class Faults:
    """The library as it is loaded in this process, which was started with ``environment``."""

    def __init__(self) -> None:
        loaded = ctypes.CDLL(None)
        loaded.fault_seen.restype = ctypes.c_long
        self._loaded = loaded

    def arm(self, below: Path, number: int, action: Action) -> None:
        """Let the ``number``-th changing call below a folder, counted from 1, meet its fault."""
        self._loaded.fault_arm(str(below).encode(), ctypes.c_long(number), int(action))

    def disarm(self) -> None:
        """Let everything pass again."""
        self._loaded.fault_disarm()

    @property
    def seen(self) -> int:
        """Return how many changing calls there were since arming."""
        return int(self._loaded.fault_seen())


def environment() -> dict[str, str]:
    """Return the environment of a process in which faults can be armed."""
    return {**os.environ, "LD_PRELOAD": str(library())}
