"""``dyeline forecast``: what a leak would show, said before it happens."""

from __future__ import annotations

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
    as_json: Json = False,
) -> None:
    """Say for leaks of several sizes and paths how probably their copy would be named."""
    from dyeline.app.forecast import forecast_document

    shell = shell_of(context)
    result = forecast_document(shell.workspace(), document, recipients=recipients, bound=bound)
    shell.show(result.to_dict(), forecast_text(result))


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
            f"Chance that a leak would be attributed, {result.recipients:,} recipients, bound {result.bound:g}:",
            table(("leak", *(path.replace("_", " ") for path in paths)), rows),
            *(f"- {advice}" for advice in result.advice),
        ]
    )
