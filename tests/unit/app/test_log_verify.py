"""Verifying the log: a changed row, entry, checkpoint or stamp is found and named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_view import show_case
from dyeline.app.cases import add_evidence, close_case, remove
from dyeline.app.deliveries import list_deliveries, record_deliveries
from dyeline.app.issue import issue
from dyeline.app.log_audit import verify_log
from dyeline.app.log_export import export_log
from dyeline.app.log_view import prove_entry, show_entries
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.trace import examine
from dyeline.app.unsealing import request_unsealing
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadInput, LogDisagrees, LogForked, NotFound, WorkspaceBusy
from dyeline.evidence.merkle import leaf_hash, root_of, tree_hash
from dyeline.evidence.note import BadNote, open_note, parse_checkpoint, parse_verifier
from dyeline.evidence.proof_file import check_proof
from dyeline.evidence.tiles import TILE_HASHES, TiledTree, tile_path
from dyeline.store.log import EvidenceLog
from tests.e2e.journey import opened_case, people

TEXT = "\n".join(
    f"The {thing} committee met {{=s{n}: early | late | often | rarely}} at the house of the {thing}."
    for n, thing in enumerate("river garden window castle market bridge forest letter".split())
)

TAKEN_OUT = "UPDATE dyeline_caseexhibit SET removed = '2026-01-01 00:00:00', removed_reason = 'mine'"
UNEXAMINED = (
    "UPDATE dyeline_caseexhibit SET examined = NULL, examined_entry = NULL, outcome = '', finding = '{}'"
)
SWAPPED = """
UPDATE dyeline_issuedcopy SET recipient_id = 99 WHERE label = 'C-0004';
UPDATE dyeline_issuedcopy SET recipient_id = 4 WHERE label = 'C-0003';
UPDATE dyeline_issuedcopy SET recipient_id = 3 WHERE label = 'C-0004';
"""
"""C-0003 becomes the copy of the fourth recipient."""


@pytest.fixture(scope="module")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("office") / "workspace"
    init(root)
    workspace = open_workspace(root)
    import_recipients(workspace, people(5))
    add_document(workspace, TEXT.encode(), file_name="minutes.txt")
    issue(workspace, "D-001", "all", root / "copies")
    record_deliveries(workspace, ["X-001"], method="email")
    examine(workspace, (root / "copies" / "C-0002.txt").read_bytes())
    opened_case(workspace, "Spring plan")
    add_exhibits(workspace, "Spring plan", [root / "copies" / "C-0003.txt"])
    workspace.close()
    return root


@pytest.fixture
def office(made_office: Path, tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(shutil.copytree(made_office, tmp_path / "office"))
    yield opened
    opened.close()


def change(workspace: Workspace, statement: str, database: str = "dyeline.sqlite3") -> None:
    workspace.close()
    connection = sqlite3.connect(workspace.root / database)
    with connection:
        connection.executescript(statement)
    connection.close()


def test_an_untouched_workspace_is_sound(office: Workspace) -> None:
    seen: list[int] = []
    report = verify_log(office, progress=seen.append)
    assert report.sound and report.misfits == () and report.without_row == {} and seen == [0]
    assert report.size == office.log.size == sum(report.kinds.values())
    # version, circulation, 5 copies, 5 deliveries, 2 x (received, examined), case, its decision, exhibit received
    # and examined
    assert report.rows == 20
    assert report.kinds["copy.delivered"] == 5 and report.kinds["examination"] == 2


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE dyeline_issuedcopy SET commitment = 'a' WHERE label = 'C-0003'", "C-0003", "commitment"),
        ("UPDATE dyeline_issuedcopy SET sha256 = 'a' WHERE label = 'C-0001'", "C-0001", "file_sha256"),
        ("UPDATE dyeline_issuedcopy SET log_entry = NULL WHERE label = 'C-0004'", "C-0004", "no entry"),
        ("UPDATE dyeline_issuedcopy SET log_entry = 9999 WHERE label = 'C-0004'", "C-0004", "ends before"),
        ("UPDATE dyeline_issuedcopy SET log_entry = 1 WHERE label = 'C-0004'", "C-0004", "kind settings"),
        (SWAPPED, "C-0003", "committed to"),
        ("UPDATE dyeline_issuedcopy SET \"index\" = 77 WHERE label = 'C-0002'", "C-0002", "committed to"),
        ("UPDATE dyeline_circulation SET key_name = 'a'", "X-001", "cannot be compared"),
        ("UPDATE dyeline_circulation SET layout_sha256 = 'a'", "X-001", "sites"),
        ("UPDATE dyeline_circulation SET code_scheme = 'a'", "X-001", "scheme"),
        ("UPDATE dyeline_version SET source_sha256 = 'a'", "D-001/1", "source"),
        ("UPDATE dyeline_examination SET outcome = 'not_ours' WHERE id = 1", "examination 1", "outcome"),
        ("UPDATE dyeline_examination SET exhibit_sha256 = 'a' WHERE id = 1", "examination 1", "sha256"),
        (
            "UPDATE dyeline_examination SET finding = json_set(finding, '$.bound', 0.5) WHERE id = 1",
            "examination 1",
            "result",
        ),
        ("UPDATE dyeline_case SET bound = 0.5", "K-1", "bound"),
        ("UPDATE dyeline_caseexhibit SET readings_sha256 = 'a'", "K-1 EX-1", "readings"),
        (TAKEN_OUT, "K-1 EX-1 taken out", "no entry"),
        ("UPDATE dyeline_caseexhibit SET received_entry = NULL", "K-1 EX-1", "came in by this entry"),
        ("UPDATE dyeline_caseexhibit SET examined_entry = NULL", "K-1 EX-1", "last examination"),
        (UNEXAMINED, "K-1 EX-1", "last examination"),
        ("DELETE FROM dyeline_caseexhibit", "K-1 exhibit", "row is missing"),
        ("UPDATE dyeline_caseexhibit SET number = 2", "K-1 EX-1", "row is missing"),
        (
            "UPDATE dyeline_caseexhibit SET received_entry = NULL, examined_entry = NULL, sha256 = 'a'",
            "K-1 exhibit",
            "row is missing",
        ),
        ("UPDATE dyeline_case SET log_entry = NULL", "K-1", "opened by this entry"),
        ("UPDATE dyeline_case SET created = '2020-01-01 00:00:00'", "K-1", "another time"),
        ("UPDATE dyeline_case SET decided = '2020-01-01 00:00:00'", "decision of K-1", "another time"),
        ("UPDATE dyeline_case SET decision = '', decision_entry = NULL", "decision of K-1", "the last"),
        ("UPDATE dyeline_case SET closed = '2026-01-01 00:00:00'", "K-1 closed", "no entry"),
        ("DELETE FROM dyeline_case", "K-1", "row is missing"),
        (
            "UPDATE dyeline_circulation SET key_erased = '2026-01-01 00:00:00'",
            "X-001",
            "whether its secret was erased",
        ),
        ("DELETE FROM dyeline_issuedcopy WHERE label = 'C-0005'", "X-001", "fewer than were issued"),
        ("UPDATE dyeline_delivery SET method = 'hand' WHERE id = 2", "delivery of C-0002", "method"),
        ("UPDATE dyeline_delivery SET receipt_sha256 = 'a' WHERE id = 2", "delivery of C-0002", "receipt"),
        ("UPDATE dyeline_opening SET data = x'00' WHERE id = 1", "opening of", "does not open"),
    ],
)
def test_a_changed_row_is_named(office: Workspace, statement: str, row: str, why: str) -> None:
    change(office, statement)
    report = verify_log(office)
    assert not report.sound and report.misfit_count == len(report.misfits)
    assert any(misfit.row.startswith(row) and why in misfit.why for misfit in report.misfits)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET data = CAST(replace(data, 'C-0001', 'C-0009') AS BLOB)",
        "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)",
        "INSERT INTO entry VALUES((SELECT max(number) + 1 FROM entry), x'00')",
        "UPDATE head SET size = size - 1",
    ],
)
def test_a_changed_log_is_refused(office: Workspace, statement: str) -> None:
    change(office, statement, "log/log.sqlite3")
    with pytest.raises(LogForked):
        verify_log(office)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint SET root = zeroblob(32)",
        "UPDATE checkpoint SET size = size + 1",
        "UPDATE checkpoint SET note = replace(note, 'dyeline/', 'dyeline2/')",
        "UPDATE checkpoint SET note = substr(note, 1, length(note) - 6) || 'AAAA='||char(10)",
    ],
)
def test_a_changed_checkpoint_is_refused(office: Workspace, statement: str) -> None:
    change(office, statement, "log/checkpoint.sqlite3")
    with pytest.raises(LogForked):
        verify_log(office)


@pytest.mark.parametrize("disturbed", [1, 3])
def test_what_is_written_while_the_log_is_verified_is_no_fork(office: Workspace, disturbed: int) -> None:
    other = EvidenceLog(office.log_folder, office.log_signer)
    tries = 0

    def work(done: int) -> None:
        nonlocal tries
        tries += 1
        if tries <= disturbed:
            other.append([b'{"not": "an entry"}'])

    if disturbed == 3:
        with pytest.raises(WorkspaceBusy):
            verify_log(office, progress=work)
    else:
        assert verify_log(office, progress=work).misfit_count == 1  # what is no entry is still said
        assert tries == 2
    other.close()


def test_a_log_without_its_key_is_not_verified_silently(office: Workspace) -> None:
    (office.root / "keys" / "log.key").write_bytes(bytes(32))
    with pytest.raises(LogForked, match="nobody of those known"):
        verify_log(office)


def test_an_entry_is_proved_to_somebody_who_has_the_key_alone(office: Workspace) -> None:
    from dyeline.app.journal import log_verifier

    key = parse_verifier(str(log_verifier(office)))
    number = show_entries(office, kind="copy.issued")[1].number
    proof = prove_entry(office, number)
    proven = check_proof(proof.proof, proof.entry, key.name, [key])
    assert (proven.index, proven.checkpoint.size) == (number, office.log.size)
    with pytest.raises(BadNote):
        check_proof(proof.proof, proof.entry.replace(b"C-0002", b"C-0003"), key.name, [key])
    with pytest.raises(NotFound):
        prove_entry(office, office.log.size)


def test_entries_are_shown_by_kind_and_number(office: Workspace) -> None:
    assert [one.number for one in show_entries(office, last=3)] == list(
        range(office.log.size - 3, office.log.size)
    )
    copies = show_entries(office, last=2, kind="copy.issued")
    assert [one.entry.facts["copy"] for one in copies] == ["C-0004", "C-0005"]
    with pytest.raises(BadInput, match="of this kind"):
        show_entries(office, kind="copy.burnt")


class Folder:
    """What anybody can check who has nothing but the exported files and the key: written without the exporter."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def tile(self, level: int, number: int) -> bytes:
        found = sorted(self.root.glob(tile_path(level, number) + "*")) if level < 8 else []
        files = [path for path in found if path.is_file()]
        parts = self.root / (tile_path(level, number) + ".p")
        widths = sorted(int(path.name) for path in parts.iterdir()) if parts.is_dir() else []
        if files:
            return files[0].read_bytes()
        return (parts / str(widths[-1])).read_bytes() if widths else b""

    def entries(self, size: int) -> Iterator[bytes]:
        for number in range(-(-size // TILE_HASHES)):
            width = min(TILE_HASHES, size - number * TILE_HASHES)
            bundle = (self.root / tile_path("entries", number, width)).read_bytes()
            at = 0
            for _ in range(width):
                length = int.from_bytes(bundle[at : at + 2], "big")
                yield bundle[at + 2 : at + 2 + length]
                at += 2 + length
            assert at == len(bundle)


@pytest.mark.parametrize("sizes", [(0,), (0, 3), (300, 1), (500, 700), (254, 1, 1, 1, 255)])
def test_an_export_can_be_checked_from_its_files_alone(
    workspace: Workspace, tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    from dyeline.app.journal import log_verifier, record_many

    folder = tmp_path / "public"
    before = 0
    for count in sizes:
        record_many(workspace, "case.closed", [{"case": f"K-{k}"} for k in range(count)], role="investigator")
        report = export_log(workspace, folder)
        assert (report.size, report.new) == (workspace.log.size, workspace.log.size - before)
        before = report.size
    key = log_verifier(workspace)
    text, _ = open_note((folder / "checkpoint").read_text(), [key])
    checkpoint = parse_checkpoint(text)
    files = Folder(folder)
    assert checkpoint.root == tree_hash(map(leaf_hash, files.entries(checkpoint.size)))
    assert checkpoint.root == root_of(TiledTree(files), checkpoint.size)
    assert (folder / "policy").read_text() == f"log {key}\nquorum none\n"
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in folder.rglob("*") if path.is_file())
    assert not list(folder.rglob(".*"))


def test_an_export_is_not_mixed_with_another(workspace: Workspace, office: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="other files"):
        export_log(office, folder)
    (folder / "letter.txt").unlink()
    export_log(office, folder)
    with pytest.raises(BadInput, match="another log"):
        export_log(workspace, folder)
    (folder / "checkpoint").write_bytes(b"\xff")
    with pytest.raises(BadInput, match="another log"):
        export_log(office, folder)


def test_deliveries_are_on_record_with_their_receipt(office: Workspace) -> None:
    record_deliveries(office, ["c-0002", "C-0002"], method="hand", receipt=b"signed")
    newest = list_deliveries(office)[-1]
    assert (newest.copy, newest.method, len(newest.receipt_sha256)) == ("C-0002", "hand", 64)
    assert len(list_deliveries(office)) == 6
    assert verify_log(office).sound


def bad_method(office: Workspace) -> None:
    record_deliveries(office, ["C-0001"], method="pigeon")


def bad_copy(office: Workspace) -> None:
    record_deliveries(office, ["C-0001", "C-0099"], method="hand")


@pytest.mark.parametrize("attempt", [bad_method, bad_copy])
def test_a_delivery_that_cannot_be_is_not_recorded(
    office: Workspace, attempt: Callable[[Workspace], None]
) -> None:
    before = office.log.size
    with pytest.raises((BadInput, NotFound)):
        attempt(office)
    assert office.log.size == before and len(list_deliveries(office)) == 5


def test_nobody_is_named_by_a_copy_whose_recipient_was_changed(office: Workspace, tmp_path: Path) -> None:
    change(office, SWAPPED)
    before = office.log.size
    with pytest.raises(LogDisagrees, match="whose copy C-0003 is"):
        request_unsealing(office, "Spring plan", "C-0003", reason="the board asks")
    with pytest.raises(LogDisagrees, match="whose copy C-0003 is"):
        make_report(office, "Spring plan", tmp_path / "report", ReportOptions())
    assert office.log.size == before and not (tmp_path / "report").exists()


@pytest.fixture
def busy(office: Workspace) -> Workspace:
    """A case with everything that can be in one: evidence, things taken out, names asked for, an end."""
    add_exhibits(office, "Spring plan", [office.root / "copies" / "C-0001.txt"])
    for ratio in (2.0, 0.5):
        add_evidence(
            office, "Spring plan", label="C-0003", likelihood_ratio=ratio, source="the guard", reason="seen"
        )
    remove(office, "Spring plan", "EX-2", reason="not the same leak")
    remove(office, "Spring plan", "EV-2", reason="withdrawn")
    request_unsealing(office, "Spring plan", "C-0003", reason="the board asks")
    close_case(office, "Spring plan", reason="done")
    assert verify_log(office).sound
    return office


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE dyeline_caseexhibit SET removed = NULL WHERE number = 2", "K-1 EX-2 taken out", "does not"),
        ("UPDATE dyeline_caseexhibit SET removed_reason = 'a' WHERE number = 2", "K-1 EX-2", "the reason"),
        ("DELETE FROM dyeline_caseexhibit WHERE number = 2", "K-1 EX-2", "row is missing"),
        ("UPDATE dyeline_caseevidence SET removed = NULL", "K-1 EV-2 taken out", "does not"),
        ("UPDATE dyeline_caseevidence SET likelihood_ratio = 200 WHERE number = 1", "K-1 EV-1", "likelihood"),
        ("UPDATE dyeline_caseevidence SET label = 'C-0001' WHERE number = 1", "K-1 EV-1", "the for"),
        ("UPDATE dyeline_caseevidence SET source = 'a' WHERE number = 1", "K-1 EV-1", "the source"),
        ("DELETE FROM dyeline_caseevidence WHERE number = 1", "K-1 EV-1", "row is missing"),
        ("DELETE FROM dyeline_caseevidence", "K-1 EV-2", "row is missing"),
        ("UPDATE dyeline_case SET closed = NULL", "K-1 closed", "does not"),
        ("UPDATE dyeline_case SET close_reason = 'a'", "K-1 closed", "the reason"),
        ("UPDATE dyeline_case SET closed = '2026-01-01 00:00:00'", "K-1 closed", "another time"),
        ("DELETE FROM dyeline_unsealrequest", "Q-1", "row is missing"),
        ("UPDATE dyeline_unsealrequest SET opened_entry = NULL, outcome = ''", "Q-1", "was opened"),
        ("UPDATE dyeline_unsealrequest SET log_entry = NULL", "Q-1", "asked for"),
    ],
)
def test_what_the_log_says_last_of_a_case_stands_in_its_rows(
    busy: Workspace, tmp_path: Path, statement: str, row: str, why: str
) -> None:
    change(busy, statement)
    misfits = verify_log(busy).misfits
    assert any(misfit.row.startswith(row) and why in misfit.why for misfit in misfits)
    if row.startswith("K-1"):
        with pytest.raises(LogDisagrees, match="rows of case K-1"):
            make_report(busy, "Spring plan", tmp_path / "report", ReportOptions())


