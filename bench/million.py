"""A million recipients: scored from the key beside the time to read 128 MB once, p-values for all, executors.

``python -m bench.million``: 1,000,000 copies of 1,024 binary sites (biases 1:2:1), readings with uneven
reliabilities, nothing stored. Times are the least processor time of several repeats of one process, the reading of
128 MB among them, because other work on the machine would show in anything else.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict

import numpy as np

from bench.report import circumstances, save, table
from bench.running import processors
from dyeline.codes.design import TOTAL, probabilities
from dyeline.codes.planes import plane_codewords
from dyeline.codes.screen import Screen, prepare, screen_list, screen_range
from dyeline.stats.exacttail import exact_tail
from dyeline.stats.saddlepoint import tail_curve

SEED = 20261125
COPIES = 1_000_000
SITES = 1_024
READ_BYTES = 128_000_000
KEEP = 1_000
MOST_RATIO = 16.0
MOST_MEMORY_MB = 500.0
MOST_P_SECONDS = 2.0
SOURCE = 123_456


def made(secret: bytes, rng: np.random.Generator) -> tuple[Screen, np.ndarray, np.ndarray]:
    """Return the screen of one exhibit of copy ``SOURCE``, its exact scores (sites, symbols), and the prior."""
    one = np.tile([32, 128, 128, 224], SITES // 4)
    weights = np.stack([TOTAL - one, one], axis=1)
    prior = probabilities(weights)
    error = rng.choice([0.02, 0.1, 0.25, 0.4, 0.5], SITES, p=[0.2, 0.2, 0.2, 0.2, 0.2])
    word = plane_codewords(secret, [SOURCE], weights)[0]
    seen = (word == 1) ^ (rng.random(SITES) < error)
    likelihood = np.stack([np.where(seen, error, 1 - error), np.where(seen, 1 - error, error)], axis=1)
    nats = np.log(likelihood / (prior * likelihood).sum(axis=1, keepdims=True))
    return prepare(secret, weights, nats), nats, prior


def least(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least processor and wall time of a call, in ms."""
    work()
    best_cpu = best_wall = float("inf")
    for _ in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        best_cpu = min(best_cpu, time.process_time() - cpu)
        best_wall = min(best_wall, time.perf_counter() - wall)
    return 1e3 * best_cpu, 1e3 * best_wall


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the copies; nothing is stored")
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    copies = COPIES // (10 if options.quick else 1)
    rng = np.random.default_rng(SEED)
    secret = rng.bytes(32)
    screen, nats, prior = made(secret, rng)
    words = np.ones(READ_BYTES // 8, dtype=np.uint64)
    read = least(lambda: int(words.sum()), options.repeats)
    score = least(lambda: screen_range(screen, 0, copies, KEEP), options.repeats)
    found = screen_range(screen, 0, copies, KEEP)
    all_scores = np.repeat(np.arange(found.count.size) + found.lowest, found.count)

    def exact_p() -> object:
        return exact_tail(screen.values.astype(np.float64), prior, 1.0).at_least(
            all_scores.astype(np.float64)
        )

    def approximate_p() -> object:
        return tail_curve(nats, prior).chances(all_scores * screen.step_nats)

    words = words[:0]  # the reading is measured; memory below is that of scoring
    exact, approximate = least(exact_p, 3), least(approximate_p, 3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    alone = screen_list(screen, copies, KEEP)
    with ProcessPoolExecutor(2) as pool:
        pooled = screen_list(screen, copies, KEEP, pool)
    same = bool(
        np.array_equal(alone.index, pooled.index)
        and np.array_equal(alone.score, pooled.score)
        and np.array_equal(alone.count, pooled.count)
    )
    ratio = score[0] / read[0]
    best_p = exact_tail(screen.values.astype(np.float64), prior, 1.0).at_least(
        found.score[:1].astype(np.float64)
    )[0]
    statements = [
        (
            "codes from the key, scores, best 1,000, counts",
            score,
            f"{ratio:.1f} x reading 128 MB",
            ratio <= MOST_RATIO,
        ),
        ("p-values of all, exact", exact, f"<= {MOST_P_SECONDS:g} s", exact[0] <= 1e3 * MOST_P_SECONDS),
        (
            "p-values of all, saddlepoint",
            approximate,
            f"<= {MOST_P_SECONDS:g} s",
            approximate[0] <= 1e3 * MOST_P_SECONDS,
        ),
    ]
    rows = [
        ["reading 128 MB once (numpy)", *(f"{t:.1f}" for t in read), f"{READ_BYTES / read[0] / 1e6:.1f} GB/s", ""],
        *([name, f"{t[0]:.1f}", f"{t[1]:.1f}", what, "PASS" if held else "FAIL"] for name, t, what, held in statements),
    ]  # fmt: skip
    checks = [
        (
            f"memory at the most {memory:.0f} MB (limit {MOST_MEMORY_MB:g}), p-values of all included",
            memory <= MOST_MEMORY_MB,
        ),
        (
            f"source {SOURCE:,} stands first, p = {best_p:.2g}",
            int(found.index[0]) == SOURCE % copies or options.quick,
        ),
        ("two processes of a pool give the same bits as one", same),
    ]
    failed = sum(not held for *_, held in statements) + sum(not held for _, held in checks)
    where = circumstances("million", seed=SEED, duration_s=time.monotonic() - started)
    lines = [
        "# A million recipients", "", *where.lines(), "",
        f"{copies:,} copies of {SITES:,} sites; soft readings of five reliabilities; nothing stored.", "",
        *table(("what", "processor ms", "wall ms", "", ""), rows), "",
        *(f"- {text}: {'PASS' if held else 'FAIL'}" for text, held in checks), "",
        f"{failed} statements do not hold." if failed else "Every statement holds.",
    ]  # fmt: skip
    figures = {
        "circumstances": asdict(where), "read_ms": read, "score_ms": score, "exact_p_ms": exact,
        "saddlepoint_p_ms": approximate, "memory_mb": memory, "same": same, "cores": processors(),
    }  # fmt: skip
    save("million", lines, figures, quick=options.quick)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
