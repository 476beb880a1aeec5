"""``dyeline case``: several exhibits of one matter, and what they show together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.case_text import case_text
from dyeline.cli.shell import Json, error_result, shell_of
from dyeline.cli.tables import plain, table
from dyeline.cli.times import moment

if TYPE_CHECKING:
    from dyeline.app.case_exhibits import AddedExhibit
    from dyeline.app.cases import CaseRecord

commands = typer.Typer(
    no_args_is_help=True, help="Put several exhibits of one matter together, and see what they show."
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the case.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; goes on record.")]


@commands.command("new", epilog='Example: dyeline case new "Spring plan" --bound 1e-3')
def new(
    context: typer.Context,
    name: Name,
    bound: Annotated[
        float | None,
        typer.Option(
            metavar="CHANCE",
            help="Highest accepted chance that the case ever names any recipient who is not a source; "
            "else as set (1e-3). It cannot be changed later.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Open a case."""
    from dyeline.app.cases import new_case

    shell = shell_of(context)
    record = new_case(shell.workspace(), name, bound=bound)
    shown = plain(record.name)
    text = (
        f"Opened case {shown}, bound {record.bound:g}. Before anything is examined: could this be a protected "
        f"disclosure?\nNext: dyeline case disclose '{shown}' --decision not-protected --by reviewer --reason …"
    )
    shell.show(_case_result(record), text)


