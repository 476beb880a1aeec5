"""Issuing under bad conditions: a clear error with a way out or a right result, and nothing stored lost."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import dyeline
from dyeline.app import copymaking
from dyeline.app.forecast import forecast_document
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.errors import (
    BadVariants,
    DyelineError,
    GateFailed,
    IssueBusy,
    IssueInterrupted,
    StorageFailed,
    TooFewSites,
    UnreadableFile,
)
from dyeline.formats.splice import SourceTemplate
from dyeline.issue.recipe import MarkedCopy
from dyeline.store.locks import issue_lock
from dyeline.store.tables import IssuedCopy
from tests.e2e.journey import NOTE, command, environment, files, manifest, one_object, people
from tests.pictures import photograph

DEMO = Path(dyeline.__file__).parent / "demo"


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """A workspace with the note and five people."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(5))
    return workspace


def stored(workspace: Workspace) -> tuple[object, ...]:
    """Return everything that an issue must never change: recipients, codewords, keys, blobs."""
    with workspace.reading():
        copies = list(IssuedCopy.objects.order_by("pk").values_list("label", "index", "recipient_id"))
    keys = {path.name: path.read_bytes() for path in (workspace.root / "keys").iterdir()}
    blobs = {path.name: path.read_bytes() for path in (workspace.root / "blobs").rglob("*") if path.is_file()}
    return list_recipients(workspace), copies, keys, blobs


def refused(kind: type[DyelineError], words: str, workspace: Workspace, out: Path) -> None:
    with pytest.raises(kind, match=words) as caught:
        issue(workspace, "D-001", "all", out, processes=1)
    assert caught.value.fix, "an error must name a way out"


def named(workspace: Workspace, path: Path) -> list[str]:
    finding = examine(workspace, path.read_bytes(), hint_suffix=path.suffix).finding
    return [candidate.copy for candidate in finding.candidates]


