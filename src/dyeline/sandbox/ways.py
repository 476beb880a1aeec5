"""The ways to confine: bubblewrap with seccomp (and Landlock), Landlock with seccomp."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dyeline.sandbox import landlock, seccomp
from dyeline.sandbox.places import SETTINGS, SYSTEM

SCRATCH: Final = "/scratch"
SCRATCH_BYTES: Final = 512 * 2**20
"""Of memory, which a folder of bubblewrap's own may hold."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to confine: its name on record, what to put before a command, and whether the process confines itself.

    ``available`` is cheap and may be wrong: whether a way holds is what its self-test says.
    """

    name: str
    before: Callable[[Sequence[Path]], list[str]]
    available: Callable[[], bool]
    itself: bool = True
    scratch: str = ""  # where its jobs may write, if not in a folder that is made for them


def bubblewrap_before(paths: Sequence[Path]) -> list[str]:
    """Return the command line of bubblewrap: no network, own processes, an own root that nothing can be written in."""
    words = [
        _program() or "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - inside
    words += ["--size", str(SCRATCH_BYTES), "--tmpfs", SCRATCH]
    system = [Path("/usr"), *(path for path in SYSTEM if path != Path("/usr"))]
    for path in system:
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for path in SETTINGS:
        words += ["--ro-bind-try", str(path), str(path)]
    words += ["--ro-bind-try", "/sys/devices/system/cpu", "/sys/devices/system/cpu"]
    for path in paths:
        if not any(path.is_relative_to(one) for one in (*SYSTEM, *SETTINGS, Path("/proc"), Path("/sys"))):
            words += ["--ro-bind", str(path), str(path)]
    for place in ("/tmp", "/dev", "/"):  # noqa: S108
        words += ["--remount-ro", place]
    return [*words, "--chdir", "/", "--"]


@cache
def _program() -> str:
    """Return the path of bubblewrap, "" where it is not there."""
    return shutil.which("bwrap") or ""


BUBBLEWRAP: Final = Way(
    "bubblewrap+seccomp",
    bubblewrap_before,
    lambda: seccomp.is_known() and bool(_program()),
    scratch=SCRATCH,
)
LANDLOCK: Final = Way(
    "landlock+seccomp", lambda paths: [], lambda: seccomp.is_known() and landlock.version() > 0
)
NONE: Final = Way("none", lambda paths: [], lambda: True, itself=False)
WAYS: Final = (BUBBLEWRAP, LANDLOCK)
"""In the order in which they are tried."""