def test_an_act_that_was_interrupted_fits_once_it_is_repeated(busy: Workspace) -> None:
    """The entry is there, the row is not: as after a crash between the two."""
    change(busy, "UPDATE dyeline_case SET closed = NULL, close_reason = ''")
    assert not verify_log(busy).sound
    close_case(busy, "Spring plan", reason="done at last")
    assert verify_log(busy).sound


def test_a_lost_record_of_the_last_checkpoint_is_not_made_anew_silently(office: Workspace) -> None:
    office.close()
    for path in (office.root / "log").glob("checkpoint.sqlite3*"):
        path.unlink()
    with pytest.raises(LogForked, match="is lost"):
        verify_log(office)
    with pytest.raises(LogForked, match="is lost"):
        record_deliveries(office, ["C-0001"], method="hand")
    with pytest.raises(LogForked, match="is lost"):
        office.log.checkpoint()
    office.log.renew_checkpoint()
    record_deliveries(office, ["C-0001"], method="hand")
    assert verify_log(office).sound


ORIGIN = "UPDATE dyeline_caseexhibit SET source = 'the desk of somebody', file_name = 'desk.txt'"
"""Where an exhibit came from, told otherwise later."""


def test_where_an_exhibit_came_from_is_committed_to(office: Workspace) -> None:
    change(office, ORIGIN)
    misfits = verify_log(office).misfits
    assert [(one.row, "about" in one.why) for one in misfits] == [("K-1 EX-1", True)]


