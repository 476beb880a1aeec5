"""Whether the forecast says what a trace then finds: chance of being named, by leak size and path.

``python -m bench.forecast_check [--quick] [--documents x,y] [--exhibits N] [--jobs N]``. The same cells are
forecast, and measured on exhibits that go as text through the whole chain of a trace.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

import numpy as np

from bench.counting import RIGHT, classify, percent, shown_interval
from bench.documents import load
from bench.report import circumstances, save, table
from bench.running import processors, run_all
from bench.staging import RECIPIENTS, draw, label, traced, warm_up
from dyeline.carriers.strength import chance_of_change
from dyeline.forecast.paths import PATHS, SIZES
from dyeline.forecast.simulate import Cell, forecast_table
from dyeline.model.readings import Readings
from dyeline.testing import paths
from dyeline.text.words import word_spans
from dyeline.trace import flow
from dyeline.trace.read import read_sites

SEED = 20261124
BOUND = 1e-3
EXHIBITS = 200
FORECAST_TRIALS = 400
CHUNK = 40
CLOSE = 0.10
DOCUMENTS = ("announcement", "policy", "policy-accepted")
TRAVEL: dict[str, Callable[[str, np.random.Generator], str]] = {
    "paste": lambda text, rng: text,
    "cleaned_paste": lambda text, rng: paths.cleaned(text),
    "retype": paths.retyped,
    "light_edit": paths.lightly_edited,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some exhibits of one cell."""

    document: str
    size: str
    path: str
    first: int
    count: int


def measure(part: Part) -> Counter[str]:
    """Return counts: exhibits, those attributed rightly, sites read and read wrongly, by carrier."""
    counts: Counter[str] = Counter()
    words = dict(SIZES)[part.size]
    place = (
        DOCUMENTS.index(part.document),
        list(dict(SIZES)).index(part.size),
        list(TRAVEL).index(part.path),
    )
    for number in range(part.first, part.first + part.count):
        rng = np.random.default_rng([SEED, *place, number])
        circulation = draw(part.document, rng)
        index = int(rng.integers(RECIPIENTS))
        text = circulation.text(index)
        leaked = text if words is None else paths.excerpt(text, rng, words)
        readings: list[Readings] = []

        def listening(*given: Any, heard: list[Readings] = readings) -> Readings:
            heard.append(read_sites(*given))
            return heard[-1]

        with mock.patch.object(flow, "read_sites", listening):
            finding = traced(TRAVEL[part.path](leaked, rng), [circulation], bound=BOUND)
        counts["exhibits"] += 1
        counts[RIGHT] += classify(finding, frozenset({label(circulation.document, index)})) == RIGHT
        counts["not ours"] += finding.outcome == "not_ours"
        if len(readings) == 1:
            seen = readings[0].loglik.argmax(axis=1)
            for row in np.flatnonzero(readings[0].read).tolist():
                carrier = circulation.document.sites[row].carrier.split("/")[0]
                counts[f"read {carrier}"] += 1
                counts[f"wrong {carrier}"] += int(seen[row] != circulation.symbols[index][row])
    return counts


def forecast(name: str) -> dict[tuple[str, str], Cell]:
    """Return the forecast cells of a document by size and path."""
    document = load(name)
    cells = forecast_table(
        word_spans(document.text),
        document.block_starts,
        document.sites,
        chance_of_change,
        recipients=RECIPIENTS,
        bound=BOUND,
        rng=np.random.default_rng(SEED),
        trials=FORECAST_TRIALS,
    )
    return {(cell.size, cell.path): cell for cell in cells}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many cells are further apart than allowed."""
    parser = argparse.ArgumentParser(prog="python -m bench.forecast_check", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="40 exhibits a cell; nothing is stored")
    parser.add_argument("--documents", default=",".join(DOCUMENTS), help="comma-separated; nothing is stored")
    parser.add_argument("--exhibits", type=int, default=EXHIBITS)
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    documents = options.documents.split(",")
    count = 40 if options.quick else options.exhibits
    started = time.monotonic()
    warm_up()
    expected = {name: forecast(name) for name in documents}
    parts = [
        Part(name, size, path, first, min(CHUNK, count - first))
        for name in documents
        for size, path in expected[name]
        for first in range(0, count, CHUNK)
    ]
    counted: dict[tuple[str, str, str], Counter[str]] = {}
    for part, counts in run_all(measure, parts, processes=options.jobs, title="forecast_check"):
        counted.setdefault((part.document, part.size, part.path), Counter()).update(counts)
    where = circumstances("forecast_check", seed=SEED, duration_s=time.monotonic() - started)
    lines, failed = _lines(expected, counted)
    figures = {
        "circumstances": asdict(where),
        "cells": [
            {"document": name, **asdict(expected[name][size, path]), "counts": dict(sorted(counts.items()))}
            for (name, size, path), counts in counted.items()
        ],
    }
    partial = options.quick or len(documents) < len(DOCUMENTS) or count < EXHIBITS
    save(
        "forecast_check",
        ["# Forecast against measurement", "", *where.lines(), "", *lines],
        figures,
        quick=partial,
    )
    return failed


def _lines(
    expected: dict[str, dict[tuple[str, str], Cell]], counted: dict[tuple[str, str, str], Counter[str]]
) -> tuple[list[str], int]:
    lines = [
        f"{RECIPIENTS} recipients, bound {BOUND:g}; {FORECAST_TRIALS} simulated leaks a cell. A cell passes when",
        f"forecast and measurement lie within {100 * CLOSE:.0f} points. Sites read: on average, by carrier measured;",
        "wrong: share of the sites read that show another symbol than was written.",
    ]
    failed, farthest = 0, 0.0
    titles = {path.name: path.title for path in PATHS}
    for name, cells in expected.items():
        rows = []
        for (size, path), cell in cells.items():
            counts = counted[name, size, path]
            whole = counts["exhibits"]
            share = counts[RIGHT] / whole
            apart = abs(share - cell.chance)
            farthest = max(farthest, apart)
            failed += apart > CLOSE
            read = {c: counts[f"read {c}"] for c in ("character", "wording")}
            wrong = sum(counts[f"wrong {c}"] for c in read)
            rows.append([
                f"{size}, {cell.words} words", titles[path], f"{100 * cell.chance:.0f}",
                f"{percent(share)} ({shown_interval(counts[RIGHT], whole)})", f"{cell.sites_read:.1f}",
                " + ".join(f"{number / whole:.1f}" for number in read.values()),
                f"{100 * wrong / max(1, sum(read.values())):.2g} %", percent(counts["not ours"] / whole),
                "PASS" if apart <= CLOSE else "FAIL",
            ])  # fmt: skip
        head = ("leak", "path", "forecast %", "measured % (99 % interval)", "sites read, forecast",
                "measured (character + wording)", "wrong", "not ours %", "")  # fmt: skip
        lines += ["", f"## {load(name).title}", "", *table(head, rows)]
    lines += [
        "",
        f"{failed} cells are further apart than {100 * CLOSE:.0f} points; the farthest by {100 * farthest:.0f}.",
    ]
    return lines, failed


if __name__ == "__main__":
    raise SystemExit(main())
