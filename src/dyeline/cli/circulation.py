"""``dyeline circulation``: the secrets of circulations, erased after issuing and put back by two custodians."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from dyeline.cli.key_options import Identities, Passphrase, phrase_of
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

commands = typer.Typer(
    no_args_is_help=True,
    help="Keep the secret of a circulation with two custodians instead of on this machine.",
)

Label = Annotated[str, typer.Argument(metavar="X-NNN", help="Circulation.")]


@commands.command("list", epilog="Example: dyeline circulation list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the circulations, and whether their copies can be traced on this machine now."""
    from dyeline.app.circulation_keys import list_circulation_keys

    shell = shell_of(context)
    states = list_circulation_keys(shell.workspace())
    rows = [
        (one.circulation, one.document, "at hand" if one.at_hand else "with the custodians", one.pairs)
        for one in states
    ]
    text = (
        table(("circulation", "document", "secret", "sealed to pairs"), rows)
        if rows
        else "Nothing was issued yet."
    )
    shell.show({"circulations": [asdict(one) for one in states]}, text)


@commands.command("owner", epilog="Example: dyeline circulation owner --recipient age1…")
def owner(
    context: typer.Context,
    recipient: Annotated[str, typer.Option(metavar="AGE1…", help="Public age key of the workspace's owner.")],
    as_json: Json = False,
) -> None:
    """Seal the secrets to the owner too: a backup of keys/ that the owner alone can put back.

    Of a circulation that was sealed (dyeline circulation seal) the owner's copy is deleted as well.
    """
    from dyeline.app.circulation_keys import set_owner

    shell = shell_of(context)
    count = set_owner(shell.workspace(), recipient)
    shell.show(
        {"sealed": count}, f"{count:,} secrets were sealed to the owner; those of later circulations will be."
    )


@commands.command("seal", epilog="Example: dyeline circulation seal X-001 --dry-run")
def seal(
    context: typer.Context,
    circulation: Label,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Erase the secret of a circulation from this machine. Tracing its copies then takes two custodians."""
    from dyeline.app.circulation_keys import seal_circulation

    shell = shell_of(context)
    state = seal_circulation(shell.workspace(), circulation, dry_run=dry_run)
    text = (
        f"The secret of {state.circulation} would be erased; any two custodians could put it back."
        if dry_run
        else f"The secret of {state.circulation} was erased. To trace its copies: dyeline circulation open "
        f"{state.circulation} --identity one.txt --identity two.txt\nBackups made before hold it still."
    )
    shell.show(asdict(state), text)


@commands.command(
    "open", epilog="Example: dyeline circulation open X-001 --identity one.txt --identity two.txt"
)
def open_(
    context: typer.Context,
    circulation: Label,
    identity: Identities = None,
    passphrase: Passphrase = False,
    as_json: Json = False,
) -> None:
    """Put the secret of a circulation back with the keys of two custodians, until it is sealed again."""
    from dyeline.app.circulation_keys import open_circulation_key
    from dyeline.app.key_files import read_identities

    shell = shell_of(context)
    keys = read_identities(identity or (), phrase=phrase_of(passphrase))
    state = open_circulation_key(shell.workspace(), circulation, keys)
    text = (
        f"The copies of {state.circulation} can be traced now. Afterwards: "
        f"dyeline circulation seal {state.circulation}"
    )
    shell.show(asdict(state), text)
