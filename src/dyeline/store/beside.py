"""Work that is done while the caller waits for the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(Generic[T]):
    """A piece of work that a thread does; ``result`` waits for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done: SimpleQueue[tuple[T, None] | tuple[None, BaseException]] = SimpleQueue()

    def do(self) -> None:
        """Do the work, in the thread."""
        try:
            self._done.put((self._work(), None))
        except BaseException as fault:
            self._done.put((None, fault))

    def result(self) -> T:
        """Return what the work returned, or raise what it raised."""
        value, fault = self._done.get()
        if fault is not None:
            raise fault
        return value  # type: ignore[return-value]


class Beside:
    """A thread for small pieces of work, begun with the first one and anew in a forked process."""

    def __init__(self) -> None:
        self._process = 0
        self._waiting: SimpleQueue[Outcome[object] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, work: Callable[[], T]) -> Outcome[T]:
        """Have a piece of work done."""
        if self._thread is None or self._process != os.getpid():
            self._waiting, self._process = SimpleQueue(), os.getpid()
            self._thread = Thread(target=_serve, args=(self._waiting,), daemon=True)
            self._thread.start()
        outcome = Outcome(work)
        self._waiting.put(outcome)  # type: ignore[arg-type]
        return outcome

    def close(self) -> None:
        """End the thread once its work is done."""
        thread, self._thread = self._thread, None
        if thread is not None and self._process == os.getpid():
            self._waiting.put(None)
            thread.join()


def _serve(waiting: SimpleQueue[Outcome[object] | None]) -> None:
    while (outcome := waiting.get()) is not None:
        outcome.do()
