"""What the confined reader costs: ``python -m bench.sandbox [--quick]``.

The same files are read by a job of the reader and in this process; every pair is run ``REPEATS`` times in turn.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

from PIL import Image

from bench.report import circumstances, save, table
from dyeline.app.exhibits import ExhibitFile, take_in
from dyeline.app.jobs import new_document
from dyeline.formats.limited import document_within_limits, exhibit_within_limits
from dyeline.sandbox import choice
from dyeline.sandbox.ways import WAYS
from tests.pdfs import by_reportlab

REPEATS = 15
GOAL_MS = 120.0
_WORDS = "The board met in the spring and agreed to wait; nothing was said to anybody outside. "


def files() -> dict[str, tuple[Callable[[], object], int]]:
    """Return what is read, with its size: a note, a long text, a PDF, a picture of a page."""
    note, text, pdf = (_WORDS * 5).encode(), (_WORDS * 12_000).encode(), by_reportlab()
    file = io.BytesIO()
    Image.effect_noise((1_240, 1_754), 40).convert("RGB").save(file, "JPEG")
    picture = file.getvalue()

    def exhibit(data: bytes, suffix: str) -> tuple[Callable[[], object], int]:
        return partial(take_in, [ExhibitFile(data, suffix)], look=True), len(data)

    return {
        "note of 70 words as an exhibit": exhibit(note, ".txt"),
        "text of 190,000 words as an exhibit": exhibit(text, ".txt"),
        "PDF as an exhibit, drawn": exhibit(pdf, ".pdf"),
        "picture of a page as an exhibit (6 MB of pixels come back)": exhibit(picture, ".jpg"),
        "PDF as a document": (partial(new_document, pdf, ".pdf", dense=False), len(pdf)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store; return 1 where a file costs more than the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three repeats; nothing is stored")
    options = parser.parse_args(arguments)
    started, repeats = time.monotonic(), 3 if options.quick else REPEATS
    starts = {way.name: _start_ms(way) for way in WAYS if way.available()}
    rows, figures = [], {}
    for name, (work, size) in files().items():
        door = document_within_limits if "document" in name else exhibit_within_limits
        confined, plain = partial(door, work, size=size), work
        for _ in range(3):
            confined(), plain()
        pairs = [(_ms(confined), _ms(plain)) for _ in range(repeats)]
        inside, outside = (statistics.median(column) for column in zip(*pairs, strict=True))
        cost = statistics.median(a - b for a, b in pairs)
        rows.append([name, f"{outside:.1f}", f"{inside:.1f}", f"{inside / outside:.2f}", f"{cost:.1f}"])
        figures[name] = {"plain_ms": outside, "confined_ms": inside, "cost_ms": cost}
    where = circumstances("sandbox", seed=None, duration_s=time.monotonic() - started)
    lines = [
        "# The cost of the sandbox",
        "",
        *where.lines(),
        "",
        f"Way: {choice.way_in_use()}. Medians of {repeats} pairs, by the clock, reader and program warm. The goal is "
        f"a cost of at most {GOAL_MS:.0f} ms a file.",
        "",
        *table(("file", "in the program, ms", "confined, ms", "ratio", "cost, ms"), rows),
        "",
        *table(("way", "first start with self-test, ms"), [[way, f"{ms:.0f}"] for way, ms in starts.items()]),
    ]
    save(
        "sandbox",
        lines,
        {"circumstances": asdict(where), "files": figures, "starts": starts},
        quick=options.quick,
    )
    return int(any(figure["cost_ms"] > GOAL_MS for figure in figures.values()))


def _start_ms(way: object) -> float:
    begun = time.perf_counter()
    shown = choice.self_test(way)  # type: ignore[arg-type]
    assert shown.holds
    return 1000 * (time.perf_counter() - begun)


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    raise SystemExit(main())
