"""The log on disk: what is appended stays, and a log that was changed or taken back is refused."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.errors import BadWorkspace, LogForked, NotFound, StorageFailed
from dyeline.evidence.merkle import continues, leaf_hash, tree_hash
from dyeline.evidence.note import ED25519, BadNote, Signer, open_note, parse_checkpoint
from dyeline.evidence.proof_file import check_proof, parse_proof
from dyeline.store.log import MOST_ENTRY_BYTES, EvidenceLog

SIGNER = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def entry(number: int) -> bytes:
    return b'{"entry": %d}' % number


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def log(folder: Path) -> Iterator[EvidenceLog]:
    opened = reopened(folder)
    yield opened
    opened.close()


def reopened(folder: Path) -> EvidenceLog:
    return EvidenceLog(folder, lambda: SIGNER)


def test_entries_stay_in_order_and_the_checkpoint_covers_them(log: EvidenceLog, folder: Path) -> None:
    for first, count in ((0, 1), (1, 300), (301, 2)):
        appended = log.append([entry(first + k) for k in range(count)])
        assert (appended.first, appended.count) == (first, count)
        text, _ = open_note(appended.note, [SIGNER.verifier])
        size = first + count
        assert parse_checkpoint(text).size == size
        assert parse_checkpoint(text).root == tree_hash(leaf_hash(entry(k)) for k in range(size))
    log.close()
    again = reopened(folder)
    assert list(again.entries()) == [entry(k) for k in range(303)]
    assert again.audit().size == 303
    assert again.checkpoint() == appended.note
    again.close()


def test_a_proof_holds_for_its_entry_and_for_no_other(log: EvidenceLog) -> None:
    appended = log.append([entry(k) for k in range(600)])
    proof = str(log.prove(257, appended.note, 600))
    shown = check_proof(proof, entry(257), SIGNER.name, [SIGNER.verifier])
    assert (shown.index, shown.checkpoint.size) == (257, 600)
    for wrong in (entry(256), b""):
        with pytest.raises(BadNote):
            check_proof(proof, wrong, SIGNER.name, [SIGNER.verifier])
    with pytest.raises(BadNote):
        check_proof(proof, entry(257), "example.org/other", [SIGNER.verifier])


def test_no_byte_of_a_proof_can_be_changed(log: EvidenceLog) -> None:
    appended = log.append([entry(k) for k in range(40)])
    proof = str(log.prove(7, appended.note, 40)).encode()
    for at in range(len(proof)):
        for changed in (proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :], proof[:at] + proof[at + 1 :]):
            with pytest.raises((BadNote, UnicodeDecodeError)):
                check_proof(changed.decode(), entry(7), SIGNER.name, [SIGNER.verifier])


def test_a_later_log_continues_an_earlier_one(log: EvidenceLog) -> None:
    log.append([entry(k) for k in range(100)])
    log.append([entry(k) for k in range(100, 457)])
    proof = log.continues_from(100, 457)
    roots = [tree_hash(leaf_hash(entry(k)) for k in range(size)) for size in (100, 457)]
    assert continues(100, roots[0], 457, roots[1], proof)


def test_an_old_backup_is_not_continued(log: EvidenceLog, folder: Path, tmp_path: Path) -> None:
    log.append([entry(0)])
    log.close()
    shutil.copy(folder / "log.sqlite3", tmp_path / "old")
    newer = reopened(folder)
    newer.append([entry(1)])
    newer.close()
    shutil.copy(tmp_path / "old", folder / "log.sqlite3")
    restored = reopened(folder)
    for act in (lambda: restored.append([entry(2)]), restored.checkpoint, restored.audit):
        with pytest.raises(LogForked):
            act()
    restored.close()


def test_a_log_grown_one_by_one_and_by_two_processes_in_turn_has_the_root_of_its_entries(
    log: EvidenceLog, folder: Path
) -> None:
    other = reopened(folder)
    for k in range(520):
        appended = (log if k % 3 else other).append([entry(k)])
    text, _ = open_note(appended.note, [SIGNER.verifier])
    assert parse_checkpoint(text).root == tree_hash(leaf_hash(entry(k)) for k in range(520))
    assert other.audit() == log.audit()
    other.close()


@pytest.mark.parametrize("counts", [[1] * 520, [250, *[1] * 20, 400, *[1] * 200], [256, 1, 255, 1, 511, 1]])
def test_tiles_are_right_however_they_are_filled(log: EvidenceLog, folder: Path, counts: list[int]) -> None:
    """The hashes of the last tile are remembered between appends; another process's entries are not among them."""
    other = reopened(folder)
    for turn, count in enumerate(counts):
        writer = other if turn % 97 == 50 else log
        first = writer.size
        writer.append([entry(first + k) for k in range(count)])
    assert log.audit().root == tree_hash(leaf_hash(entry(k)) for k in range(sum(counts)))
    other.close()