def test_a_disk_that_fills_up_while_issuing(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third copy does not fit any more: none is released, and the next run gives the same codewords."""
    out = tmp_path / "out"
    write, calls = Path.write_bytes, iter(range(100))

    def full(path: Path, data: bytes) -> int:
        if next(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        refused(StorageFailed, "no space left on device; what was stored before is unchanged", office, out)
    assert files(out) == {}
    before = stored(office)
    assert issue(office, "D-001", "all", out).written == 5
    assert stored(office) == before
    assert named(office, out / "C-0003.md") == ["C-0003"]


def test_a_disk_that_is_full_for_the_manifest(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    issue(office, "D-001", "all", out)
    before, kept = files(out), stored(office)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("dyeline.store.files.os.fsync", full)
        refused(StorageFailed, "no space left", office, out)
    assert files(out) == before
    assert stored(office) == kept


def heavy_docx() -> bytes:
    """The demo announcement with two megabytes of noise in it that no compression makes smaller."""
    buffer = io.BytesIO((DEMO / "announcement.docx").read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("customXml/noise.bin", os.urandom(2_000_000))
    return buffer.getvalue()


def test_a_quota_that_is_met_by_worker_processes(workspace: Workspace, tmp_path: Path) -> None:
    """The kernel refuses files of this size, as a full disk or a quota does; the command says so."""
    add_document(workspace, heavy_docx(), file_name="heavy.docx", style="legal")
    import_recipients(workspace, people(20))
    workspace.close()
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
        "from dyeline.cli.main import run\n"
        "run(['issue', 'D-001', '--to', 'all', '--out', sys.argv[1], '--jobs', '2', '--json'])"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, str(tmp_path / "out")],
        cwd=workspace.root,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 74, done.stderr
    error = one_object(done.stdout)["error"]
    assert error["code"] == "store.write_failed"
    assert "free space on the disk" in error["fix"]
    assert files(tmp_path / "out") == {}
    assert issue(workspace, "D-001", "all", tmp_path / "out").written == 20


def test_a_killed_issue_leaves_no_half_written_file_and_resumes(office: Workspace, tmp_path: Path) -> None:
    import_recipients(office, people(600))
    office.close()
    out = tmp_path / "out"
    process = subprocess.Popen(
        command("issue", "D-001", "--to", "all", "--out", str(out), "--jobs", "2"),
        cwd=office.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while sum(1 for _ in out.rglob("*.md")) < 50:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [path.name for path in out.iterdir() if not path.name.startswith(".dyeline-part-")] == []
    planned = stored(office)
    _wait_for_the_lock(office)  # the workers end with the command and give it back
    report = issue(office, "D-001", "all", out)
    assert (report.new_circulation, report.written, report.kept) == (False, 600, 0)
    assert stored(office) == planned
    rows = manifest(out)
    assert set(files(out)) == {"manifest.csv", *(row["file"] for row in rows)}
    assert len({row["sha256"] for row in rows}) == 600
    assert named(office, out / "C-0432.md") == ["C-0432"]


def _wait_for_the_lock(workspace: Workspace) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with issue_lock(workspace.root / ".issue.lock"):
                return
        except IssueBusy:
            assert time.monotonic() < deadline, "a worker outlived the command and holds the lock"
            time.sleep(0.05)


def test_a_killed_release_is_completed_by_the_next_run(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power fails between two renames: what is there is whole and on record, the rest follows."""
    out = tmp_path / "out"
    replace, calls = Path.replace, iter(range(100))

    def interrupted(path: Path, target: Path) -> Path:
        if target.suffix == ".md" and next(calls) == 2:
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            issue(office, "D-001", "all", out, processes=1)
    there = files(out)
    assert set(there) == {"C-0001.md", "C-0002.md"}
    assert named(office, out / "C-0002.md") == ["C-0002"]
    report = issue(office, "D-001", "all", out)
    assert (report.written, report.kept) == (3, 2)
    assert {name: data for name, data in files(out).items() if name in there} == there


def test_a_worker_that_is_killed(office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_recipients(office, people(40))
    make = copymaking.make_copy

    def killed(*arguments: object) -> MarkedCopy:
        os.kill(os.getpid(), signal.SIGKILL)
        return make(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(copymaking, "make_copy", killed)
        with pytest.raises(IssueInterrupted, match="no copy of this run was released") as caught:
            issue(office, "D-001", "all", tmp_path / "out", processes=2)
    assert "--jobs 1" in caught.value.fix
    assert files(tmp_path / "out") == {}
    assert issue(office, "D-001", "all", tmp_path / "out", processes=1).written == 40


def test_a_copy_that_fails_the_gate_stops_them_all(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    issue(office, "D-001", "all", out)
    before = files(out)
    import_recipients(office, people(2, first=6))
    with monkeypatch.context() as patch:
        _break_template(patch)
        refused(GateFailed, r"Copy C-0006 loses marks|does not hold the text", office, out)
    assert files(out) == before
    assert len(issue_labels(office)) == 7
    assert issue(office, "D-001", "all", out).written == 2


def issue_labels(workspace: Workspace) -> list[str]:
    with workspace.reading():
        return list(IssuedCopy.objects.values_list("label", flat=True))


def _break_template(patch: pytest.MonkeyPatch) -> None:
    """Let every copy of a text lose one invisible character on its way into the file."""
    whole = SourceTemplate.render

    def lossy(template: SourceTemplate, texts: Sequence[str], **options: Any) -> bytes:
        data = whole(template, texts, **options)
        mark = next(m for m in ("\u200c", "\u200d", "\u034f", "\ufe00") if m.encode() in data)
        return data.replace(mark.encode(), b"", 1)

    patch.setattr(SourceTemplate, "render", lossy)


def test_copies_that_were_planned_but_never_left_are_not_suspected(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _break_template(patch)
        refused(GateFailed, "Copy C-0001", office, tmp_path / "out")
    text = NOTE.replace("# ", "").encode()
    finding = examine(office, text).finding
    assert (finding.outcome, finding.candidates) == ("no_readable_mark", ())
    assert "no copy was issued" in finding.advice[0]


def test_100_000_recipients(workspace: Workspace, tmp_path: Path) -> None:
    text = " ".join(NOTE.replace("#", "").split()[:60])
    add_document(workspace, text.encode(), file_name="note.txt", style="legal")
    table = tmp_path / "people.csv"
    table.write_bytes(people(100_000))
    report = issue(workspace, "D-001", str(table), tmp_path / "out", processes=2)
    assert (report.copies, report.written) == (100_000, 100_000)
    rows = manifest(tmp_path / "out")
    assert (rows[0]["copy"], rows[-1]["copy"]) == ("C-0001", "C-100000")
    assert len({row["sha256"] for row in rows}) == 100_000
    assert named(workspace, tmp_path / "out" / "C-98765.txt") == ["C-98765"]


def test_a_document_without_sites(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, b"2031-05-02 4711 0815\n", file_name="numbers.txt")
    import_recipients(workspace, people(2))
    refused(TooFewSites, "D-001 offers no mark site", workspace, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def pictured(picture: Image.Image) -> bytes:
    """Return a PDF of one page that is a picture, and of two words which cannot be marked."""
    file, stored = io.BytesIO(), io.BytesIO()
    picture.save(stored, "JPEG")
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(stored), 0, 0, 595, 842)
    canvas.drawString(72, 72, "Floor plan")
    canvas.save()
    return file.getvalue()


def test_a_document_of_pictures_that_cannot_be_marked_says_why(workspace: Workspace, tmp_path: Path) -> None:
    add_document(
        workspace, pictured(Image.fromarray(photograph(900, 1200)).convert("CMYK")), file_name="a.pdf"
    )
    import_recipients(workspace, people(2))
    with pytest.raises(TooFewSites, match=r"no picture that can.*because of colours other than grey"):
        issue(workspace, "D-001", "all", tmp_path / "out", carriers=["image"], processes=1)
    assert any("because of colours" in line for line in forecast_document(workspace, "D-001").advice)


def test_an_empty_page_is_told_from_one_that_cannot_be_read(workspace: Workspace) -> None:
    blank = io.BytesIO()
    Image.new("L", (900, 1200), 250).save(blank, "PDF")
    with pytest.raises(UnreadableFile, match="of 1 page is blank when it is drawn"):
        add_document(workspace, blank.getvalue(), file_name="blank.pdf")


def test_too_few_sites_for_so_many_people(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, b"Please stay calm today.\n", file_name="short.txt")
    import_recipients(workspace, people(100))
    refused(
        TooFewSites, r"3 sites with 6.0 bits; 100 recipients need at least 6.6", workspace, tmp_path / "out"
    )


CHINESE = "本文件仅供内部使用，请勿转发给任何人。搬迁日期定于五月的第二个星期一，届时旧楼将关闭。" * 20
ARABIC = "هذه الوثيقة سرية ولا يجوز نشرها خارج الوزارة قبل يوم الخميس المقبل مهما كانت الأسباب. " * 8
HEBREW = "המסמך הזה סודי ואין להעביר אותו לאיש מחוץ למשרד לפני יום חמישי הבא בשעות הצהריים. " * 8


def test_text_without_spaces_says_what_would_help(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, CHINESE.encode(), file_name="notice.txt")
    import_recipients(workspace, people(3))
    refused(TooFewSites, "no mark site", workspace, tmp_path / "out")


def test_text_without_spaces_works_with_declared_variants(workspace: Workspace, tmp_path: Path) -> None:
    names = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"
    text = "".join(
        f"第{name}处的{name}库房{names[-n]}在五月搬迁，{names[n - 3 : n]}物品{{=v{n}: 请勿转发 | 不要转发}}"
        f"给{names[5 - n]}方，{{=w{n}: 届时 | 到时}}旧楼{name}门将关闭。"
        for n, name in enumerate(names)
    )
    add_document(workspace, text.encode(), file_name="notice.txt")
    import_recipients(workspace, people(3))
    report = issue(workspace, "D-001", "all", tmp_path / "out")
    assert report.sites == {"declared": 36}
    assert named(workspace, tmp_path / "out" / "C-0002.txt") == ["C-0002"]


@pytest.mark.parametrize("text", [ARABIC, HEBREW], ids=["arabic", "hebrew"])
@pytest.mark.parametrize("kind", ["txt", "docx", "html"])
def test_right_to_left_text(workspace: Workspace, tmp_path: Path, text: str, kind: str) -> None:
    add_document(workspace, text.encode(), file_name="text.txt")
    import_recipients(workspace, people(3))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind=kind)
    assert report.sites.keys() == {"character"}
    assert named(workspace, tmp_path / "out" / f"C-0002.{kind}") == ["C-0002"]


CONTRADICTIONS = """---
dyeline:
  require:
    - "sites=2 -> days=2"
  fixed:
    - "Of the 31 held last year"
---
# Briefing

Last year it was 40. The agency will visit {!sites: 30 | 40} places from {!day: Monday | Tuesday}. Each place
has a door. {day? Sunday | Monday | Friday} is free. It {=state: tells | tells} the number, {!sites: 50 | 60}.
"""


def test_contradicting_variants_are_listed_all_at_once(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadVariants) as caught:
        add_document(workspace, CONTRADICTIONS.encode(), file_name="briefing.md")
    message = str(caught.value)
    for problem in (
        "constraint 1 names 'days', which is not declared",
        "'day' has 2 options but {day? …} gives 3",
        "options 1 and 2 of 'state' differ in case, accents or quotes at most",
        "'sites' is declared twice",
        "option 2 of the fact 'sites' also stands here, unlinked",
    ):
        assert problem in message
    assert len(caught.value.facts["problems"]) == 5  # type: ignore[arg-type]
    assert caught.value.fix
    assert "door" not in message, "a message must not quote the text"


def test_two_commands_at_once(office: Workspace, tmp_path: Path) -> None:
    import_recipients(office, people(400))
    office.close()

    def begin(name: str) -> subprocess.Popen[bytes]:
        arguments = ("issue", "D-001", "--to", "all", "--out", str(tmp_path / name), "--jobs", "1", "--json")
        return subprocess.Popen(
            command(*arguments), cwd=office.root, env=environment(), stdout=subprocess.PIPE
        )

    first = begin("one")
    while not list(tmp_path.glob("one/*/C-*")):
        assert first.poll() is None
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)  # hold it where it is until the other has had its turn
    second = begin("two")
    busy = one_object(second.communicate(timeout=60)[0])["error"]
    first.send_signal(signal.SIGCONT)
    right = one_object(first.communicate(timeout=60)[0])
    assert (first.returncode, second.returncode) == (0, 75)
    assert busy["code"] == "issue.busy" and busy["facts"]["process"] == first.pid and busy["fix"]
    assert len(manifest(tmp_path / "one")) == right["written"] == 400
    assert not (tmp_path / "two").exists()
