from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from dyeline.errors import BadWorkspace, StorageFailed
from dyeline.store.blobs import Blobs


def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / name[2:]


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    for data in (b"", b"text", bytes(range(256)) * 1000):
        name = blobs.put(data)
        assert name == hashlib.sha256(data).hexdigest()
        assert blobs.get(name) == data
        assert _path(tmp_path, name).is_file()


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    path = _path(tmp_path, blobs.put(b"text"))
    before = path.stat().st_mtime_ns, path.stat().st_ino
    blobs.put(b"text")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_damaged_blob_is_refused_and_healed_by_putting_it_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(b"text")
    path = _path(tmp_path, name)
    path.chmod(0o600)
    path.write_bytes(b"teXt")
    with pytest.raises(BadWorkspace, match="damaged"):
        blobs.get(name)
    blobs.put(b"text")
    assert blobs.get(name) == b"text"


def test_a_lost_blob_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadWorkspace, match="missing") as caught:
        Blobs(tmp_path).get("0" * 64)
    assert caught.value.facts == {"blob": "0" * 64, "state": "missing"}


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_never_reaches_the_disk(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        Blobs(tmp_path).get(name)


def test_a_full_disk_leaves_earlier_blobs_intact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path)
    first = blobs.put(b"first")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed):
            blobs.put(b"second")
    assert blobs.get(first) == b"first"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [first[2:]]
    assert blobs.get(blobs.put(b"second")) == b"second"
