"""The demonstration: three documents, 40 recipients, leaks of many kinds, what each shows, and a case about one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from dyeline.app.demo_case import CaseShown, seal_names, show_case
from dyeline.app.issue import IssueReport, issue
from dyeline.app.overlay import draw_overlay
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import AddedDocument, add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.formats.registry import read_file
from dyeline.model.finding import Finding
from dyeline.store.files import make_folder, write_durably
from dyeline.testing import paths, pictures

DOCUMENTS = (("announcement.docx", "docx"), ("policy.docx", "docx"), ("briefing.md", "pdf"))
"""What is issued, and as what."""

RECIPIENTS = 40
SEED = 7
"""Which copies leak, and every slip of the typist, follow from this seed."""

PHOTO = "photo of a page on a desk"
"""The leak that the case is about."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One staged leak: how it came about, the copies it was made from, its bytes."""

    name: str
    truth: tuple[str, ...]
    data: bytes
    suffix: str = ".txt"


@dataclass(frozen=True, slots=True)
class LeakResult:
    """What tracing a staged leak gave. ``right``: nobody but a true source is named, and one is, if there is one.

    ``no_mark`` leaks, which come from no issued copy, are right when nobody is named.
    """

    leak: str
    truth: tuple[str, ...]
    outcome: str
    named: tuple[str, ...]
    family_wise_p: float | None
    read: int
    sites: int
    right: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = asdict(self)
        return {**plain, "truth": list(self.truth), "named": list(self.named)}


@dataclass(frozen=True, slots=True)
class DemoReport:
    """Everything that the demonstration did."""

    documents: tuple[AddedDocument, ...]
    circulations: tuple[IssueReport, ...]
    leaks: tuple[LeakResult, ...]
    case: CaseShown


def run_demo(workspace: Workspace, folder: Path, *, step: Callable[[str], None]) -> DemoReport:
    """Issue the demo documents to 40 made-up recipients, leak them, trace every leak, and report on one.

    Args:
        workspace: an empty workspace.
        folder: where copies, exhibits, overlays of pictures, keys of custodians and the report are written.
        step: called with a line about what is being done.
    """
    rng = np.random.default_rng(SEED)
    step(f"Importing {RECIPIENTS} recipients.")
    people = folder / "people.csv"
    write_durably(people, _people(), mode=0o600)
    import_recipients(workspace, _people())
    step("Sealing their names: any two of three custodians can open one, nobody alone.")
    keys = seal_names(workspace, folder)
    added, issued = [], []
    for name, kind in DOCUMENTS:
        step(f"Adding {name} and issuing {RECIPIENTS} marked copies of it as {kind}.")
        added.append(add_document(workspace, _shipped(name), file_name=name))
        target = folder / f"copies-{Path(name).stem}"
        issued.append(issue(workspace, added[-1].version.document, str(people), target, kind=kind))
    step("Leaking and tracing.")
    results = []
    exhibits = folder / "exhibits"
    make_folder(exhibits, private=False)
    overlays = folder / "overlays"
    make_folder(overlays, private=False)
    announcement, policy, briefing = (Path(report.folder) for report in issued)
    for number, leak in enumerate(_leaks(announcement, policy, briefing, rng), start=1):
        write_durably(exhibits / f"EX-{number:02}{leak.suffix}", leak.data)
        examined = examine(workspace, leak.data, hint_suffix=leak.suffix)
        results.append(_result(leak, examined.finding))
        if examined.taken.exhibit.pictures and examined.taken.exhibit.facts.kind != "pdf":
            write_durably(overlays / f"EX-{number:02}.png", draw_overlay(examined))
        if leak.name == PHOTO:
            photo = exhibits / f"EX-{number:02}{leak.suffix}"
    case = show_case(workspace, folder, photo, keys, step=step)
    return DemoReport(tuple(added), tuple(issued), tuple(results), case)


def _result(leak: Leak, finding: Finding) -> LeakResult:
    named = tuple(candidate.copy for candidate in finding.candidates)
    p = finding.candidates[0].family_wise_p if finding.candidates else None
    right = set(named) <= set(leak.truth) and bool(named) == bool(leak.truth)
    return LeakResult(
        leak.name, leak.truth, finding.outcome, named, p, finding.readings.read, finding.readings.sites, right
    )


