"""Making many copies: in this process or several, each checked by the gate before it is written.

Putting a copy together is joining bytes. The gate takes it apart again, as a stranger's program would, and so
works in the confined reader, which gets neither the circulation's secret nor the template.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import connection, parent_process
from pathlib import Path
from threading import Thread
from time import perf_counter

from dyeline.errors import GateFailed, IssueInterrupted, NoticeWithoutRoom
from dyeline.formats.limited import document_within_limits
from dyeline.issue.gate import check_copy, read_back, read_picture_back
from dyeline.issue.recipe import MarkedCopy, Order, Recipe, make_copy
from dyeline.store.files import storage_faults

READ_BACK_COPIES = 40
"""Copies of a circulation on which the whole reading chain is run, spread over the list; all if fewer."""

READ_BACK_WORDS = 60_000
"""The same in words, so that long documents do not wait for it; at least ``READ_BACK_LEAST`` copies."""

READ_BACK_LEAST = 3

PICTURE_READ_ONCE_IN = 50
"""Copies of which one has a picture read as a trace reads it, the first one among them: that takes seconds."""

FEW = 16
"""Up to so many copies are made in this process: starting others takes longer."""

AT_ONCE = 32
"""Copies that one job of the reader checks, as it is told anew what they are checked against."""

AT_ONCE_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class MadeCopy:
    """What is recorded of a copy whose file lies, checked, in the temporary folder; how long the gate took."""

    label: str
    sha256: str
    commitment: str
    gate_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether the whole reading chain is run on a copy's text, and which turn it is to read a picture, if any."""

    text: bool = False
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One copy to make, where to write it, and how it is read again."""

    order: Order
    path: Path
    reading: Reading


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands for a template where no copy is made."""

    def render(
        self, texts: Sequence[str], *, variants: Sequence[int] = (), notice: str | None, stamp: str | None
    ) -> bytes:
        """Raise RuntimeError."""
        raise RuntimeError("the gate makes no copies")


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


def _work(jobs: Sequence[Job]) -> list[MadeCopy]:
    assert _recipe is not None
    return make_checked(_recipe, jobs)


def make_checked(recipe: Recipe, jobs: Sequence[Job]) -> list[MadeCopy]:
    """Make copies, pass each through the gate, write their files. Raises GateFailed or StorageFailed."""
    made: list[MadeCopy] = []
    waiting: list[tuple[Job, MarkedCopy]] = []
    for job in jobs:
        waiting.append((job, make_copy(recipe, job.order)))
        if sum(len(copy.data) for _, copy in waiting) >= AT_ONCE_BYTES or job is jobs[-1]:
            made += _written(waiting, _gate_seconds(recipe, waiting))
            waiting = []
    return made


def _written(copies: Sequence[tuple[Job, MarkedCopy]], seconds: Sequence[float]) -> Iterator[MadeCopy]:
    for (job, copy), gate_s in zip(copies, seconds, strict=True):
        with storage_faults(job.path):
            job.path.write_bytes(copy.data)
        yield MadeCopy(copy.label, copy.sha256, copy.commitment, gate_s)


def _gate_seconds(recipe: Recipe, copies: Sequence[tuple[Job, MarkedCopy]]) -> list[float]:
    """Return how long the gate took for each copy. Raises GateFailed for the first that does not pass."""
    checked = [(copy, job.reading) for job, copy in copies]
    seconds, refusal = _through_the_gate(recipe, checked)
    if refusal is not None:
        if recipe.notice:
            _blame_notice(recipe, copies[len(seconds)][0], refusal)
        raise refusal
    return seconds


