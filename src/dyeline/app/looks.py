"""What the pages of registered documents look like: described when they are added, indexed, and looked up.

A version has up to two files with looks: its own (key ``2 * index number``) and its rendition (one more).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from dyeline.app.jobs import AT_ONCE, described_pages, described_pictures
from dyeline.app.workspace import Workspace
from dyeline.errors import BadWorkspace, TooLarge, UnreadableFile
from dyeline.formats.limited import document_within_limits
from dyeline.formats.pdf.sketches import page_count
from dyeline.match.pages.feature_index import DescribedPage, FeatureIndex
from dyeline.store.feature_files import load_feature_index, save_feature_index
from dyeline.store.tables import Version

LATER_SECONDS: Final = 30.0
"""Time that a trace spends on describing documents that were added by a program which did not."""
SECONDS_A_PAGE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Looks:
    """The index over all described files, and the labels of versions of which a file is not described."""

    index: FeatureIndex
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A file with looks: its kind, its blob, and the column that names its description."""

    row: Version
    kind: str
    source: str
    column: str

    @property
    def key(self) -> int:
        """Return the key that the index knows it by."""
        return 2 * self.row.index_number + (self.column != "features_sha256")

    def recorded(self, workspace: Workspace) -> tuple[DescribedPage, ...] | None:
        """Return the description on record; None where there is none, or it was made in another way than now."""
        from dyeline.store.features_npz import load_features

        blob = str(getattr(self.row, self.column))
        return load_features(workspace.blobs.get(blob)) if blob else None


def version_of(key: int) -> int:
    """Return the index number of the version whose file the index knows by a key."""
    return key // 2


def not_described(labels: Sequence[str]) -> str:
    """Return what to tell of versions that were not looked at."""
    named = ", ".join(labels[:5]) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
    return (
        f"Pictures without text were not compared with {named}: what these pages look like is not on record "
        "yet. Add the file again (dyeline document add), then trace again."
    )


def describe_looks(workspace: Workspace, row: Version) -> None:
    """Describe what the files of a version look like, unless that is on record, and put it into the index.

    A file that cannot be drawn has no looks. Raises StorageFailed.
    """
    files = _files(row)
    for file in files:
        if file.recorded(workspace) is None:
            _describe(workspace, file, workspace.blobs.get(file.source))
    if files:
        load_looks(workspace, seconds=0.0)


def load_looks(workspace: Workspace, *, seconds: float | None = None) -> Looks:
    """Return the index over all files with looks.

    What it lacks is added from the record; files that are not described are, one after the other, as
    long as the ``seconds`` last (``LATER_SECONDS`` by default).
    """
    until = time.monotonic() + (LATER_SECONDS if seconds is None else seconds)
    with workspace.reading():
        rows = list(Version.objects.select_related("document").order_by("pk"))
    files = {file.key: file for row in rows for file in _files(row)}
    index = _stored_index(workspace)
    missing = []
    for key in sorted(files.keys() - index.files):
        if files[key].recorded(workspace) is None and not _described_by(workspace, files[key], until):
            missing.append(key)
    wanted = files.keys() - missing
    if index.files != wanted:
        with workspace.indexing():
            index = _stored_index(workspace)
            if index.files - wanted:  # of a database that was put back to an older state
                index = FeatureIndex()
            fresh = {key: files[key].recorded(workspace) or () for key in sorted(wanted - index.files)}
            index = save_feature_index(index.extended(fresh), _folder(workspace))
    lacking = dict.fromkeys(files[key].row for key in missing)
    return Looks(index, tuple(f"{row.document.label} version {row.number}" for row in lacking))


def _files(row: Version) -> list[_File]:
    files = []
    if row.kind in ("pdf", "docx"):
        files.append(_File(row, row.kind, row.source_sha256, "features_sha256"))
    if row.rendition_sha256:
        files.append(_File(row, "pdf", row.rendition_sha256, "rendition_features_sha256"))
    return files


def _described_by(workspace: Workspace, file: _File, until: float) -> bool:
    """Describe a file if that will be done in time; return whether it was."""
    if time.monotonic() >= until:
        return False
    data = workspace.blobs.get(file.source)
    if file.kind == "pdf" and time.monotonic() + SECONDS_A_PAGE * _count(data) > until:
        return False
    _describe(workspace, file, data)
    return True


def _describe(workspace: Workspace, file: _File, data: bytes) -> None:
    """Describe a file and put that on record; one that cannot be drawn looks like nothing."""
    from dyeline.store.features_npz import dump_features

    pages = _pictures(data) if file.kind == "docx" else _pages(data)
    blob = workspace.blobs.put(dump_features(pages))
    setattr(file.row, file.column, blob)
    with workspace.writing():
        file.row.save(update_fields=[file.column])


def _pages(data: bytes) -> list[DescribedPage]:
    pages: list[DescribedPage] = []
    for first in range(0, _count(data), AT_ONCE):
        with suppress(TooLarge, UnreadableFile):  # it may have other pages that can be drawn
            pages += document_within_limits(partial(described_pages, data, first), size=len(data))
    return pages


def _count(data: bytes) -> int:
    """Return the number of pages of a PDF; 0 where that cannot be told."""
    with suppress(TooLarge, UnreadableFile):
        return document_within_limits(partial(page_count, data), size=len(data))
    return 0


def _pictures(data: bytes) -> list[DescribedPage]:
    with suppress(TooLarge, UnreadableFile):
        return document_within_limits(partial(described_pictures, data), size=len(data))
    return []


def _folder(workspace: Workspace) -> Path:
    return workspace.index_folder / "looks"


def _stored_index(workspace: Workspace) -> FeatureIndex:
    try:
        return load_feature_index(_folder(workspace))
    except BadWorkspace:
        return FeatureIndex()
