"""``dyeline fact`` and ``dyeline facts``: what a document states, and which of it stands in an exhibit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table
from dyeline.cli.trace import read_exhibit

if TYPE_CHECKING:
    from datetime import date

    from dyeline.app.facts import ComparedFacts, FactImport, Run
    from dyeline.facts.find import FoundFact
    from dyeline.facts.sheet import Fact

commands = typer.Typer(no_args_is_help=True, help="Import and list the fact sheet of a document.")

EXAMPLE = "Example: dyeline facts D-001 article.html    (several exhibits: what they share with each other)"
_LONGEST = 60  # characters of a cell that a table shows

Document = Annotated[str, typer.Argument(metavar="ID", help="Document: its label (D-001) or title.")]


@commands.command("import", epilog="Example: dyeline fact import D-001 facts.csv --dry-run")
def import_(
    context: typer.Context,
    document: Document,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file with a header line.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Give a document its fact sheet; a sheet that it has is replaced.

    Columns: id, type (place, person, organisation, number, date, quote, claim), relation (words that
    stand beside the value: one of each group, as in "search|raid site|premises"), value, aliases
    (other spellings, separated by ;), versions (group=value, separated by ;). Only id, type and value
    are required.
    """
    from dyeline.app.facts import import_facts, read_sheet_file

    shell = shell_of(context)
    report = import_facts(shell.workspace(), document, read_sheet_file(file), dry_run=dry_run)
    shell.show(asdict(report), _import_text(report))


@commands.command("list", epilog="Example: dyeline fact list D-001 --json")
def list_(context: typer.Context, document: Document, as_json: Json = False) -> None:
    """List the facts of a document."""
    from dyeline.app.facts import list_facts

    shell = shell_of(context)
    facts = list_facts(shell.workspace(), document)
    rows = [
        (
            fact.id,
            fact.type,
            _short(fact.relation),
            _short(fact.value),
            _short("; ".join(fact.aliases)),
            _short("; ".join(f"{version.group}={version.value}" for version in fact.versions)),
        )
        for fact in facts
    ]
    text = (
        table(("id", "type", "relation", "value", "aliases", "versions"), rows)
        if rows
        else f"No facts yet. Next: dyeline fact import {plain(document)} facts.csv"
    )
    shell.show({"facts": [_fact_result(fact) for fact in facts]}, text)


def facts(
    context: typer.Context,
    document: Document,
    exhibit: Annotated[
        list[str],
        typer.Argument(
            metavar="EXHIBIT...|-",
            help="Article, mail or picture, of any kind that trace reads; several are compared with each other.",
        ),
    ],
    published: Annotated[
        str | None,
        typer.Option(
            "--published",
            metavar="YYYY-MM-DD",
            help='Day of publication, for "last Saturday"; else that of the dateline.',
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell which facts of a document stand in an exhibit, with which value, in which sentence, said by whom.

    What the program is not sure of counts as absent. A claim is a suggestion: read the sentence.
    """
    from dyeline.app.facts import compare_facts

    shell = shell_of(context)
    day = _day(published)
    files = [read_exhibit(name) for name in exhibit]
    compared = compare_facts(shell.workspace(), document, files, published=day)
    shell.show(_compared_result(compared), _compared_text(compared, exhibit))


def _day(text: str | None) -> date | None:
    from datetime import date

    from dyeline.errors import BadInput

    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise BadInput("The day of publication is no date.", fix="write it as YYYY-MM-DD.") from fault


def _fact_result(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "type": fact.type,
        "relation": fact.relation,
        "value": fact.value,
        "aliases": list(fact.aliases),
        "versions": {version.group: version.value for version in fact.versions},
    }


def _import_text(report: FactImport) -> str:
    would = "would be " if report.dry_run else ""
    lines = [
        f"{report.document}: {len(report.added):,} facts {would}added, {len(report.changed):,} {would}changed, "
        f"{len(report.removed):,} {would}removed, {report.unchanged:,} unchanged ({report.encoding})."
    ]
    for what, ids in (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed)):
        lines += [f"{what}: {plain(', '.join(ids))}"] if ids else []
    return "\n".join(lines)


def _compared_result(compared: ComparedFacts) -> dict[str, Any]:
    return {
        "document": compared.document,
        "facts": [
            {**asdict(fact), "exhibit": number}
            for number, found in enumerate(compared.found, start=1)
            for fact in found
        ],
        "shared_runs": [{**asdict(run), "exhibits": list(run.exhibits)} for run in compared.shared_runs],
        "notices": list(compared.notices),
    }


def _compared_text(compared: ComparedFacts, names: list[str]) -> str:
    lines: list[str] = []
    for name, found in zip(names, compared.found, strict=True):
        present = [fact for fact in found if fact.present]
        lines.append(
            f"{plain(name)}: {len(present)} of {len(found)} facts of {compared.document} stand in it."
        )
        if present:
            rows = [_row(fact) for fact in present]
            lines.append(table(("fact", "value", "version", "said by", "sentence"), rows))
        lines += [_versions_text(present)] if any(fact.version for fact in present) else []
        if any(fact.confidence == "suggestion" for fact in present):
            lines.append("? is a suggestion: read the sentence before you rely on it.")
    lines += _runs_text(compared.shared_runs, several=len(compared.found) > 1)
    lines += [f"- {plain(notice)}" for notice in compared.notices]
    return "\n".join(lines)


def _row(fact: FoundFact) -> tuple[str, ...]:
    mark = "?" if fact.confidence == "suggestion" else ""
    value = fact.value if fact.value is not None else "(several)"
    return (
        f"{fact.id}{mark}",
        _short(value),
        fact.version or "",
        _short(fact.speaker or ""),
        _short(fact.sentence or ""),
    )


def _versions_text(present: list[FoundFact]) -> str:
    counted: dict[str, int] = {}
    for fact in present:
        if fact.version:
            counted[fact.version] = counted.get(fact.version, 0) + 1
    told = ", ".join(f"{plain(group)} in {count}" for group, count in sorted(counted.items()))
    return f"Value as given to one group alone: {told}. This tells where the text comes from, not who passed it on."


def _runs_text(runs: tuple[Run, ...], *, several: bool) -> list[str]:
    if not runs:
        return ["No run of words marks one origin." if several else "No run of the document's words."]
    head = "Runs of words that mark one origin:" if several else "Runs of the document's own words:"
    lines = [head]
    for run in runs:
        where = f"exhibits {run.exhibits[0]} and {run.exhibits[1]}" if several else "exhibit 1"
        notes = [where]
        notes += ["quoted"] if run.quoted else []
        notes += ["also in the document"] if several and run.in_document else []
        lines.append(f'  "{_short(run.text)}" ({run.words} words; {", ".join(notes)})')
    return lines


def _short(text: str) -> str:
    clean = plain(text)
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 1]}…"
