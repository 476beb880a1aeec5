"""Quality on pages: what share of pictures of one page is attributed to the right one of 1,000 copies.

``python -m bench.pages.quality [--run NAME] [--exhibits N] [--minutes M] [--workers N] [--cells a,b]
[--documents x,y] [--only CELL:INDEX]``. Exhibit k of every kind is the same page of the same copy; kinds take
turns, so that a run stopped early (``--minutes``, Ctrl-C) has as many exhibits of each. Every result is kept as it
comes: the same ``--run`` goes on where it stood, and ``--minutes 0`` writes the table of what there is.
``--only CELL:INDEX`` examines one exhibit anew, saves it with its overlay in the cache, and stores nothing.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial as bound_to
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.counting import RIGHT, WRONG, classify, percent, shown_interval
from bench.pages.attacks import CELLS, Exhibit, Leak, close_browsers, exhibit, missing
from bench.pages.crew import Facts, Job, run
from bench.pages.documents import NAMES, SCANS
from bench.pages.fetched import NotAvailable, cache
from bench.pages.office import RECIPIENTS, Office, office
from bench.partial import Partial
from bench.report import circumstances, save, started_at, table
from dyeline.app.overlay import draw_overlay
from dyeline.app.trace import Examined, examine
from dyeline.errors import DyelineError
from dyeline.model.finding import Finding
from dyeline.trace.agreement import agreement

SEED = 20261126
BOUND = 1e-6
EXHIBITS = 40
DOCUMENTS = tuple(name for name in NAMES if name not in SCANS)
"""Scanned pages carry other marks (no words that could move): ``--documents scan --run scan`` measures them."""

LEAST = 20
"""Exhibits of a cell below which its target is not judged."""

NOBODY = ("insufficient", "no_readable_mark")


def leak(where: Office, number: int) -> tuple[Leak, str, str]:
    """Return exhibit ``number``'s page with the names of its document and copy; documents take turns."""
    rng = np.random.default_rng([SEED, number])
    document = where.documents[number % len(where.documents)]
    copy = document.copies[int(rng.integers(len(document.copies)))]
    page = document.pages[int(rng.integers(len(document.pages)))]
    other = where.documents[(number + 1) % len(where.documents)]
    beside = other.path(other.copies[int(rng.integers(len(other.copies)))]), other.pages[0]
    return Leak(document.path(copy), page, SEED + number, *beside), document.name, copy


def measure(where: Office, job: Job) -> tuple[Facts, Exhibit, Examined | None]:
    """Make and examine one exhibit; return what became of it, as JSON values, and the examination."""
    cell, number = job
    leaked, document, copy = leak(where, number)
    shown = exhibit(CELLS[cell], leaked)
    told: Facts = {"document": document, "page": leaked.page, "copy": copy}
    if leaked.other_path.parent == leaked.path.parent:
        told["beneath"] = leaked.other_path.stem
    facts, examined = examined_as(where, shown, told)
    return facts, shown, examined


def examined_as(where: Office, shown: Exhibit, told: Facts) -> tuple[Facts, Examined | None]:
    """Examine an exhibit of a copy (``told``: document, copy and more); return what became of it.

    ``beneath`` is another copy of the same document that lies around in photos: naming it as well is right.
    """
    document, copy = told["document"], told["copy"]
    facts: Facts = told | {
        "commit": started_at(), "bytes": len(shown.data), "px": list(shown.pixels.shape[:2]),
    }  # fmt: skip
    wall, used = time.monotonic(), time.process_time()
    try:
        examined = examine(where.workspace, shown.data, bound=BOUND, hint_suffix=shown.suffix)
    except Exception as fault:  # a failure to be counted, not the end of a long run
        column = "refused" if isinstance(fault, DyelineError) else "crashed"
        return facts | {"column": column, "fault": f"{type(fault).__name__}: {fault}"}, None
    finding = examined.finding
    label = next(known.label for known in where.documents if known.name == document)
    pages = examined.traced.main.pages if examined.traced.main else ()
    readings = examined.traced.main.page_readings if examined.traced.main else ()
    best = finding.candidates[0] if finding.candidates else None
    facts |= {
        "column": _column(finding, copy, told.get("beneath")),
        "outcome": finding.outcome,
        "named": [candidate.copy for candidate in finding.candidates],
        "found": finding.document.id if finding.document else None,
        "right_document": finding.document is not None and finding.document.id == label,
        "registered": [
            {"page": seen.registration.page, "inliers": int(seen.registration.inliers),
             "residual_pt": round(float(seen.registration.residual_pt), 3),
             "words_seen": round(float(seen.registration.words_seen), 3)}
            for seen in pages
        ],
        "methods": [reading.method for reading in readings],
        "noise_pt": [_median(reading.noise_pt) for reading in readings],
        "read": {name: count.read for name, count in finding.readings.by_carrier.items()},
        "layout": _layout_reads(examined, copy),
        "information_bits": _bits(examined),
        "log10_p": round(float(np.log10(max(best.p_value, 1e-300))), 2) if best else None,
        "wall_s": round(time.monotonic() - wall, 2),
        "cpu_s": round(time.process_time() - used, 2),
    }  # fmt: skip
    return facts, examined


