"""Results of a long run, kept as they come, so that a run that was interrupted goes on where it stood."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bench.pages.fetched import cache
from bench.report import started_at
from bench.running import run_all

Job = TypeVar("Job")


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


def run_kept(
    work: Callable[[Job], Counter[str]], jobs: Sequence[Job], *, processes: int, title: str
) -> Iterator[tuple[Job, Counter[str]]]:
    """Yield every job with its counts. A run that was stopped goes on where it stood, if the code is the same."""
    if "changes" in started_at():
        yield from run_all(work, jobs, processes=processes, title=title)
        return
    kept = Partial(title)
    known = kept.results()
    yield from ((job, Counter(known[repr(job)])) for job in jobs if repr(job) in known)
    left = [job for job in jobs if repr(job) not in known]
    for job, counts in run_all(work, left, processes=processes, title=title):
        kept.put(repr(job), dict(counts))
        yield job, counts
