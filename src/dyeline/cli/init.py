"""``dyeline init``: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dyeline.cli.shell import Json, shell_of

EXAMPLE = "Example: dyeline init confidential && cd confidential"


def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to use; made if missing.", show_default=False)
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Make a folder a workspace: settings, database, keys.

    In a workspace that exists, this adds what is missing and changes nothing else.
    """
    from dyeline.app.workspace import init as make_workspace

    report = make_workspace(folder)
    text = (
        f"Made the workspace {report.root}\n"
        "  dyeline.toml     settings\n"
        "  dyeline.sqlite3  recipients, documents, issued copies\n"
        "  blobs/           the documents themselves\n"
        "  log/             what is done here, so that nobody can change it unnoticed: back it up with the database\n"
        "  keys/            secrets: keep a backup, show them to nobody; without them no copy can be traced\n"
        "Next: dyeline recipient import people.csv"
        if report.created
        else f"{report.root} is a workspace already; nothing in it was changed."
    )
    result = {"workspace": str(report.root), "id": report.id, "created": report.created}
    shell_of(context).show(result, text)
