"""Tracing under bad conditions: a clear error with a way out or a right result, and nothing stored lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace, open_workspace
from dyeline.cli.main import run
from dyeline.errors import BadWorkspace, DyelineError, UnreadableFile
from dyeline.store.tables import Examination, IssuedCopy
from tests.defects.test_damaged_files import BUILD, bomb
from tests.e2e.journey import NOTE, environment, one_object, pasted, people
from tests.e2e.journey import dyeline as process

ENTITIES = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BAD_FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty.txt": (lambda: b"", "format.unreadable", "is empty"),
    "white space.txt": (lambda: b" \n\t ", "format.unreadable", "is empty"),
    "binary.txt": (lambda: bytes(range(256)) * 4, "format.unreadable", "NUL byte"),
    "no zip.docx": (lambda: b"PK\x03\x04" + bytes(range(256)) * 4, "format.unreadable", "no directory"),
    "bomb.docx": (lambda: bomb("word/document.xml", 3_000, 100), "format.too_large", "inflates to more than"),
    "entities.docx": (
        lambda: BUILD.docx(
            BUILD.PARTS | {"word/document.xml": BUILD.DOCUMENT.replace("?>", f"?>{ENTITIES}", 1)}
        ),
        "format.unreadable",
        "document type or entities",
    ),
    "50 MB.txt": (lambda: b"ab cd ef g\n" * 4_700_000, "format.too_large", "51,700,000 characters"),
    "film.mp4": (lambda: b"\x00\x00\x00\x18ftypisom" + bytes(50), "format.unsupported", "video"),
}


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """The note, issued to five people into ``copies``."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(5))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    return workspace


def intact(workspace: Workspace) -> bool:
    """Tell whether the database is sound and the copies issued before still trace."""
    with sqlite3.connect(workspace.database_path) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    data = (workspace.root / "copies" / "C-0003.md").read_bytes()
    return sound and [c.copy for c in examine(workspace, data).finding.candidates] == ["C-0003"]


def test_a_damaged_picture_is_refused(office: Workspace) -> None:
    with pytest.raises(UnreadableFile, match="PNG"):
        examine(office, b"\x89PNG\r\n\x1a\n" + bytes(50))


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", [("trace",), ("document", "add")])
def test_bad_files_are_refused(
    office: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    command: tuple[str, ...],
) -> None:
    make, code, words = BAD_FILES[name]
    (tmp_path / name).write_bytes(make())
    blobs = {path.name for path in (office.root / "blobs").rglob("*")}
    with pytest.raises(SystemExit) as caught:
        run(["--workspace", str(office.root), *command, str(tmp_path / name), "--json"])
    printed = capsys.readouterr()
    error = one_object(printed.out.encode())["error"]
    assert (caught.value.code, error["code"], printed.err) == (65, code, "")
    assert words in error["problem"]
    assert error["fix"]
    assert "root:" not in printed.out
    assert {path.name for path in (office.root / "blobs").rglob("*")} == blobs
    assert Examination.objects.count() == 0
    assert intact(office)


def test_a_file_that_does_not_exist_or_is_a_folder(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, status in ((tmp_path / "missing.txt", 66), (tmp_path, 65)):
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(office.root), "trace", str(path)])
        printed = capsys.readouterr()
        assert (caught.value.code, printed.out) == (status, "")
        assert printed.err.startswith("Error: ") and "Fix: " in printed.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shut.txt").write_text("words")
    (tmp_path / "shut.txt").chmod(0)
    with pytest.raises(SystemExit) as caught:
        run(["--workspace", str(office.root), "trace", str(tmp_path / "shut.txt")])
    assert caught.value.code == 65
    assert "permission denied" in capsys.readouterr().err


def test_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_text("words")
    done = process("trace", "leak.txt", "--json", cwd=tmp_path)
    assert done.returncode == 66
    error = one_object(done.stdout)["error"]
    assert error["code"] == "workspace.missing"
    assert "dyeline init" in error["fix"]


CHINESE = "".join(f"第{n}号文件仅供内部使用，请勿转发给第{n * 7}组的任何人。" for n in range(300))


