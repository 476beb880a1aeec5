"""``dyeline delivery``: when and how copies were handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table
from dyeline.cli.times import moment

if TYPE_CHECKING:
    from dyeline.app.deliveries import DeliveryRecord

commands = typer.Typer(no_args_is_help=True, help="Put on record when and how copies were handed over.")


@commands.command(
    "record", epilog="Example: dyeline delivery record X-001 --method email --at 2026-03-01T09:30+01:00"
)
def record(
    context: typer.Context,
    copies: Annotated[
        list[str],
        typer.Argument(metavar="X-NNN|C-NNNN...", help="A circulation with all of its copies, or copies."),
    ],
    method: Annotated[
        str, typer.Option(metavar="WAY", help="email, post, courier, hand, download, message or other.")
    ],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When: 2026-03-01T09:30+01:00, UTC unless it says; else now."),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was signed for it: its hash goes on record, keep the file."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Put on record, in the log too, that copies were handed over."""
    from dyeline.app.deliveries import record_deliveries
    from dyeline.app.registration import read_document_file

    shell = shell_of(context)
    records = record_deliveries(
        shell.workspace(),
        copies,
        method=method,
        at=None if at is None else moment(at, "--at"),
        receipt=None if receipt is None else read_document_file(receipt),
    )
    entries = [one.log_entry for one in records if one.log_entry is not None]
    text = f"{len(records)} deliveries are on record, in entries {entries[0]} to {entries[-1]} of the log."
    shell.show({"deliveries": [_plain(one) for one in records]}, text)


@commands.command("list", epilog="Example: dyeline delivery list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List what was put on record."""
    from dyeline.app.deliveries import list_deliveries

    shell = shell_of(context)
    records = list_deliveries(shell.workspace())
    rows = [
        (one.copy, one.recipient, one.method, f"{one.at:%Y-%m-%d %H:%M} UTC", one.receipt_sha256[:12], one.log_entry)
        for one in records
    ]  # fmt: skip
    head = ("copy", "recipient", "way", "at", "receipt", "entry")
    shell.show(
        {"deliveries": [_plain(one) for one in records]},
        table(head, rows)
        if rows
        else "No delivery is on record. Next: dyeline delivery record X-001 --method email",
    )


def _plain(one: DeliveryRecord) -> dict[str, Any]:
    return {
        "copy": one.copy,
        "recipient": one.recipient,
        "method": one.method,
        "at": one.at.isoformat(timespec="milliseconds"),
        "receipt_sha256": one.receipt_sha256,
        "log": one.log_entry,
    }
