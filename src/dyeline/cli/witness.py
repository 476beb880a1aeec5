"""``dyeline log witness``: whom the log shows its checkpoints to."""

from __future__ import annotations

from typing import Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

commands = typer.Typer(no_args_is_help=True, help="Name servers of others that sign checkpoints of the log.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="A short name for the witness.")]


@commands.command("add", epilog="Example: dyeline log witness add archive https://witness.example/log KEY")
def add(
    context: typer.Context,
    name: Name,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where it takes checkpoints (C2SP tlog-witness).")
    ],
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key that it publishes: name+hint+base64.")],
    as_json: Json = False,
) -> None:
    """Put a witness on record. Give it the line that `dyeline log key` prints."""
    from dyeline.app.witnesses import add_witness

    shell = shell_of(context)
    witness = add_witness(shell.workspace(), name, url, key)
    result = {"witness": witness.name, "url": witness.url, "key": witness.key}
    shell.show(result, f"{witness.name} is on record. Next: dyeline log checkpoint --cosign")


@commands.command("list", epilog="Example: dyeline log witness list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the witnesses, and how many entries each has signed."""
    from dyeline.app.witnesses import list_witnesses

    shell = shell_of(context)
    witnesses = list_witnesses(shell.workspace())
    rows = [(one.name, one.url, one.size, one.key) for one in witnesses]
    result = [{"witness": one.name, "url": one.url, "key": one.key, "size": one.size} for one in witnesses]
    text = table(("witness", "address", "signed", "key"), rows) if rows else "No witness is on record."
    shell.show({"witnesses": result}, text)


@commands.command("remove", epilog="Example: dyeline log witness remove archive")
def remove(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Take a witness off the record. What it has signed stays."""
    from dyeline.app.witnesses import remove_witness

    shell = shell_of(context)
    remove_witness(shell.workspace(), name)
    shell.show({"removed": name}, "The witness is off the record.")
