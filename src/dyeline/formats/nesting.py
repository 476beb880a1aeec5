"""How deep a file lies in others: a message in a message, a document attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dyeline.errors import TooLarge
from dyeline.sandbox.limits import limits

_depth: ContextVar[int] = ContextVar("depth", default=0)


@contextmanager
def one_deeper() -> Iterator[None]:
    """Be inside of a file that lies in the one being read. Raises TooLarge beyond the limit of depth."""
    depth = _depth.get() + 1
    if depth > (most := limits().depth):
        raise TooLarge(
            f"The file nests deeper than {most} levels of files in files.",
            fix="give the file inside that matters by itself.",
            limit="depth",
            depth=depth,
        )
    token = _depth.set(depth)
    try:
        yield
    finally:
        _depth.reset(token)