def _through_the_gate(
    recipe: Recipe, copies: Sequence[tuple[MarkedCopy, Reading]]
) -> tuple[list[float], GateFailed | None]:
    """Have the reader check copies; return what ``pass_gate`` does."""
    drawn = recipe.drawn
    if drawn is not None and all(reading.picture is None for _, reading in copies):
        drawn = drawn.for_comparing()
    against = replace(recipe, template=Withheld(), secret=b"", drawn=drawn)
    largest = max(len(copy.data) for copy, _ in copies)
    return document_within_limits(partial(pass_gate, against, copies), size=largest, files=len(copies))


def pass_gate(
    recipe: Recipe, copies: Sequence[tuple[MarkedCopy, Reading]]
) -> tuple[list[float], GateFailed | None]:
    """Return the seconds that the gate took for each copy, up to the first that does not pass, and why it does not.

    With a copy goes how it is read.
    """
    seconds: list[float] = []
    for copy, reading in copies:
        begun = perf_counter()
        try:
            check_copy(recipe, copy)
            if reading.picture is not None:
                read_picture_back(recipe, copy, reading.picture)
            if reading.text:
                from dyeline.carriers.registry import reading_carriers
                from dyeline.match.align import align

                read_back(recipe, copy, reading_carriers(), align)
        except GateFailed as fault:
            return seconds, fault
        seconds.append(perf_counter() - begun)
    return seconds, None


def _blame_notice(recipe: Recipe, job: Job, fault: GateFailed) -> None:
    """Raise NoticeWithoutRoom where the same copy passes the gate without its notice."""
    bare = replace(recipe, notice=False)
    if _through_the_gate(bare, [(make_copy(bare, job.order), job.reading)])[1] is not None:
        return
    raise NoticeWithoutRoom(
        "The line that names the recipient would change how programs read the text of the last page.",
        fix="issue with --no-notice and tell the recipients yourself; or leave more room at the foot of the page.",
        copy=job.order.label,
    ) from fault


def jobs_for(orders: Sequence[Order], folder: Path, suffix: str, *, words: int) -> list[Job]:
    """Return the jobs of a circulation, the ones to be read back spread evenly over the list.

    ``words`` is the length of the document.
    """
    wanted = min(READ_BACK_COPIES, max(READ_BACK_LEAST, READ_BACK_WORDS // max(1, words)))
    step = max(1, -(-len(orders) // wanted))
    return [
        Job(order, folder / f"{order.label}.{suffix}", Reading(number % step == 0, _picture_turn(number)))
        for number, order in enumerate(orders)
    ]


def _picture_turn(number: int) -> int | None:
    turn, rest = divmod(number, PICTURE_READ_ONCE_IN)
    return None if rest else turn


def make_all(
    recipe: Recipe, jobs: Sequence[Job], *, processes: int, done: Callable[[int], None]
) -> list[MadeCopy]:
    """Return the made copies in the order of the jobs; ``done`` is called with how many are finished."""
    made: list[MadeCopy] = []
    with _mapper(recipe, processes if len(jobs) > FEW else 1) as run:
        for copies in run([jobs[first : first + AT_ONCE] for first in range(0, len(jobs), AT_ONCE)]):
            for copy in copies:
                made.append(copy)
                done(len(made))
    return made


@contextmanager
def _mapper(
    recipe: Recipe, processes: int
) -> Iterator[Callable[[Sequence[Sequence[Job]]], Iterator[list[MadeCopy]]]]:
    if processes <= 1:
        yield lambda batches: (make_checked(recipe, batch) for batch in batches)
        return
    with ProcessPoolExecutor(processes, initializer=_start_worker, initargs=(recipe,)) as pool:
        try:
            yield lambda batches: pool.map(_work, batches)
        except BrokenProcessPool as fault:
            raise IssueInterrupted(
                f"One of {processes} worker processes was ended from outside, perhaps for lack of memory; "
                "no copy of this run was released.",
                fix="repeat the command with --jobs 1: it resumes with the same codewords.",
                processes=processes,
            ) from fault
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def default_processes() -> int:
    """Return how many processes make copies unless told otherwise."""
    return min(8, os.cpu_count() or 1)