def _column(finding: Finding, copy: str, beneath: str | None) -> str:
    named = {candidate.copy for candidate in finding.candidates}
    shown = frozenset([copy, beneath] if beneath and copy in named else [copy])
    return classify(finding, shown)


def _median(noise_pt: NDArray[np.float64]) -> float | None:
    known = noise_pt[np.isfinite(noise_pt)]
    return round(float(np.median(known)), 3) if known.size else None


def _layout_reads(examined: Examined, copy: str) -> dict[str, int]:
    """Return how many word shifts stand on the pages that were seen, were read, and were read wrong."""
    main = examined.traced.main
    if main is None or all(known.label != copy for known in main.circulation.copies):
        return {}
    rows = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(r.sites for r in main.page_readings)]))
    signs = agreement(main, copy)[rows]
    return {"on pages": len(rows), "read": int((signs != 0).sum()), "wrong": int((signs < 0).sum())}


def _bits(examined: Examined) -> float:
    main = examined.traced.main
    return round(float(main.readings.information.sum() / np.log(2)), 1) if main else 0.0


def _made(where: Office, job: Job) -> Facts:
    try:
        return measure(where, job)[0]
    except NotAvailable as fault:
        return {"column": "not made", "fault": str(fault), "commit": started_at()}


def _shown(facts: Facts) -> str:
    named = ("column", "document", "read", "fault", "wall_s")
    return " ".join(str(facts[name]) for name in named if name in facts)


def order(cells: Iterable[str], exhibits: int, workers: int) -> list[Job]:
    """Return the jobs, kinds taking turns; every ``workers``-th job is of the same exhibits."""
    groups = range(0, exhibits, workers)
    return [
        (cell, number)
        for first in groups
        for cell in cells
        for number in range(first, min(first + workers, exhibits))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many cells miss their target."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages.quality", description=__doc__)
    parser.add_argument("--run", default="pages", help="name of the run to begin or go on with")
    parser.add_argument("--exhibits", type=int, default=EXHIBITS)
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cells", default=",".join(CELLS), help="comma-separated; nothing is stored")
    parser.add_argument("--documents", default=",".join(DOCUMENTS))
    parser.add_argument("--only", help="CELL:INDEX")
    options = parser.parse_args(arguments)
    where = office(processes=options.workers, names=options.documents.split(","))
    if options.only:
        return _one(where, options.only)
    started = time.monotonic()
    cells = options.cells.split(",")
    absent = missing()
    close_browsers()  # each worker opens its own
    partial = Partial("quality", options.run)
    jobs = [
        job
        for job in order([cell for cell in cells if cell not in absent], options.exhibits, options.workers)
        if f"{job[0]}:{job[1]}" not in partial
    ]
    if options.minutes > 0:
        where.workspace.close()  # a worker must not inherit the connection
        run(
            bound_to(_made, where),
            jobs,
            partial,
            workers=options.workers,
            minutes=options.minutes,
            shown=_shown,
        )
    lines, figures, failed = summary(partial.results(), where, absent)
    here = circumstances("pages.quality", seed=SEED, duration_s=time.monotonic() - started)
    usual = options.documents == ",".join(DOCUMENTS)
    save(
        "pages" if usual else f"pages_{options.documents.replace(',', '_')}",
        ["# Pages", "", *here.lines(), "", *lines],
        {"circumstances": asdict(here), **figures},
        quick=len(cells) < len(CELLS),
    )
    return failed


def _one(where: Office, wanted: str) -> int:
    cell, _, number = wanted.partition(":")
    facts, shown, examined = measure(where, (cell, int(number)))
    close_browsers()
    stem: Path = cache("seen", f"{cell}-{number}")
    stem.with_suffix(shown.suffix).write_bytes(shown.data)
    if examined is not None and examined.taken.exhibit.pictures:
        stem.with_name(f"{stem.name}-overlay.png").write_bytes(draw_overlay(examined))
    for name, value in facts.items():
        print(f"{name}: {value}")
    print(f"saved: {stem}*")
    return int(facts["column"] != RIGHT)


