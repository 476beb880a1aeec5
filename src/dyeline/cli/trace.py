"""``dyeline trace``: what an exhibit shows about the issued copies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.look_up import look_up
from dyeline.cli.progress import watching
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table
from dyeline.cli.together import together_text
from dyeline.errors import DyelineError

if TYPE_CHECKING:
    from dyeline.app.exhibits import ExhibitFile
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
        list[str],
        typer.Argument(
            metavar="EXHIBIT...|-",
            help="txt, md, html, docx, eml, pdf, png, jpg, webp, tiff, gif, heic; several files are one "
            "exhibit; - for stdin.",
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
    overlay: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png",
            help="Write a picture: the exhibit with the page and the marks that were recognised, and that page.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask which copy an exhibit came from. Says so when the evidence does not suffice.

    Any outcome exits with 0. A finding speaks of a copy, never of a person.
    """
    from dyeline.sandbox.choice import start_ahead

    start_ahead()  # while the rest of the program is loaded
    from dyeline.app.sealing import is_sealed
    from dyeline.app.trace import examine_files

    shell = shell_of(context)
    files = [read_exhibit(name) for name in exhibit]
    if overlay is not None:
        _check_overlay(overlay)
    workspace = shell.workspace()
    with watching() as watch:
        examined = examine_files(workspace, files, bound=bound, document=document, watch=watch)
    if overlay is not None:
        _write_overlay(examined, overlay)
    log = {"received": examined.received_entry, "examination": examined.log_entry}
    shell.show({**examined.finding.to_dict(), "log": log}, _text(examined, sealed=is_sealed(workspace)))


def read_exhibit(name: str) -> ExhibitFile:
    """Return the file of that name as part of an exhibit; "-" is standard input."""
    from dyeline.app.exhibits import ExhibitFile
    from dyeline.app.registration import read_document_file
    from dyeline.formats.limits import MAX_FILE_BYTES

    if name == "-":
        return ExhibitFile(sys.stdin.buffer.read(MAX_FILE_BYTES + 1))
    return ExhibitFile(read_document_file(Path(name)), Path(name).suffix)


def _check_overlay(path: Path) -> None:
    """Raise BadInput before the examination, which counts, if its overlay could not be written."""
    from dyeline.errors import BadInput

    if path.suffix.lower() != ".png":
        raise BadInput(f"{path} is no PNG file name.", fix="name the overlay FILE.png.")
    if not path.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {path.absolute().parent}.", fix="make it, or name another one.")
    if path.exists() or path.is_symlink():
        raise BadInput(
            f"{path} is there already; it may be the exhibit.", fix="name a new file for the overlay."
        )


def _write_overlay(examined: Examined, path: Path) -> None:
    from dyeline.store.files import write_durably

    if not examined.taken.exhibit.pictures:
        typer.echo("No overlay was written: the exhibit holds no pictures or pages.", err=True)
        return
    from dyeline.app.overlay import draw_overlay

    try:
        write_durably(path, draw_overlay(examined), mode=0o600)
    except (
        DyelineError,
        MemoryError,
    ) as fault:  # the examination counts, and its finding is shown whatever happens
        typer.echo(f"No overlay was written: {str(fault) or 'the memory does not suffice.'}", err=True)


def _text(examined: Examined, *, sealed: bool) -> str:
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
                f"{candidate.document} {candidate.circulation}",
                f"{candidate.family_wise_p:.2g}",
                f"{candidate.log10_lr:.1f}",
                f"{candidate.posterior:.4f}",
            )
            for candidate in finding.candidates
        ]
        headings = (
            "copy",
            "recipient",
            "copy of",
            "chance of a false naming <=",
            "log10 LR alone",
            "posterior",
        )
        lines.append(table(headings, rows))
        lines += [together_text(one) for one in finding.together]
        lines.append(
            f"None of these: posterior {finding.none_of_these.posterior:.2g} "
            f"(assumed beforehand: {finding.none_of_these.prior:g})."
        )
        if finding.outcome == "attributed":
            first = finding.candidates[0]
            lines.append(look_up(first.recipient, first.copy, "", sealed=sealed))
    lines.append(
        f"Bound {finding.bound:g} for this examination; this workspace has seen {examined.examinations} "
        "different ones, and their bounds add up."
    )
    lines.append(f"Log: received as entry {examined.received_entry}, examined as entry {examined.log_entry}.")
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
    page = f", page {region.page}" if region.page is not None else ""
    seen = f" as seen in picture {region.picture + 1}" if region.picture is not None else ""
    return [
        f"Document {document.id} version {document.version} ({plain(document.title)}){circulation}{page}{seen}, "
        f"words {region.start_word + 1:,} to {region.end_word:,}.",
        f"Sites read: {read or 'none'}.",
    ]
