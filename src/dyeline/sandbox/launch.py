"""Starting another program (LibreOffice) confined: it may write in one folder, and reach nobody.

``python -c … main(given)`` confines itself and becomes the program, so that there is nothing to install.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dyeline.sandbox import landlock, seccomp
from dyeline.sandbox.choice import way_in_use
from dyeline.sandbox.places import DEVICES, SYSTEM, readable
from dyeline.sandbox.syscalls import machine
from dyeline.sandbox.ways import BUBBLEWRAP, NONE

_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path']; "
    "from dyeline.sandbox.launch import main; main(sys.argv[1])"
)
_OF_PROGRAMS: Final = tuple(
    map(
        Path,
        (
            "/etc/libreoffice",
            "/var/lib/libreoffice",
            "/var/spool/libreoffice",
            "/opt",
            "/etc/passwd",
            "/etc/group",
            "/etc/nsswitch.conf",
            "/etc/locale.alias",
        ),
    )
)
_PROCESSES: Final = Path("/proc")


def confined(command: Sequence[str], home: Path, *, sockets: Path) -> list[str]:
    """Return the command that runs another one so that it can write in ``home`` alone, and make sockets in a folder.

    Raises SandboxMissing where nothing confines, unless that was allowed.
    """
    way = way_in_use()
    if way == NONE.name:
        return list(command)
    own = Path(command[0]).resolve().parent
    given = {
        "path": [str(Path(entry).absolute()) for entry in sys.path],
        "readable": [str(path) for path in (*readable(), *_OF_PROGRAMS, _PROCESSES)],
        "writable": [str(home)] if way != BUBBLEWRAP.name else [str(home), "/tmp"],  # noqa: S108 - its own
        "sockets": str(sockets),
        "executable": [str(path) for path in (*SYSTEM, own)],
        "command": list(command),
    }
    before = BUBBLEWRAP.before(readable()) if way == BUBBLEWRAP.name else []
    if before:
        end = before.index("--remount-ro")
        extra = [word for path in (*_OF_PROGRAMS, own) for word in ("--ro-bind-try", str(path), str(path))]
        before[end : end + 2] = [*extra, "--bind", str(home), str(home)]  # instead of: --remount-ro /tmp
        before[before.index("--chdir") + 1] = str(home)
    return [*before, sys.executable, "-I", "-B", "-c", _START, json.dumps(given)]


def main(given: str) -> None:
    """Confine this process and become the program."""
    options = json.loads(given)
    if landlock.version():
        landlock.restrict(
            readable=[Path(one) for one in options["readable"]],
            writable=[Path(one) for one in options["writable"]],
            kept=DEVICES,
            sockets=[Path(options["sockets"])],
            executable=[Path(one) for one in options["executable"]],
        )
    seccomp.install(seccomp.program_program(machine()))
    os.execv(options["command"][0], options["command"])  # noqa: S606 - a list from our own program
