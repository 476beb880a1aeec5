"""The chance that an innocent copy reaches a score, along the scores, with where a named copy stands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dyeline.forecast.plot_svg import Axis, Chart, Line, line_chart, nice_ticks

Point = tuple[float, float]


def null_chart(title: str, curve: Sequence[Point], copy: str, log10_ratio: float, copies: int) -> str:
    """Return the chart as SVG.

    ``curve`` has (log10 of a likelihood ratio, log10 of the chance that an innocent copy reaches it), rising ratios;
    ``copies`` is how many were compared.
    """
    lowest = min(min(y for _, y in curve), -math.log10(copies) - 1)
    exponents = nice_ticks(lowest, 0.0, count=6)
    bottom = 10.0 ** exponents[0]
    x_ticks = nice_ticks(min(0.0, curve[0][0]), max(log10_ratio, curve[-1][0]) + 0.5, count=6)
    lines = (
        Line("chance that an innocent copy reaches this ratio, or less", _raised(curve)),
        Line(f"copy {copy}", ((log10_ratio, bottom), (log10_ratio, 1.0))),
        Line(
            f"1 in {copies:,}: as many copies were compared",
            ((x_ticks[0], 1 / copies), (x_ticks[-1], 1 / copies)),
        ),
    )
    return line_chart(
        Chart(
            title=title,
            x=Axis("likelihood ratio, as a power of ten", ticks=x_ticks),
            y=Axis("chance", ticks=tuple(10.0**k for k in exponents), log=True),
            lines=lines,
        )
    )


def _raised(curve: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((x, max(10.0**y, 1e-300)) for x, y in curve)
