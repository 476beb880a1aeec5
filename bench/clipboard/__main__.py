"""What of an issued PDF arrives when it is read: ``python -m bench.clipboard [--corpus FOLDER] [--pdfjs FOLDER]``.

Browsers are driven for real: Xvfb, xdotool and xclip must be installed beside them. The corpus is the one of
``bench.hostile``; for pdf.js run ``npm install pdfjs-dist@5.6.205`` in the folder given.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.clipboard.browsers import NoClipboard
from bench.clipboard.documents import documents
from bench.clipboard.measuring import LEAKED, PEOPLE, Seen, issued, measured
from bench.clipboard.readers import readers
from bench.counting import percent
from bench.report import circumstances, save, table
from dyeline.errors import DyelineError

HEAD = (
    "producer",
    "read by",
    "marks",
    "right",
    "wrong",
    "words",
    "read otherwise",
    "phrases lost",
    "finding",
    "",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many paths wrong a mark, a word or a recipient."""
    parser = argparse.ArgumentParser(prog="python -m bench.clipboard", description=__doc__)
    parser.add_argument("--corpus", type=Path, help="folder of archives, fetched when they are not there")
    parser.add_argument("--pdfjs", type=Path, help="folder with node_modules/pdfjs-dist")
    parser.add_argument("--dense", action="store_true", help="marks at every word")
    parser.add_argument("--producer", action="append", help="only these; nothing is stored")
    parser.add_argument("--reader", action="append", help="only these; nothing is stored")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    rows: list[list[str]] = []
    figures: list[dict[str, Any]] = []
    failed = 0
    for producer, data in documents(options.corpus):
        if options.producer and producer not in options.producer:
            continue
        try:
            with issued(data, dense=options.dense) as copy:
                for name, reader in readers(options.pdfjs).items():
                    if options.reader and name not in options.reader:
                        continue
                    if reader.missing:
                        rows.append([producer, name, *["-"] * 7, reader.missing])
                        continue
                    try:
                        seen = measured(copy, reader.text(copy.original), reader.text(copy.copy))
                    except NoClipboard as fault:
                        rows.append([producer, name, *["-"] * 7, str(fault)])
                        continue
                    verdict = _verdict(seen)
                    failed += verdict == "FAIL"
                    rows.append([producer, name, *_cells(seen), verdict])
                    figures.append({"producer": producer, "reader": name, **asdict(seen)})
                    print(" | ".join(rows[-1]), flush=True)
        except DyelineError as refusal:
            rows.append([producer, "-", *["-"] * 7, f"not issued: {refusal.code}"])
    where = circumstances("clipboard", seed=None, duration_s=time.monotonic() - started)
    lines = [
        "# Text copied out of marked PDF files",
        "",
        *where.lines(),
        "",
        f"Each file is issued to {PEOPLE} people with marks in its text layer alone; {LEAKED} is read, and so is the",
        "original. read otherwise: words that the same reader gives differently from the two, marks aside. phrases",
        "lost: phrases of three words that a search does not find any more if it heeds invisible characters (a",
        "browser's own search need not). FAIL: a wrong mark, another recipient, or a word that reads otherwise.",
        "",
        *table(HEAD, rows),
        "",
        f"{failed} paths fail." if failed else "No path fails.",
    ]
    stored = {"circumstances": asdict(where), "paths": figures}
    name = "clipboard_dense" if options.dense else "clipboard"
    save(name, lines, stored, quick=bool(options.producer or options.reader))
    return failed


def _verdict(seen: Seen) -> str:
    others = seen.outcome.startswith("attributed") and seen.outcome != f"attributed {LEAKED}"
    return "FAIL" if seen.wrong or seen.changed or others else "PASS"


def _cells(seen: Seen) -> list[str]:
    counts = (seen.sites, seen.right, seen.wrong, seen.words, seen.changed)
    return [*map(str, counts), f"{percent(seen.phrases_lost)} %", seen.outcome]


if __name__ == "__main__":
    raise SystemExit(main())
