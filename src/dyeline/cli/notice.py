"""``dyeline notice``: texts to tell people about marked copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dyeline.cli.shell import Json, shell_of

commands = typer.Typer(no_args_is_help=True, help="Get texts that tell people about marked copies.")


@commands.callback()
def notice() -> None:
    """Get texts that tell people about marked copies."""


@commands.command("write", epilog="Example: dyeline notice write notices")
def write(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder; made if missing.")],
    as_json: Json = False,
) -> None:
    """Write templates: footer of a copy, covering mail, data protection assessment, sheet for staff."""
    from dyeline.app.notice_kit import write_notices

    paths = write_notices(folder)
    text = "\n".join(f"Wrote {path}" for path in paths) + "\nFill in every [bracket] before you use them."
    shell_of(context).show({"files": [str(path) for path in paths]}, text)
