from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from dyeline import __version__
from dyeline.cli import main as cli
from dyeline.errors import BadInput
from dyeline.store.database import disconnect

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DYELINE_WORKSPACE", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.run(arguments)
        printed = capsys.readouterr()
        disconnect()
        return int(caught.value.code or 0), printed.out, printed.err

    return call


def _every_command(app: typer.Typer, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    own = [(*path, str(command.name)) for command in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        own += _every_command(group.typer_instance, (*path, str(group.name)))
    return own


@pytest.mark.parametrize("command", _every_command(cli.app), ids=" ".join)
def test_every_command_explains_itself_with_an_example(run: Run, command: tuple[str, ...]) -> None:
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert "Example:" in out
    assert f"dyeline {' '.join(command)}" in out.split("Example:")[1]
    assert "--json" in out


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"dyeline {__version__}\n", "")


def test_wrong_usage_is_status_2(run: Run) -> None:
    status, out, err = run("recipient", "bogus")
    assert (status, out) == (2, "")
    assert "No such command" in err
    status, out, err = run("bogus", "--json")
    assert (status, json.loads(out)["error"]["code"], err) == (2, "input.usage", "")


def _raising(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("dyeline.app.workspace.init", fail)


def test_a_foreseen_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, BadInput("The thing has 3 ears.", fix="remove one.", ears=3, path=Path("x")))
    assert run("init") == (64, "", "Error: The thing has 3 ears. Fix: remove one.\n")
    status, out, err = run("init", "--json")
    assert (status, err) == (64, "")
    error = {"code": "input.invalid", "problem": "The thing has 3 ears.", "fix": "remove one."}
    assert json.loads(out) == {"error": {**error, "facts": {"ears": 3, "path": "x"}}}
    assert "Traceback" not in err
    assert "Traceback" in run("--debug", "init")[2]


def test_an_unforeseen_error_is_status_70_and_tells_no_content(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raising(monkeypatch, ZeroDivisionError("the secret sentence"))
    status, out, err = run("init")
    assert (status, out) == (70, "")
    assert "ZeroDivisionError" in err
    assert "--debug" in err
    assert "secret" not in err
    status, out, _ = run("init", "--json")
    assert (status, json.loads(out)["error"]["code"]) == (70, "internal")
    assert "Traceback" in run("--debug", "init")[2]


def test_an_interrupt_is_status_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, KeyboardInterrupt())
    assert run("init")[0] == 130


def test_a_row_that_would_reach_the_terminal_raw_is_shown_plain(run: Run) -> None:
    run("init")
    Path("p.csv").write_text("name,role\n\u202eAlex\u200f Kim,x\n")
    assert run("recipient", "import", "p.csv")[0] == 0
    out = run("recipient", "list")[1]
    assert out.splitlines()[1].split() == ["R-001", "Alex", "Kim", "x"]
