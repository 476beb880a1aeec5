"""The program's side of the reader: start it, give it jobs, read its answers, end it."""

from __future__ import annotations

import json
import os
import pickle
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from dyeline.errors import UnreadableFile
from dyeline.sandbox import answers
from dyeline.sandbox.job import Ended, Job
from dyeline.sandbox.places import readable
from dyeline.sandbox.ways import Way

_CHUNK = 1 << 20
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path']; "
    "from dyeline.sandbox.worker import main; main(sys.argv[1])"
)
_ANSWERING_SECONDS = 15.0
"""What the reader may take beyond the job's own time, to start it and to say how it ended."""

_STARTING_SECONDS = 60.0
"""For a reader that has not answered before: Python, our modules and numpy on a busy machine."""


class Lost(Exception):
    """The reader ended, or said nothing in time; it is ended, and nothing of it is used again."""


class Reader:
    """A running reader. One job at a time; not safe to share between threads."""

    def __init__(self, way: Way) -> None:
        paths = readable()
        self._owner = os.getpid()
        self._scratch = mkdtemp(prefix="dyeline-reader-")
        given = {
            "scratch": way.scratch or self._scratch,
            "path": [str(Path(entry).absolute()) for entry in sys.path],
            "readable": [str(path) for path in paths],
            "confine": way.itself,
        }
        python = [sys.executable, "-I", "-B", "-c", _START, json.dumps(given)]
        self.way = way
        self._fresh = True
        self._process = subprocess.Popen(
            [*way.before(paths), *python],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            start_new_session=True,
        )

    def run(self, job: Job) -> tuple[Any, Ended]:
        """Return a job's answer, None where it gave none, and how it ended.

        Raises Lost when the reader is gone, UnreadableFile for an answer that is none.
        """
        whole = bytearray()
        try:
            until = time.monotonic() + job.wall_seconds + _ANSWERING_SECONDS
            until += _STARTING_SECONDS if self._fresh else 0
            self._ask(pickle.dumps(job, protocol=5))
            while True:
                kind, data = self._frame(until)
                if kind == b"E":
                    break
                whole += data
                if len(whole) > job.answer_bytes:
                    raise Lost("more than was allowed")
            ended = Ended(**json.loads(data))
        except BaseException:  # an interrupt as well: what comes next on the pipe is not known
            self.close()
            raise
        self._fresh = False
        return self._read(whole, ended), ended

    def prepare(self) -> None:
        """Have the reader load what jobs on PDF files and pictures need, and do not wait for it. Raises Lost."""
        self._ask(b"")

    def _ask(self, request: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(struct.pack(">Q", len(request)))
            pipe.write(request)
            pipe.flush()
        except OSError as fault:
            raise Lost("it ended") from fault

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        kind, length = struct.unpack(">cI", self._exactly(5, until))
        if kind not in (b"D", b"E") or length > _CHUNK:
            raise Lost("it does not speak as agreed")
        return kind, self._exactly(length, until)

    def _exactly(self, length: int, until: float) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None
        parts, missing = [], length
        poll = select.poll()
        poll.register(pipe, select.POLLIN | select.POLLHUP)
        while missing:
            if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
                raise Lost("it did not answer in time")
            part = os.read(pipe.fileno(), missing)
            if not part:
                raise Lost("it ended")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    @staticmethod
    def _read(whole: bytearray, ended: Ended) -> Any:
        if ended.late or ended.flooded or ended.status or len(whole) < 16:
            return None
        shape, row = struct.unpack_from(">QQ", whole)
        if 16 + shape + row != len(whole):
            return answers.read(b"", bytearray())  # raises
        text = bytes(whole[16 : 16 + shape])
        del whole[: 16 + shape]
        value = answers.read(text, whole)
        if type(value) is not list or len(value) != 2:
            raise UnreadableFile("The process that read the file gave an answer that is none.")
        return value

    def close(self) -> None:
        """End the reader and all that it started; nothing in a process forked from the one that started it."""
        if os.getpid() != self._owner:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        shutil.rmtree(self._scratch, ignore_errors=True)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",  # threads do not live through a fork
    }
