from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from dyeline.errors import StorageFailed
from dyeline.store.files import make_folder, storage_faults, write_durably


def test_a_written_file_has_its_bytes_and_mode(tmp_path: Path) -> None:
    write_durably(tmp_path / "a", b"bytes", mode=0o640)
    assert (tmp_path / "a").read_bytes() == b"bytes"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_full_disk_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "a"
    write_durably(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(StorageFailed) as caught:
        write_durably(path, b"new")
    assert "no space left" in caught.value.problem
    assert "free space" in caught.value.fix
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"


def test_an_interrupt_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_durably(tmp_path / "a", b"new")
    assert list(tmp_path.iterdir()) == []


def test_the_way_out_depends_on_what_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed) as caught, storage_faults(tmp_path):
        raise PermissionError(errno.EROFS, "Read-only file system")
    assert "writable" in caught.value.fix
    with pytest.raises(StorageFailed) as caught, storage_faults(tmp_path):
        raise OSError(errno.EIO, "Input/output error")
    assert "check the disk" in caught.value.fix


def test_private_folders_are_closed_to_others(tmp_path: Path) -> None:
    make_folder(tmp_path / "x" / "keys", private=True)
    assert (tmp_path / "x" / "keys").stat().st_mode & 0o777 == 0o700
