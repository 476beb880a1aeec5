"""How much a file from outside may make of itself: one set of limits, in force for the whole process.

The settings of a workspace (``[limits]`` in ``dyeline.toml``) change them; every job takes them along to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file. MB are 2^20 bytes.

    ``expanded_mb`` and ``ratio`` bound what an archive holds when unpacked, absolutely and as a multiple of its own
    size (looked at above 1 MB); ``depth`` counts files inside of files; ``page_megapixels`` are of one picture or
    page; ``memory_mb`` is for a job that reads, on top of what its pictures may take; ``seconds`` are of the
    processor, for a small file (``formats.limited`` says how it grows).
    """

    expanded_mb: int = 200
    ratio: int = 200
    depth: int = 3
    members: int = 10_000
    page_megapixels: int = 50
    pages: int = 10_000
    memory_mb: int = 1_000
    seconds: int = 60


_in_force = Limits()


def limits() -> Limits:
    """Return the limits in force."""
    return _in_force


def use(wanted: Limits) -> None:
    """Put limits in force."""
    global _in_force
    _in_force = wanted


@contextmanager
def using(wanted: Limits) -> Iterator[None]:
    """Put limits in force for a while."""
    before = _in_force
    use(wanted)
    try:
        yield
    finally:
        use(before)
