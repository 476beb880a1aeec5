"""Tracing: which exhibits can be given, what a finding says, what is put on record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import dyeline
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.errors import BadInput, DyelineError, NotFound
from dyeline.store.tables import Examination
from dyeline.testing import paths
from tests.e2e.journey import NOTE, manifest, one_object, pasted, people
from tests.e2e.journey import dyeline as process

BRIEFING = (Path(dyeline.__file__).parent / "demo" / "briefing.md").read_bytes()


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """The note, issued to twelve people into ``copies``."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(12))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    return workspace


@pytest.mark.parametrize(
    ("kind", "leak"),
    [
        (".txt", lambda text: text.encode()),
        (".txt", lambda text: text.encode("utf-16")),
        (".md", lambda text: f"> {text}".replace("\n", "\n> ").encode()),
        (".html", lambda text: f"<html><body><p>{text}</p></body></html>".replace("\n", "</p><p>").encode()),
        (".eml", lambda text: paths.html_mail(text)),
        (".txt", lambda text: json.dumps(text, ensure_ascii=False).encode()),
        (".txt", lambda text: " ".join(text.split()).encode()),
    ],
    ids="utf8 utf16 quoted html mail json collapsed".split(),
)
def test_a_leak_of_any_kind_names_its_copy(
    office: Workspace, kind: str, leak: Callable[[str], bytes]
) -> None:
    data = leak(pasted(office.root / "copies" / "C-0005.md"))
    finding = examine(office, data, hint_suffix=kind).finding
    assert finding.outcome == "attributed"
    assert [candidate.copy for candidate in finding.candidates] == ["C-0005"]


def test_a_copy_without_its_carrier_words_reads_the_rest(office: Workspace) -> None:
    text = paths.cleaned(pasted(office.root / "copies" / "C-0005.md"))
    finding = examine(office, text.encode()).finding
    assert finding.readings.by_carrier["character"].read == 0
    assert finding.readings.by_carrier["wording"].read >= 10
    assert {candidate.copy for candidate in finding.candidates} <= {"C-0005"}
    assert any("No invisible character came through" in line for line in finding.advice)


def test_standard_input(office: Workspace) -> None:
    office.close()
    text = pasted(office.root / "copies" / "C-0003.md").encode()
    done = process("trace", "-", "--json", cwd=office.root, stdin=text)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [c["copy"] for c in one_object(done.stdout)["candidates"]] == ["C-0003"]
    empty = process("trace", "-", "--json", cwd=office.root)
    assert empty.returncode == 65
    assert one_object(empty.stdout)["error"]["code"] == "format.unreadable"


def test_only_one_document_or_version(office: Workspace) -> None:
    add_document(office, NOTE.replace("river", "harbour").encode(), file_name="note.md", document="D-001")
    add_document(office, BRIEFING, file_name="briefing.md")
    data = (office.root / "copies" / "C-0004.md").read_bytes()
    for name in ("D-001", "D-001/1", "Moving house"):
        assert examine(office, data, document=name).finding.outcome == "attributed"
    assert examine(office, data, document="D-001/2").finding.outcome == "no_readable_mark"
    assert examine(office, data, document="D-002").finding.outcome == "not_ours"
    with pytest.raises(NotFound):
        examine(office, data, document="D-009")


@pytest.mark.parametrize("bound", [0.0, -1e-3, 0.51, 1.0, float("nan"), float("inf")])
def test_bounds_that_no_finding_could_rest_on(office: Workspace, bound: float) -> None:
    with pytest.raises(BadInput, match="is not a chance") as caught:
        examine(office, b"Some words.", bound=bound)
    assert "1e-3" in caught.value.fix
    assert Examination.objects.count() == 0


def test_a_smaller_bound_never_names_more(office: Workspace) -> None:
    text = paths.cleaned(pasted(office.root / "copies" / "C-0005.md")).encode()
    named = [
        {c.copy for c in examine(office, text, bound=bound).finding.candidates}
        for bound in (0.5, 1e-3, 1e-30)
    ]
    assert named[0] >= named[1] >= named[2] == set()


def test_the_same_exhibit_counts_once(office: Workspace) -> None:
    one, two = b"The first of two exhibits.", b"The second of two exhibits."
    assert [examine(office, data).examinations for data in (one, one, two, one)] == [1, 1, 2, 2]
    records = Examination.objects.order_by("pk")
    assert len(records) == 4
    assert records[0].finding["outcome"] == records[0].outcome == "not_ours"


def test_an_examination_is_on_record_with_its_question(office: Workspace) -> None:
    examined = examine(office, (office.root / "copies" / "C-0002.md").read_bytes(), bound=1e-4)
    record = Examination.objects.get()
    assert record.parameters == {"bound": 1e-4, "document": None}
    assert record.finding == json.loads(json.dumps(examined.finding.to_dict()))
    assert "Reader" not in json.dumps(record.finding), "a finding names sealed labels, never a person"


def test_a_notice_alone_is_a_lead_and_names_nobody(office: Workspace) -> None:
    notice = (office.root / "copies" / "C-0006.md").read_text().strip().splitlines()[-1]
    finding = examine(office, f"{notice}\nBut these are other words.".encode()).finding
    assert finding.outcome in {"not_ours", "no_readable_mark"}
    assert any("C-0006" in line and "lead only" in line for line in finding.advice)


