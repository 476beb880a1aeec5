"""A program in an environment of its own, asked over a pipe.

A question is a line of JSON, then a picture as PNG; the answer a status and bytes. Every message is its length on
a line, then itself.
"""

from __future__ import annotations

import atexit
import json
import subprocess
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np

from bench.pages.fetched import NotAvailable
from bench.pages.texture import Bytes


class Worker:
    """A worker process. It ends with this program."""

    def __init__(self, python: Path, script: Path) -> None:
        """Start a script under an interpreter."""
        self._process = subprocess.Popen(
            [str(python), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self._process.terminate)

    def ask(self, question: dict[str, Any], picture: Bytes) -> bytes:
        """Return what the worker answers about a picture (RGB). Raises NotAvailable with the worker's fault."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        png = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
        for part in (json.dumps(question).encode(), png):
            stdin.write(b"%d\n" % len(part) + part)
        stdin.flush()
        status, answer = stdout.readline().strip(), _received(stdout)
        if status != b"ok":
            raise NotAvailable(answer.decode("utf-8", "replace"))
        return answer

    def ask_picture(self, question: dict[str, Any], picture: Bytes) -> Bytes:
        """Return the picture (RGB) that the worker answers."""
        answer = cv2.imdecode(np.frombuffer(self.ask(question, picture), np.uint8), cv2.IMREAD_COLOR)
        assert answer is not None
        return np.ascontiguousarray(answer[..., ::-1])


def _received(stream: IO[bytes]) -> bytes:
    size = stream.readline()
    if not size:
        raise NotAvailable("the worker ended")
    return stream.read(int(size))
