"""Speed, as ratios in one run, so that they mean the same on another machine.

``python -m bench.speed [--quick] [--parts issue,trace,help,list]``. Each part runs in processes of its own.
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
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.fresh import Spent, median_of, python, stopwatch, watched
from bench.long_document import PAGE_WORDS, long_docx
from bench.report import circumstances, save, table
from bench.staging import draw
from dyeline.carriers.registry import reading_carriers
from dyeline.match.index import GramIndex
from dyeline.model.finding import ExhibitFacts
from dyeline.testing import paths
from dyeline.text.fold import fold
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.flow import Question, trace
from dyeline.trace.shelf import ShelvedCopy, ShelvedVersion

SOURCES = Path(__file__).parents[1] / "src"
SEED = 20261122
COPIES = 1000
WORDS = 10_000
DOCUMENTS = 1000
QUICK_DOCUMENTS = 50
LISTS = (100, 10_000, 100_000)
REPEATS = 5
PEAK_MB = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: what, time spent (None: it is memory), against what, the value that the target is for."""

    part: str
    what: str
    spent: Spent | None
    reference: Spent | None
    value: float  # ratio, seconds beyond the reference, or megabytes
    unit: str
    target: float | None

    @property
    def verdict(self) -> str:
        """Return PASS or FAIL, "-" without a target."""
        if self.target is None:
            return "-"
        return "PASS" if self.value <= self.target else "FAIL"


def issue_once(root: Path, copies: int, jobs: int | None) -> Spent:
    """Issue that many copies of the long document in a fresh workspace; return the time spent on it."""
    from bench.library import people
    from dyeline.app.issue import issue
    from dyeline.app.recipients import import_recipients
    from dyeline.app.registration import add_document
    from dyeline.app.workspace import init, open_workspace

    folder = root / f"workspace-{jobs}"
    init(folder)
    workspace = open_workspace(folder)
    import_recipients(workspace, people(copies))
    added = add_document(workspace, (root / "long.docx").read_bytes(), file_name="long.docx")
    with stopwatch() as spent:
        issue(workspace, added.version.document, "all", root / f"copies-{jobs}", processes=jobs)
    return spent[0]


def rewrite_with_zipfile(data: bytes, folder: Path, copies: int) -> Spent:
    """Write that many copies of a DOCX with zipfile, every part compressed anew; return the time spent."""
    folder.mkdir()
    with stopwatch() as spent:
        for number in range(copies):
            with (
                zipfile.ZipFile(io.BytesIO(data)) as source,
                zipfile.ZipFile(folder / f"{number}.docx", "w", zipfile.ZIP_DEFLATED) as target,
            ):
                for member in source.infolist():
                    target.writestr(member.filename, source.read(member))
    return spent[0]


def measure_issue(root: Path, quick: bool) -> list[Row]:
    """Measure issuing against rewriting with zipfile."""
    copies = 100 if quick else COPIES
    data = long_docx(WORDS, SEED)
    (root / "long.docx").write_bytes(data)
    reference = rewrite_with_zipfile(data, root / "zipfile", copies)
    rows = []
    for jobs, name in ((None, "default jobs"), (1, "--jobs 1")):
        words = ["-m", "bench.speed", "--issue-once", str(root), str(copies), str(jobs or 0)]
        printed, peak = watched([sys.executable, *words])
        spent = Spent(*map(float, printed.split()))
        ratio, target = spent.clock / reference.clock, 1.5 if jobs is None else None
        what = f"{copies:,} copies of a 20-page DOCX, {name}"
        rows += [
            Row("issue", what, spent, reference, ratio, "x", target),
            Row("issue", f"peak memory with all workers, {name}", None, None, peak, "MB", PEAK_MB),
        ]
    return rows


def measure_trace(root: Path, quick: bool) -> list[Row]:
    """Measure tracing a page in a fresh process against many documents with many copies each."""
    from bench.library import build_library

    documents = QUICK_DOCUMENTS if quick else DOCUMENTS
    library, page = root / f"library-{documents}", root / f"page-{documents}.txt"
    if not page.exists():  # written last: an interrupted build is begun anew
        shutil.rmtree(library, ignore_errors=True)
        page.write_text(build_library(library, documents, 1000), encoding="utf-8")
    words = ("-m", "dyeline", "--workspace", str(library), "trace", str(page), "--json")
    outcome = json.loads(subprocess.run([sys.executable, *words], check=True, capture_output=True).stdout)
    assert outcome["outcome"] == "attributed"
    spent, numpy_alone = median_of(REPEATS, python(*words)), median_of(REPEATS, python("-c", "import numpy"))
    cleaned = root / "cleaned.txt"
    cleaned.write_text(paths.cleaned(page.read_text(encoding="utf-8")), encoding="utf-8")
    retyped = median_of(REPEATS, python(*words[:5], str(cleaned), "--json"))
    what = f"a page of 500 words against {documents:,} documents x 1,000 recipients"
    return [
        Row("trace", f"{what}, pasted", spent, numpy_alone, spent.clock - numpy_alone.clock, "s", 1.0),
        Row("trace", f"{what}, cleaned", retyped, numpy_alone, retyped.clock - numpy_alone.clock, "s", 1.0),
    ]


