from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dyeline.errors import IssueBusy, WorkspaceBusy
from dyeline.store.locks import issue_lock, short_lock


def test_a_second_issue_is_told_who_is_at_work(tmp_path: Path) -> None:
    with issue_lock(tmp_path / "lock"):
        with pytest.raises(IssueBusy) as caught, issue_lock(tmp_path / "lock"):
            pass
        assert caught.value.facts == {"process": os.getpid()}
    with issue_lock(tmp_path / "lock"):
        pass


def test_a_killed_process_gives_its_lock_back(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from dyeline.store.locks import issue_lock\n"
        "with issue_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lock")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IssueBusy), issue_lock(tmp_path / "lock"):
            pass
        holder.kill()
    with issue_lock(tmp_path / "lock"):
        pass


def test_a_short_lock_waits_only_so_long(tmp_path: Path) -> None:
    with (
        short_lock(tmp_path / "lock"),
        pytest.raises(WorkspaceBusy),
        short_lock(tmp_path / "lock", patience_s=0.05),
    ):
        pass