@commands.command(
    "disclose",
    epilog='Example: dyeline case disclose "Spring plan" --decision not-protected --by reviewer --reason "..."',
)
def disclose(
    context: typer.Context,
    name: Name,
    decision: Annotated[str, typer.Option(metavar="DECISION", help="protected, not-protected or undecided.")],
    by: Annotated[
        str,
        typer.Option(
            metavar="ROLE", help="In which role: issuer, investigator, custodian, auditor, reviewer."
        ),
    ],
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Say whether this could be a protected disclosure, before anything is examined.

    protected: nothing is examined. undecided: exhibits are examined, no name is unsealed. not-protected:
    both. It can be decided again; every decision stays on record.
    """
    from dyeline.app.disclosure import decide

    shell = shell_of(context)
    made = decide(shell.workspace(), name, decision, by=by, reason=reason)
    shell.show(
        {"case": made.case, "decision": made.decision, "by": made.decided_by, "reason": made.reason},
        f"Case {plain(made.case)}: {made.decision}, decided as {made.decided_by}. It is on record.",
    )


@commands.command(
    "add", epilog='Example: dyeline case add "Spring plan" article.html photo.jpg --source "newsroom"'
)
def add(
    context: typer.Context,
    name: Name,
    exhibit: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXHIBIT...", help="Files that trace can read; each is an exhibit of its own."
        ),
    ],
    received: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When they came in: 2026-03-01 or 2026-03-01T09:30+01:00; UTC unless it says.",
        ),
    ] = None,
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where they came from.")] = "",
    document: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Compare with this document only; a text in other words by its declared facts."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add exhibits and examine them. Hashes are on record before the first one is opened.

    Files of one call are judged as one look. One that cannot be examined stays on record; if none can, the exit
    status is that of the first error. Adding a file again changes nothing, unless it was
    compared with no copy so far (not_ours) and --document names what to compare it with.
    """
    from dyeline.app.case_exhibits import add_exhibits
    from dyeline.cli.progress import progress

    shell = shell_of(context)
    with progress("Examining") as report:
        added = add_exhibits(
            shell.workspace(),
            name,
            exhibit,
            received=None if received is None else moment(received, "--received"),
            source=source,
            document=document,
            progress=report,
        )
    result = {"case": name, "exhibits": [_added_result(one) for one in added]}
    errors = [(f"{one.label}: {plain(str(one.error))}", one.error) for one in added if one.error]
    if len(errors) < len(added):
        shell.show(result, _added_text(added, name, [said for said, _ in errors], document is not None))
        return
    first = errors[0][1]
    shell.show({**result, "error": error_result(first)}, _added_text(added, name, [], document is not None))
    for said, error in errors:
        shell.complain(f"Error: {said}", error)
    raise typer.Exit(first.exit_status)


@commands.command("show", epilog='Example: dyeline case show "Spring plan" --json')
def show(context: typer.Context, name: Name, as_json: Json = False) -> None:
    """Show what the exhibits of a case say together and one by one. No exhibit is opened again."""
    from dyeline.app.case_view import show_case

    shell = shell_of(context)
    view = show_case(shell.workspace(), name)
    shell.show(view.to_dict(), case_text(view))


@commands.command("list", epilog="Example: dyeline case list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the cases."""
    from dyeline.app.cases import list_cases

    shell = shell_of(context)
    records = list_cases(shell.workspace())
    rows = [
        (r.name, f"{r.created:%Y-%m-%d}", r.exhibits, f"{r.bound:g}", "closed" if r.closed else "open")
        for r in records
    ]
    text = (
        table(("case", "opened", "exhibits", "bound", "state"), rows)
        if rows
        else "No cases yet. Next: dyeline case new NAME"
    )
    shell.show({"cases": [_case_result(record) for record in records]}, text)


@commands.command("propositions", epilog='Example: dyeline case propositions "Spring plan" --for R-017')
def propositions(
    context: typer.Context,
    name: Name,
    recipient: Annotated[
        str | None,
        typer.Option("--for", metavar="R-NNN", help="Recipient whom the first statement is about."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the statements between which the finding weighs. Exactly one of each set is true."""
    from dyeline.app.case_view import case_propositions

    shell = shell_of(context)
    sets = case_propositions(shell.workspace(), name, recipient=recipient)
    result = [
        {"assumption": one.about, "exhibits": list(one.exhibits), "statements": list(one.statements)}
        for one in sets
    ]
    lines = []
    for one in sets:
        together = "together" if one.about == "same_source" else "alone"
        lines.append(f"{', '.join(one.exhibits)} ({together}):")
        lines += [f"  {number}. {statement}" for number, statement in enumerate(one.statements, start=1)]
    shell.show(
        {"case": name, "propositions": result}, "\n".join(lines) or "The case has no examined exhibit yet."
    )


@commands.command(
    "evidence",
    epilog='Example: dyeline case evidence "Spring plan" --lr 20 --for R-017 --source "door log" --reason "..."',
)
def evidence(
    context: typer.Context,
    name: Name,
    lr: Annotated[
        float,
        typer.Option(
            metavar="NUMBER", help="How many times as probable the evidence is if this copy is the source."
        ),
    ],
    label: Annotated[str, typer.Option("--for", metavar="R-NNN|C-NNNN", help="Recipient or copy.")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where it comes from.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the number is what it is.")],
    kind: Annotated[str, typer.Option(metavar="WORD", help="What it is.")] = "",
    as_json: Json = False,
) -> None:
    """Enter evidence from outside of the marks. It is shown apart and never changes whom the marks name."""
    from dyeline.app.cases import add_evidence

    shell = shell_of(context)
    given = add_evidence(
        shell.workspace(), name, label=label, likelihood_ratio=lr, source=source, reason=reason, kind=kind
    )
    shell.show({"case": name, "evidence": given}, f"{given} is on record. It is shown apart from the marks.")


@commands.command(
    "remove", epilog='Example: dyeline case remove "Spring plan" EX-2 --reason "another matter"'
)
def remove(
    context: typer.Context,
    name: Name,
    label: Annotated[str, typer.Argument(metavar="EX-N|EV-N", help="Exhibit or evidence.")],
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Take an exhibit or evidence out of a case. Its record stays, and the choice is paid for."""
    from dyeline.app.cases import remove as take_out

    shell = shell_of(context)
    take_out(shell.workspace(), name, label, reason=reason)
    shell.show(
        {"case": name, "removed": label.upper()},
        f"{plain(label.upper())} no longer counts; its record stays.",
    )


@commands.command("close", epilog='Example: dyeline case close "Spring plan" --reason "answered"')
def close(context: typer.Context, name: Name, reason: Reason, as_json: Json = False) -> None:
    """Close a case: it can still be read, and not be changed any more."""
    from dyeline.app.cases import close_case

    shell = shell_of(context)
    record = close_case(shell.workspace(), name, reason=reason)
    shell.show(_case_result(record), f"Closed case {plain(record.name)}.")


def _case_result(record: CaseRecord) -> dict[str, Any]:
    return {
        "case": record.name,
        "label": record.label,
        "bound": record.bound,
        "created": record.created.isoformat(timespec="seconds"),
        "closed": record.closed.isoformat(timespec="seconds") if record.closed else None,
        "close_reason": record.close_reason,
        "exhibits": record.exhibits,
    }


def _added_result(one: AddedExhibit) -> dict[str, Any]:
    return {
        "label": one.label,
        "sha256": one.sha256,
        "file": one.file,
        "outcome": one.outcome or None,
        "fault": one.fault,
        "problem": one.error.problem if one.error else "",
        "fix": one.error.fix if one.error else "",
        "known": one.known,
    }


def _added_text(added: list[AddedExhibit], name: str, errors: list[str], restricted: bool) -> str:
    known = "was compared already; --document changes nothing" if restricted else "was there already"
    rows = [
        (
            one.label,
            one.file,
            one.fault or one.outcome,
            known if one.known else "",
            one.sha256[:12],
        )
        for one in added
    ]
    lines = [table(("exhibit", "file", "alone", "", "sha256"), rows), *errors]
    return "\n".join([*lines, f"Next: dyeline case show '{plain(name)}'"])
