"""Documents on record: look up a version, get back its file, its sites, and the index over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dyeline.app.surveys import document_content
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, BadWorkspace, NotFound
from dyeline.formats.content import Content
from dyeline.match.index import GramIndex, load_index
from dyeline.model.sites import Site
from dyeline.store.sites_json import load_sites
from dyeline.store.tables import Document, SiteDecision, Version
from dyeline.text.fold import fold


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version as stored. ``row`` is its table row, for whoever stores things about it."""

    row: Version
    document: str
    number: int
    title: str
    kind: str
    style: str
    english: bool
    words: int


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One document with its versions, oldest first."""

    id: str
    title: str
    created: datetime
    versions: tuple[VersionRecord, ...]


def list_documents(workspace: Workspace) -> list[DocumentRecord]:
    """Return all documents in the order of their labels."""
    with workspace.reading():
        documents = Document.objects.order_by("pk").prefetch_related("versions")
        return [_document(document) for document in documents]


def show_document(workspace: Workspace, name: str) -> DocumentRecord:
    """Return the document with this label or title. Raises NotFound, or BadInput for a title of several."""
    with workspace.reading():
        return _document(find_document(name))


def find_document(name: str) -> Document:
    """Return the row with this label or title. Call within ``reading`` or ``writing``."""
    wanted = " ".join(name.split())
    by_label = Document.objects.filter(label__iexact=wanted).first()
    if by_label is not None:
        return by_label
    titled = [row for row in Document.objects.all() if row.title.casefold() == wanted.casefold()]
    if len(titled) > 1:
        labels = ", ".join(row.label for row in titled)
        raise BadInput(
            f"{len(titled)} documents have this title: {labels}.",
            fix="name the document by its label.",
            documents=[row.label for row in titled],
        )
    if not titled:
        raise NotFound(
            "No document has this label or title.",
            fix="run: dyeline document list, to see the documents there are.",
            document=name,
        )
    return titled[0]


def find_version(workspace: Workspace, name: str) -> VersionRecord:
    """Return a version: ``D-001`` or a title means the newest one, ``D-001/2`` the second.

    Raises NotFound, or BadInput for a title that several documents have.
    """
    label, slash, number = name.rpartition("/")
    with workspace.reading():
        if slash and number.isdecimal() and Document.objects.filter(label__iexact=label.strip()).exists():
            versions = _document(find_document(label)).versions
            for version in versions:
                if version.number == int(number):
                    return version
            raise NotFound(
                f"{versions[0].document} has no version {int(number)}; it has 1 to {versions[-1].number}.",
                fix="name one of these, or leave the version out to get the newest.",
                document=versions[0].document,
                versions=len(versions),
            )
        return _document(find_document(name)).versions[-1]


def find_document_versions(workspace: Workspace, name: str) -> set[int]:
    """Return the numbers in the match index of all versions of a document (or of the one version named)."""
    if "/" in name:
        return {find_version(workspace, name).row.index_number}
    return {version.row.index_number for version in show_document(workspace, name).versions}


def document_label(workspace: Workspace, name: str) -> str:
    """Return the label of what a name names: ``D-001`` for a document, ``D-001/2`` for one version of it."""
    if "/" in name:
        version = find_version(workspace, name)
        return f"{version.document}/{version.number}"
    return show_document(workspace, name).id


def version_text(workspace: Workspace, version: VersionRecord) -> str:
    """Return the canonical text of a version."""
    return workspace.blobs.get(version.row.text_sha256).decode("utf-8")


def source_content(workspace: Workspace, version: VersionRecord) -> tuple[bytes, Content]:
    """Return the file of a version as it was added, and its content.

    Raises BadWorkspace when this program reads another text from the file than was stored: offsets
    of the sites would then point elsewhere.
    """
    from dyeline.app.scans import SCAN_VERSION, recalled
    from dyeline.store.blocks_json import load_blocks
    from dyeline.store.pages_npz import load_pages

    data = workspace.blobs.get(version.row.source_sha256)
    content = document_content(workspace, data, version.kind)
    if version.row.canonical_version == SCAN_VERSION:
        blobs = workspace.blobs
        blocks = load_blocks(blobs.get(version.row.blocks_sha256))
        pages = [page.words for page in load_pages(blobs.get(version.row.pages_sha256))]
        return data, recalled(content, version_text(workspace, version), blocks, pages)
    if content.text != version_text(workspace, version):
        raise BadWorkspace(
            f"{version.document} version {version.number} reads differently in this Dyeline than when it was "
            f"added (as {version.row.canonical_version}).",
            fix="add the file again: it becomes a new version. Copies issued before can still be traced.",
            document=version.document,
            version=version.number,
        )
    return data, content


def decided_sites(workspace: Workspace, version: VersionRecord) -> tuple[list[Site], dict[str, bool]]:
    """Return the sites of a version, and by site id whether the author accepted (True) or rejected it."""
    sites = load_sites(workspace.blobs.get(version.row.sites_sha256))
    with workspace.reading():
        made = SiteDecision.objects.filter(version=version.row).values_list("site_id", "decision")
        return sites, {site: decision == "accepted" for site, decision in made}


def load_match_index(workspace: Workspace) -> GramIndex:
    """Return the match index of all versions.

    The index can be made anew from the stored texts at any time: versions that it lacks are added
    here (a command was interrupted, the folder was removed), and a damaged one is replaced.
    """
    with workspace.reading():
        texts = dict(Version.objects.values_list("index_number", "text_sha256"))
    index = _stored_index(workspace)
    if index.versions == texts.keys():
        return index
    with workspace.indexing():
        index = _stored_index(workspace)
        if index.versions - texts.keys():  # of a database that was put back to an older state
            index = GramIndex()
        missing = sorted(texts.keys() - index.versions)
        folded = {number: fold(workspace.blobs.get(texts[number]).decode("utf-8")).text for number in missing}
        return index.extended(folded).save(workspace.index_folder)


def _stored_index(workspace: Workspace) -> GramIndex:
    try:
        return load_index(workspace.index_folder)
    except BadWorkspace:
        return GramIndex()


def _document(row: Document) -> DocumentRecord:
    versions = sorted(row.versions.all(), key=lambda version: version.number)
    return DocumentRecord(
        row.label, row.title, row.created, tuple(version_record(row, version) for version in versions)
    )


def version_record(document: Document, version: Version) -> VersionRecord:
    """Return the record of a version's table row."""
    return VersionRecord(
        row=version,
        document=document.label,
        number=version.number,
        title=document.title,
        kind=version.kind,
        style=version.style,
        english=version.english,
        words=version.words,
    )
