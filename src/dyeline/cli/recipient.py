"""``dyeline recipient``: whom copies are issued to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.people import RowNote
    from dyeline.app.recipient_rows import RecipientRecord
    from dyeline.app.recipients import ImportReport

commands = typer.Typer(
    no_args_is_help=True, help="Import, add and list the people whom copies are issued to."
)

_SHOWN = 10  # notes of a kind that are printed; --json has them all


@commands.command("import", epilog="Example: dyeline recipient import people.csv --dry-run")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file with a header line.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; store nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that cannot be used.")] = False,
    as_json: Json = False,
) -> None:
    """Import recipients from a table.

    Columns: name, email, organisation, role, groups (several groups separated by ;). Only name is
    required; order and case do not matter. The e-mail address identifies a person: importing
    again updates and adds nobody twice.
    """
    from dyeline.app.recipients import import_recipients, read_table_file

    shell = shell_of(context)
    report = import_recipients(shell.workspace(), read_table_file(file), dry_run=dry_run, skip_bad=skip_bad)
    shell.show(_import_result(report), _import_text(report))


@commands.command(
    "add", epilog='Example: dyeline recipient add "Robin Example" --email robin@example.org --group board'
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name, as the notice in the copy shows it.")],
    email: Annotated[str, typer.Option(metavar="ADDRESS", help="Identifies the person.")] = "",
    organisation: Annotated[str, typer.Option(help="Organisation.")] = "",
    role: Annotated[str, typer.Option(help="Role.")] = "",
    group: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Group; may be given several times.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add one recipient."""
    from dyeline.app.recipients import add_recipient

    shell = shell_of(context)
    record = add_recipient(
        shell.workspace(), name, email=email, organisation=organisation, role=role, groups=group or ()
    )
    shell.show(_plain_record(record), f"Added {record.label} {plain(record.name)}".rstrip())


@commands.command("list", epilog="Example: dyeline recipient list --group board")
def list_(
    context: typer.Context,
    group: Annotated[str | None, typer.Option(help="Only the members of this group.")] = None,
    as_json: Json = False,
) -> None:
    """List the recipients."""
    from dyeline.app.recipients import list_recipients

    shell = shell_of(context)
    records = list_recipients(shell.workspace(), group=group)
    rows = [(r.label, _name(r), r.email, r.organisation, r.role, "; ".join(r.groups)) for r in records]
    sealed = [(r.label, _name(r), "; ".join(r.groups)) for r in records]
    text = (
        table(("label", "name", "groups"), sealed)
        if rows and all(r.sealed or r.purged for r in records)
        else table(("label", "name", "e-mail", "organisation", "role", "groups"), rows)
        if rows
        else "No recipients yet. Next: dyeline recipient import people.csv"
    )
    shell.show({"recipients": [_plain_record(record) for record in records]}, text)


@commands.command("show", epilog="Example: dyeline recipient show R-001")
def show(
    context: typer.Context,
    recipient: Annotated[str, typer.Argument(metavar="LABEL", help="Label (R-001) or e-mail address.")],
    as_json: Json = False,
) -> None:
    """Show one recipient."""
    from dyeline.app.recipients import show_recipient

    shell = shell_of(context)
    record = show_recipient(shell.workspace(), recipient)
    shown = {**_plain_record(record), "groups": "; ".join(record.groups)}
    if record.sealed:
        shown["sealed"] = "two custodians open it: dyeline unseal request CASE C-NNNN --reason …"
    if record.purged:
        shown["purged"] = "the name was deleted by policy; nobody can open it"
    text = "\n".join(f"{name:<13} {plain(value)}" for name, value in shown.items() if value)
    shell.show(_plain_record(record), text)


def _plain_record(record: RecipientRecord) -> dict[str, Any]:
    return {
        "recipient": record.label,
        "name": record.name,
        "email": record.email,
        "organisation": record.organisation,
        "role": record.role,
        "groups": list(record.groups),
        "sealed": record.sealed,
        "purged": record.purged,
    }


def _name(record: RecipientRecord) -> str:
    return "purged" if record.purged else "sealed" if record.sealed else record.name


def _import_result(report: ImportReport) -> dict[str, Any]:
    result = asdict(report)
    del result["recipients"]
    return result


def _import_text(report: ImportReport) -> str:
    would = "would be " if report.dry_run else ""
    lines = [
        f"{report.rows:,} rows read ({report.encoding}): {report.added:,} {would}added, "
        f"{report.updated:,} {would}updated, {report.unchanged:,} unchanged, "
        f"{len(report.duplicates):,} duplicates, {len(report.bad):,} not usable."
    ]
    lines += _notes("Duplicates", report.duplicates)
    lines += _notes("Please check", report.warnings)
    lines += _notes("Not usable", report.bad)
    return "\n".join(lines)


def _notes(title: str, notes: tuple[RowNote, ...]) -> list[str]:
    if not notes:
        return []
    shown = [f"  line {note.line}: {note.note}" for note in notes[:_SHOWN]]
    more = len(notes) - len(shown)
    return [f"{title}:", *shown, *([f"  … and {more:,} more (--json lists all)"] if more else [])]
