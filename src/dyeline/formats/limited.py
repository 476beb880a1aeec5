"""Reading a stranger's file: in a confined process, with limits of time, memory and size of the answer.

All bytes from outside go through these doors. What confines the process is ``dyeline.sandbox``; libraries
that take files apart have no limits of their own: a PDF of one KB can make PDFium allocate all memory there
is, or draw for ever (``tests/hostile.py``).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import TypeVar

from dyeline.errors import DyelineError, TooLarge, UnreadableFile
from dyeline.sandbox import choice
from dyeline.sandbox.job import Ended, Job
from dyeline.sandbox.limits import limits
from dyeline.sandbox.reader import Lost

Result = TypeVar("Result")

BYTES_A_SECOND = 50_000
"""Size of file for which it may take a second more: a PDF of 137 pages and 8 MB took 54 s (issue-604 of pypdf)."""

SURVEY_SECONDS = 600
"""At most so much longer may a document take: looking for its mark sites takes 0.2 s a page."""

SURVEY_BYTES_A_SECOND = 5_000
"""Size of document for which it may take a second of that: a page of text has 3 kB."""

PICTURES_MEGABYTES = 2_000
"""What an exhibit's pictures may take on top of the limit: 40 of them, as large as they are worked on, hold 1,900."""

ANSWER_BYTES = 2_500 * 2**20
"""Of text, pages and pictures: those 40 pictures again."""

_WAITING = 3  # times the processor time that may pass by the clock: other programs want the processor too
_FIX = "open the file in a viewer, save or print it anew, and give that; or give the part that matters."


def exhibit_within_limits(work: Callable[[], Result], *, size: int) -> Result:
    """Return what ``work`` makes of an exhibit's files of ``size`` bytes; see ``within_limits``."""
    allowed = limits()
    return within_limits(
        work,
        seconds=allowed.seconds + size // BYTES_A_SECOND,
        megabytes=allowed.memory_mb + PICTURES_MEGABYTES,
    )


def document_within_limits(
    work: Callable[[], Result], *, size: int, files: int = 1, paged: bool = True, scratch: bool = False
) -> Result:
    """Return what ``work`` makes of a document's file of ``size`` bytes, or so many; see ``within_limits``.

    Only one with pages (a PDF) is given the time that their survey takes.
    """
    allowed = limits()
    survey = min(SURVEY_SECONDS, size // SURVEY_BYTES_A_SECOND) if paged else 0
    seconds = allowed.seconds + survey + size // BYTES_A_SECOND
    return within_limits(work, seconds=files * seconds, megabytes=allowed.memory_mb, scratch=scratch)


def within_limits(
    work: Callable[[], Result], *, seconds: int, megabytes: int, scratch: bool = False
) -> Result:
    """Return what ``work`` returns, computed in a job of the confined reader.

    ``work`` is a function of a module, or a partial of one; it pickles, and what it returns can be written by
    ``sandbox.answers``; with ``scratch`` it may write temporary files. What it raises is raised here. Raises
    TooLarge when it takes more than ``seconds`` of processor time or ``megabytes`` beyond what the reader holds,
    UnreadableFile when the job crashes, SandboxMissing where nothing can confine it. The memory is limited on
    Linux alone. Costs the copying of what is given and returned (about 1 GB/s) and some 10 ms; the first call
    of a program 0.2 s.
    """
    job = Job(work, seconds, float(_WAITING * seconds), megabytes, ANSWER_BYTES, scratch=scratch)
    try:
        answer, ended = choice.run(job)
    except Lost as fault:
        raise UnreadableFile("The file broke the program that read it.", fix=_FIX, ended=str(fault)) from None
    if answer is None:
        raise _without_answer(ended, job)
    kind, value = answer
    if kind == "raised":
        raise value
    if kind == "memory":
        raise _too_much_memory(megabytes)
    result: Result = value
    return result


def _without_answer(ended: Ended, job: Job) -> DyelineError:
    """Return the error that fits a job which gave no answer."""
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    if ended.late or number in (signal.SIGXCPU, signal.SIGALRM):
        return TooLarge(
            f"Reading the file takes more than {job.seconds:,} s.",
            fix=_FIX,
            limit="seconds",
            seconds=job.seconds,
        )
    if ended.flooded:
        most = job.answer_bytes // 2**20
        return TooLarge(
            f"What the file holds takes more than {most:,} MB.", fix=_FIX, limit="answer", megabytes=most
        )
    if ended.short_of_memory:  # a library in C that gets no memory ends its process
        return _too_much_memory(job.megabytes)
    name = signal.Signals(number).name if number else f"exit status {os.WEXITSTATUS(ended.status)}"
    return UnreadableFile(f"The file broke the program that read it ({name}).", fix=_FIX, ended=name)


def _too_much_memory(megabytes: int) -> TooLarge:
    return TooLarge(
        f"Reading the file takes more than {megabytes:,} MB of memory.",
        fix=_FIX,
        limit="memory",
        megabytes=megabytes,
    )
