"""One job for the reader, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from dyeline.sandbox.limits import Limits, limits


@dataclass(frozen=True, slots=True)
class Job:
    """Work that pickles, and what it may use: processor and clock time, memory beyond the reader's, bytes of answer."""

    work: Callable[[], object]
    seconds: int
    wall_seconds: float
    megabytes: int
    answer_bytes: int
    limits: Limits = field(default_factory=limits)  # that the work keeps to
    scratch: bool = False  # whether it may write files, into a folder that is emptied when it ends


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: its wait status, and which limit of the reader's ended it."""

    status: int
    late: bool
    flooded: bool
    short_of_memory: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)
