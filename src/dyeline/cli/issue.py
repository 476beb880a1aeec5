"""``dyeline issue``: one marked copy for every recipient."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.progress import progress
from dyeline.cli.shell import Json, shell_of

if TYPE_CHECKING:
    from dyeline.app.issue import IssueReport

EXAMPLE = "Example: dyeline issue D-001 --to people.csv --out copies/"


def issue(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="ID", help="Label (D-001), one version of it (D-001/2), or title.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="people.csv|group:NAME|all", help="Who gets a copy.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the copies and manifest.csv.")
    ],
    kind: Annotated[
        str | None,
        typer.Option("--format", metavar="docx|html|md|pdf|txt", help="Format; else the document's own."),
    ] = None,
    carriers: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Some of declared,wording,character,textlayer,layout,image,stamp; else all. The notice has its own "
            "option.",
        ),
    ] = None,
    notice: Annotated[
        bool | None,
        typer.Option("--notice/--no-notice", help="Show a line that names the recipient; else as set (yes)."),
    ] = None,
    shift: Annotated[
        float | None,
        typer.Option(
            metavar="PT",
            help="How far words move on pages, in pt: 0.2 (default) is not seen; 0.35 for photos of curled paper.",
        ),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes; else one a processor.")] = None,
    as_json: Json = False,
) -> None:
    """Make one individually marked copy for every recipient, and a manifest of them.

    Every copy is read again before any is released. Repeating the command continues the same
    circulation: nobody gets a second codeword, files that are there stay, new recipients are added.
    """
    from dyeline.app.issue import issue as run

    shell = shell_of(context)
    with progress("Issuing") as report:
        result = run(
            shell.workspace(),
            document,
            to,
            out,
            kind=kind,
            carriers=carriers.replace(" ", "").split(",") if carriers is not None else None,
            notice=notice,
            shift_pt=shift,
            processes=jobs,
            progress=report,
        )
    shell.show({**asdict(result), "warnings": list(result.warnings)}, _text(result))


def _text(report: IssueReport) -> str:
    sites = ", ".join(f"{count} {name}" for name, count in report.sites.items())
    begun = "begun" if report.new_circulation else "continued"
    kept = f", {report.kept} were there already" if report.kept else ""
    took = f" ({report.gate_s:.2g} s each)" if report.written and report.kind == "pdf" else ""
    lines = [
        f"{report.document} version {report.version}: circulation {report.circulation} {begun}.",
        f"{report.written} {report.kind} copies written to {report.folder}{kept}; each was read again before "
        f"release{took}.",
        f"Mark sites: {sites} ({report.bits:,.0f} bits).",
        f"Manifest: {report.manifest}",
        f"Commitment to all codewords: {report.commitment}",
        f"Log: {_entries(report)}",
        "Send it to somebody else now: it shows later that nothing was exchanged after a leak.",
    ]
    if not report.notice:
        lines.append("The copies carry no notice: tell the recipients yourself that their copies are marked.")
    lines += [f"Warning: {warning}" for warning in report.warnings]
    return "\n".join(lines)


def _entries(report: IssueReport) -> str:
    log = report.log
    if log.copies is None:
        return f"circulation opened in entry {log.opened}; no copy had to be made."
    first, last = log.copies
    return f"circulation opened in entry {log.opened}, its copies in entries {first} to {last}."
