"""Checkpoints that others confirmed are kept once, with their stamps, and a damaged one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.errors import BadWorkspace
from dyeline.evidence.note import ED25519, BadNote, Checkpoint, Signer, sign, signed
from dyeline.store.checkpoints import Checkpoints

SIGNER = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def note(size: int) -> str:
    text = Checkpoint(SIGNER.name, size, bytes(32)).text
    return signed(text, [sign(text, SIGNER)])


def test_a_note_is_kept_once_and_found_by_size(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "checkpoints")
    assert kept.all() == []
    names = [kept.keep(note(size)) for size in (1_000, 7, 1_000)]
    assert names[0] == names[2]
    assert [(one.checkpoint.size, one.note) for one in kept.all()] == [(7, note(7)), (1_000, note(1_000))]
    assert (tmp_path / "checkpoints").stat().st_mode & 0o777 == 0o700


def test_stamps_stand_beside_their_note(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path)
    name, other = kept.keep(note(5)), kept.keep(note(6))
    first = kept.add_stamp(name, b"answer", b"")
    second = kept.add_stamp(name, b"another", b"certificate")
    assert (first.name, second.name) == (f"{name}.1", f"{name}.2")
    found = {one.name: one.stamps for one in kept.all()}
    assert found == {name: (first, second), other: ()}


@pytest.mark.parametrize("data", [b"", b"\xff", b"not a note\n", note(3).encode()[:-9]])
def test_a_damaged_note_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "000000000003-aa.note").write_bytes(data)
    with pytest.raises(BadWorkspace, match="000000000003-aa"):
        Checkpoints(tmp_path).all()


def test_what_is_no_note_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(BadNote):
        Checkpoints(tmp_path).keep("hello")
    assert list(tmp_path.iterdir()) == []
