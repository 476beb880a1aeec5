"""Trace: examine an exhibit, record the examination, return the finding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.app.circulations import frozen_sites, secret_of
from dyeline.app.disclosure import require_unprotected
from dyeline.app.documents import document_label, find_document_versions, load_match_index
from dyeline.app.examination_entries import (
    Receipt,
    failures_recorded,
    intake_of,
    receive,
    record_examination,
)
from dyeline.app.exhibits import ExhibitFile, TakenIn, take_in
from dyeline.app.log_copies import require_committed
from dyeline.app.looks import Looks, load_looks, not_described, version_of
from dyeline.app.pages import StoredPages, StoredPictures
from dyeline.app.roles import require_role
from dyeline.app.workspace import Workspace
from dyeline.carriers.notice import notice_labels
from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.stamp import find_stamps, stamps_in
from dyeline.errors import BadInput
from dyeline.formats.limited import exhibit_within_limits
from dyeline.formats.ocr.choice import best_recogniser, load_ahead
from dyeline.formats.pictures.kinds import picture_kind
from dyeline.match.index import GramIndex
from dyeline.model.finding import Finding
from dyeline.sandbox.choice import prepare_ahead
from dyeline.sandbox.unsafe import UNSAFE_NOTICE, is_unsafe
from dyeline.store.blocks_json import load_blocks
from dyeline.trace.flow import Question, Traced, trace
from dyeline.trace.shelf import Alike, CopyColumns, ShelvedCirculation, ShelvedVersion
from dyeline.trace.watch import Watch, unwatched


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in an exhibit, and how many different examinations this workspace has seen with this one.

    ``readings`` names the blob of what was read, "" where it was not kept; ``received_entry`` and ``log_entry``
    are the entries of the exhibit's coming in and of the examination.
    """

    traced: Traced
    taken: TakenIn
    examinations: int
    readings: str
    received_entry: int
    log_entry: int

    @property
    def finding(self) -> Finding:
        """Return the finding."""
        return self.traced.finding


