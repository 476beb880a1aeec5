"""Workers for a long run: each takes every n-th job, every result is kept as it comes, the run ends when told."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.pages.attacks import close_browsers
from bench.partial import Partial

Facts = dict[str, Any]
Job = tuple[str, int]


def run(
    work: Callable[[Job], Facts],
    jobs: Sequence[Job],
    partial: Partial,
    *,
    workers: int,
    minutes: float,
    shown: Callable[[Facts], str],
) -> None:
    """Put every job's facts into ``partial`` under "NAME:NUMBER", until none is left or the time is over.

    Workers are forked: close what they must not share before. Ctrl-C or SIGTERM ends the run, not the program.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # workers inherit it
        signal.signal(number, _interrupted)
    ends = time.monotonic() + 60 * minutes
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    crew = [
        context.Process(target=_work, args=(work, jobs[number::workers], ends, results))
        for number in range(workers)
    ]
    for worker in crew:
        worker.start()
    working, done, begun = workers, 0, time.monotonic()
    try:
        while working:
            try:
                job, facts = results.get(timeout=30)
            except queue.Empty:
                working = sum(worker.is_alive() for worker in crew)
                continue
            if job is None:
                working -= 1
                continue
            partial.put(f"{job[0]}:{job[1]}", facts)
            done += 1
            spent = time.monotonic() - begun
            print(f"{done}/{len(jobs)} {spent:.0f} s {job[0]}:{job[1]} {shown(facts)}", flush=True)
    except KeyboardInterrupt:
        print("interrupted; what there is counts", flush=True)
        for worker in crew:
            worker.terminate()
    for worker in crew:
        worker.join(timeout=60)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _work(work: Callable[[Job], Facts], jobs: Sequence[Job], ends: float, results: Any) -> None:
    import cv2

    cv2.setNumThreads(1)
    try:
        for job in jobs:
            if time.monotonic() > ends:
                return
            results.put((job, work(job)))
    except KeyboardInterrupt:
        return
    finally:
        close_browsers()
        results.put((None, None))
