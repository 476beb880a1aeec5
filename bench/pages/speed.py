"""Speed on pages: from a picture to a finding among 10,000 pages, and issuing PDF against deflating it.

``python -m bench.pages.speed [--quick] [--parts trace,issue] [--copies N]``. Each part runs in fresh processes.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import numpy as np

from bench.documents import load as load_text
from bench.fresh import Spent, median_of, python, stopwatch, watched
from bench.long_document import PAGE_WORDS
from bench.pages.attacks import CELLS, close_browsers, exhibit
from bench.pages.fetched import cache
from bench.pages.office import cut, office, schema
from bench.pages.quality import DOCUMENTS, leak
from bench.report import circumstances, save, table
from bench.speed import SOURCES, Row

SEED = 20261128
PAGES = 10_000
DOCUMENT_PAGES = 100
COPIES = 1000
COPY_PAGES = 10
REPEATS = 5
SECONDS, PEAK_MB, RATIO = 4.0, 1536, 1.3
PICTURES = ("photo", "scan_200", "pdfium_110")
EXHIBIT = 3


def library(pages: int) -> Path:
    """Return a workspace of so many pages, made once: the issued PDF files, and texts of 100 pages each.

    The texts are made of the words and the frequencies of real prose; mark sites are not looked for in them.
    """
    from dyeline.app import registration
    from dyeline.app.workspace import open_workspace

    root = cache(f"library-{pages}-{schema()}", "workspace")
    if (root.parent / "complete").exists():
        return root
    where = office(names=DOCUMENTS)
    where.workspace.close()
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(where.workspace.root, root)
    workspace = open_workspace(root)
    words = np.array(
        " ".join(load_text(name).text for name in ("announcement", "sockets", "governance")).split()
    )
    rng = np.random.default_rng(SEED)
    rest = pages - sum(document.page_count for document in where.documents)
    with mock.patch.object(registration, "plan_sites", return_value=[]):
        for number, first in enumerate(range(0, rest, DOCUMENT_PAGES)):
            count = min(DOCUMENT_PAGES, rest - first)
            text = "\n\n".join(" ".join(rng.choice(words, PAGE_WORDS).tolist()) for _ in range(count))
            registration.add_document(workspace, text.encode(), file_name=f"{number}.txt", style="formal")
    workspace.close()
    (root.parent / "complete").touch()
    return root


def measure_trace(folder: Path, options: argparse.Namespace) -> list[Row]:
    """Measure an examination in a fresh process, and the second one in a process that goes on."""
    pages = PAGES // 10 if options.quick else PAGES
    root = library(pages)
    where = office(names=DOCUMENTS)
    leaked, _, copy = leak(where, EXHIBIT)
    rows = []
    for cell in PICTURES:
        shown = exhibit(CELLS[cell], leaked)
        picture = folder / f"{cell}{shown.suffix}"
        picture.write_bytes(shown.data)
        words = ("-m", "dyeline", "--workspace", str(root), "trace", str(picture), "--json")
        printed, peak = watched([sys.executable, *words])
        found = json.loads(printed)
        named = [candidate["copy"] for candidate in found["candidates"]]
        spent = median_of(REPEATS, python(*words))
        answer = subprocess.run(
            [sys.executable, "-m", "bench.pages.speed", "--trace-twice", str(root), str(picture)],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        again = Spent(*map(float, answer.split()))
        result = f"{found['outcome']}, {'right' if named == [copy] else f'named {named}'}"
        what = f"{CELLS[cell].title}, {shown.pixels.shape[1]} x {shown.pixels.shape[0]} px, {pages:,} pages ({result})"
        rows += [
            Row("trace", f"{what}: fresh process", spent, None, spent.clock, "s", SECONDS),
            Row("trace", f"{what}: second picture of a process", again, None, again.clock, "s", None),
            Row("trace", f"{what}: peak memory", None, None, peak, "MB", PEAK_MB),
        ]
    close_browsers()
    return rows


def trace_twice(root: Path, picture: Path) -> Spent:
    """Return the time of a second examination in one process."""
    from dyeline.app.trace import examine
    from dyeline.app.workspace import open_workspace

    workspace = open_workspace(root)
    data = picture.read_bytes()
    examine(workspace, data, hint_suffix=picture.suffix)
    with stopwatch() as spent:
        examine(workspace, data, hint_suffix=picture.suffix)
    return spent[0]


def measure_issue(folder: Path, options: argparse.Namespace) -> list[Row]:
    """Measure issuing a PDF, with and without its gate, against deflating its pages and writing the file."""
    copies = 40 if options.quick else options.copies
    policy = cut("policy", COPY_PAGES)
    data, pages = policy.data, policy.page_count
    (folder / "report.pdf").write_bytes(data)
    reference = deflated(data, copies, folder / "deflated")
    rows = []
    for jobs, gate in ((0, True), (0, False), (1, True), (1, False)):
        words = (
            "-m",
            "bench.pages.speed",
            "--issue-once",
            str(folder),
            str(copies),
            str(jobs),
            str(int(gate)),
        )
        printed, peak = watched([sys.executable, *words])
        spent = Spent(*map(float, printed.split()))
        how = f"{'default jobs' if not jobs else '--jobs 1'}, {'with' if gate else 'without'} the gate"
        what = f"{copies:,} copies of a {pages}-page PDF, {how}"
        target = None if gate else RATIO  # reading the copies again is reported, not bounded
        rows += [
            Row(
                "issue",
                f"{what}: per copy and page",
                spent,
                reference,
                spent.clock / reference.clock,
                "x",
                target,
            ),
            Row("issue", f"{what}: rate", spent, None, copies / spent.clock, "copies/s", None),
            Row("issue", f"{what}: peak memory with all workers", None, None, peak, "MB", None),
        ]
    return rows


def deflated(data: bytes, copies: int, folder: Path) -> Spent:
    """Deflate every page's content stream and write the file, as often as there are copies; return the time."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
        streams = [page.Contents.read_bytes() for page in pdf.pages]
    folder.mkdir()
    with stopwatch() as spent:
        for number in range(copies):
            for stream in streams:
                zlib.compress(stream)
            (folder / f"{number}.pdf").write_bytes(data)
    shutil.rmtree(folder)
    return spent[0]


