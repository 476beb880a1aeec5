"""For tests that put something else in the place of a function that reads files: jobs are done in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from dyeline.sandbox import answers, choice
from dyeline.sandbox.job import Ended, Job


@contextmanager
def in_this_process() -> Iterator[None]:
    """Do the work of every job here; its result goes through the encoding of answers as usual."""
    with mock.patch.object(choice, "run", _run):
        yield


def _run(job: Job) -> tuple[Any, Ended]:
    try:
        shape, row = answers.written(["result", job.work()])
    except Exception as fault:
        shape, row = answers.written(["raised", fault])
    return answers.read(shape, bytearray(b"".join(row))), Ended(0, False, False, False)