def test_a_checkpoint_is_not_on_disk_before_what_it_is_over(log: EvidenceLog, folder: Path) -> None:
    log.append([entry(0)])
    given = log.given()
    blocker = sqlite3.connect(folder / "log.sqlite3", isolation_level=None)
    blocker.execute("CREATE TRIGGER refuse BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'refused'); END")
    with pytest.raises(StorageFailed):
        log.append([entry(1)])
    assert (log.size, log.given()) == (1, given)
    blocker.execute("DROP TRIGGER refuse")
    blocker.close()
    assert log.append([entry(1)]).first == 1
    assert log.audit().size == 2


def test_an_entry_whose_checkpoint_could_not_be_signed_is_covered_by_the_next(
    log: EvidenceLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = log.append([entry(0)]).note
    with monkeypatch.context() as broken:
        broken.setattr("dyeline.store.log.sign", lambda *given: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            log.append([entry(1)])
    assert log.given() == given and log.size == 2
    after = log.append([entry(2)])
    assert after.first == 2 and log.audit().size == 3
    assert parse_checkpoint(open_note(after.note, [SIGNER.verifier])[0]).size == 3


def test_a_log_with_a_begun_tile_on_record_is_continued(log: EvidenceLog, folder: Path) -> None:
    log.append([entry(k) for k in range(255)])
    log.close()
    with sqlite3.connect(folder / "log.sqlite3") as database:
        begun = b"".join(leaf_hash(entry(k)) for k in range(250))
        database.execute("INSERT INTO tile VALUES(0, 0, ?)", (begun,))
    database.close()
    again = reopened(folder)
    again.append([entry(255)])
    assert again.tile(0, 0) == b"".join(leaf_hash(entry(k)) for k in range(256))
    assert again.audit().size == 256
    again.close()


def test_what_was_damaged_before_an_append_is_not_built_upon(log: EvidenceLog, folder: Path) -> None:
    log.append([entry(k) for k in range(300)])
    log.close()
    with sqlite3.connect(folder / "log.sqlite3") as database:
        database.execute("UPDATE head SET root = zeroblob(32)")
    database.close()
    again = reopened(folder)
    with pytest.raises(LogForked):
        again.append([entry(300)])
    assert again.size == 300
    again.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET data = x'00' WHERE number = 3",
        "DELETE FROM entry WHERE number = 3",
        "INSERT INTO entry VALUES(300, x'00')",
        "UPDATE head SET size = 5",
        "UPDATE head SET root = zeroblob(32)",
        "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0",
        "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1",
        "DELETE FROM tile WHERE level = 1",
        "UPDATE entry SET data = x'00' WHERE number = 299",
    ],
)
def test_a_changed_file_does_not_pass_the_audit(log: EvidenceLog, folder: Path, change: str) -> None:
    log.append([entry(k) for k in range(300)])
    log.close()
    with sqlite3.connect(folder / "log.sqlite3") as database:
        database.execute(change)
    database.close()
    again = reopened(folder)
    with pytest.raises(LogForked):
        again.audit()
    again.close()


def test_what_is_no_database_is_refused_with_a_way_out(folder: Path) -> None:
    folder.mkdir()
    (folder / "log.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(BadWorkspace, match="backup"):
        reopened(folder)


def test_the_files_are_the_owners_alone(log: EvidenceLog, folder: Path) -> None:
    log.append([entry(0)])
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())


def test_what_cannot_be_an_entry_is_refused_and_nothing_is_stored(log: EvidenceLog) -> None:
    for wrong in (b"", b"x" * (MOST_ENTRY_BYTES + 1)):
        with pytest.raises(ValueError, match="bytes"):
            log.append([entry(0), wrong])
    assert log.size == 0
    with pytest.raises(NotFound):
        log.entry(0)


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "x\n\ny"]
)
def test_other_texts_are_no_proof(text: str) -> None:
    with pytest.raises(BadNote):
        parse_proof(text)
