"""The log under kill -9, power cuts and a disk that refuses; its speed; its trees beside a second implementation.

``python -m bench.reliability``: about half an hour of processor time. Every part is stored when it ends, and
``--part`` measures some alone; ``--quick`` does a little of everything and stores nothing.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.reliability.acts import ACTS, CONTROL
from bench.reliability.cuts import power_cuts
from bench.reliability.faults import compiler
from bench.reliability.injected import run
from bench.reliability.kills import kill_writers
from bench.reliability.speed import measured
from bench.reliability.trees import available, compared
from bench.report import RESULTS, circumstances, save, table

SEED = 20261122
NOT_MEASURED = "not measured"
Figures = dict[str, Any]


def _speed(folder: Path, quick: bool) -> Figures:
    entries, singles = (20_000, 100) if quick else (1_000_000, 100_000)
    return asdict(measured(folder / "speed", entries, singles=singles, seed=SEED))


def _kills(folder: Path, quick: bool) -> Figures:
    return asdict(kill_writers(folder, 20 if quick else 1_000, seed=SEED))


def _cuts(level: str) -> Callable[[Path, bool], Figures]:
    return lambda folder, quick: asdict(
        power_cuts(folder, 20 if quick else 1_000, synchronous=level, seed=SEED)
    )


def _trees(folder: Path, quick: bool) -> Figures:
    return asdict(compared(200 if quick else 10_000, seed=SEED)) if available() else {}


def _faults(act: str) -> Callable[[Path, bool], Figures]:
    def inject(folder: Path, quick: bool) -> Figures:
        if compiler() is None:
            return {}
        step = 40 if quick and act != CONTROL else 1
        return asdict(run(act, step=step, last=12 if act == CONTROL else None))

    return inject


PARTS: dict[str, Callable[[Path, bool], Figures]] = {
    "speed": _speed,
    "trees": _trees,
    "kills": _kills,
    "cuts-full": _cuts("FULL"),
    "cuts-normal": _cuts("NORMAL"),
    **{f"faults-{act}": _faults(act) for act in ACTS},
}


def main() -> None:
    """Measure the parts that were asked for and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--part", action="append", choices=sorted(PARTS))
    given = parser.parse_args()
    stored = RESULTS / "reliability.json"
    figures: Figures = json.loads(stored.read_text()) if stored.exists() and not given.quick else {}
    for part in given.part or PARTS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as name:
            result = PARTS[part](Path(name), given.quick)
        about = circumstances("reliability", seed=SEED, duration_s=time.monotonic() - begun)
        figures[part] = {**result, "about": asdict(about)}
        save("reliability", [*_head(figures), *_broken(figures), *_tree_lines(figures), *_speed_lines(figures)],
             figures, quick=given.quick)  # fmt: skip


def _head(figures: Figures) -> list[str]:
    """Return the title and where the parts come from; parts of one commit and machine together."""
    lines = ["# Reliability of the log", ""]
    sources: dict[tuple[str, str], list[str]] = {}
    for part, one in figures.items():
        about = one["about"]
        sources.setdefault((about["commit"], f"{about['machine']}. {about['versions']}"), []).append(
            f"{part} ({about['date']}, {about['duration_s']:.0f} s, load {about['load']})"
        )
    for (commit, machine), parts in sources.items():
        lines.append(
            f"`python -m bench.reliability`, commit {commit}, seed {SEED}: {', '.join(parts)}. {machine}."
        )
    return [*lines, ""]


def _broken(figures: Figures) -> list[str]:
    kinds = {
        "kills": "kill -9 of a process that writes",
        "cuts-full": "power cut",
        "cuts-normal": "power cut under synchronous=NORMAL, which the log does not use: the losses have to be found",
    }
    rows = [
        (said, *(f"{one[name]:,}" for name in (("kills" if part == "kills" else "cuts"), "acknowledged", "lost",
                                               "corrupt", "forked")))
        for part, said in kinds.items()
        if (one := figures.get(part))
    ]  # fmt: skip
    head = ("what", "times", "acknowledged appends", "of them lost", "damaged logs", "forked logs")
    acts = {part.removeprefix("faults-"): one for part, one in figures.items() if one.get("calls")}
    found = [
        (act + (": shows a copy too early, which has to be found" if act == CONTROL else ""),
         *(str(one[name]) for name in ("calls", "faults", "returned", "errors", "killed", "untyped")),
         str(len(one["problems"])))
        for act, one in acts.items()
    ]  # fmt: skip
    second = (
        "act", "changing calls", "faults", "returned", "ended with an error", "killed", "any other end", "found wrong",
    )  # fmt: skip
    return [
        *table(head, rows),
        "",
        "A fault at every single write, sync, cut, rename, removal and new folder of an act: an I/O error, a disk "
        "that is full from there on, kill -9 before the call, kill -9 half-way through it. After each the log is "
        "verified, what can be seen is compared with what is on record, and the act is repeated, which has to make "
        "it good.",
        "",
        *(table(second, found) if found else [f"{NOT_MEASURED} (no C compiler)"]),
        "",
    ]


def _tree_lines(figures: Figures) -> list[str]:
    one = figures.get("trees", {})
    if not one.get("trees"):
        return [f"Agreement with a second implementation: {NOT_MEASURED} (pymerkle is not installed).", ""]
    return [
        f"{one['trees']:,} random trees compared with pymerkle (roots of the whole and of a part, hashes of an "
        f"inclusion proof, {one['proofs']:,} proofs checked): {one['differences']} differences.",
        "",
    ]


def _speed_lines(figures: Figures) -> list[str]:
    one = figures.get("speed")
    if not one:
        return [f"Speed: {NOT_MEASURED}."]
    ratio, new_ratio = (one[f"{age}single"]["p99_ms"] / one[f"{age}disk"]["p99_ms"] for age in ("", "new_"))
    size = f"{one['proof_file_bytes']:,} bytes"
    rows = [
        ("durable entries a second, 256 at a time", f"{one['batch_per_s']:,.0f}", ">= 10,000"),
        ("one durable append, checkpoint included", _ms(one["single"]), ""),
        ("the disk's own write and sync of 4 kB, in turn with it", _ms(one["disk"]), ""),
        ("ratio of the 99 % values", f"{ratio:.1f}", "<= 3"),
        ("one durable append while the write-ahead files still grow (a process's first 4,000)",
         _ms(one["new_single"]), ""),
        ("the disk's own write and sync of 4 kB behind the end of a file", _ms(one["new_disk"]), ""),
        ("ratio of the 99 % values", f"{new_ratio:.1f}", ""),
        ("inclusion proof", _ms(one["inclusion"]), "<= 2 ms"),
        ("consistency proof", _ms(one["consistency"]), ""),
        ("checking an inclusion proof", _ms(one["verify"]), "<= 0.1 ms"),
        (f"checking a proof file ({size}), signature included", _ms(one["proof_file"]), ""),
        ("audit: all hashes anew", f"{one['audit_s']:.1f} s", "<= 15 s"),
        ("on the disk", f"{one['bytes'] / 1e6:,.0f} MB", ""),
    ]  # fmt: skip
    return [
        f"Of a log of {one['entries']:,} entries; times are medians, and 99 % values in brackets.",
        "",
        *table(("what", "measured", "goal"), rows),
    ]


def _ms(spread: Figures) -> str:
    return f"{spread['p50_ms']:.3g} ms ({spread['p99_ms']:.3g})"


if __name__ == "__main__":
    main()
