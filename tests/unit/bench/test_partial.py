"""A long run that was stopped goes on where it stood, and never with results of other code."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import partial
from bench.partial import run_kept


@pytest.mark.parametrize(
    ("commit", "done_again"), [("abc1234", [5, 6]), ("abc1234 with changes", [1, 2, 3, 4, 5, 6])]
)
def test_what_was_done_is_done_again_only_where_the_code_may_be_another(
    commit: str, done_again: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYELINE_BENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(partial, "started_at", lambda: commit)
    done: list[int] = []

    def work(job: int) -> Counter[str]:
        done.append(job)
        return Counter(whole=job)

    jobs = [1, 2, 3, 4, 5, 6]
    assert len(list(islice(run_kept(work, jobs, processes=1, title="test"), 4))) == 4
    done.clear()
    found = dict(run_kept(work, jobs, processes=1, title="test"))
    assert done == done_again
    assert found == {job: Counter(whole=job) for job in jobs}
