"""``dyeline unseal``: open the name of one recipient, by two custodians, on record before it is shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.key_options import Identity, Passphrase, phrase_of
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.unsealing import RequestRecord, Unsealed

commands = typer.Typer(
    no_args_is_help=True,
    help="Open the name of one recipient: asked for in a case, granted by two custodians.",
)

Request = Annotated[str, typer.Argument(metavar="Q-N", help="Request.")]


@commands.command(
    "request", epilog='Example: dyeline unseal request "Spring plan" C-0007 --reason "to ask them"'
)
def request(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Name of the case.")],
    copy: Annotated[str, typer.Argument(metavar="C-NNNN", help="Copy that a finding of the case names.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; goes on record.")],
    override_reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, although no finding of the case names this copy.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Ask for the name of the recipient of a copy. With a quorum of one it is shown at once."""
    from dyeline.app.unsealing import request_unsealing

    shell = shell_of(context)
    result = request_unsealing(shell.workspace(), case, copy, reason=reason, override_reason=override_reason)
    label = result.request.label
    text = (
        f"{label} waits for two custodians. Each: dyeline unseal grant {label} --identity FILE"
        if result.identity is None
        else _name_text(result, "One person alone has opened this name: the quorum of this workspace is 1.")
    )
    shell.show(_result(result), text)


@commands.command("grant", epilog="Example: dyeline unseal grant Q-1 --identity ~/custodian.txt")
def grant(
    context: typer.Context,
    request: Request,
    identity: Identity,
    passphrase: Passphrase = False,
    as_json: Json = False,
) -> None:
    """Grant a request as custodian. After the second grant the name is shown, and the request is settled."""
    from dyeline.app.key_files import read_identity
    from dyeline.app.unsealing import grant_unsealing

    shell = shell_of(context)
    key = read_identity(identity, phrase=phrase_of(passphrase))
    result = grant_unsealing(shell.workspace(), request, key)
    text = (
        f"Granted by {', '.join(result.request.granted_by)}. Nothing can be read yet: one more custodian has to grant "
        f"{result.request.label}."
        if result.identity is None
        else _name_text(result, f"Granted by {' and '.join(result.request.granted_by)}; it is on record.")
    )
    shell.show(_result(result), text)


@commands.command("refuse", epilog='Example: dyeline unseal refuse Q-1 --reason "no finding"')
def refuse(
    context: typer.Context,
    request: Request,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; goes on record.")],
    as_json: Json = False,
) -> None:
    """Refuse a request for good, as custodian."""
    from dyeline.app.unsealing import refuse_unsealing

    shell = shell_of(context)
    record = refuse_unsealing(shell.workspace(), request, reason=reason)
    shell.show(_plain_record(record), f"{record.label} is refused; that is on record.")


@commands.command("list", epilog="Example: dyeline unseal list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List all requests and what became of them. Names are not shown again."""
    from dyeline.app.unsealing import list_requests

    shell = shell_of(context)
    records = list_requests(shell.workspace())
    rows = [
        (
            one.label,
            one.case,
            one.copy,
            one.recipient,
            one.outcome,
            " ".join(one.granted_by),
            one.by,
            one.reason,
        )
        for one in records
    ]
    text = (
        table(("request", "case", "copy", "recipient", "state", "granted by", "asked by", "reason"), rows)
        if rows
        else "Nobody has asked for a name yet."
    )
    shell.show({"requests": [_plain_record(one) for one in records]}, text)


def _plain_record(record: RequestRecord) -> dict[str, Any]:
    return {
        **asdict(record),
        "created": record.created.isoformat(timespec="seconds"),
        "granted_by": list(record.granted_by),
    }


def _result(result: Unsealed) -> dict[str, Any]:
    identity = None if result.identity is None else asdict(result.identity)
    return {**_plain_record(result.request), "identity": identity}


def _name_text(result: Unsealed, note: str) -> str:
    assert result.identity is not None
    shown = {"copy": result.request.copy, "recipient": result.request.recipient, **asdict(result.identity)}
    lines = [f"{name:<13} {plain(value)}" for name, value in shown.items() if value]
    return "\n".join(
        [
            *lines,
            note,
            "This is whom the copy was issued to. It does not say who leaked it: copies are forwarded, stolen and "
            "photographed.",
        ]
    )
