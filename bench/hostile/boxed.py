"""One operation on one file through the doors that Dyeline itself reads by, and what became of it."""

from __future__ import annotations

import resource
import time
import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.hostile.operations import OPERATIONS
from dyeline.errors import DyelineError, UnreadableFile
from dyeline.formats.limited import document_within_limits, exhibit_within_limits
from dyeline.formats.registry import by_kind
from dyeline.sandbox.limits import limits

_KEPT = 6_000  # characters of a report
GRACE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: ``word`` is fine, refused, limit, FAULT or HANG; ``detail`` says more.

    A file that breaks the process which reads it is "ended": an error of ours says so, and that process is gone.
    """

    word: str
    detail: str
    seconds: float
    parent_mb: float

    @property
    def bad(self) -> bool:
        """Tell whether this must not happen."""
        return self.word in ("FAULT", "HANG")


def run(path: Path, operation: str) -> Outcome:
    """Return the outcome of an operation on a file; whatever the file does, this process goes on."""
    data = path.read_bytes()
    paged = by_kind("pdf").matches(data)
    door = partial(document_within_limits, paged=paged) if operation == "document" else exhibit_within_limits
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    try:
        word, detail = "fine", door(partial(OPERATIONS[operation], data, path.suffix), size=len(data))
    except DyelineError as refusal:
        limit = refusal.facts.get("limit")
        ended = isinstance(refusal, UnreadableFile) and "ended" in refusal.facts
        word, detail = "limit" if limit else "ended" if ended else "refused", f"{refusal.code}: {refusal}"
        if limit:
            detail = f"{limit}: {refusal}"
    except Exception:
        word, detail = "FAULT", traceback.format_exc()[-_KEPT:]
    seconds = time.monotonic() - begun
    if seconds > longest_seconds(len(data), surveyed=paged and operation == "document"):
        word = "HANG"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024
    return Outcome(word, detail, seconds, grown)


def longest_seconds(size: int, *, surveyed: bool) -> float:
    """Return how long by the clock a file may keep the program waiting: three times its processor time, and a grace."""
    allowed = limits().seconds + size // 50_000 + (min(600, size // 5_000) if surveyed else 0)
    return 3 * allowed + GRACE_SECONDS
