"""Issuing: what is written, what a repeated run keeps, what begins anew."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from docx import Document as WordDocument

from dyeline.app import circulations
from dyeline.app.circulations import frozen_sites
from dyeline.app.issue import issue
from dyeline.app.out_folder import MANIFEST_COLUMNS
from dyeline.app.recipients import add_recipient, import_recipients
from dyeline.app.registration import add_document
from dyeline.app.sites import review_sites
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.carriers.stamp import stamps_in
from dyeline.codes.codeword import CODE_VERSION
from dyeline.codes.scheme import NEW_SCHEME
from dyeline.errors import BadInput, IssueBusy, TooFewSites, UnknownScheme, UnsupportedFormat
from dyeline.formats.registry import read_file
from dyeline.store.tables import Circulation, IssuedCopy
from dyeline.text.fold import fold
from tests.e2e.journey import NOTE, files, manifest, pasted, people

MARKS = "\u200c\u200d\u034f\ufe00"


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """A workspace with the note and five people."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(5))
    return workspace


def named(workspace: Workspace, path: Path) -> list[str]:
    finding = examine(workspace, path.read_bytes(), hint_suffix=path.suffix).finding
    assert finding.outcome == "attributed"
    return [candidate.copy for candidate in finding.candidates]


def test_the_manifest_lists_every_copy_with_its_hash(office: Workspace, tmp_path: Path) -> None:
    report = issue(office, "D-001", "all", tmp_path / "out")
    assert (report.copies, report.written, report.kept, report.new_circulation) == (5, 5, 0, True)
    head = (tmp_path / "out" / "manifest.csv").read_text().splitlines()[0]
    assert head == "copy,recipient,name,email,organisation,file,sha256" == ",".join(MANIFEST_COLUMNS)
    rows = manifest(tmp_path / "out")
    assert [row["copy"] for row in rows] == [f"C-000{n}" for n in range(1, 6)]
    assert [row["recipient"] for row in rows] == [f"R-00{n}" for n in range(1, 6)]
    assert rows[2]["name"] == "Reader 3"
    for row in rows:
        data = (tmp_path / "out" / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"]
        assert row["name"].encode() in data
    assert set(files(tmp_path / "out")) == {"manifest.csv", *(row["file"] for row in rows)}
    assert len({row["sha256"] for row in rows}) == 5


def test_a_repeated_run_keeps_and_a_lost_file_comes_back_the_same(office: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = issue(office, "D-001", "all", out)
    before = files(out)
    (out / "C-0002.md").unlink()
    (out / "C-0004.md").unlink()
    again = issue(office, "D-001", "all", out)
    assert (again.circulation, again.new_circulation) == (first.circulation, False)
    assert (again.copies, again.written, again.kept) == (5, 2, 3)
    assert files(out) == before
    assert issue(office, "D-001", "all", out).kept == 5
    elsewhere = issue(office, "D-001", "all", tmp_path / "elsewhere")
    assert elsewhere.written == 5
    assert files(tmp_path / "elsewhere") == before


def test_a_folder_with_changed_or_foreign_copies_is_left_alone(office: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    issue(office, "D-001", "all", out)
    (out / "C-0004.md").write_bytes(b"changed by its reader")
    before = files(out)
    with pytest.raises(BadInput, match=r"C-0004\.md, which was changed"):
        issue(office, "D-001", "all", out)
    with pytest.raises(BadInput, match="5 copies of another circulation"):
        issue(office, "D-001", "all", out, carriers=["character"])
    assert files(out) == before
    second = issue(office, "D-001", "all", tmp_path / "second", carriers=["character"])
    assert (
        "5 of these recipients hold a copy of this version already (circulation X-001)" in second.warnings[-1]
    )


def test_a_marked_copy_is_not_taken_as_a_document(office: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    issue(office, "D-001", "all", out)
    data = (out / "C-0002.md").read_bytes()
    with pytest.raises(BadInput, match="copy C-0002"):
        add_document(office, data, file_name="again.md")
    without_notice = data[: data.rindex(b"Copy C-0002")]
    with pytest.raises(BadInput, match="carries marks already"):
        add_document(office, without_notice, file_name="again.md")


def test_names_that_a_spreadsheet_would_run_are_made_harmless(office: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "formula.csv"
    table.write_text('name,email\n"=HYPERLINK(""http://x"",""y"")",formula@example.org\n')
    issue(office, "D-001", str(table), tmp_path / "out")
    assert manifest(tmp_path / "out")[-1]["name"].startswith("'=")


def test_added_recipients_continue_the_circulation(office: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    issue(office, "D-001", "all", out)
    before = files(out)
    table = tmp_path / "two.csv"
    table.write_bytes(people(2, first=5))  # one that is there, one that is new
    report = issue(office, "D-001", str(table), out)
    assert (report.circulation, report.copies, report.written, report.kept) == ("X-001", 2, 1, 1)
    assert [row["copy"] for row in manifest(out)] == [f"C-000{n}" for n in range(1, 7)]
    after = files(out)
    assert all(after[name] == data for name, data in before.items() if name != "manifest.csv")
    assert named(office, out / "C-0006.md") == ["C-0006"]


def test_a_circulation_of_the_first_code_scheme_keeps_it(
    office: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(circulations, "NEW_SCHEME", f"{CODE_VERSION} dyadic-bias/1")
    first = issue(office, "D-001", "all", out)
    before = files(out)
    monkeypatch.undo()
    assert named(office, out / "C-0003.md") == ["C-0003"]
    (out / "C-0002.md").unlink()
    again = issue(office, "D-001", "all", out)
    assert files(out) == before and again.commitment == first.commitment
    table = tmp_path / "one.csv"
    table.write_bytes(people(1, first=6))
    assert issue(office, "D-001", str(table), out).circulation == "X-001"
    assert named(office, out / "C-0006.md") == ["C-0006"]
    issue(office, "D-001", "all", tmp_path / "second", carriers=["character"])
    old, new = Circulation.objects.order_by("pk").values_list("code_scheme", flat=True)
    assert (old, new) == (f"{CODE_VERSION} dyadic-bias/1", NEW_SCHEME)
    assert named(office, tmp_path / "second" / "C-0007.md") == ["C-0007"]
    Circulation.objects.filter(label="X-001").update(code_scheme="rot13/1")
    with pytest.raises(UnknownScheme, match="upgrade Dyeline"):
        named(office, out / "C-0003.md")


def test_the_manifest_names_no_file_that_is_not_in_its_folder(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "one")
    table = tmp_path / "new.csv"
    table.write_bytes(people(1, first=6))
    issue(office, "D-001", str(table), tmp_path / "two")
    assert [row["file"] for row in manifest(tmp_path / "two")] == ["C-0006.md"]
    assert set(files(tmp_path / "two")) == {"manifest.csv", "C-0006.md"}


def test_changed_decisions_begin_a_new_circulation_with_new_labels(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "one")
    review = review_sites(office, "D-001")
    review_sites(office, "D-001", reject=[str(review.sites[0].number)])
    second = issue(office, "D-001", "all", tmp_path / "two")
    assert (second.circulation, second.new_circulation) == ("X-002", True)
    assert [row["copy"] for row in manifest(tmp_path / "two")] == [f"C-{n:04}" for n in range(6, 11)]
    assert named(office, tmp_path / "one" / "C-0003.md") == ["C-0003"]
    assert named(office, tmp_path / "two" / "C-0008.md") == ["C-0008"]
    review_sites(office, "D-001", accept=[str(review.sites[0].number)])
    assert issue(office, "D-001", "all", tmp_path / "one").circulation == "X-001"


def test_a_refused_folder_uses_up_no_label(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "one")
    for _ in range(2):
        with pytest.raises(BadInput, match="copies of another circulation"):
            issue(office, "D-001", "all", tmp_path / "one", kind="txt")
    second = issue(office, "D-001", "all", tmp_path / "two", kind="txt")
    assert second.circulation == "X-002"
    assert [row["copy"] for row in manifest(tmp_path / "two")] == [f"C-{n:04}" for n in range(6, 11)]


def test_labels_are_unique_over_documents_and_formats(office: Workspace, tmp_path: Path) -> None:
    add_document(office, NOTE.replace("river", "harbour").encode(), file_name="other.md")
    folders = []
    for document, kind in (("D-001", "md"), ("D-002", "md"), ("D-001", "txt")):
        folders.append(tmp_path / f"{document}-{kind}")
        issue(office, document, "all", folders[-1], kind=kind)
    labels = [row["copy"] for folder in folders for row in manifest(folder)]
    assert len(labels) == len(set(labels)) == 15
    # nearly the same text was issued twice and in two formats: still exactly one copy is named
    assert named(office, folders[1] / "C-0007.md") == ["C-0007"]
    assert named(office, folders[2] / "C-0012.txt") == ["C-0012"]


@pytest.mark.parametrize("carriers", [["character"], ["wording"], ["wording", "character"]])
def test_only_the_chosen_carriers_are_used(office: Workspace, tmp_path: Path, carriers: list[str]) -> None:
    report = issue(office, "D-001", "all", tmp_path / "out", carriers=carriers)
    assert set(report.sites) == set(carriers)
    circulation = Circulation.objects.get()
    assert {site.carrier.split("/")[0] for site in frozen_sites(office, circulation)} == set(carriers)
    text = pasted(tmp_path / "out" / "C-0001.md")
    original = read_file(NOTE.encode(), declarations=False, hint_suffix=".md").text
    assert any(c in MARKS for c in text) == ("character" in carriers)
    if carriers == ["character"]:
        assert fold(text).text == fold(original).text


def test_leaving_the_stamp_out_does_not_continue_a_stamped_circulation(
    office: Workspace, tmp_path: Path
) -> None:
    issue(office, "D-001", "all", tmp_path / "stamped", kind="html")
    few = ["wording", "character"]
    assert issue(office, "D-001", "all", tmp_path / "plain", kind="html", carriers=few).new_circulation
    for folder, label, stamps in (("stamped", "C-0001", 1), ("plain", "C-0006", 0)):
        content = read_file((tmp_path / folder / f"{label}.html").read_bytes(), declarations=False)
        assert sum(len(stamps_in(value)) for value in content.stamps) == stamps
    assert issue(office, "D-001", "all", tmp_path / "plain", kind="html", carriers=few[::-1]).kept == 5


def test_notice_is_on_by_default_and_can_be_left_out(office: Workspace, tmp_path: Path) -> None:
    issue(office, "D-001", "all", tmp_path / "with")
    without = issue(office, "D-001", "all", tmp_path / "without", notice=False)
    assert "individually marked" in (tmp_path / "with" / "C-0001.md").read_text()
    assert "individually marked" not in (tmp_path / "without" / "C-0006.md").read_text()
    assert "Reader" not in (tmp_path / "without" / "C-0006.md").read_text()
    assert without.new_circulation and not without.notice


def word_file() -> bytes:
    document = WordDocument()
    for line in NOTE.splitlines():
        if line.startswith("# "):
            document.add_heading(line[2:])
    for paragraph in NOTE.split("\n\n")[1:]:
        document.add_paragraph(" ".join(paragraph.split()))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PAGE = (
    "<!doctype html><html><head><title>Move</title></head><body><h1>Moving house</h1>{}</body></html>".format(
        "".join(f"<p>{' '.join(paragraph.split())}</p>" for paragraph in NOTE.split("\n\n")[1:])
    )
)
SOURCES = {"docx": word_file(), "html": PAGE.encode(), "md": NOTE.encode(), "txt": NOTE[2:].encode()}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("source", SOURCES)
def test_every_format_is_issued_as_every_other(
    workspace: Workspace, tmp_path: Path, source: str, kind: str
) -> None:
    import_recipients(workspace, people(3))
    add_document(workspace, SOURCES[source], file_name=f"note.{source}")
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind=kind)
    assert (report.kind, report.written) == (kind, 3)
    copy = tmp_path / "out" / f"C-0002.{kind}"
    assert named(workspace, copy) == ["C-0002"]
    paste = tmp_path / "paste.txt"
    paste.write_text(pasted(copy), encoding="utf-8")
    assert named(workspace, paste) == ["C-0002"]


def test_one_recipient(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(1))
    assert issue(workspace, "D-001", "all", tmp_path / "out").written == 1
    assert named(workspace, tmp_path / "out" / "C-0001.md") == ["C-0001"]


def test_people_of_one_name_get_copies_of_their_own(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, NOTE.encode(), file_name="note.md")
    for number in range(3):
        add_recipient(workspace, "Alex Kim", email=f"alex{number}@example.org")
    issue(workspace, "D-001", "all", tmp_path / "out")
    rows = manifest(tmp_path / "out")
    assert [row["name"] for row in rows] == ["Alex Kim"] * 3
    assert len({row["sha256"] for row in rows}) == 3
    assert named(workspace, tmp_path / "out" / "C-0002.md") == ["C-0002"]


NAMES = (
    "Ann_Marie_Lee *Star* `code` [x](y)",
    "<script>alert(1)</script> &amp; &lt;",
    "1. # > - {=a: b | c} | back\\slash $x$",
    "דנה כהן 李雷 🙂 e\u0301 ½ ﬁ",
    "x" * 60,
)


@pytest.mark.parametrize("kind", SOURCES)
def test_names_of_any_kind_stand_in_the_notice_as_they_are(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    for name in NAMES:
        add_recipient(workspace, name)
    add_document(workspace, SOURCES[kind], file_name=f"note.{kind}")
    issue(workspace, "D-001", "all", tmp_path / "out")
    for number, name in enumerate(NAMES, 1):
        copy = tmp_path / "out" / f"C-000{number}.{kind}"
        text = read_file(copy.read_bytes(), declarations=False, hint_suffix=copy.suffix).text
        notice = next(line for line in text.split("\n") if "individually marked" in line)
        assert name in notice


def test_copies_are_the_same_however_many_processes_make_them(office: Workspace, tmp_path: Path) -> None:
    import_recipients(office, people(15, first=6))
    issue(office, "D-001", "all", tmp_path / "one", processes=1)
    issue(office, "D-001", "all", tmp_path / "two", processes=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_progress_is_told_copy_by_copy(office: Workspace, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    issue(office, "D-001", "all", tmp_path / "out", progress=lambda done, whole: told.append((done, whole)))
    assert told == [(n, 5) for n in range(1, 6)]


def test_a_version_can_be_named_and_the_newest_is_the_default(office: Workspace, tmp_path: Path) -> None:
    add_document(office, NOTE.replace("May", "June").encode(), file_name="note.md", document="D-001")
    assert issue(office, "D-001", "all", tmp_path / "new").version == 2
    assert issue(office, "D-001/1", "all", tmp_path / "old").version == 1


def test_what_cannot_be_issued_says_why_and_leaves_nothing(office: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(BadInput, match="do not exist: ink"):
        issue(office, "D-001", "all", out, carriers=["ink"])
    with pytest.raises(BadInput, match="none named"):
        issue(office, "D-001", "all", out, carriers=[])
    for kind in ("eml", "nope"):
        with pytest.raises(UnsupportedFormat, match="Copies cannot be made"):
            issue(office, "D-001", "all", out, kind=kind)
    with pytest.raises(TooFewSites, match="no mark site"):
        issue(office, "D-001", "all", out, carriers=["declared"])
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="is a file"):
        issue(office, "D-001", "all", tmp_path / "file")
    assert not out.exists()
    assert IssuedCopy.objects.count() == 0


def test_two_runs_at_once_one_works_and_the_other_says_so(office: Workspace, tmp_path: Path) -> None:
    def meanwhile(done: int, whole: int) -> None:
        with pytest.raises(IssueBusy, match=r"Another issue \(process \d+\)"):
            issue(office, "D-001", "all", tmp_path / "other")

    issue(office, "D-001", "all", tmp_path / "out", progress=meanwhile)
    assert len(manifest(tmp_path / "out")) == 5
    assert not (tmp_path / "other").exists()
