"""What all commands share: where the workspace is, how results and errors are printed."""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.errors import DyelineError

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

INTERNAL_STATUS = 70
USAGE_STATUS = 2


@dataclass(slots=True)
class Shell:
    """The options that hold for any command, as far as they are parsed."""

    workspace_option: Path | None = None
    debug: bool = False
    as_json: bool = False

    def workspace(self) -> Workspace:
        """Return the open workspace that this call is about."""
        from dyeline.app.workspace import find_workspace, open_workspace

        root = find_workspace(Path.cwd(), explicit=self.workspace_option, environment=os.environ)
        return open_workspace(root)

    def show(self, result: dict[str, Any], text: str) -> None:
        """Print a result: one JSON object under ``--json``, else the text."""
        # ASCII: a terminal or pipe of any encoding gets the same object
        typer.echo(json.dumps(result, allow_nan=False) if self.as_json else text)

    def report(self, fault: DyelineError) -> int:
        """Print an error that was raised on purpose and return its exit status."""
        if self.debug:
            traceback.print_exception(fault)
        self._print_error(error_result(fault), f"Error: {fault}")
        return fault.exit_status

    def complain(self, text: str, fault: DyelineError) -> None:
        """Print a line on an error that a result tells of already; nothing under ``--json``."""
        if self.debug:
            traceback.print_exception(fault)
        if not self.as_json:
            typer.echo(text, err=True)

    def report_usage(self, fault: Any) -> int:
        """Print that the call itself is wrong (an unknown option, a missing argument) and return its exit status."""
        if self.as_json:
            error = {
                "code": "input.usage",
                "problem": fault.format_message(),
                "fix": "see --help.",
                "facts": {},
            }
            self._print_error(error, "")
        else:
            fault.show()
        return USAGE_STATUS

    def report_unexpected(self, fault: BaseException) -> int:
        """Print that the program itself failed and return its exit status."""
        problem = f"Dyeline failed in a way it did not foresee ({type(fault).__name__})."
        fix = "repeat the command as dyeline --debug …, and report the traceback that this prints."
        if self.debug:
            traceback.print_exception(fault)
            fix = "report the traceback above."
        error: dict[str, Any] = {"code": "internal", "problem": problem, "fix": fix, "facts": {}}
        self._print_error(error, f"Error: {problem} Fix: {fix}")
        return INTERNAL_STATUS

    def _print_error(self, error: dict[str, Any], text: str) -> None:
        if self.as_json:
            typer.echo(json.dumps({"error": error}, default=str))
        else:
            typer.echo(text, err=True)


def error_result(fault: DyelineError) -> dict[str, Any]:
    """Return an error as ``--json`` prints it."""
    return {"code": fault.code, "problem": fault.problem, "fix": fault.fix, "facts": fault.facts}


def shell_of(context: typer.Context) -> Shell:
    """Return the shell of this call."""
    shell = context.find_root().obj
    assert isinstance(shell, Shell)
    return shell


def _remember_json(context: typer.Context, value: bool) -> bool:
    # eager, so that an error in any other option is already printed as JSON
    shell_of(context).as_json |= value
    return value


Json = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON object instead of text.", callback=_remember_json, is_eager=True
    ),
]


def be_lenient_about_encodings() -> None:
    """Let a terminal that lacks a character show "?" instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
