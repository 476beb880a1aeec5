"""``dyeline custodian``: the people who can unseal names, any two of them together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.key_options import Identities, Passphrase, phrase_of
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.custodians import CustodianRecord

commands = typer.Typer(
    no_args_is_help=True, help="Add and list the people who can unseal names, any two of them together."
)

Label = Annotated[str, typer.Argument(metavar="U-N", help="Custodian.")]


@commands.command("new-key", epilog="Example: dyeline custodian new-key --out ~/custodian.txt")
def new_key(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="New file for the key; keep a backup of it.")],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Lock the file with a passphrase.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make an age key for yourself. Its public half is printed; the file is for you alone."""
    from dyeline.app.key_files import make_key_file

    shell = shell_of(context)
    public = make_key_file(out, phrase=phrase_of(passphrase, twice=True))
    text = (
        f"Wrote {out}. Keep it to yourself, away from the workspace, with a backup.\n"
        f"Next: dyeline custodian add NAME --recipient {public.text}"
    )
    shell.show({"recipient": public.text, "file": str(out)}, text)


@commands.command("add", epilog='Example: dyeline custodian add "Works council" --recipient age1…')
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who it is, as lists show it.")],
    recipient: Annotated[str, typer.Option(metavar="AGE1…", help="Their public age key.")],
    identity: Identities = None,
    passphrase: Passphrase = False,
    as_json: Json = False,
) -> None:
    """Add a custodian.

    Names that are sealed already can be sealed to the new one by two custodians who are there, with
    their keys: --identity, twice. Without, the new one can help with recipients added from now on.
    """
    from dyeline.app.custodians import add_custodian
    from dyeline.app.key_files import read_identities

    shell = shell_of(context)
    keys = read_identities(identity or (), phrase=phrase_of(passphrase))
    added = add_custodian(shell.workspace(), name, recipient, identities=keys)
    lines = [f"Added {added.custodian.label} {plain(added.custodian.name)}."]
    if added.missing:
        lines.append(
            f"{added.missing:,} names are not sealed to {added.custodian.label}; two custodians can do that: "
            "dyeline custodian reseal --identity one.txt --identity two.txt"
        )
    result = {
        **_plain_record(added.custodian),
        "resealed": added.resealed,
        "not_sealed_to_them": added.missing,
    }
    shell.show(result, "\n".join(lines))


@commands.command("list", epilog="Example: dyeline custodian list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the custodians, and how many names each can help to open."""
    from dyeline.app.custodians import list_custodians

    shell = shell_of(context)
    records = list_custodians(shell.workspace())
    rows = [
        (
            one.label,
            one.name,
            one.recipients,
            f"{one.added:%Y-%m-%d}",
            f"removed {one.removed:%Y-%m-%d}" if one.removed else "",
            one.key,
        )
        for one in records
    ]
    text = (
        table(("custodian", "name", "names", "added", "", "key"), rows)
        if rows
        else "No custodians yet. Next: dyeline custodian new-key --out FILE"
    )
    shell.show({"custodians": [_plain_record(one) for one in records]}, text)


@commands.command("remove", epilog="Example: dyeline custodian remove U-2")
def remove(context: typer.Context, custodian: Label, as_json: Json = False) -> None:
    """Remove a custodian: all that is sealed to them is deleted. Backups from before still hold it."""
    from dyeline.app.custodians import remove_custodian

    shell = shell_of(context)
    record = remove_custodian(shell.workspace(), custodian)
    shell.show(_plain_record(record), f"Removed {record.label}. Their key opens nothing here any more.")


@commands.command("reseal", epilog="Example: dyeline custodian reseal --identity one.txt --identity two.txt")
def reseal(
    context: typer.Context, identity: Identities = None, passphrase: Passphrase = False, as_json: Json = False
) -> None:
    """Seal everything to all custodians there are now. Takes the keys of two; no name is shown."""
    from dyeline.app.custodians import reseal_all
    from dyeline.app.key_files import read_identities

    shell = shell_of(context)
    keys = read_identities(identity or (), phrase=phrase_of(passphrase))
    count = reseal_all(shell.workspace(), keys)
    shell.show({"resealed": count}, f"{count:,} names and secrets were sealed anew. No name was shown.")


def _plain_record(record: CustodianRecord) -> dict[str, Any]:
    return {
        "custodian": record.label,
        "name": record.name,
        "recipient": record.key,
        "names": record.recipients,
        "added": record.added.isoformat(timespec="seconds"),
        "removed": record.removed.isoformat(timespec="seconds") if record.removed else None,
    }