@pytest.mark.parametrize(
    "exhibit",
    [
        CHINESE,
        "a" * 300_000,
        "\u200c" * 20_000 + "word",
        "\ud7ff\U0001f600" * 5_000,
        "( " * 20_000,
        "\u202eהמסמך הזה סודי " * 2_000,
        NOTE.replace(" ", ""),
    ],
    ids="chinese one-word invisible emoji brackets rtl no-spaces".split(),
)
def test_strange_texts_have_findings(office: Workspace, exhibit: str) -> None:
    finding = examine(office, exhibit.encode()).finding
    assert finding.outcome in {"not_ours", "no_readable_mark", "insufficient"}
    assert finding.candidates == ()


def test_a_document_without_spaces_is_found_again(workspace: Workspace) -> None:
    add_document(workspace, CHINESE.encode(), file_name="notice.txt")
    finding = examine(workspace, CHINESE[2_000:2_400].encode()).finding
    assert finding.outcome == "no_readable_mark"
    assert finding.document is not None and finding.document.id == "D-001"


def test_a_leak_inside_a_megabyte_of_other_words(office: Workspace) -> None:
    words = "some other words about things that nobody here has ever written down on paper before".split()
    other = " ".join(words[(k * k) % 13] + str(k % 97) for k in range(150_000))
    leak = pasted(office.root / "copies" / "C-0004.md")
    tracemalloc.start()
    finding = examine(office, f"{other}\n{leak}\n{other}".encode()).finding
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [candidate.copy for candidate in finding.candidates] == ["C-0004"]
    assert peak < 600 * 2**20


def damaged(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def refused(workspace: Workspace, words: str) -> DyelineError:
    with pytest.raises(BadWorkspace, match=words) as caught:
        examine(open_workspace(workspace.root), (workspace.root / "copies" / "C-0003.md").read_bytes())
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_a_blob_that_was_lost_or_changed(office: Workspace, state: str) -> None:
    blobs = sorted(path for path in (office.root / "blobs").rglob("*") if path.is_file())
    kept = {path: path.read_bytes() for path in blobs}
    for path in blobs:
        if state == "missing":
            path.unlink()
        else:
            damaged(path, kept[path][:-1] + b"?")
    error = refused(office, f"The stored blob [0-9a-f]{{12}}… is {state}")
    assert "backup" in error.fix
    for path, data in kept.items():
        if path.exists():
            path.chmod(0o600)
        path.write_bytes(data)
    assert intact(office)


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: damaged(path, b"short"), "does not hold 32 bytes"),
        (lambda path: path.chmod(0o644), "open to other users"),
    ],
    ids="missing short open".split(),
)
def test_a_key_that_was_lost_changed_or_left_open(
    office: Workspace, happened: Callable[[Path], None], words: str
) -> None:
    key = next((office.root / "keys").glob(f"{'[0-9a-f]' * 16}.key"))
    secret = key.read_bytes()
    happened(key)
    refused(office, words)
    with pytest.raises(BadWorkspace, match=words):
        issue(office, "D-001", "all", office.root / "copies")
    key.touch()
    damaged(key, secret)
    assert intact(office)


@pytest.mark.parametrize("content", [b"", b"not an index", None], ids="emptied overwritten removed".split())
def test_a_damaged_match_index_is_built_again(office: Workspace, content: bytes | None) -> None:
    for path in list((office.root / "index").rglob("*")):
        if path.is_file():
            path.unlink() if content is None else damaged(path, content)
    assert intact(office)


def test_a_damaged_database_is_named_and_left_alone(office: Workspace) -> None:
    office.close()
    whole = office.database_path.read_bytes()
    for data in (b"not a database at all " * 500, whole[:20_000], b""):
        office.database_path.write_bytes(data)
        for side in ("-wal", "-shm"):
            Path(f"{office.database_path}{side}").unlink(missing_ok=True)
        if data:
            refused(office, "damaged")
            office.close()
            assert office.database_path.read_bytes()[: len(data)] == data
    office.close()
    office.database_path.write_bytes(whole)
    assert intact(office)


def test_an_examination_that_cannot_be_stored(office: Workspace) -> None:
    """The disk refuses the record: an error, the finding is not shown, and what was stored is unchanged."""
    office.close()
    script = (
        "import resource, signal, sys\n"
        "from dyeline.cli.main import run\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))\n"
        "run(['trace', 'copies/C-0002.md', '--json'])"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script],
        cwd=office.root,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 74, (done.stdout, done.stderr)
    assert one_object(done.stdout)["error"]["code"] == "store.write_failed"
    assert intact(office)
    assert IssuedCopy.objects.count() == 5
