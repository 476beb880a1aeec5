"""One issued copy of a document, and what a reader's text of it still shows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dyeline.app.documents import decided_sites, find_version, version_text
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.carriers.textlayer import TextLayer
from dyeline.formats.registry import read_file
from dyeline.match.align import align
from dyeline.model.sites import Site
from dyeline.text.fold import fold

PEOPLE = 20
LEAKED = "C-0007"
_PHRASE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Issued:
    """A copy in a workspace of its own. ``symbols`` is what it reads as file, by site."""

    workspace: Workspace
    original: Path
    copy: Path
    text: str
    sites: tuple[Site, ...]
    symbols: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a copy's text. ``changed`` counts words that read otherwise than without marks."""

    sites: int
    right: int
    wrong: int
    words: int
    changed: int
    phrases_lost: float  # share of phrases that a search which heeds invisible characters no longer finds
    outcome: str


@contextmanager
def issued(data: bytes, *, dense: bool) -> Iterator[Issued]:
    """Add a document, issue it to some people with marks in the text layer alone, give one of the copies."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        init(place / "workspace")
        workspace = open_workspace(place / "workspace")
        rows = "\n".join(f"Reader {n},reader{n}@example.org" for n in range(1, PEOPLE + 1))
        import_recipients(workspace, f"name,email\n{rows}\n".encode())
        add_document(workspace, data, file_name="document.pdf", dense=dense)
        issue(workspace, "D-001", "all", place / "out", carriers=["textlayer"], notice=False, processes=1)
        original, copy = place / "original.pdf", place / "out" / f"{LEAKED}.pdf"
        original.write_bytes(data)
        version = find_version(workspace, "D-001")
        text = version_text(workspace, version)
        sites = tuple(site for site in decided_sites(workspace, version)[0] if site.carrier == TextLayer.name)
        symbols, _ = _read(read_file(copy.read_bytes(), declarations=False).text, text, sites)
        yield Issued(workspace, original, copy, text, sites, symbols)
        workspace.close()


def measured(copy: Issued, unmarked: str, marked: str) -> Seen:
    """Return what a reader's text of the copy shows, beside its text of the original."""
    symbols, read = _read(marked, copy.text, copy.sites)
    right = int((symbols == copy.symbols)[read].sum())
    before, after = fold(unmarked).text.split(), fold(marked).text.split()
    same = sum(
        size for _, _, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    )
    finding = examine(copy.workspace, marked.encode()).finding
    named = ", ".join(candidate.copy for candidate in finding.candidates)
    return Seen(
        len(copy.sites),
        right,
        int(read.sum()) - right,
        len(before),
        max(len(before), len(after)) - same,
        _phrases_lost(unmarked, marked),
        f"{finding.outcome} {named}".strip(),
    )


def _read(text: str, document: str, sites: tuple[Site, ...]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return symbols by site, and which sites were read."""
    loglik = TextLayer().read(align(fold(text), fold(document)), sites)
    return loglik.argmax(axis=1), np.ptp(loglik, axis=1) > 0


def _phrases_lost(unmarked: str, marked: str) -> float:
    words = unmarked.lower().split()
    phrases = {" ".join(words[k : k + _PHRASE_WORDS]) for k in range(len(words) - _PHRASE_WORDS + 1)}
    searched = " ".join(marked.lower().split())
    return sum(phrase not in searched for phrase in phrases) / max(1, len(phrases))
