"""``dyeline demo``: the whole journey on documents that ship with the package."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

if TYPE_CHECKING:
    from dyeline.app.demo import DemoReport
    from dyeline.app.demo_case import CaseShown

EXAMPLE = "Example: dyeline demo --keep ~/dyeline-demo"


def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep workspace, copies and exhibits here; else they are removed."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Issue three documents to 40 recipients, leak them in fifteen ways, trace every leak, and report on one.

    Exits with 1 if any leak was traced wrongly, or the report is not confirmed by dyeline-verify.
    """
    from dyeline.app.demo import run_demo
    from dyeline.app.workspace import init, open_workspace
    from dyeline.errors import BadInput

    shell = shell_of(context)
    with ExitStack() as stack:
        if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise BadInput(f"{keep} is not an empty folder.", fix="name a new folder for --keep.")
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dyeline-demo-")))
        root = folder / "workspace"
        init(root)
        workspace = open_workspace(root)
        try:
            report = run_demo(
                workspace, folder, step=lambda line: None if shell.as_json else typer.echo(line)
            )
        finally:
            workspace.close()
    right = sum(leak.right for leak in report.leaks)
    result = {
        "leaks": [leak.to_dict() for leak in report.leaks],
        "right": right,
        "of": len(report.leaks),
        "case": {
            "found": list(report.case.found),
            "copy": report.case.copy,
            "recipient": report.case.recipient,
            "unsealed_by": list(report.case.custodians),
            "verified": report.case.verified,
        },
        "kept": str(keep) if keep else None,
    }
    shell.show(result, _text(report, keep))
    if right < len(report.leaks) or report.case.verified is False:
        raise typer.Exit(1)


def _text(report: DemoReport, keep: Path | None) -> str:
    lines = [""]
    for added, issued in zip(report.documents, report.circulations, strict=True):
        sites = ", ".join(f"{count} {name}" for name, count in issued.sites.items())
        lines.append(
            f"{added.version.document} {added.version.title} ({added.version.words:,} words, "
            f"{added.version.style}): {sites} sites; {issued.copies} copies."
        )
    rows = [
        (
            leak.leak,
            " + ".join(leak.truth) or "no issued copy",
            leak.outcome,
            " + ".join(leak.named) or "nobody",
            f"{leak.family_wise_p:.1g}" if leak.family_wise_p is not None else "-",
            f"{leak.read} of {leak.sites}",
            "yes" if leak.right else "NO",
        )
        for leak in report.leaks
    ]
    lines += [
        "",
        table(
            ("leak", "truth", "outcome", "named", "chance of a false naming <=", "sites read", "right"), rows
        ),
        "",
        f"{sum(leak.right for leak in report.leaks)} of {len(report.leaks)} right. "
        "The chance is for all 40 copies together; the bound was 0.001.",
        "A finding speaks of a copy, not of a person.",
        *_case_lines(report.case),
    ]
    if keep is not None:
        lines.append(
            f"Kept in {keep}: try  dyeline --workspace {keep / 'workspace'} trace {keep}/exhibits/EX-06.txt"
        )
        lines.append(
            f"The report on the case: {keep}/report/data/report.pdf; check it: dyeline-verify {keep}/report"
        )
    return "\n".join(lines)


def _case_lines(case: CaseShown) -> list[str]:
    """Return what the case came to."""
    if case.verified is None:
        check = [
            "The report was not checked: install the program for that from verifier/ of Dyeline's sources."
        ]
    else:
        check = ["dyeline-verify, with the log's key, on the report:", *(f"  {line}" for line in case.steps)]
    return [
        "",
        "The case about the photo:",
        *case.found,
        *check,
        f"{' and '.join(case.custodians)} unsealed {case.copy}: it was issued to {case.holder} ({case.recipient}).",
        "That does not say who leaked it.",
    ]
