"""Witnesses sign what continues what they know, and nothing else; a log that went back is found out by them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.app.cases import new_case
from dyeline.app.journal import log_verifier
from dyeline.app.log_audit import verify_log
from dyeline.app.log_export import export_log
from dyeline.app.log_view import prove_entry
from dyeline.app.witnesses import add_witness, cosign, list_witnesses, remove_witness
from dyeline.app.workspace import Workspace, open_workspace
from dyeline.errors import BadInput, LogForked, NotFound, WitnessFailed
from dyeline.evidence.merkle import consistency_proof, leaf_hash, tree_hash
from dyeline.evidence.note import ED25519, Checkpoint, Signer, open_note, parse_checkpoint, sign, signed
from dyeline.evidence.proof_file import check_proof
from dyeline.evidence.tiles import TiledTree, grown_tiles
from dyeline.evidence.witness import AddCheckpoint
from dyeline.testing.witness import Witness, new_signer, serving


@pytest.fixture
def witness(workspace: Workspace, tmp_path: Path) -> Iterator[str]:
    signer = new_signer("witness.example/one")
    key = log_verifier(workspace)
    one = Witness(tmp_path / "state.sqlite3", signer, {key.name: key})
    with serving(one) as url:
        add_witness(workspace, "one", url, str(signer.verifier))
        yield url
    one.close()


def test_a_witness_signs_and_keeps_up_with_the_log(workspace: Workspace, witness: str) -> None:
    first = cosign(workspace)
    assert first.signed == ("one",) and first.refused == {}
    new_case(workspace, "one")
    second = cosign(workspace)
    assert list_witnesses(workspace)[0].size == second.size == first.size + 1
    (known,) = list_witnesses(workspace)
    _, signatures = open_note(second.note, [known.verifier])
    assert signatures[0].time is not None
    report = verify_log(workspace)
    assert [(one.size, one.witnesses) for one in report.checkpoints] == [
        (first.size, ("witness.example/one",)),
        (second.size, ("witness.example/one",)),
    ]
    assert cosign(workspace).size == second.size  # nothing new: it signs the same again


def test_a_proof_carries_the_signatures_of_witnesses(
    workspace: Workspace, witness: str, tmp_path: Path
) -> None:
    cosigned = cosign(workspace)
    new_case(workspace, "later")
    own, other = log_verifier(workspace), list_witnesses(workspace)[0].verifier
    proof = prove_entry(workspace, 0)
    proven = check_proof(proof.proof, proof.entry, own.name, [own, other])
    assert (proof.witnesses, proven.checkpoint.size) == (1, cosigned.size)
    assert {signature.verifier for signature in proven.signatures} == {own, other}
    later = prove_entry(workspace, cosigned.size)
    assert later.witnesses == 0 and later.size == cosigned.size + 1
    report = export_log(workspace, tmp_path / "public", cosigned=True)
    text, signatures = open_note((tmp_path / "public" / "checkpoint").read_text(), [own, other])
    assert len(signatures) == 2 and parse_checkpoint(text).size == report.size
    assert export_log(workspace, tmp_path / "public").new == 1
    assert (tmp_path / "public" / "policy").read_text() == (
        f"log {own}\nwitness one {other}\ngroup witnesses all one\nquorum witnesses\n"
    )


def test_a_witness_that_knows_more_than_we_remember_is_caught_up_with(
    workspace: Workspace, witness: str
) -> None:
    from dyeline.store.tables import Setting

    cosign(workspace)
    new_case(workspace, "one")
    cosign(workspace)
    with workspace.writing():
        row = Setting.objects.get(name="log.witnesses")
        row.value = [{**row.value[0], "size": 1}]
        row.save()
    new_case(workspace, "two")
    assert cosign(workspace).signed == ("one",)


def test_a_restored_backup_is_found_out(workspace: Workspace, witness: str, tmp_path: Path) -> None:
    cosign(workspace)
    workspace.close()
    shutil.copytree(workspace.root, tmp_path / "backup")
    new_case(workspace, "one")
    cosign(workspace)
    workspace.close()
    restored = open_workspace(tmp_path / "backup")
    assert verify_log(restored).sound  # from its own files alone nobody can tell
    with pytest.raises(LogForked, match="witness one knows"):
        cosign(restored)
    new_case(restored, "another")  # as long as the other, and not the same
    with pytest.raises(LogForked, match="witness one knows"):
        cosign(restored)
    new_case(restored, "a third")  # longer, and not a continuation
    with pytest.raises(LogForked, match="witness one knows"):
        cosign(restored)
    restored.close()


def test_one_witness_suffices_and_none_is_an_error(workspace: Workspace, witness: str) -> None:
    add_witness(workspace, "gone", "http://127.0.0.1:9", str(new_signer("witness.example/gone").verifier))
    cosigned = cosign(workspace)
    assert cosigned.signed == ("one",) and set(cosigned.refused) == {"gone"}
    remove_witness(workspace, "one")
    with pytest.raises(WitnessFailed):
        cosign(workspace)
    remove_witness(workspace, "gone")
    with pytest.raises(BadInput, match="No witness"):
        cosign(workspace)
    with pytest.raises(NotFound):
        remove_witness(workspace, "gone")


def test_a_witness_that_does_not_know_the_log_refuses(workspace: Workspace, tmp_path: Path) -> None:
    signer = new_signer("witness.example/two")
    stranger = Witness(tmp_path / "two.sqlite3", signer, {})
    with serving(stranger) as url:
        add_witness(workspace, "two", url, str(signer.verifier))
        with pytest.raises(WitnessFailed, match="404"):
            cosign(workspace)
    stranger.close()


def test_an_answer_by_another_key_is_not_taken(workspace: Workspace, tmp_path: Path) -> None:
    key = log_verifier(workspace)
    right, wrong = new_signer("witness.example/three"), new_signer("witness.example/three")
    liar = Witness(tmp_path / "three.sqlite3", wrong, {key.name: key})
    with serving(liar) as url:
        add_witness(workspace, "three", url, str(right.verifier))
        with pytest.raises(WitnessFailed):
            cosign(workspace)
    liar.close()


@pytest.mark.parametrize(
    ("name", "url", "key"),
    [
        ("a b", "https://witness.example", ""),
        ("none", "https://witness.example", ""),
        ("one", "ftp://witness.example", ""),
        ("one", "file:///etc/passwd", ""),
        ("one", "https://witness.example", "witness+00000000+AAAA"),
        ("one", "https://witness.example", "log"),
    ],
)
def test_what_is_no_witness_is_refused(workspace: Workspace, name: str, url: str, key: str) -> None:
    log_key = Signer("example.org/log", ED25519, Ed25519PrivateKey.generate()).verifier
    given = {"": str(new_signer("witness.example").verifier), "log": str(log_key)}.get(key, key)
    with pytest.raises(BadInput):
        add_witness(workspace, name, url, given)
    assert list_witnesses(workspace) == []


class Log:
    """A log in memory that says what it likes."""

    def __init__(self) -> None:
        self.signer = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(32)))
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []

    def tile(self, level: int, number: int) -> bytes:
        return self.tiles.get((level, number), b"")

    def grow(self, *entries: bytes) -> None:
        fresh = [leaf_hash(entry) for entry in entries]
        for level, number, hashes in list(grown_tiles(self, len(self.leaves), fresh)):
            self.tiles[level, number] = hashes
        self.leaves += fresh

    def request(self, old: int, *, proof: list[bytes] | None = None, origin: str = "") -> bytes:
        text = Checkpoint(origin or self.signer.name, len(self.leaves), tree_hash(self.leaves)).text
        hashes = consistency_proof(TiledTree(self), old, len(self.leaves)) if proof is None else proof
        return str(AddCheckpoint(old, tuple(hashes), signed(text, [sign(text, self.signer)]))).encode()


def test_the_witness_answers_as_the_protocol_says(tmp_path: Path) -> None:
    log = Log()
    signer = new_signer("witness.example/w")
    with ExitStack() as stack:
        witness = Witness(tmp_path / "w.sqlite3", signer, {log.signer.name: log.signer.verifier})
        stack.callback(witness.close)
        log.grow(b"a", b"b", b"c")
        assert witness.add_checkpoint(b"old 01\n\nx")[0] == 400
        assert witness.add_checkpoint(log.request(0, origin="example.org/other"))[0] == 404
        forged = log.request(0).replace(b"\n3\n", b"\n2\n")
        assert witness.add_checkpoint(forged)[0] == 403
        assert witness.add_checkpoint(log.request(0).replace(b"old 0", b"old 9"))[0] == 400
        assert witness.add_checkpoint(log.request(2))[::2] == (409, "0\n")
        assert witness.add_checkpoint(log.request(0, proof=[bytes(32)]))[0] == 422
        assert witness.add_checkpoint(log.request(0))[0] == 200
        assert witness.add_checkpoint(log.request(3))[0] == 200
        log.grow(b"d")
        assert witness.add_checkpoint(log.request(0))[::2] == (409, "3\n")
        assert witness.add_checkpoint(log.request(3, proof=[bytes(32)] * 3))[0] == 422
        assert witness.add_checkpoint(log.request(3))[0] == 200
        other = Log()
        other.grow(b"a", b"b", b"c", b"e")
        assert witness.add_checkpoint(other.request(4))[:2] == (409, "text/x.tlog.size")
        smaller = Log()
        smaller.grow(b"a", b"b")
        assert witness.add_checkpoint(smaller.request(0))[::2] == (409, "4\n")