def test_a_stamp_alone_is_a_lead_and_names_nobody(office: Workspace) -> None:
    issue(office, "D-001", "all", office.root / "pages", kind="html", notice=False)
    page = (office.root / "pages" / "C-0015.html").read_text()
    forged = page[: page.index("<body")] + "<body><p>Words about something else.</p></body></html>"
    finding = examine(office, forged.encode()).finding
    assert (finding.outcome, finding.candidates) == ("not_ours", ())
    assert any("C-0015" in line and "lead only" in line for line in finding.advice)


def test_two_merged_copies_name_nobody_else(office: Workspace) -> None:
    texts = [pasted(office.root / "copies" / f"C-000{n}.md") for n in (3, 8)]
    merged = paths.merged_by_paragraph(texts, np.random.default_rng(1))
    finding = examine(office, merged.encode()).finding
    assert finding.outcome == "attributed"
    assert {candidate.copy for candidate in finding.candidates} == {"C-0003", "C-0008"}


def test_passages_of_two_documents_in_one_exhibit(office: Workspace) -> None:
    add_document(office, BRIEFING, file_name="briefing.md")
    issue(office, "D-002", "all", office.root / "briefings")
    one = pasted(office.root / "copies" / "C-0003.md")
    other = pasted(office.root / "briefings" / "C-0020.md")
    finding = examine(office, f"{one}\nAnd then\n{other}".encode()).finding
    assert {candidate.copy for candidate in finding.candidates} == {"C-0003", "C-0020"}
    assert any("2 registered documents" in line for line in finding.advice)


def test_declared_variants_survive_retyping(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five declared choices and eight of wording are 14 bits: enough for ten people at a bound of 0.05.

    At that bound a random secret would let this fail now and then (an innocent copy beside the source in 33 of 540
    exhibits of 54 secrets; 27 are allowed for, and they come in clusters), so the secret is a fixed one.
    """
    monkeypatch.setattr("dyeline.store.keys.secrets.token_bytes", lambda size: bytes([6]) * size)
    add_document(workspace, BRIEFING, file_name="briefing.md")
    import_recipients(workspace, people(10))
    report = issue(workspace, "D-001", "all", workspace.root / "copies")
    assert report.sites["declared"] == 5
    sources = {path.stem: pasted(path) for path in (workspace.root / "copies").glob("C-*.md")}
    assert not any(token in text for text in sources.values() for token in ("{=", "{!", "{sites", "{day"))
    assert all(("40" in text) == ("forty" in text) for text in sources.values())
    right = 0
    for number, (label, text) in enumerate(sorted(sources.items())):
        typed = paths.retyped(text, np.random.default_rng(number)).encode()
        assert examine(workspace, typed, bound=1e-4).finding.outcome == "insufficient"
        finding = examine(workspace, typed, bound=0.05).finding
        assert finding.readings.by_carrier["declared"].read >= 3
        assert {candidate.copy for candidate in finding.candidates} <= {label}
        right += finding.outcome == "attributed"
    assert right >= 8


def test_the_text_of_a_finding(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(["--workspace", str(office.root), "trace", str(office.root / "copies" / "C-0007.md")])
    printed = capsys.readouterr()
    assert (caught.value.code, printed.err) == (0, "")
    assert printed.out.startswith("Attributed: the exhibit descends from C-0007.")
    assert "This speaks of a copy, not of a person" in printed.out
    assert "circulation X-001" in printed.out


def test_a_workspace_can_move(office: Workspace, tmp_path: Path) -> None:
    office.close()
    moved = shutil.copytree(office.root, tmp_path / "elsewhere")
    shutil.rmtree(office.root)
    row = manifest(moved / "copies")[4]
    done = process("trace", str(moved / "copies" / row["file"]), "--json", cwd=moved)
    assert [c["copy"] for c in one_object(done.stdout)["candidates"]] == [row["copy"]]


def test_errors_are_one_object_too(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    calls = (
        (66, "lookup.not_found", ["trace", "missing-é.txt"]),
        (64, "input.invalid", ["trace", str(office.root / "copies" / "C-0001.md"), "--bound", "2"]),
        (66, "lookup.not_found", ["issue", "D-077", "--to", "all", "--out", "x"]),
        (66, "lookup.not_found", ["forecast", "D-077"]),
        (64, "input.invalid", ["demo", "--keep", str(office.root)]),
        (64, "input.invalid", ["demo", "--keep", str(office.root / "dyeline.toml")]),
    )
    for status, code, arguments in calls:
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(office.root), *arguments, "--json"])
        printed = capsys.readouterr()
        error = one_object(printed.out.encode())["error"]
        assert (caught.value.code, error["code"], printed.err) == (status, code, "")
        assert error["problem"] and error["fix"]


def test_errors_of_the_package_are_all_the_same_kind(office: Workspace) -> None:
    with pytest.raises(DyelineError) as caught:
        examine(office, b"")
    assert str(caught.value) == f"{caught.value.problem} Fix: {caught.value.fix}"
