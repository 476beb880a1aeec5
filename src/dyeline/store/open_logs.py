"""The logs that this process has open: one object for each folder and thread, closed before processes are forked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from dyeline.evidence.note import Signer
from dyeline.store.log import EvidenceLog

_opened = threading.local()


def log_in(folder: Path, signer: Callable[[], Signer]) -> EvidenceLog:
    """Return the log below a folder, opened once. Raises what opening it raises."""
    logs: dict[Path, EvidenceLog] = _opened.__dict__.setdefault("logs", {})
    if folder not in logs:
        logs[folder] = EvidenceLog(folder, signer)
    return logs[folder]


def close_log(folder: Path) -> None:
    """Close the log below a folder if this thread has it open; it can be opened again."""
    log: EvidenceLog | None = _opened.__dict__.setdefault("logs", {}).pop(folder, None)
    if log is not None:
        log.close()
