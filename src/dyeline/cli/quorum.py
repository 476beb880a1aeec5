"""``dyeline quorum``: how many custodians must agree before a name is shown."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of

if TYPE_CHECKING:
    from dyeline.app.quorum import QuorumReport, QuorumState

commands = typer.Typer(
    no_args_is_help=True, help="Say how many custodians must agree before a name is shown."
)


@commands.command("show", epilog="Example: dyeline quorum show")
def show(context: typer.Context, as_json: Json = False) -> None:
    """Show how the names of recipients are kept."""
    from dyeline.app.quorum import show_quorum

    shell = shell_of(context)
    state = show_quorum(shell.workspace())
    shell.show({**asdict(state), "custodians": list(state.custodians)}, _state_text(state))


@commands.command("set", epilog="Example: dyeline quorum set 2 --dry-run")
def set_(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="2", help="Custodians who must agree.")],
    roster_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep the key that finds people again (for whoever issues) here, outside of the workspace.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Seal the names of all recipients: any two custodians open one at a time, and nobody alone.

    It cannot be undone. Backups made before still hold the names: destroy them, or keep them locked.
    """
    from dyeline.app.quorum import set_quorum

    shell = shell_of(context)

    def confirm(planned: QuorumReport) -> bool:
        if yes:
            return True
        typer.echo(_report_text(planned), err=True)
        return typer.confirm("Seal them now?", err=True)

    report = set_quorum(shell.workspace(), number, roster_key=roster_key, dry_run=dry_run, confirm=confirm)
    text = _report_text(report) if dry_run else _done_text(report)
    shell.show({**asdict(report), "custodians": list(report.custodians)}, text)


def _state_text(state: QuorumState) -> str:
    purged = f" The names of {state.purged:,} were purged: nobody can open them." if state.purged else ""
    if state.quorum == 1:
        return (
            "Quorum 1: whoever uses this workspace sees the names of its "
            f"{state.recipients - state.purged:,} recipients.{purged} "
            f"Custodians: {', '.join(state.custodians) or 'none'}.\nNext: dyeline quorum set 2"
        )
    lines = [
        f"Quorum {state.quorum}: {state.sealed:,} of {state.recipients:,} recipients are sealed; any two of "
        f"{', '.join(state.custodians)} open one name at a time.{purged}",
        f"{state.openable_by_all:,} are sealed to every pair of them.",
        f"The roster key is kept {state.roster_key} of the workspace.",
    ]
    if state.unscrubbed:
        lines.append("Old pages of the database were not overwritten yet. Next: dyeline quorum set 2")
    return "\n".join(lines)


def _report_text(report: QuorumReport) -> str:
    if report.quorum == 1:
        return "The quorum is 1 already; nothing is to be done."
    if not report.changed:
        return "The names are sealed already; nothing is to be done."
    return "\n".join(
        [
            f"{report.recipients:,} names, with e-mail, organisation and role, would be sealed to any two of "
            f"{', '.join(report.custodians)}; nobody can open them alone, and not all at once.",
            f"{report.secrets:,} secrets of circulations would be sealed too, and stay in keys/ until: dyeline "
            "circulation seal.",
            f"{report.groups:,} groups and {report.briefings:,} briefings that name somebody would show labels.",
            f"{report.case_texts:,} texts of cases name somebody; they are part of the record and would stay.",
            f"The roster key would be kept in {report.roster_key}.",
            "Backups made before hold the names still: destroy them, or keep them locked.",
        ]
    )


def _done_text(report: QuorumReport) -> str:
    if not report.changed:
        return _report_text(report)
    return (
        f"Sealed {report.recipients:,} names; the database was written anew without them. Backups made before, and "
        "the tables and manifests in your own folders, hold them still.\n"
        "Next: make a new backup; issue with a table of people: dyeline issue D-001 --to people.csv --out DIR"
    )
