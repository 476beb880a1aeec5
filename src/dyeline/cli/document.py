"""``dyeline document``: the documents to protect, and their mark sites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.forecast import forecast_text
from dyeline.cli.progress import watching
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.documents import VersionRecord
    from dyeline.app.registration import AddedDocument
    from dyeline.app.sites import SiteReview, SiteView

commands = typer.Typer(no_args_is_help=True, help="Add documents and review what may be varied in them.")


@commands.command("add", epilog='Example: dyeline document add plan.docx --title "Merger plan"')
def add(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="docx, html, md, pdf (with a text layer) or txt.")
    ],
    title: Annotated[
        str | None, typer.Option(help="Title; else the first heading, or the file name.")
    ] = None,
    style: Annotated[
        str | None, typer.Option(metavar="formal|informal|legal", help="Style of the text; else detected.")
    ] = None,
    document: Annotated[str | None, typer.Option(help="Document that this is the next version of.")] = None,
    dense: Annotated[
        bool,
        typer.Option(
            "--dense", help="PDF: mark the text of every word; searching copies for phrases then suffers."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a document, or a new version of one, and find its mark sites.

    The style decides what wording may be varied: contractions in informal texts only, and nothing
    by itself in legal ones. Adding the same file again changes nothing.
    """
    from dyeline.app.forecast import forecast_document
    from dyeline.app.recipients import count_recipients
    from dyeline.app.registration import add_document, read_document_file

    shell = shell_of(context)
    workspace = shell.workspace()
    with watching() as watch:
        watch("Looking for mark sites", 0, 1)
        added = add_document(
            workspace,
            read_document_file(file),
            file_name=file.name,
            title=title,
            style=style,
            document=document,
            dense=dense,
            progress=lambda done, whole: watch("Recognising pages", done, whole),
        )
    version = f"{added.version.document}/{added.version.number}"
    people = count_recipients(workspace) or 100
    forecast = forecast_document(workspace, version, recipients=people)
    result = {**_added_result(added), "forecast": forecast.to_dict()}
    shell.show(result, f"{_added_text(added)}\n\n{forecast_text(forecast)}")


@commands.command("list", epilog="Example: dyeline document list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the documents."""
    from dyeline.app.documents import list_documents

    shell = shell_of(context)
    documents = list_documents(shell.workspace())
    rows = [(d.id, len(d.versions), d.versions[-1].kind, d.versions[-1].words, d.title) for d in documents]
    text = (
        table(("id", "versions", "kind", "words", "title"), rows)
        if rows
        else "No documents yet. Next: dyeline document add FILE"
    )
    result = [
        {"id": d.id, "title": d.title, "versions": [version_result(v) for v in d.versions]} for d in documents
    ]
    shell.show({"documents": result}, text)


@commands.command("show", epilog="Example: dyeline document show D-001")
def show(
    context: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Label (D-001) or title.")],
    as_json: Json = False,
) -> None:
    """Show one document and its versions."""
    from dyeline.app.documents import show_document

    shell = shell_of(context)
    record = show_document(shell.workspace(), document)
    rows = [(v.number, v.kind, v.style, v.words, "yes" if v.english else "no") for v in record.versions]
    text = f"{record.id}  {plain(record.title)}\n" + table(
        ("version", "kind", "style", "words", "english"), rows
    )
    versions = [version_result(version) for version in record.versions]
    shell.show({"id": record.id, "title": record.title, "versions": versions}, text)


@commands.command(
    "sites",
    epilog="Example: dyeline document sites D-001 --accept 1-5 --accept 8 --reject 6",
)
def sites(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="ID", help="Label (D-001), one version of it (D-001/2), or title.")
    ],
    pending: Annotated[bool, typer.Option("--pending", help="Only sites that wait for a decision.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Rejected sites too.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="N", help="Accept sites: 3, 3-7, 3,5, or all that are pending."),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(metavar="N", help="Reject sites: 3, 3-7, 3,5, or all that are pending."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show every place where wording may be varied, and accept or reject it.

    Pending sites are used only once accepted, the others unless rejected. Decisions hold for the
    circulations that are begun afterwards.
    """
    from dyeline.app.sites import review_sites

    shell = shell_of(context)
    review = review_sites(shell.workspace(), document, accept=accept or (), reject=reject or ())
    states = {"pending"} if pending else {"on", "pending", "rejected"} if all_ else {"on", "pending"}
    shown = [site for site in review.sites if site.state in states]
    shell.show(_review_result(review, shown), _review_text(review, shown))


def version_result(version: VersionRecord) -> dict[str, Any]:
    """Return a version as JSON values."""
    return {
        "version": version.number,
        "kind": version.kind,
        "style": version.style,
        "english": version.english,
        "words": version.words,
    }


def _added_result(added: AddedDocument) -> dict[str, Any]:
    return {
        "id": added.version.document,
        "title": added.version.title,
        **version_result(added.version),
        "created": added.created,
        "sites": added.sites,
        "pending": added.pending,
        "cautions": list(added.cautions),
    }


def _added_text(added: AddedDocument) -> str:
    version = added.version
    verb = "Added" if added.created else "Known already:"
    detected = ", detected" if added.style_detected else ""
    language = "" if version.english else ", not English: no automatic wording"
    lines = [
        f"{verb} {version.document} version {version.number}: {plain(version.title)}",
        f"{version.words:,} words, {version.kind}, {version.style}{detected}{language}",
        table(("mark sites", "count"), list(added.sites.items()) or [("none", 0)]),
    ]
    if added.pending:
        lines.append(
            f"{added.pending} wait for your review: dyeline document sites {version.document} --pending"
        )
    lines += [f"Look at {caution}" for caution in added.cautions]
    return "\n".join(lines)


def _review_result(review: SiteReview, shown: list[SiteView]) -> dict[str, Any]:
    return {
        "id": review.version.document,
        "version": review.version.number,
        "on": review.count("on"),
        "pending": review.count("pending"),
        "rejected": review.count("rejected"),
        "sites": [
            {
                "number": site.number,
                "id": site.id,
                "class": site.cls,
                "state": site.state,
                "left": site.left,
                "now": site.now,
                "variants": list(site.variants),
                "right": site.right,
                "places": site.places,
            }
            for site in shown
        ],
    }


def _review_text(review: SiteReview, shown: list[SiteView]) -> str:
    head = (
        f"{review.version.document} version {review.version.number}: {len(review.sites)} wording sites "
        f"({review.count('on')} on, {review.count('pending')} pending, {review.count('rejected')} rejected)"
    )
    lines = [head]
    for site in shown:
        more = f", {site.places} places" if site.places > 1 else ""
        choice = " | ".join(plain(variant) or "-" for variant in site.variants)
        lines.append(f"{site.number:>5}  {site.state:<8}  {site.cls}{more}")
        lines.append(f"       …{plain(site.left)}[{choice}]{plain(site.right)}…")
    return "\n".join(lines)
