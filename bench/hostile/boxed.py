"""Running one operation on one file in a process of its own, with limits of time and memory."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

from bench.hostile.operations import OPERATIONS
from dyeline.errors import DyelineError

SECONDS = 180  # of processor time
MEMORY_BYTES = 3 * 2**30  # of address space
_WAITING = 5  # times that long by the clock
_KEPT = 6_000  # characters of a report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: ``word`` is fine, refused, FAULT, TIMEOUT, MEMORY or CRASH; ``detail`` says more."""

    word: str
    detail: str
    seconds: float
    peak_mb: float

    @property
    def bad(self) -> bool:
        """Tell whether this must not happen."""
        return self.word not in ("fine", "refused")


def run(path: Path, operation: str) -> Outcome:
    """Return the outcome of an operation on a file; whatever the file does, this process goes on."""
    with tempfile.TemporaryFile() as report:
        child = os.fork()
        if child == 0:
            _inside(path, operation, report.fileno())
        _, status, usage = os.wait4(child, 0)
        seconds = usage.ru_utime + usage.ru_stime
        report.seek(0)
        word, _, detail = report.read(_KEPT).decode("utf-8", "replace").partition("\n")
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        late = number in (signal.SIGXCPU, signal.SIGALRM)
        word, detail = ("TIMEOUT", f"after {SECONDS} s") if late else ("CRASH", signal.Signals(number).name)
    elif not word:
        word, detail = "CRASH", f"exit status {os.WEXITSTATUS(status)}"
    return Outcome(word, detail, seconds, usage.ru_maxrss / 1024)


def _inside(path: Path, operation: str, report: int) -> None:
    """Do the work in the forked process, write what came of it, and end."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - lives as long as the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_WAITING * SECONDS)
    try:
        written = f"fine\n{OPERATIONS[operation](path.read_bytes(), path.suffix)}"
    except DyelineError as refusal:
        written = f"refused\n{refusal.code}: {refusal}"
    except MemoryError:
        written = f"MEMORY\n{traceback.format_exc(limit=-3)[-_KEPT // 2 :]}"
    except BaseException:
        written = f"FAULT\n{traceback.format_exc()[-_KEPT // 2 :]}"
    os.write(report, written.encode("utf-8", "replace"))
    os._exit(0)
