"""Writing a result as a committed table (Markdown) with its figures (JSON): what, when, where, how."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.running import processors

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where a result comes from."""

    command: str
    commit: str
    date: str
    seed: int | None
    machine: str
    versions: str
    duration_s: float
    load: float  # running processes on average over the last five minutes of the run

    def lines(self) -> list[str]:
        """Return them as Markdown lines."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        return [
            f"`{self.command}`, {self.date}, commit {self.commit}{seed}, {self.duration_s:.0f} s.",
            f"Machine: {self.machine}; load average over the last 5 minutes {self.load}. {self.versions}.",
        ]


def circumstances(name: str, *, seed: int | None, duration_s: float) -> Circumstances:
    """Return the circumstances of this run of ``python -m bench.<name>``."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    command = shlex.join(["python", "-m", f"bench.{name}", *words])
    return Circumstances(
        command,
        _STARTED_AT,
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        seed,
        _machine(),
        f"Python {platform.python_version()}, numpy {np.__version__}",
        round(duration_s, 1),
        round(os.getloadavg()[1], 1),
    )


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], capture_output=True, text=True, check=False, cwd=RESULTS.parent
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    return (
        f"{commit} with changes" if git("status", "--porcelain", "--", "../src", ".", ":!results") else commit
    )


_STARTED_AT = _commit()  # of the code that runs, whatever is committed meanwhile


def started_at() -> str:
    """Return the commit that this run's code is of, and whether it has changes."""
    return _STARTED_AT


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.is_file():
        names = [
            line.split(":", 1)[1].strip()
            for line in cpu_info.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {processors()} cores, {platform.system()}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table as lines."""
    return [
        f"| {' | '.join(head)} |",
        f"|{'|'.join(' --- ' for _ in head)}|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def save(name: str, lines: Sequence[str], figures: dict[str, Any], *, quick: bool) -> None:
    """Print a result, and store it unless it is a quick one (which proves nothing)."""
    print("\n".join(lines))
    if quick:
        return
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (RESULTS / f"{name}.json").write_text(
        json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
