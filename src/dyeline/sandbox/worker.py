"""The reader: a process that holds nothing of the user's, confines itself, and runs each job in a child of its own.

It is started fresh, not forked from the program that holds keys and names, so that a file which takes a job
over finds none of them in memory. Jobs come in as pickles (from our own program); what goes out is read by
``answers``. Nothing that a job sends reaches the program but through a pipe that ends with the job.
"""

from __future__ import annotations

import ctypes
import faulthandler
import fcntl
import importlib
import json
import os
import pickle
import resource
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from dyeline.errors import DyelineError
from dyeline.sandbox import answers, landlock, limits, seccomp
from dyeline.sandbox.job import Ended, Job
from dyeline.sandbox.places import DEVICES
from dyeline.sandbox.syscalls import machine

CHUNK = 1 << 20
PREPARED = (
    "pypdfium2", "pikepdf", "lxml.etree", "PIL.Image", "cv2", "numpy.ma", "dyeline.formats.pdf.survey",
    "dyeline.formats.pdf.pictures", "dyeline.formats.pdf.words", "dyeline.formats.pictures.pdf",
)  # fmt: skip
"""What takes 0.4 s to load, and every job on a PDF or picture would load for itself."""

AT_JOB = 3
"""The job before which they are loaded, if not asked for earlier: the first is the self-test, and many a run of
the program has one more."""

_F_SETPIPE_SZ = 1031
_PR_SET_DUMPABLE = 4
_GRACE_SECONDS = 5.0  # for a job to end after its answer


def main(given: str) -> None:
    """Serve jobs from standard input until it ends. ``given`` is JSON: readable folders and whether to confine."""
    options = json.loads(given)
    requests, replies = _own_pipes()
    space = _Space()
    scratch, readable = Path(options["scratch"]), [Path(one) for one in options["readable"]]
    tempfile.tempdir = options["scratch"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program ends this process
    if options["confine"]:
        confine_reader(readable, scratch)
    served = 0
    while True:
        head = requests.read(8)
        if len(head) < 8:
            return
        (length,) = struct.unpack(">Q", head)
        if not length:  # there is time now
            _prepare()
            continue
        served += 1
        if served == AT_JOB:
            _prepare()
        job: Job = pickle.loads(requests.read(length))  # noqa: S301 - from our own program
        _serve(job, replies, space, readable if options["confine"] else None)
        if job.scratch:
            _empty(scratch)


def confine_reader(readable: list[Path], scratch: Path) -> None:
    """Give up files, network and all else that reading needs not; of Landlock what there is."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # jobs cannot look into this process
    if landlock.version():
        landlock.restrict(readable=readable, writable=[scratch], kept=DEVICES)
    seccomp.install(seccomp.reader_program(machine()))


def _prepare() -> None:
    for name in PREPARED:
        with suppress(ImportError):
            importlib.import_module(name)


def _own_pipes() -> tuple[BinaryIO, int]:
    """Return standard input and output, and put nothing in their places: no library may write into an answer."""
    _widen(0)
    _widen(1)
    requests, replies = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    return requests, replies


def _widen(pipe: int) -> None:
    """Let a pipe hold a megabyte instead of 64 kB: pages as pixels go through it."""
    with suppress(OSError):  # not Linux, or too much for this user
        fcntl.fcntl(pipe, _F_SETPIPE_SZ, CHUNK)


def _empty(scratch: Path) -> None:
    for entry in scratch.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _serve(job: Job, replies: int, space: _Space, readable: list[Path] | None) -> None:
    """Run one job and pass on what it answers, and how it ended. Without ``readable`` it is not confined."""
    reading, writing = os.pipe()
    _widen(reading)
    held, resident = space.bytes_held()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.close(replies)
        _inside(job, writing, held, readable)
    os.close(writing)
    until = time.monotonic() + job.wall_seconds
    late, flooded = _pass_on(reading, replies, job.answer_bytes, until)
    if late or flooded:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    status, usage = _waited(child, min(until, time.monotonic() + _GRACE_SECONDS))
    short = usage.ru_maxrss - resident // 1024 > job.megabytes * 1024 / 3
    ended = Ended(status=status, late=late, flooded=flooded, short_of_memory=short)
    told = json.dumps(ended.to_dict()).encode()
    _write(replies, b"E" + struct.pack(">I", len(told)) + told)


def _pass_on(reading: int, replies: int, most: int, until: float) -> tuple[bool, bool]:
    """Pass bytes on until the job closes its pipe; return whether time, or the size of the answer, ran out."""
    poll = select.poll()
    poll.register(reading, select.POLLIN | select.POLLHUP)
    passed = 0
    while True:
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return True, False
        waiting = _waiting(reading)
        if not waiting:
            return False, False
        passed += waiting
        if passed > most:
            return False, True
        _write(replies, b"D" + struct.pack(">I", waiting))
        while waiting:  # moved from pipe to pipe: its bytes are not copied here
            waiting -= os.splice(reading, replies, waiting)


def _waited(child: int, until: float) -> tuple[int, resource.struct_rusage]:
    """Wait for a job that has closed its pipe; end it when it does not."""
    pause = 0.0002
    while time.monotonic() < until:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return status, usage
        time.sleep(pause)
        pause = min(2 * pause, 0.05)
    os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return status, usage


def _waiting(pipe: int) -> int:
    """Return how many bytes can be read from a pipe; 0 when it is closed, as it is polled before."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _inside(job: Job, writing: int, held: int, readable: list[Path] | None) -> None:
    """Do the work in the child, write what came of it, and end without returning."""
    try:
        _limit(job, held)
        limits.use(job.limits)
        if readable is not None:
            if landlock.version() and not job.scratch:
                landlock.restrict(readable=readable, kept=DEVICES)
            seccomp.install(seccomp.job_program(machine(), os.getpid()))
        shape, row = _answer(job.work)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(struct.pack(">QQ", len(shape), sum(part.nbytes for part in row)) + shape)
            for part in row:
                pipe.write(part)
    except BaseException:
        os._exit(1)  # the program sees that there is no answer
    os._exit(0)


def _answer(work: Callable[[], object]) -> tuple[bytes, list[memoryview]]:
    try:
        return answers.written(["result", work()])
    except MemoryError:
        return answers.written(["memory", None])
    except Exception as fault:
        if not isinstance(fault, DyelineError):
            fault.add_note(f"In the process that read the file:\n{traceback.format_exc()}")
        return answers.written(["raised", fault])


def _limit(job: Job, held: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    faulthandler.disable()  # what the child broke on is the file
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(0)  # its threads are not there after a fork, and would be waited for
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (job.seconds, job.seconds + 1))
    most_written = job.limits.expanded_mb * 2**20 if job.scratch else 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_written, most_written))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    if held:
        most = held + job.megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


class _Space:
    """How much address space and memory this process has: a file that cannot be opened any more once it is confined.

    Not the largest memory that it ever had (``ru_maxrss``): a new program inherits that of the one that started it.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        with suppress(OSError):  # not Linux
            self._file = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

    def bytes_held(self) -> tuple[int, int]:
        """Return both; noughts where that is not told."""
        if self._file is None:
            return 0, 0
        space, memory = os.pread(self._file, 100, 0).split()[:2]
        return int(space) * resource.getpagesize(), int(memory) * resource.getpagesize()
