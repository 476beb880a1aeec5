"""``dyeline exposure``: who knows what since when, and what that risks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli.access import LeakOption
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain, table

if TYPE_CHECKING:
    from dyeline.app.exposure import Exposure, KnownSubject, NextTelling

EXAMPLE = "Example: dyeline exposure D-001 --days 30 --plot exposure.svg"

_SHOWN_PEOPLE = 40  # rows and columns that are printed; --json has them all
_SHOWN_SUBJECTS = 8


def exposure(
    context: typer.Context,
    document: Annotated[
        list[str] | None,
        typer.Argument(metavar="DOCUMENT...", help="Only these documents and their facts; else everything."),
    ] = None,
    chance: Annotated[
        float, typer.Option(metavar="CHANCE", help="Chance that one person lets it out on one day.")
    ] = 2e-5,
    days: Annotated[int, typer.Option(min=1, max=36500, help="How long it has to be kept.")] = 90,
    leak: LeakOption = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw the chance by days and number of people.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who knows what since when, how soon it gets out, and whom not telling would halve that.

    After leaks (--leak) also: whom to tell next so that another leak would say most about the source,
    while few are told.
    """
    from dyeline.app.exposure import plan_telling, plot_exposure, show_exposure
    from dyeline.cli.access import leaks_of

    shell = shell_of(context)
    workspace = shell.workspace()
    if plot is not None:
        _check_plot(plot)
    shown = show_exposure(workspace, document or (), chance_a_day=chance, days=days)
    following = plan_telling(workspace, leaks_of([], None, [], [], leak)) if leak else None
    result: dict[str, Any] = {**shown.to_dict(), "next": None if following is None else following.to_dict()}
    if plot is not None:
        from dyeline.store.files import write_durably

        write_durably(plot, plot_exposure(shown).encode(), mode=0o600)
    shell.show(result, "\n\n".join([_text(shown), *([] if following is None else [_next(following)])]))


def _check_plot(path: Path) -> None:
    from dyeline.errors import BadInput

    if path.suffix.lower() != ".svg":
        raise BadInput(f"{path} is no SVG file name.", fix="name the plot FILE.svg.")
    if not path.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {path.absolute().parent}.", fix="make it, or name another one.")


def _text(shown: Exposure) -> str:
    from dyeline.forecast.exposure import BASIS

    if not shown.subjects:
        return "Nobody is on record as knowing anything. Next: dyeline issue, or dyeline briefing import briefings.csv"
    known = [(s.subject, s.people, s.first, s.last, f"{s.chance:.2g}", _half(s)) for s in shown.subjects]
    names = [s.subject for s in shown.subjects[:_SHOWN_SUBJECTS]]
    people = [(who, *(since.get(name, "") for name in names)) for who, since in shown.matrix[:_SHOWN_PEOPLE]]
    days = list(shown.curve[0][1])
    curve = [(parties, *(f"{chances[day]:.2g}" for day in days)) for parties, chances in shown.curve]
    parts = [
        f"What {shown.people:,} people know, and the chance that it has got out after {shown.days:,} days:",
        table(("subject", "people", "first", "last", "chance", "half the risk without"), known),
        "Who knows what since when:",
        table(("recipient", *names), people),
        "Chance that it has got out, by number of people and days:",
        table(("people", *(f"{day} days" for day in days)), curve),
        f"Assumed: {shown.chance_a_day:g} a person and day, each apart from the others. Basis of the default: {BASIS}. "
        "An order of magnitude: use your own figure with --chance.",
    ]
    hidden = len(shown.matrix) - len(people), len(shown.subjects) - len(names)
    if any(hidden):
        parts.insert(
            4, f"… and {hidden[0]:,} more people, {hidden[1]:,} more subjects (--json has them all)."
        )
    return "\n".join(parts)


def _half(subject: KnownSubject) -> str:
    cut = subject.halved
    if cut is None:
        return ""
    single = len(cut.recipients)
    people = ", ".join(cut.recipients) if single <= 3 else f"{single:,} people (--json lists them)"
    return "; ".join([*(plain(group) for group in cut.groups), *([people] if single else [])])


def _next(following: NextTelling) -> str:
    plan = following.plan
    rows = [(s.words, s.told, f"{s.mass:.0%}", f"{s.bits:.2f}") for s in (plan.advised, *plan.others)]
    few = following.recipients[:_SHOWN_PEOPLE]
    more = len(following.recipients) - len(few)
    rounds = f"about {plan.rounds:.0f}" if plan.rounds < 1000 else "very many"
    return "\n".join(
        [
            "Whom to tell next, so that another leak (or none) says most about the source:",
            f"{', '.join(few)}{f', … and {more:,} more' if more else ''}.",
            table(("choice", "people told", "share of belief", "bits expected"), rows),
            f"At this rate {rounds} such tellings would be needed. This is no list of suspects: so many people are "
            "told that another leak, and none, would both say something. A marked copy says more than all of them.",
        ]
    )
