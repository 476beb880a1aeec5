"""Results of a long run, kept as they come, so that a run that was interrupted goes on where it stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.pages.fetched import cache
from bench.report import started_at


class Partial:
    """Results by key, in a file of lines in the cache."""

    def __init__(self, name: str, run: str | None = None) -> None:
        """Open the results of a benchmark: those of this commit, or of a run with a name, whatever its commits."""
        self._path = cache("partial", f"{name}-{run or started_at().replace(' ', '-')}.jsonl")
        self._results: dict[str, Any] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                key, value = json.loads(line)
                self._results[key] = value

    @property
    def path(self) -> Path:
        """Return the file."""
        return self._path

    def __contains__(self, key: str) -> bool:
        """Return whether there is a result."""
        return key in self._results

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep a result."""
        self._results[key] = value
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, value]) + "\n")

    def results(self) -> dict[str, Any]:
        """Return all results."""
        return dict(self._results)