def measure_help(root: Path, quick: bool) -> list[Row]:
    """Measure the start of the command line."""
    spent = median_of(REPEATS, python("-m", "dyeline", "--help"))
    bare = median_of(REPEATS, python("-c", "pass"))
    return [Row("help", "dyeline --help in a fresh process", spent, bare, spent.clock, "s", 0.4)]


def measure_lists(root: Path, quick: bool) -> list[Row]:
    """Measure the journey alone, in this process, by the number of recipients."""
    rng = np.random.default_rng(SEED)
    circulation = draw("announcement", rng)
    page = " ".join(circulation.text(7).split(" ")[:PAGE_WORDS])
    rows = []
    for size in LISTS:
        copies = tuple(ShelvedCopy(k, f"C-{k:06}", f"R-{k:06}") for k in range(size))
        version = circulation.shelved()
        listed = replace(version, circulations=(replace(version.circulations[0], copies=copies),))
        shelf = OneVersion(GramIndex().extended({0: fold(version.text).text}), listed)
        facts = ExhibitFacts("", "txt", PAGE_WORDS)
        carriers = reading_carriers()
        for name, text in (("pasted", page), ("cleaned", paths.cleaned(page))):
            spent = median_of(3, partial(trace, Exhibit(facts, text), shelf, carriers, Question(1e-3)))
            what = f"a page of 500 words, {name}, {size:,} recipients"
            rows.append(Row("list", what, spent, None, spent.clock, "s", None))
    return rows


@dataclass(frozen=True, slots=True)
class OneVersion:
    """A shelf of one version."""

    index: GramIndex
    only: ShelvedVersion

    def version(self, index_number: int) -> ShelvedVersion:
        """Return it."""
        return self.only

    def __len__(self) -> int:
        """Return 1."""
        return 1


PARTS = {"issue": measure_issue, "trace": measure_trace, "help": measure_help, "list": measure_lists}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many targets are missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is stored")
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated; nothing is stored")
    parser.add_argument("--library", type=Path, help="folder that keeps the large workspace for the next run")
    parser.add_argument("--issue-once", nargs=3, metavar=("FOLDER", "COPIES", "JOBS"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.issue_once:
        folder, copies, jobs = options.issue_once
        spent = issue_once(Path(folder), int(copies), int(jobs) or None)
        print(spent.clock, spent.processor)
        return 0
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH", "")]))
    parts = options.parts.split(",")
    started = time.monotonic()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dyeline-bench-") as folder:
        for part in parts:
            print(f"speed: {part}", file=sys.stderr, flush=True)
            kept = options.library if part == "trace" and options.library else Path(folder)
            rows += PARTS[part](kept, options.quick)
    where = circumstances("speed", seed=SEED, duration_s=time.monotonic() - started)
    failed = sum(row.verdict == "FAIL" for row in rows)
    figures = {
        "circumstances": asdict(where),
        "rows": [{**asdict(row), "verdict": row.verdict} for row in rows],
    }
    partial_run = options.quick or len(parts) < len(PARTS)
    save("speed", ["# Speed", "", *where.lines(), "", *_lines(rows, failed)], figures, quick=partial_run)
    return failed


def _lines(rows: Sequence[Row], failed: int) -> list[str]:
    shown = [
        [
            row.what,
            _seconds(row.spent, "clock"),
            _seconds(row.reference, "clock"),
            f"{row.value:.3g} {row.unit}",
            "-" if row.target is None else f"<= {row.target:g} {row.unit}",
            row.verdict,
            f"{_seconds(row.spent, 'processor')} / {_seconds(row.reference, 'processor')}"
            if row.spent
            else "-",
        ]
        for row in rows
    ]
    head = ("what", "measured", "reference", "result", "target", "", "processor time: measured / reference")
    return [
        "References: for issuing, the same DOCX rewritten as many times with zipfile (every part compressed anew, at",
        "its default level, in one process); for tracing, `python -c 'import numpy'`, which is taken off; for help,",
        "`python -c pass`, only shown. Fresh processes: median of 5. Results are by the clock. Processor time adds up",
        "all processes; unlike the clock, it does not depend on what else the machine is doing.",
        "",
        *table(head, shown),
        "",
        f"{failed} targets are missed." if failed else "Every target is met.",
    ]


def _seconds(spent: Spent | None, which: str) -> str:
    return "-" if spent is None else f"{getattr(spent, which):.3g} s"


if __name__ == "__main__":
    raise SystemExit(main())
