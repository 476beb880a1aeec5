"""Which way of confining is used: the first whose self-test succeeds; without one nothing is read.

The readers of this process are kept for its life, as starting one costs half a second; each is used by one
thread at a time.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dyeline.errors import DyelineError, SandboxMissing
from dyeline.sandbox.job import Ended, Job
from dyeline.sandbox.probes import tried
from dyeline.sandbox.reader import Lost, Reader
from dyeline.sandbox.unsafe import is_unsafe
from dyeline.sandbox.ways import NONE, WAYS, Way

_PROBE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a way's self-test showed: ``refused`` tells of each act whether it was; empty where nothing started."""

    way: str
    available: bool
    refused: Mapping[str, bool]

    @property
    def holds(self) -> bool:
        """Tell whether everything was tried and refused."""
        return bool(self.refused) and all(self.refused.values())


class _Readers:
    """The readers of this process that have no job at present, and the way that they are confined in."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Start anew, in a process forked from the one whose readers these are."""
        self.idle: list[Reader] = []
        self.started: Reader | None = None
        self.way: Way | None = None

    def take_started(self, way: Way) -> Reader | None:
        """Return the reader that was started ahead, if it is of this way."""
        with self.lock:
            if self.started is None or self.started.way is not way:
                return None
            reader, self.started = self.started, None
        return reader


_readers = _Readers()


def _forked() -> None:
    _readers.lock = threading.Lock()
    _readers.forget()


os.register_at_fork(after_in_child=_forked)


def run(job: Job) -> tuple[Any, Ended]:
    """Return what ``Reader.run`` returns, with a reader confined in the best way that holds.

    Raises SandboxMissing where none does and reading without was not allowed, and Lost.
    """
    reader = _taken()
    result = reader.run(job)
    with _readers.lock:
        _readers.idle.append(reader)
    return result


def start_ahead() -> None:
    """Start a reader in the way that is tried first, and do not wait for it: the next one to be tested will be this.

    From the thread that will use it: bubblewrap ends with the thread that started it.
    """
    way = next((way for way in WAYS if way.available()), None)
    with _readers.lock:
        if way is None or is_unsafe() or _readers.started or _readers.idle or _readers.way:
            return
        with suppress(OSError, DyelineError):  # what is wrong is told when it is needed
            _readers.started = Reader(way)


def prepare_ahead() -> None:
    """Have a reader that is there get ready for more jobs on PDF files and pictures, while something else is done."""
    with _readers.lock:
        if _readers.idle:
            with suppress(Lost):  # whoever needs it next is told
                _readers.idle[-1].prepare()


def way_in_use() -> str:
    """Return the name of the way in which files are read, for the record ("none": not confined).

    Raises SandboxMissing.
    """
    reader = _taken()
    with _readers.lock:
        _readers.idle.append(reader)
    return reader.way.name


def self_test(way: Way, *, more_secrets: tuple[Path, ...] = ()) -> SelfTest:
    """Return what the self-test of a way shows, with a reader that is ended afterwards."""
    if not way.available():
        return SelfTest(way.name, False, {})
    reader, result = _tested(way, more_secrets)
    if reader is not None:
        reader.close()
    return result


def close() -> None:
    """End the readers of this process that have no job."""
    with _readers.lock:
        idle, _readers.idle = _readers.idle, []
        started, _readers.started = _readers.started, None
    for reader in (*idle, *([started] if started else [])):
        reader.close()


atexit.register(close)


def _taken() -> Reader:
    """Return a reader that nobody else uses, started and tested if there is none."""
    with _readers.lock:
        if _readers.idle and (_readers.idle[-1].way is NONE) == is_unsafe():
            return _readers.idle.pop()
        known = _readers.way
    if is_unsafe():
        return Reader(NONE)
    for way in (known,) if known else WAYS:
        if way.available():
            reader, result = _tested(way)
            if reader is not None and result.holds:
                with _readers.lock:
                    _readers.way = way
                return reader
            if reader is not None:
                reader.close()
    raise SandboxMissing(
        "There is no way on this machine to keep a file from harming it while it is read, so it was not opened.",
        fix="install bubblewrap (on Debian and Ubuntu: apt install bubblewrap), or use Linux 5.13 or newer with "
        "Landlock switched on; dyeline doctor tells what was tried. If every file is your own, "
        "--unsafe-no-sandbox reads without protection, and goes on record.",
    )


def _tested(way: Way, more_secrets: tuple[Path, ...] = ()) -> tuple[Reader | None, SelfTest]:
    """Start a reader, and let a job try what it must not be able to do."""
    with tempfile.TemporaryDirectory(prefix="dyeline-selftest-") as folder:
        secret = Path(folder, "secret")
        secret.write_bytes(os.urandom(16))
        secrets = [str(path) for path in (secret, *_a_file_of_the_user(), *more_secrets)]
        folders = [folder, str(Path.home()), tempfile.gettempdir(), "/dev/shm"]  # noqa: S108
        job = Job(partial(tried, secrets, folders), _PROBE_SECONDS, 3.0 * _PROBE_SECONDS, 200, 1 << 16)
        reader = None
        try:
            reader = _readers.take_started(way) or Reader(way)
            answer, _ = reader.run(job)
        except (Lost, OSError, DyelineError):
            return None, SelfTest(way.name, True, {})
    found = answer[1] if type(answer) is list and answer[0] == "result" else {}
    if type(found) is not dict:
        found = {}
    return reader, SelfTest(way.name, True, {str(act): refused is True for act, refused in found.items()})


def _a_file_of_the_user() -> list[Path]:
    """Return a file in the home folder, if there is one."""
    try:
        return [entry for entry in sorted(Path.home().iterdir()) if entry.is_file()][:1]
    except OSError:
        return []
