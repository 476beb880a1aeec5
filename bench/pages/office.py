"""The workspace that page exhibits are traced in: every document with copies for 1,000 recipients, kept in the cache.

``KEPT`` of them are issued in earnest, with their files; these are the copies that leak. The others are put on
record as released, each with its own codeword, but their files, which nothing would look at, are not made:
a finding depends on the copies on record alone. Documents are cut to ``PAGES`` pages: a longer document would
only add sites that an exhibit of one page does not show.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial as bound_to
from pathlib import Path

import numpy as np

from bench.pages.documents import NAMES, PdfDocument, load
from bench.pages.fetched import NotAvailable, cache
from dyeline.app.circulations import plan_copies
from dyeline.app.copymaking import MadeCopy
from dyeline.app.documents import VersionRecord
from dyeline.app.issue import issue
from dyeline.app.issue_entries import record_released
from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import DyelineError
from dyeline.store import migrations

PAGES = 3
KEPT = 48
RECIPIENTS = 1000
_MADE = 3  # part of the workspace's name: another number where its making changes


@dataclass(frozen=True, slots=True)
class Staged:
    """A document on record. ``pages``: its text pages, from 0; ``copies``: labels of the copies kept as files."""

    name: str
    producer: str
    label: str
    folder: str
    pages: tuple[int, ...]
    page_count: int
    sites: dict[str, int]
    copies: tuple[str, ...]
    copies_per_s: float
    processes: int

    def path(self, copy: str) -> Path:
        """Return the file of a kept copy."""
        return Path(self.folder) / f"{copy}.pdf"


@dataclass(frozen=True, slots=True)
class Cut:
    """Some pages of a document as a file; ``pages`` are its text pages, from 0."""

    producer: str
    data: bytes
    pages: tuple[int, ...]
    page_count: int


@dataclass(frozen=True, slots=True)
class Office:
    """The workspace, its documents, and why a document is not there."""

    workspace: Workspace
    documents: tuple[Staged, ...]
    absent: dict[str, str]


def office(*, recipients: int = RECIPIENTS, processes: int = 2, names: Sequence[str] = NAMES) -> Office:
    """Return the workspace, what is missing of it made now."""
    workspace, folder = _workspace("office", recipients)
    staged, absent = [], {}
    for name in names:
        try:
            staged.append(_kept(workspace, name, bound_to(cut, name), folder, processes))
        except (NotAvailable, DyelineError) as fault:
            absent[name] = str(fault)
    return Office(workspace, tuple(staged), absent)


def office_of_pages(pages: Sequence[tuple[str, int]], *, recipients: int = RECIPIENTS) -> Office:
    """Return a workspace of documents of one page each: pages of ours, from 0."""
    workspace, folder = _workspace("pages", recipients)
    staged = [
        _kept(workspace, f"{name}-{page}", bound_to(_only, name, page), folder, 1) for name, page in pages
    ]
    return Office(workspace, tuple(staged), {})


def _workspace(what: str, recipients: int) -> tuple[Workspace, Path]:
    root = cache(f"{what}-{recipients}-{schema()}", "workspace")
    if not root.exists():
        init(root)
        import_recipients(open_workspace(root), _people(1, recipients))
    return open_workspace(root), root.parent


def _kept(workspace: Workspace, name: str, make: Callable[[], Cut], folder: Path, processes: int) -> Staged:
    """Return the document of this name, made now if it is not there."""
    record = folder / f"{name}.json"
    if not record.exists():
        made = _staged(workspace, name, make(), folder / name, processes)
        record.write_text(json.dumps(asdict(made)), encoding="utf-8")
    kept = json.loads(record.read_text(encoding="utf-8"))
    return Staged(**{**kept, "pages": tuple(kept["pages"]), "copies": tuple(kept["copies"])})


def schema() -> str:
    """Return what tells workspaces made in one way, with one shape of database, from others."""
    folder = Path(migrations.__file__).parent
    sources = [folder.with_name("models.py"), *sorted(folder.glob("*.py"))]
    shape = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
    return f"{_MADE}-{shape}"


def _staged(workspace: Workspace, name: str, cut_to: Cut, folder: Path, processes: int) -> Staged:
    added = add_document(workspace, cut_to.data, file_name=f"{name}.pdf", title=name)
    shutil.rmtree(folder, ignore_errors=True)
    table = folder.parent / "readers.csv"
    table.write_bytes(_people(1, KEPT))
    started = time.monotonic()
    report = issue(workspace, added.version.document, str(table), folder, notice=False, processes=processes)
    rate = KEPT / (time.monotonic() - started)
    _put_the_others_on_record(workspace, added.version)
    print(
        f"office: {name}, {cut_to.page_count} pages, {rate:.1f} copies a second, {report.sites}", flush=True
    )
    return Staged(
        name, cut_to.producer, added.version.document, str(folder), cut_to.pages, cut_to.page_count, report.sites,
        tuple(sorted(path.stem for path in folder.glob("*.pdf"))), round(rate, 2), processes,
    )  # fmt: skip


def _put_the_others_on_record(workspace: Workspace, version: VersionRecord) -> None:
    with workspace.reading():
        circulation = version.row.circulations.get()
    copies = plan_copies(workspace, circulation, list_recipients(workspace), "pdf")
    hashes = {copy.label: hashlib.sha256(copy.label.encode()).hexdigest() for copy in copies}
    others = [
        MadeCopy(copy.label, hashes[copy.label], hashes[copy.label], 0.0)
        for copy in copies
        if not copy.sha256
    ]
    record_released(workspace, circulation, others)


def _people(first: int, last: int) -> bytes:
    rows = [f"Reader {n},reader{n}@example.org" for n in range(first, last + 1)]
    return "\n".join(["name,email", *rows]).encode()


def cut_range(document: PdfDocument, most: int = PAGES) -> range:
    """Return the first run of ``most`` pages of a file with most text pages among them."""
    import pypdfium2

    with pypdfium2.PdfDocument(document.path) as pdf:
        whole = len(pdf)
    length = min(most, whole)
    texts = [
        sum(page in range(start, start + length) for page in document.pages)
        for start in range(whole - length + 1)
    ]
    start = int(np.argmax(texts))
    return range(start, start + length)


def cut(name: str, most: int = PAGES) -> Cut:
    """Return some pages of a document in a row, those with most text pages among them."""
    document = load(name)
    return _part(document, cut_range(document, most))


def _only(name: str, page: int) -> Cut:
    return _part(load(name), range(page, page + 1))


def _part(document: PdfDocument, run: range) -> Cut:
    import pikepdf

    with pikepdf.open(document.path) as pdf:
        del pdf.pages[run.stop :]
        del pdf.pages[: run.start]
        pdf.remove_unreferenced_resources()
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True)
    pages = tuple(page - run.start for page in document.pages if page in run)
    return Cut(document.producer, file.getvalue(), pages, len(run))
