"""The guarantee: how often any copy is named from which the exhibit does not descend.

``python -m bench.guarantee [--quick] [--exhibits N] [--jobs N]``. Every exhibit is a text and goes through
the whole chain of a trace, against fresh circulations of 100 recipients; it is judged at both bounds.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from bench.counting import interval, percent, shown_interval
from bench.innocents import KINDS
from bench.partial import run_kept
from bench.report import circumstances, save, table
from bench.running import processors
from bench.staging import Circulation, draw, traced, warm_up
from dyeline.trace import flow
from dyeline.trace.judge import judge
from dyeline.trace.shelf import ShelvedCopy

SEED = 20261123
EXHIBITS = 21_000
CHUNK = 50
BOUNDS = (1e-2, 1e-3)
LEVELS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
DOCUMENTS = ("announcement", "policy-accepted", "sockets", "governance-accepted", "policy", "governance")


@dataclass(frozen=True, slots=True)
class Part:
    """Some exhibits of one kind."""

    kind: str
    first: int
    count: int


@dataclass(slots=True)
class Heard:
    """What the judge was given: copies, p-values, likelihood ratios. None of it when nothing was compared."""

    copies: list[ShelvedCopy]
    p_value: NDArray[np.float64]
    mixture_nats: NDArray[np.float64]
    anything_read: bool


def examined(text: str, circulations: Sequence[Circulation]) -> Heard:
    """Trace a text and return what its copies were judged by."""
    heard = Heard([], np.zeros(0), np.zeros(0), False)

    def listening(
        copies: list[ShelvedCopy],
        p_value: NDArray[np.float64],
        mixture_nats: NDArray[np.float64],
        **rest: Any,
    ) -> object:
        heard.copies, heard.p_value, heard.mixture_nats = copies, p_value, mixture_nats
        heard.anything_read = rest["anything_read"]
        return judge(copies, p_value, mixture_nats, **rest)

    with mock.patch.object(flow, "judge", listening):
        traced(text, circulations, bound=BOUNDS[0])
    return heard


def measure(part: Part) -> Counter[str]:
    """Return counts: exhibits, and by bound those that name an innocent; p-values of innocents by level."""
    counts: Counter[str] = Counter()
    for number in range(part.first, part.first + part.count):
        rng = np.random.default_rng([SEED, list(KINDS).index(part.kind), number])
        names = [DOCUMENTS[number % len(DOCUMENTS)]]
        if part.kind == "several documents":
            names = [
                ("announcement", "policy-accepted", "sockets", "governance")[k]
                for k in rng.permutation(4)[:3]
            ]
        circulations = [draw(name, rng) for name in names]
        leak = KINDS[part.kind](circulations, rng)
        heard = examined(leak.text, circulations)
        counts["exhibits"] += 1
        if not heard.copies:
            counts["not ours"] += 1
            continue
        innocent = np.array([copy.label not in leak.sources for copy in heard.copies])
        counts["innocents"] += int(innocent.sum())
        for level in LEVELS:
            counts[f"p {level:g}"] += int((heard.p_value[innocent] <= level).sum())
        for bound in BOUNDS:
            verdict = judge(
                heard.copies,
                heard.p_value,
                heard.mixture_nats,
                anything_read=heard.anything_read,
                bound=bound,
            )
            named = {candidate.copy for candidate in verdict.candidates}
            if verdict.outcome == "attributed":
                counts[f"attributed {bound:g}"] += 1
                counts[f"innocent {bound:g}"] += not named <= leak.sources
                counts[f"only innocents {bound:g}"] += not named & leak.sources
            elif verdict.outcome == "narrowed":
                counts[f"narrowed {bound:g}"] += 1
                counts[f"narrowed wrongly {bound:g}"] += not named & leak.sources
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.guarantee", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth; nothing is stored")
    parser.add_argument("--exhibits", type=int, default=EXHIBITS)
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    each = -(-options.exhibits // (50 if options.quick else 1) // len(KINDS))
    started = time.monotonic()
    warm_up()
    parts = [Part(kind, k, min(CHUNK, each - k)) for k in range(0, each, CHUNK) for kind in KINDS]
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for part, counts in run_kept(measure, parts, processes=options.jobs, title="guarantee"):
        by_kind[part.kind].update(counts)
    where = circumstances("guarantee", seed=SEED, duration_s=time.monotonic() - started)
    lines, failed = _lines(by_kind)
    figures = {
        "circumstances": asdict(where),
        "kinds": {kind: dict(sorted(counts.items())) for kind, counts in by_kind.items()},
    }
    partial = options.quick or options.exhibits < 20_000
    save("guarantee", ["# Guarantee", "", *where.lines(), "", *lines], figures, quick=partial)
    return failed


def _lines(by_kind: dict[str, Counter[str]]) -> tuple[list[str], int]:
    total: Counter[str] = Counter()
    for counts in by_kind.values():
        total.update(counts)
    exhibits, failed = total["exhibits"], 0
    lines = [
        f"{exhibits:,} exhibits, {total['innocents']:,} p-values of innocents. An innocent is every copy on the list",
        "that the exhibit does not descend from. Each exhibit goes as text through the whole chain (find, align, read,",
        "score, judge) against fresh circulations of 100 recipients of six documents in turn (several documents: three",
        "at once). Intervals are exact (Clopper-Pearson, 99 %). A bound holds where the share is at most the bound;",
        "for narrowed sets, an error is a set without any source.",
        "",
    ]
    rows = []
    for bound in BOUNDS:
        for what, name in (
            (f"innocent {bound:g}", "attributed, any innocent named"),
            (f"only innocents {bound:g}", "attributed, nobody but innocents named"),
            (f"narrowed wrongly {bound:g}", "narrowed to a set without a source"),
        ):
            hits = total[what]
            held = hits <= bound * exhibits
            failed += not held
            rows.append([
                f"{bound:g}", name, f"{hits:,} of {exhibits:,}", f"{percent(hits / exhibits)} %",
                f"{shown_interval(hits, exhibits)} %", "PASS" if held else "FAIL",
            ])  # fmt: skip
    lines += table(("bound", "error", "exhibits", "share", "99 % interval", ""), rows)
    lines += ["", "p-values of innocents: uniform or above means a ratio of at most 1 at every level.", ""]
    rows = []
    for level in LEVELS:
        hits, whole = total[f"p {level:g}"], total["innocents"]
        low, high = interval(hits, whole)
        held = low <= level
        failed += not held
        rows.append([
            f"{level:g}", f"{hits:,}", f"{hits / whole / level:.3f}",
            f"{low / level:.3f}-{high / level:.3f}", "PASS" if held else "FAIL",
        ])  # fmt: skip
    lines += table(("level", "p at or below", "observed / nominal", "99 % interval", ""), rows)
    lines += ["", "By kind of exhibit:", ""]
    words = ("attributed", "innocent named", "narrowed", "without source")
    head = ("kind", "exhibits", "not ours", *(f"{word} at {bound:g}" for bound in BOUNDS for word in words))
    rows = [
        [
            kind, f"{counts['exhibits']:,}", f"{counts['not ours']:,}",
            *(str(counts[f"{word} {bound:g}"]) for bound in BOUNDS
              for word in ("attributed", "innocent", "narrowed", "narrowed wrongly")),
        ]
        for kind, counts in by_kind.items()
    ]  # fmt: skip
    lines += table(head, rows)
    lines += ["", f"{failed} statements do not hold." if failed else "Every statement holds."]
    return lines, failed


if __name__ == "__main__":
    raise SystemExit(main())