class WorkspaceShelf:
    """The registered versions of a workspace, loaded when an exhibit shares a passage with them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._versions: dict[int, ShelvedVersion] = {}
        self._stored: dict[tuple[str, ...], StoredPages] = {}
        self._originals: dict[str, StoredPictures] = {}

    @cached_property
    def index(self) -> GramIndex:
        """Return the match index."""
        return load_match_index(self._workspace)

    def __len__(self) -> int:
        """Return how many versions are registered."""
        return len(self.index.versions)

    def version(self, index_number: int) -> ShelvedVersion:
        """Return a version with its circulations, loaded once."""
        if index_number not in self._versions:
            self._versions[index_number] = self._loaded(index_number)
        return self._versions[index_number]

    def _loaded(self, index_number: int) -> ShelvedVersion:
        from dyeline.store.tables import Version

        workspace = self._workspace
        with workspace.reading():
            row = Version.objects.select_related("document").get(index_number=index_number)
            at_hand = row.circulations.filter(key_erased__isnull=True)
            circulations = list(at_hand.select_related("version").order_by("pk"))
            rest = row.circulations.filter(key_erased__isnull=False).order_by("pk")
            withheld = tuple(rest.values_list("label", flat=True))
        blobs = workspace.blobs
        shelved = (self._circulation(circulation) for circulation in circulations)
        return ShelvedVersion(
            document=row.document.label,
            number=row.number,
            title=row.document.title,
            text=blobs.get(row.text_sha256).decode(),
            block_starts=tuple(block.start for block in load_blocks(blobs.get(row.blocks_sha256))),
            # one that no copy ever left of has nothing to compare: its issue was refused
            circulations=tuple(one for one in shelved if len(one.copies)),
            pages=self._pages(row.pages_sha256, row.source_sha256),
            pictures=self._pictures(row.kind, row.source_sha256),
            withheld=withheld,
        )

    @cached_property
    def has_pages(self) -> bool:
        """Tell whether any registered version or circulation has pages."""
        from dyeline.store.tables import Circulation, Version

        with self._workspace.reading():
            rows: Any = (Version.objects, Circulation.objects)
            return any(objects.exclude(pages_sha256="").exists() for objects in rows)

    def _pages(self, *blobs: str) -> StoredPages | None:
        """Return the pages that these blobs make, the same object for the same blobs."""
        if not blobs[0]:
            return None
        return self._stored.setdefault(blobs, StoredPages(self._workspace, *blobs))

    def _circulation(self, circulation: Any) -> ShelvedCirculation:
        from dyeline.store.tables import IssuedCopy

        with self._workspace.reading():
            # a copy without a hash was planned by a run that ended before any of its files left
            rows = IssuedCopy.objects.filter(circulation=circulation).exclude(sha256="").order_by("index")
            columns = rows.values_list("index", "label", "recipient__label")
            copies = CopyColumns.of(columns.iterator(chunk_size=10_000))
        version = circulation.version
        rendered = circulation.format == "pdf" != version.kind  # then the pictures marked are the rendition's
        return ShelvedCirculation(
            circulation.label,
            frozen_sites(self._workspace, circulation),
            secret_of(self._workspace, circulation),
            circulation.code_scheme,
            copies,
            self._pages(
                circulation.pages_sha256,
                circulation.plain_sha256,
                circulation.left_sha256,
                circulation.right_sha256,
            ),
            self._pictures(circulation.format, version.rendition_sha256)
            if rendered and version.rendition_sha256
            else self._pictures(version.kind, version.source_sha256),
        )

    def _pictures(self, kind: str, source: str) -> StoredPictures:
        """Return the unmarked pictures of a file, the same object for the same file."""
        return self._originals.setdefault(source, StoredPictures(self._workspace, kind, source))


class WorkspaceLooks:
    """What the pages of a workspace look like, loaded when that is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._asked = False

    @cached_property
    def _looks(self) -> Looks:
        self._asked = True
        return load_looks(self._workspace)

    def alike(self, pixels: NDArray[np.uint8]) -> list[Alike]:
        """Return pages and pictures that look like a picture, the likeliest first."""
        index = self._looks.index
        if not index.segments:
            return []
        from dyeline.match.pages.lookalikes import look_alikes  # loads a library of 60 MB

        return [Alike(version_of(found.file), found.candidate) for found in look_alikes(index, pixels)]

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what could not be looked at, if anything was asked."""
        return (not_described(self._looks.missing),) if self._asked and self._looks.missing else ()


def examine(
    workspace: Workspace,
    data: bytes,
    *,
    bound: float | None = None,
    document: str | None = None,
    hint_suffix: str | None = None,
) -> Examined:
    """Return what an exhibit of one file shows, as ``examine_files`` does."""
    return examine_files(workspace, [ExhibitFile(data, hint_suffix)], bound=bound, document=document)


def examine_files(
    workspace: Workspace,
    files: Sequence[ExhibitFile],
    *,
    bound: float | None = None,
    document: str | None = None,
    watch: Watch = unwatched,
    receipt: Receipt | None = None,
    keep: Callable[[Traced], str] = lambda traced: "",
) -> Examined:
    """Return what an exhibit shows, and record that it was examined, whatever the outcome.

    Its hash is in the log before anything of it is opened; so is a failure.

    Args:
        files: the exhibit, of any kinds that can be read; several are one exhibit.
        bound: highest accepted chance of naming anybody whose copy is not the source, 0 < bound <= 0.5; by
            default what the workspace's settings say.
        document: compare with the versions of this document only.
        watch: is told which picture or page is being read.
        receipt: of an exhibit that is in the log already, and its place in a case.
        keep: stores the readings and returns the name of their blob, which goes into the log too.
    """
    bound = workspace.settings.trace_bound if bound is None else bound
    if not 0 < bound <= 0.5:
        raise BadInput(
            f"The bound {bound:g} is not a chance that a finding could rest on.",
            fix="use 0 < bound <= 0.5, for example 1e-3.",
        )
    only = find_document_versions(workspace, document) if document is not None else None
    label = document_label(workspace, document) if document is not None else None
    require_role(workspace, "investigator")
    require_unprotected(workspace, [hashlib.sha256(file.data).hexdigest() for file in files])
    if receipt is None:
        (receipt,) = receive(workspace, [intake_of(files)])
    with failures_recorded(workspace, receipt):
        taken, traced = _traced(workspace, files, bound, only, label, watch)
        with workspace.reading():
            require_committed(workspace, *(candidate.copy for candidate in traced.finding.candidates))
        readings = keep(traced)
        parameters = {"bound": bound, "document": label, **({"sandbox": "none"} if is_unsafe() else {})}
        recorded = record_examination(workspace, receipt, traced.finding, parameters, readings=readings)
    return Examined(traced, taken, recorded.examinations, readings, receipt.entry, recorded.entry)


def _traced(
    workspace: Workspace,
    files: Sequence[ExhibitFile],
    bound: float,
    only: set[int] | None,
    document: str | None,
    watch: Watch,
) -> tuple[TakenIn, Traced]:
    """Return the exhibit as taken in, and what it shows."""
    shelf = WorkspaceShelf(workspace)
    size = sum(len(file.data) for file in files)
    watch("Opening files", 0, len(files))
    if any(picture_kind(file.data) for file in files):
        load_ahead()
    taken = exhibit_within_limits(partial(take_in, files, look=shelf.has_pages), size=size)
    if taken.exhibit.pictures and shelf.has_pages:
        prepare_ahead()  # for drawing the pages that are recognised
    question = Question(
        bound,
        None if only is None else frozenset(only),
        document,
        tuple(_leads(workspace, taken)),
        (
            *taken.notices,
            *((UNSAFE_NOTICE,) if is_unsafe() else ()),
            *_not_at_hand(workspace, only),
        ),
    )
    looks = WorkspaceLooks(workspace)
    traced = trace(taken.exhibit, shelf, reading_carriers(), question, best_recogniser, looks, watch)
    return taken, traced


def _not_at_hand(workspace: Workspace, only: set[int] | None) -> tuple[str, ...]:
    """Return a sentence on circulations that cannot be compared because two custodians have their secrets."""
    from dyeline.store.tables import Circulation

    with workspace.reading():
        rows = Circulation.objects.filter(key_erased__isnull=False)
        if only is not None:
            rows = rows.filter(version__index_number__in=only)
        labels = list(rows.order_by("pk").values_list("label", flat=True))
    if not labels:
        return ()
    return (
        f"Circulations whose secrets two custodians have were not compared: {', '.join(labels)}. To compare them: "
        f"dyeline circulation open {labels[0]} --identity one.txt --identity two.txt.",
    )


def _leads(workspace: Workspace, taken: TakenIn) -> list[str]:
    """Return the labels of copies that a stamp or notice line in the exhibit's files names."""
    from dyeline.store.tables import Circulation, IssuedCopy

    named = notice_labels(taken.exhibit.own_text)
    stamps = [stamp for value in taken.stamps for stamp in stamps_in(value)]
    with workspace.reading():
        leads = list(IssuedCopy.objects.filter(label__in=named).values_list("label", flat=True))
        for circulation in Circulation.objects.filter(key_erased__isnull=True) if stamps else []:
            labels = dict(IssuedCopy.objects.filter(circulation=circulation).values_list("index", "label"))
            secret = secret_of(workspace, circulation)
            leads += [labels[index] for index in find_stamps(stamps, secret, labels)]
    return sorted(set(leads))