def test_deleted_examinations_and_steps_are_counted(office: Workspace) -> None:
    before = verify_log(office).without_row
    change(office, "DELETE FROM dyeline_examination; DELETE FROM dyeline_caseevent")
    after = verify_log(office).without_row
    assert "examination" not in before and after["examination"] == 2
    assert after["case.decision in the history of K-1"] == 1
    assert after["exhibit.received in the history of K-1"] == 1


def test_a_copy_whose_row_was_changed_is_not_named(office: Workspace) -> None:
    exhibit = (office.root / "copies" / "C-0003.txt").read_bytes()
    change(office, SWAPPED)
    with pytest.raises(LogDisagrees, match="C-0003"):
        examine(office, exhibit)
    assert [one.entry.kind for one in show_entries(office, last=1)] == ["examination.failed"]
    with pytest.raises(LogDisagrees, match="C-000"):
        show_case(office, "Spring plan")


def test_nothing_is_appended_with_another_key(office: Workspace) -> None:
    size = office.log.size
    office.close()
    (office.root / "keys" / "log.key").write_bytes(bytes(range(32)))
    with pytest.raises(LogForked, match="replaced"):
        opened_case(office, "Another")
    with pytest.raises(LogForked, match="replaced"):
        office.log.checkpoint()
    assert office.log.size == size


def test_of_an_older_log_that_was_put_back_nothing_is_stated(office: Workspace, tmp_path: Path) -> None:
    office.close()
    shutil.copytree(office.root / "log", tmp_path / "older")
    opened_case(office, "Another")
    office.close()
    shutil.rmtree(office.root / "log")
    shutil.copytree(tmp_path / "older", office.root / "log")
    for attempt in (
        lambda: verify_log(office),
        lambda: prove_entry(office, 3),
        lambda: make_report(office, "Spring plan", tmp_path / "bundle", ReportOptions()),
    ):
        with pytest.raises(LogForked, match="database knows of"):
            attempt()
