"""Making many copies: in this process or several, each checked by the gate before it is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import connection, parent_process
from pathlib import Path
from threading import Thread
from time import perf_counter

from dyeline.errors import GateFailed, IssueInterrupted, NoticeWithoutRoom
from dyeline.issue.gate import check_copy, read_back
from dyeline.issue.recipe import Order, Recipe, make_copy
from dyeline.store.files import storage_faults

READ_BACK_COPIES = 40
"""Copies of a circulation on which the whole reading chain is run, spread over the list; all if fewer."""

READ_BACK_WORDS = 60_000
"""The same in words, so that long documents do not wait for it; at least ``READ_BACK_LEAST`` copies."""

READ_BACK_LEAST = 3

FEW = 16
"""Up to so many copies are made in this process: starting others takes longer."""


@dataclass(frozen=True, slots=True)
class MadeCopy:
    """What is recorded of a copy whose file lies, checked, in the temporary folder; how long the gate took."""

    label: str
    sha256: str
    commitment: str
    gate_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """One copy to make, where to write it, and whether to run the whole reading chain on it."""

    order: Order
    path: Path
    read_back: bool


_recipe: Recipe | None = None  # of this worker process; set once, by its initialiser


def _start_worker(recipe: Recipe) -> None:
    global _recipe
    _recipe = recipe
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the command is killed: it would wait for work, and hold the issue lock, for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(job: Job) -> MadeCopy:
    assert _recipe is not None
    return make_checked(_recipe, job)


def make_checked(recipe: Recipe, job: Job) -> MadeCopy:
    """Make one copy, pass it through the gate, write its file. Raises GateFailed or StorageFailed."""
    copy = make_copy(recipe, job.order)
    begun = perf_counter()
    try:
        check_copy(recipe, copy)
    except GateFailed as fault:
        if recipe.notice:
            _blame_notice(recipe, job.order, fault)
        raise
    if job.read_back:
        from dyeline.carriers.registry import reading_carriers
        from dyeline.match.align import align

        read_back(recipe, copy, reading_carriers(), align)
    gate_s = perf_counter() - begun
    with storage_faults(job.path):
        job.path.write_bytes(copy.data)
    return MadeCopy(copy.label, copy.sha256, copy.commitment, gate_s)


def _blame_notice(recipe: Recipe, order: Order, fault: GateFailed) -> None:
    """Raise NoticeWithoutRoom where the same copy passes the gate without its notice."""
    bare = replace(recipe, notice=False)
    try:
        check_copy(bare, make_copy(bare, order))
    except GateFailed:
        return
    raise NoticeWithoutRoom(
        "The line that names the recipient would change how programs read the text of the last page.",
        fix="issue with --no-notice and tell the recipients yourself; or leave more room at the foot of the page.",
        copy=order.label,
    ) from fault


def jobs_for(orders: Sequence[Order], folder: Path, suffix: str, *, words: int) -> list[Job]:
    """Return the jobs of a circulation, the ones to be read back spread evenly over the list.

    ``words`` is the length of the document.
    """
    wanted = min(READ_BACK_COPIES, max(READ_BACK_LEAST, READ_BACK_WORDS // max(1, words)))
    step = max(1, -(-len(orders) // wanted))
    return [
        Job(order, folder / f"{order.label}.{suffix}", number % step == 0)
        for number, order in enumerate(orders)
    ]


def make_all(
    recipe: Recipe, jobs: Sequence[Job], *, processes: int, done: Callable[[int], None]
) -> list[MadeCopy]:
    """Return the made copies in the order of the jobs; ``done`` is called with how many are finished."""
    made: list[MadeCopy] = []
    with _mapper(recipe, processes if len(jobs) > FEW else 1) as run:
        for copy in run(jobs):
            made.append(copy)
            done(len(made))
    return made


@contextmanager
def _mapper(recipe: Recipe, processes: int) -> Iterator[Callable[[Sequence[Job]], Iterator[MadeCopy]]]:
    if processes <= 1:
        yield lambda jobs: (make_checked(recipe, job) for job in jobs)
        return
    with ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(recipe,)) as pool:
        try:
            yield lambda jobs: pool.map(_work, jobs, chunksize=8)
        except BrokenProcessPool as fault:
            raise IssueInterrupted(
                f"One of {processes} worker processes was ended from outside, perhaps for lack of memory; "
                "no copy of this run was released.",
                fix="repeat the command with --jobs 1: it resumes with the same codewords.",
                processes=processes,
            ) from fault
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def default_processes() -> int:
    """Return how many processes make copies unless told otherwise."""
    return min(8, os.cpu_count() or 1)
