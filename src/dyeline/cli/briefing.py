"""``dyeline briefing``: the log of who was told what, when, by whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.briefings import BriefingImport, BriefingRecord
    from dyeline.app.people import RowNote

commands = typer.Typer(no_args_is_help=True, help="Import and list who was told what, when, by whom.")

_SHOWN = 10  # notes of a kind that are printed; --json has them all


@commands.command("import", epilog="Example: dyeline briefing import briefings.csv --dry-run")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file with a header line.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; store nothing.")] = False,
    add_people: Annotated[
        bool, typer.Option("--add-people", help="Add people who are no recipients yet, by name or e-mail.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a log of briefings.

    Columns: person, subject, time, channel, by. Person is a label (R-001), e-mail or name; subject a
    document (D-001), a fact of one (D-001/f3) or any name for a fact; time like 2026-03-03T09:00Z, or
    a day. Channel and by may be left out. Importing again adds nothing twice.
    """
    from dyeline.app.briefings import import_briefings, read_briefing_file

    shell = shell_of(context)
    report = import_briefings(
        shell.workspace(), read_briefing_file(file), dry_run=dry_run, add_people=add_people
    )
    shell.show(_import_result(report), _import_text(report))


@commands.command("list", epilog="Example: dyeline briefing list --json")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the briefings in order of time. Issued copies are on record by themselves and not listed."""
    from dyeline.app.briefings import list_briefings

    shell = shell_of(context)
    records = list_briefings(shell.workspace())
    rows = [(r.recipient, r.subject.written, r.when.written, r.channel, r.told_by) for r in records]
    text = (
        table(("recipient", "subject", "time", "channel", "by"), rows)
        if rows
        else "No briefings yet. Next: dyeline briefing import briefings.csv"
    )
    shell.show({"briefings": [_plain_record(record) for record in records]}, text)


def _plain_record(record: BriefingRecord) -> dict[str, Any]:
    return {
        "recipient": record.recipient,
        "subject": record.subject.written,
        "time": record.when.written,
        "channel": record.channel,
        "by": record.told_by,
    }


def _import_result(report: BriefingImport) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(report)


def _import_text(report: BriefingImport) -> str:
    would = "would be " if report.dry_run else ""
    lines = [
        f"{report.rows:,} rows read ({report.encoding}): {report.added:,} {would}added, "
        f"{report.known:,} known already, {len(report.bad):,} not usable."
    ]
    if report.added_people:
        lines.append(f"{report.added_people:,} people {would}added as recipients.")
    unusable = "Not usable, so nothing is imported before these are corrected"
    return "\n".join([*lines, *_notes("Please check", report.warnings), *_notes(unusable, report.bad)])


def _notes(title: str, notes: tuple[RowNote, ...]) -> list[str]:
    if not notes:
        return []
    shown = [f"  line {note.line}: {plain(note.note)}" for note in notes[:_SHOWN]]
    more = len(notes) - len(shown)
    return [f"{title}:", *shown, *([f"  … and {more:,} more (--json lists all)"] if more else [])]
