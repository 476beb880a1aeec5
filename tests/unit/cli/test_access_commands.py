"""The commands about access as processes: one JSON object, errors as errors, nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.app.workspace import init
from tests.e2e.journey import dyeline, one_object
from tests.unit.app.test_access import CALLED, briefed, called

LEAK = "2026-03-03T18:00Z:D-001/f2,D-001/f6,the date"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("commands") / "workspace"
    init(root)
    briefed(root)
    return root


def test_access_prints_counts_and_no_name(folder: Path) -> None:
    done = dyeline("access", "--leak", LEAK, "--beside", "C-0001", cwd=folder)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "Of 20 people, 5 had all three facts" in said and "Beside it: copy C-0001 (R-007)" in said
    assert "Reader" not in said and "100 %" not in said


def test_access_prints_one_object(folder: Path) -> None:
    done = dyeline("access", "--leak", LEAK, "--json", cwd=folder)
    said = one_object(done.stdout)
    assert said["names_a_person"] is False and said["kind"] == "group"
    failed = dyeline("access", "D-001", "--json", cwd=folder)
    assert failed.returncode == 64 and one_object(failed.stdout)["error"]["code"] == "input.invalid"


def test_access_prints_the_same_whoever_alone_was_called(tmp_path: Path) -> None:
    said = []
    for source in (2, 30):
        called(tmp_path / str(source), source)
        leak = f"{CALLED.published}:{','.join(CALLED.facts)}"
        done = dyeline("access", "--leak", leak, cwd=tmp_path / str(source))
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.decode())
    assert said[0] == said[1] and "1 of 30 people; groups and channels that are not named: 2" in said[0]
    assert "call" not in said[0] and "R-0" not in said[0] and "--json" not in said[0]


def test_a_log_of_which_nothing_can_be_used_fails_dry_or_not(folder: Path, tmp_path: Path) -> None:
    head, bad, good = "person,subject,time\n", "nobody,D-001,2026-03-03\n", "R-001,D-001,2026-03-03\n"
    for text, status in ((head, 64), (head + bad * 2, 64), (head + bad + good, 0)):
        (tmp_path / "log.csv").write_text(text)
        done = dyeline("briefing", "import", str(tmp_path / "log.csv"), "--dry-run", cwd=folder)
        assert done.returncode == status
    assert b"so nothing is imported before these are corrected:" in done.stdout


def test_exposure_plots_and_plans(folder: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    done = dyeline("exposure", "--plot", str(plot), "--leak", LEAK, "--json", cwd=folder)
    said = one_object(done.stdout)
    assert len(said["next"]["recipients"]) >= 3 and len(said["matrix"]) == 20
    assert plot.read_text().startswith("<svg")
    refused = dyeline("exposure", "--plot", "plot.png", cwd=folder)
    assert refused.returncode == 64 and b"no SVG file name" in refused.stderr


def test_shortfall_needs_no_workspace(tmp_path: Path) -> None:
    done = dyeline(
        "shortfall", "--expected", "20", "--observed", "4", "--past", "20:15", "--json", cwd=tmp_path
    )
    said = one_object(done.stdout)
    assert said["ratio"] > 1 and "points at nobody" in said["caveat"]
    failed = dyeline("shortfall", "--expected", "3", "--observed", "4", "--past", "20:15", cwd=tmp_path)
    assert failed.returncode == 64 and b"Fix:" in failed.stderr
