"""Workspaces that something happened to."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dyeline.app.recipients import add_recipient, list_recipients
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadWorkspace, StorageFailed


def _overwritten(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to look like one" * 100)


def _cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(5000)


@pytest.mark.parametrize("happened", [_overwritten, _cut_short])
def test_a_damaged_database(workspace: Workspace, happened: Callable[[Path], None]) -> None:
    add_recipient(workspace, "Alex Kim")
    workspace.close()
    happened(workspace.database_path)
    for side in ("-wal", "-shm"):
        Path(f"{workspace.database_path}{side}").unlink(missing_ok=True)
    with pytest.raises(BadWorkspace, match="damaged") as caught:
        list_recipients(open_workspace(workspace.root))
    assert "backup" in caught.value.fix


def test_a_disk_that_fills_up_during_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed):
            init(tmp_path / "ws")
    assert init(tmp_path / "ws").created
    open_workspace(tmp_path / "ws").close()


def test_a_disk_that_fills_up_during_an_import(workspace: Workspace) -> None:
    """The kernel refuses to let files of the process grow, as a full disk or a quota does."""
    add_recipient(workspace, "Alex Kim")
    workspace.close()
    table = workspace.root.parent / "people.csv"
    table.write_text(
        "name,email\n" + "".join(f"Person {k} {'x' * 99},p{k}@example.org\n" for k in range(5000))
    )
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "from dyeline.cli.main import run\n"
        "run(['--workspace', sys.argv[1], 'recipient', 'import', sys.argv[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, str(workspace.root), str(table)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 74, done.stderr
    assert "unchanged" in done.stderr
    assert "Fix: " in done.stderr
    assert [r.name for r in list_recipients(open_workspace(workspace.root))] == ["Alex Kim"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_workspace_that_may_not_be_written(workspace: Workspace) -> None:
    workspace.close()
    workspace.database_path.chmod(0o400)
    workspace.root.chmod(0o500)
    try:
        with pytest.raises(StorageFailed):
            add_recipient(workspace, "Alex Kim")
    finally:
        workspace.root.chmod(0o700)
