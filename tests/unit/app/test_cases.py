"""Cases on record: what is recorded when, what is refused, what is shown."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_refusals import refuse_polygraph
from dyeline.app.case_view import case_propositions, show_case
from dyeline.app.cases import add_evidence, close_case, list_cases, new_case, remove
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.errors import BadInput, EvidenceRefused, NotFound, UnreadableFile
from dyeline.store.tables import CaseExhibit
from tests.e2e.journey import NOTE, opened_case, pasted, people


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """The note, issued to twelve people, and three pieces of the copy C-0005 in files."""
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(12))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    paragraphs = [line for line in pasted(workspace.root / "copies" / "C-0005.md").split("\n") if line]
    for number, piece in enumerate((paragraphs[1:3], paragraphs[3:5])):
        (workspace.root / f"{number}.txt").write_text("\n".join(piece), encoding="utf-8")
    (workspace.root / "2.txt").write_text("Seen today:\n" + "\n".join(paragraphs[1:3]), encoding="utf-8")
    return workspace


def test_a_case_from_start_to_end(office: Workspace) -> None:
    opened_case(office, "Spring  plan")
    files = [office.root / f"{number}.txt" for number in range(3)]
    (first,) = add_exhibits(office, "spring plan", files[:1], source="newsroom")
    assert (first.label, first.outcome, first.known) == ("EX-1", "attributed", False)
    assert first.sha256 == hashlib.sha256(files[0].read_bytes()).hexdigest()
    again, *others = add_exhibits(office, "Spring plan", files)
    assert again.known and [one.label for one in others] == ["EX-2", "EX-3"]
    shown = json.loads(json.dumps(show_case(office, "Spring plan").to_dict(), allow_nan=False))
    assert [one["duplicate_of"] for one in shown["exhibits"]] == [None, None, "EX-1"]
    assert [one["sites_new"] == 0 for one in shown["exhibits"]] == [False, False, True]
    assert shown["same_source"]["outcome"] == "attributed"
    (named,) = shown["same_source"]["candidates"]
    assert (named["recipient"], named["copies"]) == ("R-005", ["C-0005"])
    assert [one["outcome"] for one in shown["independent"]] == ["attributed", "attributed"]
    assert (shown["family"], shown["bound"], shown["history"]["looks"]) == (12, 0.001, 2)
    assert (shown["history"]["examinations"], shown["history"]["looked_at_before"]) == (3, 0)
    remove(office, "Spring plan", "ex-2", reason="another matter")
    later = show_case(office, "Spring plan").to_dict()
    assert later["exhibits"][1]["removed"]["reason"] == "another matter"
    assert later["same_source"]["candidates"][0]["log10_e"] < named["log10_e"]
    assert [one["exhibit"] for one in later["independent"]] == ["EX-1"]
    kinds = [event["kind"] for event in later["history"]["events"]]
    assert kinds == [
        "created",
        "decision",
        "recorded",
        "examined",
        "recorded",
        "recorded",
        "examined",
        "examined",
        "removed",
    ]
    statements = case_propositions(office, "Spring plan")[0].statements
    assert statements[0] == "The exhibits descend from the copies issued to R-005."
    closed = close_case(office, "Spring plan", reason="answered")
    assert closed.closed is not None and [case.exhibits for case in list_cases(office)] == [2]
    with pytest.raises(BadInput, match="was closed"):
        add_exhibits(office, "Spring plan", files)
    assert show_case(office, "Spring plan").to_dict()["close_reason"] == "answered"


def test_the_hash_is_on_record_before_the_file_is_opened(
    office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def opening(workspace: Workspace, *_: object, **__: object) -> None:
        with workspace.reading():
            seen.append(list(CaseExhibit.objects.order_by("number").values_list("sha256", flat=True)))
        raise UnreadableFile("The file cannot be read.", fix="none.")

    monkeypatch.setattr("dyeline.app.case_exhibits.examine_files", opening)
    opened_case(office, "one")
    files = [office.root / "0.txt", office.root / "1.txt"]
    assert all(isinstance(one.error, UnreadableFile) for one in add_exhibits(office, "one", files))
    assert seen[0] == [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    monkeypatch.undo()
    shown = show_case(office, "one").to_dict()
    assert [one["fault"] for one in shown["exhibits"]] == ["format.unreadable"] * 2
    assert shown["same_source"]["outcome"] == "insufficient" and shown["family"] == 0
    mended = add_exhibits(office, "one", files)
    assert [(one.label, one.outcome) for one in mended] == [("EX-1", "attributed"), ("EX-2", "attributed")]


def test_one_bad_file_does_not_stop_the_others(office: Workspace) -> None:
    bad = office.root / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 nothing")
    opened_case(office, "one")
    found = add_exhibits(office, "one", [bad, office.root / "0.txt"])
    assert [(one.label, one.fault, one.outcome) for one in found] == [
        ("EX-1", "format.unreadable", ""),
        ("EX-2", "", "attributed"),
    ]
    assert found[0].error and found[0].error.problem and found[0].error.fix
    (again,) = add_exhibits(office, "one", [bad])
    assert isinstance(again.error, UnreadableFile)


def test_every_error_is_told_where_no_file_can_be_examined(
    office: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    opened_case(office, "one")
    bad = {"bad.pdf": b"%PDF-1.4 nothing", "empty.txt": b"", "bad.docx": b"PK\x03\x04 nothing"}
    for name, data in bad.items():
        (office.root / name).write_bytes(data)

    def called(*options: str) -> tuple[str, str]:
        files = [str(office.root / name) for name in bad]
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(office.root), "case", "add", "one", *files, *options])
        assert caught.value.code == UnreadableFile.exit_status
        printed = capsys.readouterr()
        return printed.out, printed.err

    table, errors = called()
    assert all(name in table for name in bad) and table.count("format.unreadable") == 3
    assert [line.split(": ")[:2] for line in errors.splitlines()] == [
        ["Error", f"EX-{number}"] for number in (1, 2, 3)
    ]
    assert errors.count("Fix: ") == 3
    result = json.loads(called("--json")[0])
    assert len({one["problem"] for one in result["exhibits"]}) == 3
    assert all(one["fix"] for one in result["exhibits"])
    assert result["error"]["problem"] == result["exhibits"][0]["problem"]


def test_what_was_looked_at_and_left_out_is_said(office: Workspace) -> None:
    for number in (0, 1):
        examine(office, (office.root / f"{number}.txt").read_bytes(), hint_suffix=".txt")
    opened_case(office, "one")
    add_exhibits(office, "one", [office.root / "0.txt"])
    view = show_case(office, "one")
    assert (view.history["looked_at_before"], view.history["left_out"]) == (1, 1)
    assert sum("the bound does not hold" in sentence for sentence in view.advice) == 2
    opened_case(office, "two")
    add_exhibits(office, "two", [office.root / "0.txt"])
    assert show_case(office, "two").history["other_cases"] == ("one",)


def test_external_evidence_changes_nothing_that_the_marks_say(office: Workspace) -> None:
    opened_case(office, "one")
    add_exhibits(office, "one", [office.root / "0.txt"])
    before = show_case(office, "one").to_dict()
    given = add_evidence(
        office, "one", label="c-0007", likelihood_ratio=1e6, source="door log", reason="alone in the room"
    )
    after = show_case(office, "one").to_dict()
    assert {k: before[k] for k in ("same_source", "independent")} == {
        k: after[k] for k in ("same_source", "independent")
    }
    (shown,) = after["external_evidence"]
    assert (given, shown["for"], shown["recipient"], shown["likelihood_ratio"]) == (
        "EV-1",
        "C-0007",
        "R-007",
        1e6,
    )
    remove(office, "one", "EV-1", reason="the log was wrong")
    (gone,) = show_case(office, "one").to_dict()["external_evidence"]
    assert gone["removed"]["reason"] == "the log was wrong"


@pytest.mark.parametrize(
    "text",
    ["polygraph", "Poly-graph test", "POLIGRAPH", "a polygraf", "lie detector", "Lie-detection", "lie_detector test",
     "polígrafo", "Lügendetektor", "détecteur de mensonges", "detection of lies", "P O L Y G R A P H",
     "voice stress analysis", "CVSA", "layered voice analysis", "EyeDetect", "p0lygraph", "полиграф", "truth test",
     "psychophysiological detection of deception", "galvanic skin response", "PDD"],
)  # fmt: skip
def test_a_polygraph_is_refused(text: str) -> None:
    for texts in ((text, "s", "r"), ("", text, "r"), ("", "s", f"He failed the {text}.")):
        with pytest.raises(EvidenceRefused, match="National Research Council"):
            refuse_polygraph(*texts)


@pytest.mark.parametrize(
    "text",
    ["holograph letter", "photograph", "early detection of the leak", "families detected it", "he believes it",
     "typography", "the intruder detector on Elsie's door", "his voice was stressed", "a truthful witness"],
)  # fmt: skip
def test_other_evidence_is_not(text: str) -> None:
    refuse_polygraph("", text, text)


def test_what_cannot_be_entered(office: Workspace) -> None:
    opened_case(office, "one")
    good = {"label": "R-001", "likelihood_ratio": 2.0, "source": "s", "reason": "r"}
    for wrong in (
        {"likelihood_ratio": 0.0},
        {"likelihood_ratio": float("nan")},
        {"source": " "},
        {"reason": "x" * 2001},
    ):
        with pytest.raises(BadInput):
            add_evidence(office, "one", **(good | wrong))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        add_evidence(office, "one", **(good | {"label": "R-999"}))  # type: ignore[arg-type]
    for name in ("", " ", "x" * 101, "a\x1bb"):
        with pytest.raises(BadInput):
            new_case(office, name)
    with pytest.raises(BadInput, match="already"):
        new_case(office, "ONE")
    for bound in (0.0, 0.6, float("nan")):
        with pytest.raises(BadInput, match="not a chance"):
            new_case(office, "two", bound=bound)
    for label in ("EX-1", "EX-", "C-0001", "EX-99999999999999999999", "EX-²"):
        with pytest.raises(NotFound):
            remove(office, "one", label, reason="r")
    with pytest.raises(NotFound):
        show_case(office, "nothing")
    with pytest.raises(NotFound):
        case_propositions(office, "one", recipient="R-999")
    with pytest.raises(NotFound):
        add_exhibits(office, "one", [office.root / "missing.txt"])
    with pytest.raises(BadInput, match="after now"):
        add_exhibits(office, "one", [Path("x")], received=datetime.now(UTC) + timedelta(days=1))
