"""``dyeline shortfall``: how surprising a poor result is without a leak."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

if TYPE_CHECKING:
    from dyeline.stats.shortfall import Result, Shortfall

EXAMPLE = "Example: dyeline shortfall --expected 20 --observed 4 --past 20:15 --past 18:16 --past 25:17"

_CAVEAT = (
    "This says how surprising the result is, never why: other causes (weather, warning by sight, a poor plan) "
    "look the same, and it points at nobody."
)


def shortfall(
    context: typer.Context,
    expected: Annotated[int, typer.Option(help="How much could have come of this operation.")],
    observed: Annotated[int, typer.Option(help="How much of it came.")],
    past: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N:K|FILE",
            help="A comparable past operation, expected:observed, or a CSV with these two columns; several times.",
        ),
    ] = None,
    leak_leaves: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Assumption: the share of the usual success that a leak leaves."),
    ] = 0.5,
    as_json: Json = False,
) -> None:
    """Say how surprising a poor result is, after comparable ones, if nothing had leaked.

    Gives a likelihood ratio under the stated assumption on what a leak would do. It accuses nobody.
    """
    from dyeline.app.shortfall import checked_result, how_surprising

    this = checked_result(str(expected), str(observed), "The operation")
    results = [result for text in past or [] for result in _past(text)]
    said = how_surprising(results, this, leak_factor=leak_leaves)
    shell_of(context).show(
        {**asdict(said), "ratios": [list(pair) for pair in said.ratios], "caveat": _CAVEAT}, _text(said, this)
    )


def _past(text: str) -> list[Result]:
    from dyeline.app.shortfall import read_pair, read_past_file

    if ":" in text and not Path(text).is_file():
        return [read_pair(text)]
    return read_past_file(Path(text))


def _text(said: Shortfall, this: Result) -> str:
    rows = [(f"{factor:.0%} of the usual success", f"{ratio:.2g}") for factor, ratio in said.ratios]
    chance = said.chance_without
    often = f", about 1 in {1 / chance:,.0f}" if 0 < chance < 0.5 else ""
    lines = [
        f"{this.observed:,} of {this.expected:,} came; after {said.past:,} comparable operations "
        f"{said.typical:.0%} would be usual.",
        f"Without any leak, a result as poor as this or poorer has the chance {chance:.2g}{often}.",
        _ratio(said),
        table(("if a leak leaves", "likelihood ratio"), rows),
    ]
    if said.past < 3:
        lines.append("Fewer than three past operations say little about how much results vary.")
    return "\n".join([*lines, _CAVEAT])


def _ratio(said: Shortfall) -> str:
    share = f"a leak that leaves {said.leak_factor:.0%} of the usual success"
    if said.ratio >= 1:
        return f"The result is {said.ratio:.2g} times as probable with {share} as without a leak."
    return f"The result is {1 / said.ratio:.2g} times as probable without a leak as with {share}."
