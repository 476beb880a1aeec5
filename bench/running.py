"""Running many small jobs on all processors, with a line of progress."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def run_all(
    work: Callable[[Job], Result], jobs: Sequence[Job], *, processes: int, title: str
) -> Iterator[tuple[Job, Result]]:
    """Yield every job with its result, in the order of the jobs. Workers are forked: what is loaded stays loaded."""
    started = time.monotonic()
    if processes <= 1:
        results: Iterator[Result] = map(work, jobs)
        yield from _counted(jobs, results, started, title)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from _counted(jobs, pool.imap(work, jobs), started, title)


def _counted(
    jobs: Sequence[Job], results: Iterator[Result], started: float, title: str
) -> Iterator[tuple[Job, Result]]:
    for number, (job, result) in enumerate(zip(jobs, results, strict=True), start=1):
        spent = time.monotonic() - started
        left = spent / number * (len(jobs) - number)
        if sys.stderr.isatty() or number % 20 == 0 or number == len(jobs):
            line = f"{title}: {number} of {len(jobs)} parts, {spent:.0f} s, about {left:.0f} s left"
            print(line, file=sys.stderr, end="\r" if sys.stderr.isatty() else "\n", flush=True)
        yield job, result


def processors() -> int:
    """Return how many processors there are."""
    return os.cpu_count() or 1
