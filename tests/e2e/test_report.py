"""A report on a case, and its check by the program that shares no code with what made it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import remove
from dyeline.app.issue import issue
from dyeline.app.journal import log_verifier
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.cli.main import run
from dyeline.errors import BadInput, NotExculpated
from dyeline_verify import bag, cli
from tests.e2e.bundles import CASE, case_of_two, checked, files_of
from tests.e2e.journey import one_object, opened_case, pasted, people

VERIFIER = Path(cli.__file__).parent


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = case_of_two(tmp_path_factory.mktemp("report") / "workspace")
    yield workspace
    workspace.close()


def test_a_bundle_is_confirmed_as_folder_and_as_zip(case: Workspace, tmp_path: Path) -> None:
    folder, packed = tmp_path / "bundle", tmp_path / "bundle.zip"
    made = make_report(case, CASE, folder, ReportOptions(exculpate=("C-0003",)))
    assert made.report["found"][0] == "Exhibit EX-1 descends from copy C-0005."
    files = files_of(folder)
    key = str(log_verifier(case))
    status, result = checked(files, key=key)
    assert status == 0, result
    shown = [fact for step in result["steps"] for fact in step["facts"]]
    assert sum("speaks against C-0003" in fact for fact in shown) == 2
    assert sum("recomputed" in fact for fact in shown) == 5
    assert sum("nobody outside" in limit for step in result["steps"] for limit in step["not_shown"]) == 2
    make_report(case, CASE, packed, ReportOptions())
    assert cli.main([str(packed), "--key", key]) == 0
    other = key.replace(key[-5], "A" if key[-5] != "A" else "B")
    assert checked(files, key=other)[0] == 1


def test_the_report_shows_the_codewords_of_named_copies_and_no_name(case: Workspace, tmp_path: Path) -> None:
    make_report(case, CASE, tmp_path / "bundle", ReportOptions())
    files = files_of(tmp_path / "bundle")
    assert [name for name in files if "openings/" in name] == ["data/openings/C-0005.json"]
    assert not any(b"Reader 5" in data or b"reader5@" in data for data in files.values())
    report = json.loads(files["data/report.json"])
    assert report["examinations"] == {"all": 2, "failed": 0, "of_these_exhibits": 2}
    assert report["statements"][0]["word"] == "extremely strong"
    assert files["data/report.pdf"].startswith(b"%PDF") and b"extremely strong" in files["data/report.html"]
    assert files["data/exhibits/EX-1.txt"] == (case.root / "1.txt").read_bytes()


def test_a_whole_file_whose_chance_no_float_holds_is_confirmed(tmp_path: Path) -> None:
    init(tmp_path / "workspace")
    workspace = open_workspace(tmp_path / "workspace")
    shipped = files("dyeline").joinpath("demo", "announcement.docx").read_bytes()
    add_document(workspace, shipped, file_name="announcement.docx")
    import_recipients(workspace, people(4))
    issue(workspace, "D-001", "all", tmp_path / "copies")
    opened_case(workspace, CASE)
    add_exhibits(workspace, CASE, [tmp_path / "copies" / "C-0002.docx"])
    made = make_report(workspace, CASE, tmp_path / "bundle", ReportOptions())
    workspace.close()
    assert made.report["exhibits"][0]["finding"]["candidates"][0]["family_wise_p"] == 1e-300
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 0, result
    facts = [fact for step in result["steps"] for fact in step["facts"]]
    assert any("as a whole <= 1e-300" in fact for fact in facts)
    assert not any("<= 0:" in fact or "<= 0," in fact for fact in facts)


def test_merged_copies_are_confirmed_from_what_the_named_ones_show(tmp_path: Path) -> None:
    """Two copies merged word by word: the second is found by what it explains beside the first."""
    init(tmp_path / "workspace")
    workspace = open_workspace(tmp_path / "workspace")
    shipped = files("dyeline").joinpath("demo", "announcement.docx").read_bytes()
    add_document(workspace, shipped, file_name="announcement.docx")
    import_recipients(workspace, people(9))
    issue(workspace, "D-001", "all", tmp_path / "copies")
    texts = [pasted(tmp_path / "copies" / f"C-000{n}.docx").split("\n") for n in (3, 7)]
    kept = [(one, other)[k % 5 < 2] for k, (one, other) in enumerate(zip(*texts, strict=True))]
    visible = "".join(c for c in "\n".join(kept) if c.isprintable() or c == "\n")
    (tmp_path / "merged.txt").write_text(visible, encoding="utf-8")
    opened_case(workspace, CASE)
    add_exhibits(workspace, CASE, [tmp_path / "merged.txt"])
    made = make_report(workspace, CASE, tmp_path / "bundle", ReportOptions())
    for label in ("C-0003", "C-0007"):
        for subject in ("report", "exculpation"):
            options = ReportOptions(exculpate=(label,), subject=subject)
            with pytest.raises(NotExculpated, match="findings of the case list"):
                make_report(workspace, CASE, tmp_path / "other", options)
    workspace.close()
    assert {one["copy"] for one in made.report["copies"]} == {"C-0003", "C-0007"}
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 0, result
    limits = [limit for step in result["steps"] for limit in step["not_shown"]]
    facts = [fact for step in result["steps"] for fact in step["facts"]]
    joint = any("beside the other named copies" in fact for fact in facts)
    assert joint and any("rests on codewords that are not shown" in limit for limit in limits)


def test_an_exculpation_opens_that_copy_alone(case: Workspace, tmp_path: Path) -> None:
    options = ReportOptions(exculpate=("C-0003",), subject="exculpation")
    make_report(case, CASE, tmp_path / "bundle", options)
    files = files_of(tmp_path / "bundle")
    assert checked(files)[0] == 0
    assert [name for name in files if "openings/" in name] == ["data/openings/C-0003.json"]
    assert b"C-0005" not in files["data/report.json"]
    with pytest.raises(NotExculpated):
        make_report(
            case, CASE, tmp_path / "other", ReportOptions(exculpate=("C-0005",), subject="exculpation")
        )


def test_a_place_that_holds_something_is_not_written_to(case: Workspace, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(BadInput):
        make_report(case, CASE, tmp_path, ReportOptions())
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(BadInput):
        make_report(case, CASE, tmp_path / "b.zip", ReportOptions())
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_the_commands(case: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def called(*arguments: str) -> str:
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(case.root), *arguments])
        assert caught.value.code == 0
        return capsys.readouterr().out

    made = one_object(called("report", CASE, "--out", str(tmp_path / "b.zip"), "--json").encode())
    assert made["case"] == "K-1" and made["found"] and made["limits"]
    assert "speaks against descending from copy C-0003" in called(
        "exculpate", CASE, "c-0003", "--out", str(tmp_path / "e.zip")
    )
    assert cli.main([str(tmp_path / "e.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "confirmed"
    assert cli.main([str(tmp_path / "nowhere")]) == 2
    assert "nothing" not in capsys.readouterr().out


def test_the_verifier_uses_the_standard_library_and_cryptography_alone() -> None:
    allowed = set(sys.stdlib_module_names) | {"cryptography", "dyeline_verify"}
    for path in VERIFIER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path
    assert bag.MANIFEST == "manifest-sha256.txt"


def test_what_was_taken_out_unreadable_or_not_ours_is_told_and_confirmed(tmp_path: Path) -> None:
    workspace = case_of_two(tmp_path / "workspace")
    (tmp_path / "other.txt").write_text(
        "It rained all night, and nobody said a word about ships or crates at all."
    )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    added = add_exhibits(workspace, CASE, [tmp_path / "other.txt", tmp_path / "broken.pdf"])
    assert [one.outcome or one.fault for one in added] == ["not_ours", "format.unreadable"]
    remove(workspace, CASE, "EX-1", reason="mislabelled")
    made = make_report(workspace, CASE, tmp_path / "bundle", ReportOptions())
    workspace.close()
    assert made.report["found"] == [
        "Exhibit EX-2 descends from copy C-0005.",
        "Exhibit EX-3 holds no passage of any document that was compared.",
    ]
    assert made.report["examinations"] == {"all": 4, "failed": 1, "of_these_exhibits": 4}
    status, result = checked(files_of(tmp_path / "bundle"))
    assert status == 0, result


def test_a_bundle_that_names_nobody_says_so_when_it_is_confirmed(tmp_path: Path) -> None:
    workspace = case_of_two(tmp_path / "workspace")
    opened_case(workspace, "Rain")
    (tmp_path / "other.txt").write_text("It rained all night, and nobody said a word about ships or crates.")
    add_exhibits(workspace, "Rain", [tmp_path / "other.txt"])
    make_report(workspace, "Rain", tmp_path / "nobody", ReportOptions())
    make_report(workspace, CASE, tmp_path / "somebody", ReportOptions())
    workspace.close()
    nobody, somebody = (checked(files_of(tmp_path / name)) for name in ("nobody", "somebody"))
    assert (nobody[0], nobody[1]["about"]) == (0, cli.NAMES_NOBODY)
    assert (somebody[0], somebody[1]["about"]) == (0, cli.SPEAKS_OF)


def test_whoever_stops_reading_the_verifier_gets_no_traceback(case: Workspace, tmp_path: Path) -> None:
    make_report(case, CASE, tmp_path / "bundle", ReportOptions())
    reading, writing = os.pipe()
    os.close(reading)
    verifying = subprocess.run(
        [sys.executable, "-m", "dyeline_verify", str(tmp_path / "bundle")],
        stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (verifying.returncode, verifying.stderr) == (2, "")


def test_a_bundle_that_is_not_there_is_told_from_an_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, words in ((tmp_path / "nowhere", "there is no file or folder"), (tmp_path, "holds no file")):
        assert cli.main([str(path)]) == 2
        shown = capsys.readouterr()
        assert words in shown.out + shown.err


@pytest.mark.parametrize("data", [b"words", b"%PDF-1.7\n", bytes(range(128, 256)) * 40, b""])
def test_a_file_that_is_no_bundle_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / "file").write_bytes(data)
    assert cli.main([str(tmp_path / "file")]) == 2
    assert "this is not a bundle" in capsys.readouterr().err
    for packed in (b"PK\x03\x04" + data, b"PK" + data):
        (tmp_path / "file").write_bytes(packed)
        assert cli.main([str(tmp_path / "file")]) == 1


def test_an_empty_folder_in_a_bundle_is_extra(
    case: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_report(case, CASE, tmp_path / "bundle", ReportOptions())
    assert cli.main([str(tmp_path / "bundle")]) == 0
    (tmp_path / "bundle" / "data" / "newdir" / "inner").mkdir(parents=True)
    assert cli.main([str(tmp_path / "bundle")]) == 1
    assert "step 1: the bundle holds the empty folder 'data/newdir/inner/'" in capsys.readouterr().err
