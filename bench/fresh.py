"""Fresh processes: how long they take, and how much memory they and their children hold together."""

from __future__ import annotations

import contextlib
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spent:
    """Time by the clock, and of all processors together (own process and children), in seconds.

    On a machine that others use as well, only the second can be compared between runs.
    """

    clock: float
    processor: float


@contextlib.contextmanager
def stopwatch() -> Iterator[list[Spent]]:
    """Give a list that holds the time spent once the block has ended."""
    spent: list[Spent] = []
    clock, processor = time.perf_counter(), _processor_seconds()
    yield spent
    spent.append(Spent(time.perf_counter() - clock, _processor_seconds() - processor))


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def median_of(repeats: int, work: Callable[[], object]) -> Spent:
    """Return the medians over several runs."""
    runs = []
    for _ in range(repeats):
        with stopwatch() as spent:
            work()
        runs += spent
    return Spent(
        statistics.median(run.clock for run in runs), statistics.median(run.processor for run in runs)
    )


def python(*words: str, folder: Path | None = None) -> Callable[[], object]:
    """Return a call that runs a fresh Python with these arguments."""
    command = [sys.executable, *words]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)


def watched(command: list[str]) -> tuple[str, float]:
    """Run a command; return what it printed and the peak memory of it and all its children together, in MB.

    Shared pages count once (proportional set size, Linux), looked at twice a second.
    """
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, sum(_megabytes(pid) for pid in _family(process.pid)))
            time.sleep(0.5)
        assert process.stdout is not None
        printed = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return printed, peak


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    family = [pid]
    for parent in family:
        with contextlib.suppress(OSError):
            family += [
                int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            ]
    return family


def _megabytes(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
