"""Line charts as SVG: axes, grid, lines told apart by colour, dash and marker, a legend below.

    chart = Chart(
        title="Chance that a leak names its copy",
        x=Axis("words that leaked", ticks=(30, 100, 300, 1000), log=True),
        y=Axis("chance", ticks=(0, 0.25, 0.5, 0.75, 1), style="percent"),
        lines=(Line("pasted", ((30, 0.2), (100, 0.8), (1000, 1.0))), Line("retyped", (…))),
        note="100 recipients, bound 1 in 1,000",
    )
    path.write_text(line_chart(chart), encoding="utf-8")

The drawing is 480 units wide with letters of 13 units and more: readable on a phone, where it is
scaled to about 360 pixels. It refers to no font, script or address outside of itself, and its text
stays text. The same chart gives the same bytes.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

WIDTH = 480
_PLOT_HEIGHT = 270
_LEFT, _RIGHT = 64, 18
_TEXT, _SMALL, _TITLE = 15, 13, 17
_ROW = 21  # of text, from line to line
_LETTER, _BOLD_LETTER = (
    0.58,
    0.68,
)  # widths of an average letter of the widest usual font, in units of its size
_INK, _QUIET, _GRID = "#1a1a1a", "#444444", "#d9d9d9"

# Okabe and Ito's palette without its yellow, darkened to 3:1 and more on white
_COLOURS = ("#0060a0", "#c04a00", "#007a5a", "#8e3a78", "#1a1a1a", "#2f7fb5", "#8a6d00")
_DASHES = ("", "9 4", "3 3", "12 3 3 3", "6 6", "2 5", "14 5")


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it counts, where its marks stand (ascending; the ends are the range), how they are written."""

    title: str
    ticks: tuple[float, ...]
    log: bool = False  # ticks and points must then be above 0
    style: Literal["number", "percent"] = "number"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart: its words in the legend, its points (x, y) in order of x."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be drawn. ``note`` stands below in small letters: conditions, assumptions, source."""

    title: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    note: str = ""


def line_chart(chart: Chart) -> str:
    """Return the chart as one SVG document. Points outside of the axes are drawn on their edge."""
    title = _wrapped(chart.title, _TITLE, letter=_BOLD_LETTER)
    top = 14 + 23 * len(title)
    legend = [_wrapped(line.label, _TEXT, indent=46) for line in chart.lines]
    note = _wrapped(chart.note, _SMALL)
    frame = _Frame(chart.x, chart.y, top + 28, top + 28 + _PLOT_HEIGHT)
    parts = [_text(14, 25 + 23 * k, words, size=_TITLE, weight=600) for k, words in enumerate(title)]
    parts += _axes(frame)
    for number, line in enumerate(chart.lines):
        parts += _line(frame, line, number)
    at = frame.bottom + 62
    for number, words in enumerate(legend):
        parts += _key(at, words, number, marked=_marked(chart.lines[number]))
        at += _ROW * len(words) + 3
    at += 4 if note else 0
    parts += [_text(14, at + 18 * k, words, size=_SMALL, colour=_QUIET) for k, words in enumerate(note)]
    height = at + 18 * len(note)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" font-family="system-ui, sans-serif" style="max-width:100%;height:auto">',
            f"<title>{_escaped(chart.title)}</title>",
            f"<desc>{_escaped(_spoken(chart))}</desc>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def nice_ticks(low: float, high: float, *, count: int = 5) -> tuple[float, ...]:
    """Return about ``count`` round numbers (1, 2, 2.5 or 5 times a power of ten) that span low to high."""
    span = high - low if high > low else 1.0
    raw = span / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(number * step, 12) for number in range(first, max(last, first + 1) + 1))


@dataclass(frozen=True, slots=True)
class _Frame:
    """The rectangle of the plot, and where values stand in it."""

    x: Axis
    y: Axis
    top: float
    bottom: float

    def across(self, value: float) -> float:
        return _LEFT + _share(self.x, value) * (WIDTH - _LEFT - _RIGHT)

    def up(self, value: float) -> float:
        return self.bottom - _share(self.y, value) * (self.bottom - self.top)


