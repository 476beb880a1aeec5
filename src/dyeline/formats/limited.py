"""Reading a stranger's file in a process of its own, which may use only so much time and memory.

Libraries that take files apart have no limits: a PDF of one KB can make PDFium allocate all memory there
is, or draw for ever (``tests/hostile.py``). This is no sandbox: it bounds what a file can use up, and
a crash ends the child alone, but it does not stop a file that takes the child over.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from dyeline.errors import DyelineError, TooLarge, UnreadableFile

Result = TypeVar("Result")

INTAKE_SECONDS = 120
"""Of processor time that a file of no size may take to be read, drawn and tried out."""

BYTES_A_SECOND = 50_000
"""Size of file for which it may take a second more: a PDF of 137 pages and 8 MB took 54 s (issue-604 of pypdf)."""

SURVEY_SECONDS = 600
"""The same for a document: looking for its mark sites takes 0.2 s a page, and it may have 2,000."""

INTAKE_MEGABYTES = 3_000
"""Of memory; 40 pictures as large as they are worked on hold 1,900."""

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes, of the largest memory a child had
_WAITING = 10  # times the processor time that may pass by the clock: other programs want the processor too
_FIX = "open the file in a viewer, save or print it anew, and give that; or give the part that matters."


def exhibit_within_limits(work: Callable[[], Result], *, size: int) -> Result:
    """Return what ``work`` makes of an exhibit's files of ``size`` bytes; see ``within_limits``."""
    return within_limits(work, seconds=INTAKE_SECONDS + size // BYTES_A_SECOND, megabytes=INTAKE_MEGABYTES)


def document_within_limits(work: Callable[[], Result], *, size: int) -> Result:
    """Return what ``work`` makes of a document's file of ``size`` bytes; see ``within_limits``."""
    return within_limits(work, seconds=SURVEY_SECONDS + size // BYTES_A_SECOND, megabytes=INTAKE_MEGABYTES)


def within_limits(work: Callable[[], Result], *, seconds: int, megabytes: int) -> Result:
    """Return what ``work`` returns, computed in a child process. The result must pickle.

    What ``work`` raises is raised here. Raises TooLarge when it takes more than ``seconds`` of processor
    time or ``megabytes`` beyond what this process holds, UnreadableFile when the child crashes. The
    memory is limited on Linux alone. Costs the copying of the result (1 GB/s) and some 10 ms.
    """
    before = _pages_held()[1] * resource.getpagesize()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of forking beside threads: the child starts none
        child = os.fork()
    if child == 0:
        os.close(reading)
        _inside(work, writing, seconds, megabytes)
    os.close(writing)
    status = None
    try:
        with os.fdopen(reading, "rb") as pipe:
            answer: tuple[str, Any] | None = None
            with suppress(EOFError, pickle.UnpicklingError):  # of a child that ended before it had answered
                answer = pickle.load(pipe)  # noqa: S301 - written by our own code
        _, status, usage = os.wait4(child, 0)
    finally:
        if status is None:  # interrupted
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if answer is None:
        # a library in C that gets no memory ends its process; asking for twice what it has is usual
        short = usage.ru_maxrss * _RSS_UNIT - before > megabytes * 2**20 / 3
        raise _too_much_memory(megabytes) if short else _ended(status, seconds)
    kind, value = answer
    if kind == "raised":
        raise value
    if kind == "memory":
        raise _too_much_memory(megabytes)
    result: Result = value
    return result


def _too_much_memory(megabytes: int) -> TooLarge:
    return TooLarge(
        f"Reading the file takes more than {megabytes:,} MB of memory.", fix=_FIX, megabytes=megabytes
    )


def _ended(status: int, seconds: int) -> DyelineError:
    """Return the error that fits a child which ended without an answer."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return TooLarge(f"Reading the file takes more than {seconds:,} s.", fix=_FIX, seconds=seconds)
    name = signal.Signals(number).name if number else f"exit status {os.WEXITSTATUS(status)}"
    return UnreadableFile(f"The file broke the program that read it ({name}).", fix=_FIX, ended=name)


def _inside(work: Callable[[], object], writing: int, seconds: int, megabytes: int) -> None:
    """Do the work in the child, write what came of it, and end without returning."""
    try:
        _limit(seconds, megabytes)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(_answer(work), pipe, protocol=5)
    except BaseException:
        os._exit(1)  # the parent sees that there is no answer
    os._exit(0)


def _answer(work: Callable[[], object]) -> tuple[str, object]:
    try:
        return "result", work()
    except MemoryError:
        return "memory", None
    except Exception as fault:
        if not isinstance(fault, DyelineError):
            fault.add_note(f"In the process that read the file:\n{traceback.format_exc()}")
        return "raised", fault


def _limit(seconds: int, megabytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent handles it
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    faulthandler.disable()  # what the child broke on is the file
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(0)  # its threads are not there after a fork, and would be waited for
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)  # where libraries in C complain of files
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    signal.alarm(_WAITING * seconds)
    held = _pages_held()[0]
    if held:
        most = held * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _pages_held() -> tuple[int, int]:
    """Return the pages of address space and of memory that this process has; noughts where that is not told."""
    try:
        space, memory = Path("/proc/self/statm").read_text().split()[:2]
    except OSError:  # not Linux
        return 0, 0
    return int(space), int(memory)