def summary(results: Facts, where: Office, absent: dict[str, str]) -> tuple[list[str], Facts, int]:
    """Return the table, its figures, and how many cells miss their target."""
    by_cell: dict[str, dict[int, Facts]] = {}
    for key, facts in results.items():
        cell, _, number = key.partition(":")
        if facts["column"] != "not made":
            by_cell.setdefault(cell, {})[int(number)] = facts
    rows, cells, failures, missed = [], [], [], 0
    for name, cell in CELLS.items():
        found = [facts for _, facts in sorted(by_cell.get(name, {}).items())]
        if not found:
            rows.append([cell.title, "0", *["-"] * 12, f"not measured: {absent.get(name, 'no time')}"])
            continue
        counts = Counter(facts["column"] for facts in found)
        n, right = len(found), counts[RIGHT]
        met = right >= cell.target * n and not counts[WRONG]
        judged = "met" if met else "missed"
        if n < LEAST:
            judged = f"so far {judged}"
        missed += n >= LEAST and not met
        sites = [facts.get("read", {}).get("layout", 0) for facts in found]
        shifts = Counter[str]()
        for facts in found:
            shifts.update(facts.get("layout", {}))
        seconds = [facts["cpu_s"] for facts in found if "cpu_s" in facts]
        rows.append([
            cell.title, str(n), f"{percent(right / n)} ({shown_interval(right, n)})", str(counts[WRONG]),
            str(sum(counts[column] for column in counts if column.startswith("narrowed"))),
            str(counts["insufficient"]), str(counts["no_readable_mark"]), str(counts["not_ours"]),
            str(counts["refused"] + counts["crashed"]), f">= {percent(cell.target)}", f"{median(sites):.0f}",
            _share(shifts["read"], shifts["on pages"]), _share(shifts["wrong"], shifts["read"]),
            f"{median(seconds):.1f}" if seconds else "-", judged,
        ])  # fmt: skip
        cells.append({
            "cell": name, "exhibits": n, "counts": dict(sorted(counts.items())), "target": cell.target,
            "median_layout_sites": median(sites), "median_processor_s": median(seconds) if seconds else None,
            "layout": dict(shifts), "met": met,
        })  # fmt: skip
        failures += [
            f"- `{name}:{number}`: {facts['column']}; {_why(facts)}"
            for number, facts in sorted(by_cell[name].items())
            if facts["column"] != RIGHT
        ]
    whole = sum(cell["exhibits"] for cell in cells)
    wrong = sum(cell["counts"].get(WRONG, 0) for cell in cells)
    lines = [
        f"{RECIPIENTS:,} recipients, bound {BOUND:g}, one picture of one page an exhibit, and nothing but the picture.",
        "right: attributed, and nobody but the source named (in photos of scans: or the copy that lies beneath it);",
        "wrong: any other copy named. In brackets the 99 %",
        f"interval (Clopper-Pearson). A target is judged from {LEAST} exhibits on. Sites: word shifts read, median;",
        "read: share of those on the pages that were seen; misread: share of those read that favour the other symbol.",
        "Processor time of one examination, median: unlike the clock, it does not depend on what else runs.",
        "",
        *table(
            ("exhibit", "n", "right %", "wrong", "narrowed", "insufficient", "no mark", "not ours", "error",
             "target %", "sites", "read %", "misread %", "processor s", ""), rows,
        ),
        "",
        f"Over all {whole:,} exhibits a wrong copy was named in {wrong} ({shown_interval(wrong, whole)} %).",
        f"{missed} cells of {LEAST} exhibits or more miss their target.",
        "",
        "## Documents",
        "",
        *table(
            ("document", "producer", "pages", "sites"),
            [
                [d.name, d.producer, str(d.page_count), ", ".join(f"{k} {v}" for k, v in d.sites.items())]
                for d in where.documents
            ],
        ),
        *(f"\nNot measured: {name}: {reason}" for name, reason in where.absent.items()),
        "",
        "## What was not attributed to its copy",
        "",
        *(failures or ["Nothing."]),
    ]  # fmt: skip
    commits = sorted({str(facts.get("commit")) for facts in results.values()})
    lines += ["", f"Commits that the exhibits were examined at: {', '.join(commits)}."]
    figures = {"cells": cells, "commits": commits, "exhibits": dict(sorted(results.items()))}
    return lines, figures, missed


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "-"


def _why(facts: Facts) -> str:
    where = f"{facts.get('document')}, page {facts.get('page', 0) + 1}"
    if "fault" in facts:
        return f"{where}; {facts['fault']}"
    pages = facts["registered"]
    seen = (
        f"{len(pages)} pages registered, {max(p['inliers'] for p in pages)} inliers"
        if pages
        else "no page registered"
    )
    read = f"read {facts['read']}, |log2 LR| {facts['information_bits']} in all"
    return f"{where}; {seen}; {read}; named {facts['named']}"


if __name__ == "__main__":
    raise SystemExit(main())
