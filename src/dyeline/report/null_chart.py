"""How many places a copy that is not the source has in common with an exhibit, and how many the named copy has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyeline.forecast.plot_svg import Axis, Chart, Line, line_chart, nice_ticks


def null_chart(chart: Mapping[str, Any]) -> str:
    """Return a chart of a report as SVG."""
    curve = tuple((float(k), float(chance)) for k, chance in chart["curve"])
    highest = max(chance for _, chance in curve)
    x_ticks = nice_ticks(min(curve[0][0], chart["agree"]) - 1, max(curve[-1][0], chart["agree"]) + 1, count=6)
    return line_chart(
        Chart(
            title=f"{chart['exhibit']}: places that agree, of {chart['read']:,} read",
            x=Axis("places that agree with the exhibit", ticks=tuple(max(tick, 0.0) for tick in x_ticks)),
            y=Axis("share of copies that are not the source", nice_ticks(0.0, highest), style="percent"),
            lines=(
                Line("copies that are not the source, computed", curve),
                Line(f"copy {chart['copy']}: {chart['agree']:,}", _upright(chart["agree"], highest)),
            ),
        )
    )


def caption(chart: Mapping[str, Any]) -> str:
    """Return what the chart shows, in a sentence."""
    return (
        f"Of {chart['read']:,} places read in {chart['exhibit']}, a copy that is not the source has about "
        f"{chart['expected']:,g} in common with it by chance (the curve). Copy {chart['copy']} has {chart['agree']:,}. "
        "What decides is not this count but the likelihood ratio, which also weighs how clearly each place was read."
    )


def _upright(at: float, high: float) -> tuple[tuple[float, float], ...]:
    return ((at, 0.0), (at, high))
