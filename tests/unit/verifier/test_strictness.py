"""What could be written in two ways is refused in all but one; trees and proofs agree with Dyeline's own."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.evidence.merkle import leaf_hash, tree_hash
from dyeline.evidence.note import COSIGNATURE, ED25519, Checkpoint, Signer, sign, signed
from dyeline.evidence.proof_file import ProofFile
from dyeline.report.plain_zip import plain_zip
from dyeline_verify import notes, plainzip, strict
from dyeline_verify.bag import read_files
from dyeline_verify.npz import read_npz
from dyeline_verify.policy import parse_policy, with_own_keys
from dyeline_verify.refusal import Refused

LOG = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = Signer("witness.example", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
KEY, WITNESS_KEY = (notes.parse_key(str(one.verifier)) for one in (LOG, WITNESS))
FILES = {"bagit.txt": b"one\n", "data/two.bin": bytes(range(256)), "data/empty": b""}


def test_random_trees_have_the_same_root_and_every_proof_holds() -> None:
    rng = random.Random(11)
    for _ in range(300):
        entries = [rng.randbytes(rng.randrange(1, 40)) for _ in range(rng.randrange(1, 40))]
        root = tree_hash([leaf_hash(entry) for entry in entries])
        assert notes.root_over(entries) == root
        text = Checkpoint(LOG.name, len(entries), root).text
        note = signed(text, [sign(text, LOG), sign(text, WITNESS, time_s=1_700_000_000)])
        number = rng.randrange(len(entries))
        proof = str(ProofFile(number, tuple(_path(entries, number)), note))
        found = notes.check_proof(proof, entries[number], KEY, [WITNESS_KEY])
        assert found.index == number and found.checkpoint.seen == (("witness.example", 1_700_000_000),)
        with pytest.raises(Refused):
            notes.check_proof(proof, entries[number] + b"x", KEY, [WITNESS_KEY])


def _path(entries: list[bytes], number: int) -> list[bytes]:
    """The proof by its definition (RFC 6962, section 2.1.1), not by our code."""
    if len(entries) == 1:
        return []
    middle = 1 << ((len(entries) - 1).bit_length() - 1)
    if number < middle:
        return [*_path(entries[:middle], number), notes.root_over(entries[middle:])]
    return [*_path(entries[middle:], number - middle), notes.root_over(entries[:middle])]


def test_a_note_by_somebody_else_or_written_otherwise_is_refused() -> None:
    text = Checkpoint(LOG.name, 5, b"r" * 32).text
    note = signed(text, [sign(text, LOG)])
    assert notes.open_checkpoint(note, KEY, []).size == 5
    spoilt = [
        note.replace("—", "-"), note.replace("\n5\n", "\n05\n"), note + "\n", note.replace("\n\n", "\n\x0b\n"),
        note + sign(text, WITNESS, time_s=1), note + sign(text, LOG), note.replace("log ", "log  "),
        note.rstrip("\n"), note.replace("=\n", "\n", 1), text,
    ]  # fmt: skip
    for one in spoilt:
        assert one != note
        with pytest.raises(Refused):
            notes.open_checkpoint(one, KEY, [])


def test_both_write_the_same_plain_zip_and_nothing_else_is_read() -> None:
    packed = plain_zip(FILES)
    assert plainzip.plain_zip(FILES) == packed and plainzip.read_plain_zip(packed) == FILES
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None and {n: archive.read(n) for n in archive.namelist()} == FILES
    ordinary = io.BytesIO()
    with zipfile.ZipFile(ordinary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("bagit.txt", b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("bagit.txt", b"two")
    commented = packed[:-2] + b"\x02\x00hi"
    for other in (
        ordinary.getvalue(),
        twice.getvalue(),
        commented,
        packed + b"x",
        b"x" + packed,
        b"PK\x03\x04",
        b"",
    ):
        with pytest.raises(Refused):
            plainzip.read_plain_zip(other)


def test_links_and_strange_names_in_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    assert read_files(tmp_path) == {"there": b"x"}
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match="ordinary"):
        read_files(tmp_path)


@pytest.mark.parametrize(
    "data", [b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1e999}', b"[" * 100 + b"]" * 100, b"{", b"\xff", b"[1]"]
)
def test_json_that_could_be_read_in_two_ways_is_refused(data: bytes) -> None:
    def read() -> object:
        return strict.field(strict.parse_object(data, "it"), "a", float, "it")

    with pytest.raises(Refused):
        read()


@pytest.mark.parametrize("text", ["AB==", "AA=", "AA", " AA==", "AA==\n", "A-=="])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(Refused):
        strict.from_base64(text)


def test_keys_from_elsewhere_have_to_be_those_of_the_policy() -> None:
    policy = parse_policy(f"log {LOG.verifier}\nwitness one {WITNESS.verifier}\nquorum none\n")
    assert with_own_keys(policy, str(LOG.verifier), [str(WITNESS.verifier)]).own_log
    other = Signer(LOG.name, ED25519, Ed25519PrivateKey.generate()).verifier
    with pytest.raises(Refused):
        with_own_keys(policy, str(other), [])
    with pytest.raises(Refused):
        with_own_keys(parse_policy(f"log {LOG.verifier}\nquorum none\n"), None, [str(WITNESS.verifier)])
    for text in ("", "quorum none\n", f"log {LOG.verifier}", f"log {WITNESS.verifier}\n", "log a+b+c\n"):
        with pytest.raises(Refused):
            parse_policy(text)


def test_columns_of_numpy_are_read_and_other_kinds_are_refused() -> None:
    file = io.BytesIO()
    numbers = np.arange(6, dtype=np.float64).reshape(2, 3)
    np.savez_compressed(file, numbers=numbers, names=np.array(["X-001", "ü"]), one=np.array(-np.inf))
    found = read_npz(file.getvalue(), "it")
    assert found["numbers"].shape == (2, 3) and found["numbers"].values == tuple(range(6))
    assert found["names"].values == ("X-001", "ü") and found["one"].values == (float("-inf"),)
    for array in (np.array([1], dtype=np.int32), np.array([1j]), np.asfortranarray(numbers)):
        file = io.BytesIO()
        np.savez(file, array=array)
        with pytest.raises(Refused):
            read_npz(file.getvalue(), "it")
    with pytest.raises(Refused):
        read_npz(b"PK", "it")