def issue_once(root: Path, copies: int, jobs: int | None, gate: bool) -> Spent:
    """Issue that many copies in a fresh workspace; return the time spent on it."""
    from bench.library import people
    from dyeline.app import copymaking
    from dyeline.app.issue import issue
    from dyeline.app.recipients import import_recipients
    from dyeline.app.registration import add_document
    from dyeline.app.workspace import init, open_workspace

    with tempfile.TemporaryDirectory(dir=root) as folder, ExitStack() as patches:
        init(Path(folder) / "w")
        workspace = open_workspace(Path(folder) / "w")
        import_recipients(workspace, people(copies))
        added = add_document(workspace, (root / "report.pdf").read_bytes(), file_name="report.pdf")
        if not gate:  # workers are forked: it holds for them as well
            patches.enter_context(mock.patch.object(copymaking, "_gate_seconds", _no_gate))
        with stopwatch() as spent:
            issue(
                workspace, added.version.document, "all", Path(folder) / "out", notice=False, processes=jobs
            )
    return spent[0]


def _no_gate(recipe: object, copies: Sequence[object]) -> list[float]:
    return [0.0] * len(copies)


PARTS = {"trace": measure_trace, "issue": measure_issue}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many targets are missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is stored")
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated; nothing is stored")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument(
        "--issue-once", nargs=4, metavar=("FOLDER", "COPIES", "JOBS", "GATE"), help=argparse.SUPPRESS
    )
    parser.add_argument("--trace-twice", nargs=2, metavar=("WORKSPACE", "PICTURE"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.issue_once:
        folder, copies, jobs, gate = options.issue_once
        spent = issue_once(Path(folder), int(copies), int(jobs) or None, gate == "1")
    elif options.trace_twice:
        spent = trace_twice(*map(Path, options.trace_twice))
    else:
        return _measure_all(options)
    print(spent.clock, spent.processor)
    return 0


def _measure_all(options: argparse.Namespace) -> int:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH", "")]))
    parts = options.parts.split(",")
    started = time.monotonic()
    rows: list[Row] = []
    for part in parts:
        print(f"speed: {part}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="dyeline-bench-") as folder:
            rows += PARTS[part](Path(folder), options)
    here = circumstances("pages.speed", seed=SEED, duration_s=time.monotonic() - started)
    failed = sum(row.verdict == "FAIL" for row in rows)
    figures = {
        "circumstances": asdict(here),
        "rows": [{**asdict(row), "verdict": row.verdict} for row in rows],
    }
    quick = options.quick or len(parts) < len(PARTS)
    save(
        "pages_speed",
        ["# Speed on pages", "", *here.lines(), "", *_lines(rows, failed)],
        figures,
        quick=quick,
    )
    return failed


def _lines(rows: Sequence[Row], failed: int) -> list[str]:
    shown = [
        [
            row.what,
            f"{row.value:.3g} {row.unit}",
            "-" if row.target is None else f"<= {row.target:g} {row.unit}",
            row.verdict,
            "-" if row.spent is None else f"{row.spent.clock:.3g} / {row.spent.processor:.3g} s",
            "-" if row.reference is None else f"{row.reference.clock:.3g} / {row.reference.processor:.3g} s",
        ]
        for row in rows
    ]
    return [
        "The pages are those of the issued PDF files, with 1,000 copies each, and texts of 500 words a page that the",
        "text index holds like any other. Fresh processes: median of 5 by the clock. The reference for issuing: every",
        "page's content stream deflated at zlib's default level and the file written, as many times, in one process.",
        "Processor time adds up all processes; unlike the clock, it does not depend on what else the machine is doing.",
        "",
        *table(("what", "result", "target", "", "clock / processor", "reference: clock / processor"), shown),
        "",
        f"{failed} targets are missed." if failed else "Every target is met.",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