def _leaks(announcement: Path, policy: Path, briefing: Path, rng: np.random.Generator) -> Iterator[Leak]:
    """Make the leaks, each from a copy chosen by chance."""
    copies = sorted(announcement.glob("C-*.docx"))

    def pick() -> tuple[str, bytes, str]:
        path = copies[int(rng.integers(len(copies)))]
        return path.stem, path.read_bytes(), _text(path)

    copy, _, text = pick()
    yield Leak("pasted text", (copy,), text.encode())
    copy, _, text = pick()
    yield Leak("forwarded as HTML e-mail", (copy,), paths.html_mail(text), ".eml")
    copy, data, _ = pick()
    yield Leak("the DOCX itself forwarded", (copy,), data, ".docx")
    copy, _, text = pick()
    yield Leak("one paragraph pasted", (copy,), _long_paragraph(text, rng).encode())
    copy, _, text = pick()
    yield Leak("invisible characters stripped, quotes normalised", (copy,), paths.cleaned(text).encode())
    copy, _, text = pick()
    yield Leak("retyped with 2 % typing slips", (copy,), paths.retyped(text, rng).encode())
    copy, _, text = pick()
    yield Leak(
        "lightly edited (3 % replaced, 2 % dropped)", (copy,), paths.lightly_edited(text, rng).encode()
    )
    (one, _, first), (two, _, second) = pick(), pick()
    while two == one:
        two, _, second = pick()
    merged = paths.merged_by_paragraph([first, second], rng)
    yield Leak("two copies merged by paragraph", tuple(sorted({one, two})), merged.encode())
    copy, _, text = pick()
    article = paths.quoted_inside(paths.excerpt(text, rng, 80), _shipped("article.txt").decode())
    yield Leak("80 words quoted in an article", (copy,), article.encode())
    formal = sorted(policy.glob("C-*.docx"))[int(rng.integers(RECIPIENTS))]
    yield Leak("three sentences of the formal document", (formal.stem,), _three(formal, rng).encode())
    sheets = sorted(briefing.glob("C-*.pdf"))
    shot, scanned, taken = (sheets[int(rng.integers(len(sheets)))] for _ in range(3))
    screen = pictures.screenshot(pictures.drawn_page(shot.read_bytes(), dpi=96))
    yield Leak("screenshot of a page", (shot.stem,), pictures.as_png(screen), ".png")
    paper = pictures.scan(pictures.drawn_page(scanned.read_bytes(), dpi=200), rng)
    yield Leak("scan of a page, tilted", (scanned.stem,), pictures.as_jpeg(paper, 50), ".jpg")
    desk = pictures.photo(pictures.drawn_page(taken.read_bytes()), rng)
    yield Leak(PHOTO, (taken.stem,), pictures.as_jpeg(desk), ".jpg")
    yield Leak("the unmarked original", (), _shipped("announcement.docx"), ".docx")
    yield Leak("an unrelated text", (), _shipped("unrelated.txt"))


def _three(path: Path, rng: np.random.Generator) -> str:
    return paths.consecutive_sentences(_text(path), rng, 3)


def _long_paragraph(text: str, rng: np.random.Generator) -> str:
    paragraphs = [paragraph for paragraph in text.split("\n") if len(paragraph.split()) >= 50]
    return paragraphs[int(rng.integers(len(paragraphs)))]


def _text(path: Path) -> str:
    """Return the text that a reader copies out of an issued file, without its notice."""
    text = read_file(path.read_bytes(), declarations=False, hint_suffix=path.suffix).text
    return "\n".join(line for line in text.split("\n") if "individually marked" not in line)


def _shipped(name: str) -> bytes:
    return files("dyeline").joinpath("demo", name).read_bytes()


def _people() -> bytes:
    rows = ["name,email,organisation,role,groups"]
    for number in range(1, RECIPIENTS + 1):
        unit = "ABCD"[number % 4]
        rows.append(
            f"Reader {number:02},reader{number:02}@example.org,Desk {unit},reader,desk {unit.lower()}"
        )
    return "\n".join(rows).encode()