def _share(axis: Axis, value: float) -> float:
    low, high = axis.ticks[0], axis.ticks[-1]
    if axis.log:
        low, high, value = math.log(low), math.log(high), math.log(max(value, low))
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _axes(frame: _Frame) -> list[str]:
    parts = [_text(14, frame.top - 10, frame.y.title, size=_SMALL, colour=_QUIET)]
    for tick in frame.y.ticks:
        y = _short(frame.up(tick))
        parts.append(f'<path d="M{_LEFT} {y}H{WIDTH - _RIGHT}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, frame.up(tick) + 5, _written(frame.y, tick), size=_SMALL, anchor="end"))
    parts.append(f'<path d="M{_LEFT} {_short(frame.bottom)}H{WIDTH - _RIGHT}" stroke="{_INK}"/>')
    free = -math.inf
    for tick in frame.x.ticks:
        x, words = frame.across(tick), _written(frame.x, tick)
        parts.append(f'<path d="M{_short(x)} {_short(frame.bottom)}v5" stroke="{_INK}"/>')
        half = len(words) * _LETTER * _SMALL / 2
        if x - half < free:
            continue  # its number would stand in the one before
        free = x + half + 5
        anchor = "end" if x + half > WIDTH - 4 else "middle"
        parts.append(
            _text(
                x + (_RIGHT - 6 if anchor == "end" else 0),
                frame.bottom + 20,
                words,
                size=_SMALL,
                anchor=anchor,
            )
        )
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    parts.append(_text(middle, frame.bottom + 40, frame.x.title, size=_SMALL, colour=_QUIET, anchor="middle"))
    return parts


def _line(frame: _Frame, line: Line, number: int) -> list[str]:
    places = [(frame.across(x), frame.up(y)) for x, y in line.points]
    if not places:
        return []
    path = "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in places)
    parts = [_stroke(path, number)]
    if _marked(line):
        parts += [_marker(x, y, number) for x, y in places]
    return parts


def _marked(line: Line) -> bool:
    return len(line.points) <= 12  # more would be a chain of beads


def _key(at: float, words: Sequence[str], number: int, *, marked: bool) -> list[str]:
    parts = [_stroke(f"M14 {_short(at - 5)}h36", number)]
    parts += [_marker(32, at - 5, number)] if marked else []
    return parts + [_text(60, at + _ROW * k, text, size=_TEXT) for k, text in enumerate(words)]


def _stroke(path: str, number: int) -> str:
    colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dashed}/>'


def _marker(x: float, y: float, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    shape = (
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",  # circle
        "m-4 -4h8v8h-8z",  # square
        "m0 -5l5 9h-10z",  # triangle
        "m0 -5l5 5l-5 5l-5 -5z",  # diamond
    )[number % 4]
    return f'<path d="M{_short(x)} {_short(y)}{shape}" fill="{colour}"/>'


def _text(
    x: float, y: float, words: str, *, size: int, anchor: str = "start", colour: str = _INK, weight: int = 400
) -> str:
    placed = f'x="{_short(x)}" y="{_short(y)}" font-size="{size}" fill="{colour}"'
    aligned = f' text-anchor="{anchor}"' if anchor != "start" else ""
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    return f"<text {placed}{aligned}{heavy}>{_escaped(words)}</text>"


def _spoken(chart: Chart) -> str:
    """Return the chart in words, for whoever cannot see it."""
    ends = [
        f"{line.label}: {_written(chart.y, line.points[0][1])} at {_written(chart.x, line.points[0][0])}, "
        f"{_written(chart.y, line.points[-1][1])} at {_written(chart.x, line.points[-1][0])}"
        for line in chart.lines
        if line.points
    ]
    return f"{chart.y.title} by {chart.x.title}. {'; '.join(ends)}."


def _written(axis: Axis, value: float) -> str:
    if axis.style == "percent":
        return f"{100 * value:.3g} %"
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"


def _wrapped(words: str, size: int, *, indent: int = 0, letter: float = _LETTER) -> list[str]:
    return textwrap.wrap(words, int((WIDTH - 28 - indent) / (letter * size)))


def _escaped(words: str) -> str:
    kept = "".join(
        c for c in words if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)
    )
    return escape(kept)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
