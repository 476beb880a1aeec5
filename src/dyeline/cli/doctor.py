"""``dyeline doctor``: is everything in order?"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dyeline.cli.shell import Json, shell_of

if TYPE_CHECKING:
    from dyeline.app.doctor import Diagnosis

EXAMPLE = "Example: dyeline doctor"


def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Check the workspace and this machine: settings, rights, databases, log, clock, sandbox, programs.

    Exits with 1 where anything fails. Without a workspace the machine alone is checked.
    """
    from dyeline.app.doctor import diagnose
    from dyeline.app.workspace import find_workspace
    from dyeline.errors import NoWorkspace

    shell = shell_of(context)
    root = None
    try:
        root = find_workspace(Path.cwd(), explicit=shell.workspace_option, environment=os.environ)
    except NoWorkspace:
        if shell.workspace_option is not None:
            raise
    diagnosis = diagnose(root)
    result = {
        "workspace": str(root) if root else None,
        "healthy": diagnosis.healthy,
        "checks": [asdict(check) for check in diagnosis.checks],
    }
    shell.show(result, _text(diagnosis, root))
    if not diagnosis.healthy:
        raise typer.Exit(1)


def _text(diagnosis: Diagnosis, root: Path | None) -> str:
    width = max(len(check.name) for check in diagnosis.checks)
    lines = [f"Workspace {root}" if root else "No workspace here: the machine alone is checked."]
    for check in diagnosis.checks:
        lines.append(f"{check.state:<5} {check.name:<{width}}  {check.seen}")
        if check.state != "ok" and check.fix:
            lines.append(f"{'':<5} {'':<{width}}  Fix: {check.fix}")
    states = [check.state for check in diagnosis.checks]
    counted = [f"{states.count(state)} {state}" for state in ("ok", "warn", "fail") if state in states]
    return "\n".join([*lines, f"{', '.join(counted)}."])
