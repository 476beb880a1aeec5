"""``dyeline role``: who may act as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.roles import ActorRecord

commands = typer.Typer(
    no_args_is_help=True, help="Say who may act as what. A role that nobody has is everybody's."
)

Who = Annotated[str, typer.Argument(metavar="WHO", help="Label (A-2) or name of an account.")]
RoleName = Annotated[
    str, typer.Argument(metavar="ROLE", help="issuer, investigator, custodian, auditor or reviewer.")
]


@commands.command("list", epilog="Example: dyeline role list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List who has acted in this workspace, and the roles they have.

    Who somebody is, Dyeline knows from DYELINE_ACTOR or else the account on this machine, and no better.
    """
    from dyeline.app.roles import list_actors

    shell = shell_of(context)
    records = list_actors(shell.workspace())
    rows = [
        (one.label, one.account, ", ".join(one.roles) or "-", "you" if one.current else "") for one in records
    ]
    text = table(("who", "account", "roles", ""), rows)
    shell.show({"actors": [_plain_record(one) for one in records]}, text)


@commands.command("grant", epilog="Example: dyeline role grant A-2 investigator")
def grant(context: typer.Context, who: Who, role: RoleName, as_json: Json = False) -> None:
    """Give somebody a role. From then on only those who were given it act in it."""
    from dyeline.app.roles import grant_role

    shell = shell_of(context)
    record = grant_role(shell.workspace(), who, role)
    shell.show(_plain_record(record), _text(record))


@commands.command("revoke", epilog="Example: dyeline role revoke A-2 investigator")
def revoke(context: typer.Context, who: Who, role: RoleName, as_json: Json = False) -> None:
    """Take a role from somebody."""
    from dyeline.app.roles import revoke_role

    shell = shell_of(context)
    record = revoke_role(shell.workspace(), who, role)
    shell.show(_plain_record(record), _text(record))


def _plain_record(record: ActorRecord) -> dict[str, Any]:
    return {
        "actor": record.label,
        "account": record.account,
        "roles": list(record.roles),
        "you": record.current,
    }


def _text(record: ActorRecord) -> str:
    return f"{record.label} ({plain(record.account)}): {', '.join(record.roles) or 'no role'}."
