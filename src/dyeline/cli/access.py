"""``dyeline access``: who could be the source of a leak, by what everybody had been told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.access.judge import AccessFinding
    from dyeline.app.access import AccessReport, MarkedCopy
    from dyeline.app.leaks import LeakText

EXAMPLE = "Example: dyeline access D-001 --published 2026-03-03T09:00Z --fact f1 --fact f4"

LeakOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LEAK",
        help="A leak as TIME:fact,fact or a JSON or YAML file with published, documents, facts, missing; "
        "may be given several times.",
    ),
]


def access(
    context: typer.Context,
    document: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOCUMENT...", help="Documents that the leak is about (label or title)."),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="First publication, like 2026-03-03T09:00Z, or a day."),
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A fact in the leak; may be given several times.")
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A fact that the leak could have carried and has not."),
    ] = None,
    leak: LeakOption = None,
    prior_outside: Annotated[
        float,
        typer.Option(metavar="CHANCE", help="Assumed beforehand: the source is nobody on record."),
    ] = 0.2,
    beside: Annotated[
        str | None,
        typer.Option(
            metavar="COPY", help="A copy that an examination has attributed: show its recipient's access."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who could be the source of leaks, by issued copies and briefings. Never names a person.

    Names a group, a channel, outside, or nobody. Without --fact the document itself is what leaked;
    with it, facts of the documents that are not named count, weakly, as absent.
    """
    from dyeline.app.access import who_had_access

    shell = shell_of(context)
    leaks = leaks_of(document or [], published, fact or [], missing or [], leak or [])
    report = who_had_access(shell.workspace(), leaks, prior_outside=prior_outside, beside=beside)
    shell.show(report.to_dict(), _text(report))


def leaks_of(
    documents: list[str], published: str | None, facts: list[str], missing: list[str], more: list[str]
) -> list[LeakText]:
    """Return the leaks that the options of a command describe. Raises BadInput."""
    from dyeline.app.leaks import LeakText, read_leak
    from dyeline.errors import BadInput

    found = []
    if documents or facts or missing:
        if published is None:
            raise BadInput(
                "The time when the leak was first published is missing.",
                fix="give --published 2026-03-03T09:00Z, or a day.",
            )
        found.append(LeakText(published, tuple(documents), tuple(facts), tuple(missing)))
    for text in more:
        found += read_leak(text)
    return found


def _text(report: AccessReport) -> str:
    finding = report.finding
    lines = [_headline(report), *report.explanation]
    inside = _inside(report)
    lines.append(f"Together with {_share(finding.set_mass)} of the belief: {inside}.")
    if finding.withheld:
        lines.append(
            "Fewer than three people are in that set, so they are not listed: from access alone nobody is named. "
            "Only a mark can separate the last few; trace an exhibit."
        )
    if finding.inseparable_sizes:
        lines.append(_alike(finding))
    what = finding.statement or "outside"
    rows = [(row.words, _share(row.statement), _share(row.outside), row.people) for row in finding.sweep]
    lines.append(table(("assuming that", plain(what), "outside", "people in the set"), rows))
    lines.append(
        f"Assumed beforehand: outside {_share(report.assumed.prior_outside)}, everybody on record alike. "
        "These are shares of belief under stated assumptions, not a bound as a mark has it."
    )
    if report.mark is not None:
        lines += _beside(report.mark)
    return "\n".join(lines)


def _share(belief: float) -> str:
    """Return a share in %; 100 and 0 would claim what no assumption can carry."""
    return "over 99 %" if belief > 0.99 else "under 1 %" if belief < 0.01 else f"{100 * belief:.0f} %"


def _headline(report: AccessReport) -> str:
    finding = report.finding
    what, share = plain(finding.statement) or "outside", _share(finding.probability)
    if finding.outcome == "group":
        return f"Group: the source is in {what} ({share}). Which member cannot be said."
    if finding.outcome == "channel":
        return f"Channel: what leaked fits {what} itself, better than any person on record ({share})."
    if finding.outcome == "outside":
        return f"Outside: the source is nobody on record ({share})."
    if finding.refused_by:
        return f"Open: {what} would be named, but not if {finding.refused_by[0]}."
    from dyeline.access.judge import SURE

    return (
        f"Open: by access alone no group can be named. The likeliest statement, {what}, has {share}; "
        f"it would need {_share(SURE)}."
    )


def _inside(report: AccessReport) -> str:
    finding = report.finding
    parts = []
    if finding.people_in_set:
        shown = "" if finding.withheld else f" ({_listed(finding.people)})"
        parts.append(f"{finding.people_in_set:,} of {report.people:,} people{shown}")
    parts += [f"several of {plain(name)} together" for name in finding.groups_in_set]
    parts += [f"the channel {plain(name)}" for name in finding.channels_in_set]
    if finding.unnamed_in_set:
        parts.append(f"groups and channels that are not named: {finding.unnamed_in_set:,}")
    parts += ["somebody outside"] if finding.outside_in_set else []
    return "; ".join(parts)


def _alike(finding: AccessFinding) -> str:
    sizes = ", ".join(f"{size:,}" for size in finding.inseparable_sizes[:5])
    more = ", …" if len(finding.inseparable_sizes) > 5 else ""
    listed = " (--json lists those of three and more)" if finding.inseparable else ""
    return f"People whom none of this can tell apart, in sets of {sizes}{more}{listed}."


def _listed(labels: tuple[str, ...], most: int = 20) -> str:
    more = f", … and {len(labels) - most:,} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + more


def _beside(mark: MarkedCopy) -> list[str]:
    access = mark.access
    verdict = "in" if access.in_set else "not in"
    said = (
        f"the record speaks {access.ratio:.2g} times for this recipient against the average of the others"
        if access.ratio >= 1
        else f"the record speaks {1 / access.ratio:.2g} times for the average of the others against this recipient"
        if access.ratio > 0
        else "by the record this recipient could not have known it: the copy may have been passed on"
    )
    return [
        "",
        f"Beside it: copy {mark.copy} ({mark.recipient}) was named by its marks on {mark.examined}, "
        f"bound {mark.bound:g}.",
        f"Its recipient had {access.had:,} of {access.published:,} published facts in time and is {verdict} "
        f"that set; {said}. The bound of the mark stays what it is.",
    ]
