"""``dyeline forecast``: what a leak would show, said before it happens."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

if TYPE_CHECKING:
    from dyeline.app.forecast import Forecast

EXAMPLE = "Example: dyeline forecast D-001 --recipients 100"


def forecast(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="ID", help="Label (D-001), one version of it (D-001/2), or title.")
    ],
    recipients: Annotated[int, typer.Option(min=1, help="How many will get a copy.")] = 100,
    bound: Annotated[
        float, typer.Option(metavar="CHANCE", help="Bound that the finding would be made at.")
    ] = 1e-3,
    copies: Annotated[
        int, typer.Option(min=1, max=5, help="How many recipients merge their copies before they leak.")
    ] = 1,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the table as a chart.")] = None,
    as_json: Json = False,
) -> None:
    """Say for leaks of several sizes and paths how probably their copy would be named."""
    from dyeline.app.forecast import forecast_document, plot_forecast

    shell = shell_of(context)
    if plot is not None:
        _check_plot(plot)
    result = forecast_document(shell.workspace(), document, recipients=recipients, bound=bound, copies=copies)
    shell.show(result.to_dict(), forecast_text(result))
    if plot is not None:
        from dyeline.store.files import write_durably

        write_durably(plot, plot_forecast(result).encode(), mode=0o600)


def _check_plot(path: Path) -> None:
    """Raise BadInput before the forecast is made, if its chart could not be written."""
    from dyeline.errors import BadInput

    if path.suffix.lower() != ".svg":
        raise BadInput(f"{path} is no SVG file name.", fix="name the plot FILE.svg.")
    if not path.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {path.absolute().parent}.", fix="make it, or name another one.")


def forecast_text(result: Forecast) -> str:
    """Return the forecast as a table with its advice."""
    bits = ", ".join(f"{name} {value:,.0f}" for name, value in result.bits.items()) or "none"
    sizes = list(dict.fromkeys((cell.size, cell.words) for cell in result.cells))
    paths = list(dict.fromkeys(cell.path for cell in result.cells))
    chance = {(cell.size, cell.path): cell.chance for cell in result.cells}
    rows = [
        (
            f"{size.replace('_', ' ')} ({words:,} words)" if size != "60_words" else "60 words",
            *(f"{100 * chance[size, path]:.0f} %" for path in paths),
        )
        for size, words in sizes
    ]
    return "\n".join(
        [
            f"Bits by carrier: {bits}.",
            f"Chance that a leak would be attributed, {result.recipients:,} recipients, bound {result.bound:g}"
            + ("" if result.copies == 1 else f", {result.copies} copies mixed site by site")
            + ":",
            table(("leak", *(path.replace("_", " ") for path in paths)), rows),
            f"Each figure is the share of {result.trials} leaks drawn by chance: right within "
            f"{100 / math.sqrt(result.trials):.0f} points, 19 times of 20.",
            *_smallest(result, paths),
            *(f"- {advice}" for advice in result.advice),
        ]
    )


def _smallest(result: Forecast, paths: list[str]) -> list[str]:
    """Return the smallest leaks that name a copy, as things stand and with each change of the plan."""

    def row(change: str, smallest: dict[str, int | None]) -> tuple[str, ...]:
        found = (smallest.get(path) for path in paths)
        return (change, *("-" if words is None else f"{words:,}" for words in found))

    rows = [row("as it is", result.smallest), *(row(one.change, one.smallest) for one in result.what_if)]
    return [
        "",
        "Fewest words that name a copy in 9 of 10 leaks (-: not even the whole document):",
        table(("plan", *(path.replace("_", " ") for path in paths)), rows),
    ]
