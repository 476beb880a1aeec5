"""The demonstration: fifteen leaks, each traced as it should be, and kept where asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dyeline.app.demo import PHOTO, RECIPIENTS
from dyeline.cli.main import run
from tests.e2e.journey import manifest

HONEST = {"not_ours", "no_readable_mark", "insufficient"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """Run the demonstration once and keep it; trace one of its exhibits again."""
    keep = tmp_path_factory.mktemp("demo") / "kept"
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.echo", lambda text="", **_: printed.append(text))
        for arguments in (
            ["demo", "--keep", str(keep), "--json"],
            [
                "--workspace",
                str(keep / "workspace"),
                "trace",
                str(keep / "exhibits" / "EX-03.docx"),
                "--json",
            ],
        ):
            with pytest.raises(SystemExit) as caught:
                run(arguments)
            assert caught.value.code == 0
    assert len(printed) == 2
    assert all(text.isascii() for text in printed)
    return keep, json.loads(printed[0]), json.loads(printed[1])


def test_fifteen_of_fifteen_are_right(shown: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, result, _ = shown
    assert (result["right"], result["of"]) == (15, 15)
    for leak in result["leaks"]:
        assert set(leak["named"]) <= set(leak["truth"])
        assert leak["family_wise_p"] is None or leak["family_wise_p"] <= 1e-3


def test_it_ends_with_a_checked_report_and_a_name_that_two_opened(
    shown: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    keep, result, _ = shown
    photo = next(leak for leak in result["leaks"] if leak["leak"] == PHOTO)
    assert result["case"]["verified"] is True
    assert result["case"]["copy"] == photo["truth"][0]
    assert result["case"]["found"] == [f"Exhibit EX-1 descends from copy {photo['truth'][0]}."]
    assert result["case"]["unsealed_by"] == ["U-1", "U-2"]
    assert (keep / "report" / "data" / "report.pdf").is_file()


def test_what_no_copy_leaked_names_nobody(shown: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, result, _ = shown
    outcomes = {leak["leak"]: leak["outcome"] for leak in result["leaks"] if not leak["truth"]}
    assert len(outcomes) == 2
    assert set(outcomes.values()) <= HONEST
    assert outcomes["an unrelated text"] == "not_ours"


def test_everything_is_kept_and_can_be_traced_again(
    shown: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    keep, result, again = shown
    assert result["kept"] == str(keep)
    assert len(list((keep / "exhibits").iterdir())) == 15
    assert sorted(path.suffix for path in (keep / "overlays").iterdir()) == [".png"] * 3
    for name in ("announcement", "policy", "briefing"):
        assert len(manifest(keep / f"copies-{name}")) == RECIPIENTS == 40
    assert [c["copy"] for c in again["candidates"]] == result["leaks"][2]["truth"]
