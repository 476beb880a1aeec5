"""The guarantee on pages: how often a picture names a copy that it does not show.

``python -m bench.pages.guarantee [--run NAME] [--exhibits N] [--minutes M] [--workers N] [--documents x,y]``. Every
picture goes through a whole examination against the copies of ``bench.pages.office``; where a document was
recognised, its readings are then scored against ``LISTS`` lists of 1,000 copies with fresh secrets, on which no
source is. Kinds take turns; the same ``--run`` goes on where it stood; ``--minutes 0`` writes the table of what
there is.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial as bound_to
from typing import Any

import numpy as np

from bench.counting import interval, percent, shown_interval
from bench.pages.crew import Facts, Job, run
from bench.pages.office import RECIPIENTS, Office, office
from bench.pages.quality import DOCUMENTS
from bench.pages.strangers import MAKERS, OURS, TEXTS, picture
from bench.partial import Partial
from bench.report import circumstances, save, started_at, table
from dyeline.app.trace import examine
from dyeline.errors import DyelineError
from dyeline.trace.flow import Compared
from dyeline.trace.judge import judge
from dyeline.trace.score import score_copies
from dyeline.trace.shelf import ShelvedCopy

SEED = 20261127
PICTURES = 5_200
BOUND = 1e-6
KINDS = {name: 1 if name in TEXTS else 3 for name in MAKERS}
"""Pictures of a kind in one turn: those with much text take ten times as long."""

LISTS = 20
BOUNDS = (1e-2, 1e-3, 1e-6)
LEVELS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
_COPIES = [ShelvedCopy(index, f"C-{index}", "") for index in range(RECIPIENTS)]


def measure(where: Office, job: Job) -> Facts:
    """Examine one picture and hold its readings against fresh lists."""
    kind, number = job
    rng = np.random.default_rng([SEED, list(MAKERS).index(kind), number])
    data = picture(kind, where, rng)
    begun = time.monotonic()
    facts: Facts = {"commit": started_at(), "bytes": len(data)}
    try:
        examined = examine(where.workspace, data, bound=BOUND)
    except DyelineError as fault:
        return facts | {"outcome": "refused", "named": [], "fault": f"{type(fault).__name__}: {fault}"}
    except Exception as fault:  # a failure to be counted, not the end of a long run
        return facts | {"outcome": "crashed", "named": [], "fault": f"{type(fault).__name__}: {fault}"}
    main = examined.traced.main
    facts |= {
        "outcome": examined.finding.outcome,
        "named": [candidate.copy for candidate in examined.finding.candidates],
        "found": examined.finding.document.id if examined.finding.document else None,
        "pages": len(main.pages) if main else 0,
        "read": {name: count.read for name, count in examined.finding.readings.by_carrier.items()},
        "s": round(time.monotonic() - begun, 2),
    }
    return facts | {"lists": _held_against_lists(main, rng) if main else {}}


def _held_against_lists(main: Compared, rng: np.random.Generator) -> dict[str, int]:
    """Return counts over fresh lists: by bound those that name anybody, by level the p-values."""
    counts: Counter[str] = Counter()
    if not main.readings.read.any():
        return {}
    indices = [copy.index for copy in _COPIES]
    for _ in range(LISTS):
        scores = score_copies(
            main.readings,
            main.circulation.sites,
            main.version.block_starts,
            rng.bytes(32),
            main.circulation.scheme,
            indices,
        )
        counts["lists"] += 1
        counts["innocents"] += len(indices)
        for level in LEVELS:
            counts[f"p {level:g}"] += int((scores.p_value <= level).sum())
        for bound in BOUNDS:
            verdict = judge(_COPIES, scores.p_value, scores.mixture_nats, anything_read=True, bound=bound)
            counts[f"attributed {bound:g}"] += verdict.outcome == "attributed"
            counts[f"narrowed {bound:g}"] += verdict.outcome == "narrowed"
    return dict(counts)


def order(pictures: int) -> list[Job]:
    """Return the jobs, kinds taking turns, those that are quickly examined coming more often."""
    turn = [(kind, k, often) for kind, often in KINDS.items() for k in range(often)]
    turns = -(-pictures // len(turn))
    return [(kind, number * often + k) for number in range(turns) for kind, k, often in turn]


def _shown(facts: Facts) -> str:
    return " ".join(str(facts.get(name, "")) for name in ("outcome", "named", "read", "s", "fault"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages.guarantee", description=__doc__)
    parser.add_argument("--run", default="pages", help="name of the run to begin or go on with")
    parser.add_argument("--exhibits", type=int, default=PICTURES)
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--documents", default=",".join(DOCUMENTS))
    options = parser.parse_args(arguments)
    started = time.monotonic()
    where = office(processes=options.workers, names=options.documents.split(","))
    partial = Partial("guarantee", options.run)
    jobs = [job for job in order(options.exhibits) if f"{job[0]}:{job[1]}" not in partial]
    if options.minutes > 0:
        where.workspace.close()  # a worker must not inherit the connection
        run(
            bound_to(measure, where),
            jobs,
            partial,
            workers=options.workers,
            minutes=options.minutes,
            shown=_shown,
        )
    lines, figures, failed = summary(partial.results(), len(where.documents))
    usual = options.documents == ",".join(DOCUMENTS)
    here = circumstances("pages.guarantee", seed=SEED, duration_s=time.monotonic() - started)
    save(
        "pages_guarantee" if usual else f"pages_guarantee_{options.documents.replace(',', '_')}",
        ["# Guarantee on pages", "", *here.lines(), "", *lines],
        {"circumstances": asdict(here), **figures},
        quick=len(partial.results()) < 100,
    )
    return failed


def summary(results: dict[str, Any], documents: int) -> tuple[list[str], dict[str, Any], int]:
    """Return the tables for a workspace of so many documents, their figures, and how many statements do not hold."""
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    total: Counter[str] = Counter()
    odd = []
    for key, facts in results.items():
        kind = key.rpartition(":")[0]
        counts = by_kind[kind]
        counts["pictures"] += 1
        counts[facts["outcome"]] += 1
        counts["read"] += any(facts.get("read", {}).values())
        counts["page seen"] += bool(facts.get("pages"))
        # a marked copy names its own source on the real list: only the fresh lists count there
        accused = bool(facts["named"]) and kind != "copy of nobody on the list"
        counts["accused"] += accused
        total.update(facts.get("lists") or {})
        if accused or facts["outcome"] == "crashed" or (kind not in OURS and facts["outcome"] != "not_ours"):
            odd.append(
                f"- `{key}`: {facts['outcome']}; {facts.get('read') or facts.get('fault')}; named {facts['named']}"
            )
    for counts in by_kind.values():
        total.update({name: counts[name] for name in ("pictures", "accused")})
    lists, failed = total["lists"], int(total["accused"] > 0)
    lines = [
        f"{total['pictures']:,} pictures, each examined against {RECIPIENTS:,} copies of each of "
        f"{documents} documents at a bound of {BOUND:g}:",
        f"{total['accused']} of them name anybody wrongly ({shown_interval(total['accused'], total['pictures'])} %).",
        "",
    ]
    outcomes = (
        "not_ours",
        "no_readable_mark",
        "insufficient",
        "narrowed",
        "attributed",
        "refused",
        "crashed",
    )
    rows = [
        [kind, f"{counts['pictures']:,}", *(f"{counts[name]:,}" for name in outcomes), f"{counts['page seen']:,}",
         f"{counts['read']:,}", str(counts["accused"])]
        for kind, counts in by_kind.items()
    ]  # fmt: skip
    lines += table(
        ("kind", "pictures", *(name.replace("_", " ") for name in outcomes), "page seen", "read", "named wrongly"),
        rows,
    )  # fmt: skip
    lines += [
        "",
        "A copy of nobody on the list names its own source among the real copies, as it should; what counts for it",
        f"are the fresh lists: the readings of every picture with any, scored against {LISTS} lists of "
        f"{RECIPIENTS:,} copies",
        f"with fresh secrets, {lists:,} lists in all. None of them holds a source. Intervals: Clopper-Pearson, 99 %.",
        "",
    ]
    rows = []
    for bound in BOUNDS:
        for outcome in ("attributed", "narrowed"):
            hits = total[f"{outcome} {bound:g}"]
            held = interval(hits, max(lists, 1))[0] <= bound
            failed += not held
            rows.append([
                f"{bound:g}", outcome, f"{hits:,} of {lists:,}", f"{percent(hits / max(lists, 1))} %",
                f"{shown_interval(hits, lists)} %", "PASS" if held else "FAIL",
            ])  # fmt: skip
    lines += [*table(("bound", "named", "lists", "share", "99 % interval", ""), rows), ""]
    rows = []
    for level in LEVELS:
        hits, whole = total[f"p {level:g}"], total["innocents"]
        low, high = interval(hits, whole)
        held = low <= level
        failed += not held
        rows.append([
            f"{level:g}", f"{hits:,}", f"{hits / max(whole, 1) / level:.3f}", f"{low / level:.3f}-{high / level:.3f}",
            "PASS" if held else "FAIL",
        ])  # fmt: skip
    lines += table(("level", "p at or below", "observed / nominal", "99 % interval", ""), rows)
    lines += ["", "## What was not as expected", "", *(odd or ["Nothing."])]
    commits = sorted({str(facts["commit"]) for facts in results.values()})
    lines += ["", f"Commits that the pictures were examined at: {', '.join(commits)}."]
    figures = {
        "kinds": {kind: dict(sorted(counts.items())) for kind, counts in by_kind.items()},
        "lists": dict(sorted(total.items())),
        "commits": commits,
    }
    return lines, figures, failed


if __name__ == "__main__":
    raise SystemExit(main())
