"""``dyeline trace``: what an exhibit shows about the issued copies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.trace import Examined
    from dyeline.model.finding import Finding

EXAMPLE = "Example: dyeline trace article.html --bound 1e-4    (or: pbpaste | dyeline trace -)"

_HEADLINES = {
    "attributed": "Attributed: the exhibit descends from",
    "narrowed": "Narrowed to a set: one of these copies is the source",
    "insufficient": "Insufficient evidence: a passage of ours, but nobody can be named.",
    "no_readable_mark": "No readable mark: a passage of ours, but no mark in it can be read.",
    "not_ours": "Not ours: no passage of any document that was compared.",
}


def trace(
    context: typer.Context,
    exhibit: Annotated[
        str,
        typer.Argument(
            metavar="EXHIBIT|-", help="txt, md, html, docx, eml, pdf (text layer), or - for stdin."
        ),
    ],
    bound: Annotated[
        float | None,
        typer.Option(
            metavar="CHANCE",
            help="Highest accepted chance of naming any copy that is not a source; else as set (1e-3).",
        ),
    ] = None,
    document: Annotated[
        str | None, typer.Option(metavar="ID", help="Compare with this document only.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask which copy an exhibit came from. Says so when the evidence does not suffice.

    Any outcome exits with 0. A finding speaks of a copy, never of a person.
    """
    from dyeline.app.registration import read_document_file
    from dyeline.app.trace import examine
    from dyeline.formats.limits import MAX_FILE_BYTES

    shell = shell_of(context)
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if exhibit == "-" else read_document_file(Path(exhibit))
    suffix = None if exhibit == "-" else Path(exhibit).suffix
    examined = examine(shell.workspace(), data, bound=bound, document=document, hint_suffix=suffix)
    shell.show(examined.finding.to_dict(), _text(examined))


def _text(examined: Examined) -> str:
    finding = examined.finding
    copies = ", ".join(candidate.copy for candidate in finding.candidates)
    head = _HEADLINES[finding.outcome]
    lines = [f"{head} {copies}." if finding.outcome == "attributed" else head]
    lines += _where(finding)
    if finding.candidates:
        rows = [
            (
                candidate.copy,
                candidate.recipient,
                f"{candidate.family_wise_p:.2g}",
                f"{candidate.log10_lr:.1f}",
                f"{candidate.posterior:.4f}",
            )
            for candidate in finding.candidates
        ]
        lines.append(
            table(("copy", "recipient", "chance of a false naming <=", "log10 LR", "posterior"), rows)
        )
        lines.append(
            f"None of these: posterior {finding.none_of_these.posterior:.2g} "
            f"(assumed beforehand: {finding.none_of_these.prior:g})."
        )
    lines.append(
        f"Bound {finding.bound:g} for this examination; this workspace has seen {examined.examinations} "
        "different ones, and their bounds add up."
    )
    lines += [f"- {plain(advice)}" for advice in finding.advice]
    return "\n".join(lines)


def _where(finding: Finding) -> list[str]:
    if finding.document is None or finding.region is None:
        return []
    document, region = finding.document, finding.region
    circulation = f", circulation {document.circulation}" if document.circulation else ""
    read = ", ".join(
        f"{name} {count.read} of {count.sites}" for name, count in finding.readings.by_carrier.items()
    )
    return [
        f"Document {document.id} version {document.version} ({plain(document.title)}){circulation}, "
        f"words {region.start_word + 1:,} to {region.end_word:,}.",
        f"Sites read: {read or 'none'}.",
    ]
