"""Adding a document: file -> content -> style -> mark sites -> on record -> into the match index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from dyeline.app.documents import VersionRecord, find_document, load_match_index, version_record
from dyeline.app.jobs import new_document
from dyeline.app.journal import commit_to, record
from dyeline.app.language import detect_style, is_english
from dyeline.app.looks import describe_looks
from dyeline.app.scans import SCAN_VERSION, is_scan, recognised
from dyeline.app.surveys import keep_survey
from dyeline.app.workspace import Workspace
from dyeline.carriers.character import FORMAT_FAMILY, MARK_FAMILY
from dyeline.carriers.contradictions import check
from dyeline.carriers.notice import notice_labels
from dyeline.carriers.stamp import stamps_in
from dyeline.errors import BadInput, NotFound, TooLarge, UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.limited import document_within_limits
from dyeline.formats.limits import MAX_FILE_BYTES
from dyeline.formats.registry import by_kind
from dyeline.issue.plan import plan_sites
from dyeline.model.document import Document as CarrierView
from dyeline.model.document import Style
from dyeline.model.pages import PageWords
from dyeline.store.blocks_json import dump_blocks
from dyeline.store.labels import take_index_number, take_labels
from dyeline.store.pages_npz import StoredPage, dump_pages
from dyeline.store.sites_json import dump_sites
from dyeline.store.tables import Document, Version
from dyeline.text.words import count_words

_SEARCH_SUFFERS = (
    "searching: every word carries a mark, so a program that heeds invisible characters (Firefox, most PDF "
    "libraries) finds single words in a copy but no phrases; Chromium finds both. Without --dense both are found."
)

CANONICAL_VERSION = "text/1"  # how formats make the canonical text; on record with every version
MAX_TITLE = 200
MARKED_SPACES = 8  # invisible marks beside spaces that no ordinary text has
_MARKS = f"[{''.join(FORMAT_FAMILY + MARK_FAMILY)}]{{1,3}}"
_MARKED_SPACE = re.compile(rf"{_MARKS} (?=\S)|(?<=\S)\s{_MARKS}(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class AddedDocument:
    """What is on record after adding. ``created`` is false when this very file had been added before."""

    version: VersionRecord
    created: bool
    style_detected: bool
    sites: dict[str, int]  # by carrier
    pending: int  # of these, waiting for the author's review
    cautions: tuple[str, ...]  # what the author should look at in the declared variants


def add_document(
    workspace: Workspace,
    data: bytes,
    *,
    file_name: str,
    title: str | None = None,
    style: str | None = None,
    document: str | None = None,
    dense: bool = False,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> AddedDocument:
    """Put a file on record as a new document, or as the next version of ``document``.

    The same file again is the same version: its title, style and sites are brought up to date, its
    circulations keep the sites that they were issued with.

    Args:
        workspace: where to.
        data: the file's bytes.
        file_name: gives the hint to tell Markdown from plain text, and a title where the text has no heading.
        title: shown title; kept, or taken from the first heading, when None.
        style: formal, informal or legal; kept, or detected, when None.
        document: label or title of the document that the file is the next version of.
        dense: mark the letters of every word of a PDF, not only of those where a search for a phrase goes on working.
        progress: called with the number of pages recognised so far, and of all, for a PDF of scanned pages.
    """
    path = Path(file_name)
    work = partial(new_document, data, path.suffix, dense=dense)
    content, words = document_within_limits(work, size=len(data), paged=by_kind("pdf").matches(data))
    scan = is_scan(content)
    if scan:
        content, words = recognised(data, content, words, progress=progress)
    _refuse_marked(content)
    source, text = workspace.blobs.put(data), workspace.blobs.put(_encoded(content))
    with workspace.reading():
        known = _known(source, text, document)
    chosen = _chosen_style(style, known, content.text)
    view = _carrier_view(content, chosen, is_english(content.text))
    sites = plan_sites(view)
    values = {
        "kind": content.kind,
        "style": chosen,
        "english": view.english,
        "text_sha256": text,
        "blocks_sha256": workspace.blobs.put(dump_blocks(content.blocks)),
        "canonical_version": SCAN_VERSION if scan else CANONICAL_VERSION,
        "words": count_words(content.text),
        "sites_sha256": workspace.blobs.put(dump_sites(sites)),
        "pages_sha256": _stored_pages(workspace, words),
    }
    keep_survey(workspace, data, content)
    cautions = _cautions(view, known.style if known else chosen, dense=dense)
    with workspace.writing():
        known = _known(source, text, document)  # again: another command may have added it meanwhile
        row = (
            _refreshed(known, values) if known else _created(source, values, document, _title(content, path))
        )
        if title is not None:
            row.document.title = _one_line(title)
            row.document.save(update_fields=["title"])
        if known is None:
            _enter(workspace, row)
        decided = dict(row.decisions.values_list("site_id", "decision"))
    load_match_index(workspace)
    describe_looks(workspace, row)
    return AddedDocument(
        version=version_record(row.document, row),
        created=known is None,
        style_detected=style is None and known is None,
        sites=dict(sorted(Counter(site.carrier.split("/")[0] for site in sites).items())),
        pending=sum(site.review and site.id not in decided for site in sites),
        cautions=cautions,
    )


def _cautions(view: CarrierView, before: str, *, dense: bool) -> tuple[str, ...]:
    """Return what the author should look at; ``before`` is the style that the version had."""
    cautions = [f"{caution.where}: {caution.text}" for caution in check(view)]
    if dense:
        cautions.append(_SEARCH_SUFFERS)
    if before != view.style:
        cautions.append(
            f"the style: it was {before} and is {view.style} now, so other wording is used in circulations "
            "that are begun from here on."
        )
    return tuple(cautions)


def _stored_pages(workspace: Workspace, words: Sequence[PageWords]) -> str:
    """Store where the words stand on the pages of a document that has any; return the blob's name or ""."""
    if not words:
        return ""
    pages = [StoredPage(page, np.ones(len(page.starts), dtype=np.bool_)) for page in words]
    return workspace.blobs.put(dump_pages(pages))


def _refuse_marked(content: Content) -> None:
    """Raise BadInput for a file that carries Dyeline's marks: its copies would lead to two recipients."""
    labels = notice_labels(content.text)
    stamps = [stamp for value in content.stamps for stamp in stamps_in(value)]
    if labels or stamps or len(_MARKED_SPACE.findall(content.text)) >= MARKED_SPACES:
        what = f"copy {labels[0]}" if labels else "a copy that was issued to somebody"
        raise BadInput(
            f"The file is {what}: it carries marks already, and a leak of its copies would lead to that recipient.",
            fix="add the unmarked original.",
            copies=labels,
        )


def _known(source: str, text: str, document: str | None) -> Version | None:
    """Return the version that this file is already. Raises BadInput when it is one of another document."""
    rows = Version.objects.select_related("document").filter(source_sha256=source, text_sha256=text)
    row = rows.order_by("-pk").first()
    if row is not None and document is not None and find_document(document).pk != row.document_id:
        raise BadInput(
            f"This file is {row.document.label} version {row.number} already.",
            fix="leave --document out, or add another file.",
            document=row.document.label,
            version=row.number,
        )
    return row


def _refreshed(row: Version, values: dict[str, Any]) -> Version:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _created(source: str, values: dict[str, Any], document: str | None, title: str) -> Version:
    now = datetime.now(UTC)
    earlier = Version.objects.select_related("document").filter(source_sha256=source).first()
    if document is not None:
        home = find_document(document)
    elif earlier is not None:  # the same file, read differently than before
        home = earlier.document
    else:
        home = Document.objects.create(label=take_labels("D", 1)[0], title=title, created=now)
    number = max(home.versions.values_list("number", flat=True), default=0) + 1
    return Version.objects.create(
        document=home,
        number=number,
        source_sha256=source,
        index_number=take_index_number(),
        created=now,
        **values,
    )


def _enter(workspace: Workspace, row: Version) -> None:
    """Put a new version into the log, by commitments to its file and its text."""
    facts = {
        "document": row.document.label,
        "version": row.number,
        "source": commit_to(workspace, row.source_sha256.encode(), "sha256 of a document's file"),
        "text": commit_to(workspace, row.text_sha256.encode(), "sha256 of a document's text"),
    }
    row.log_entry = record(workspace, "document.added", facts, role="issuer")
    row.save(update_fields=["log_entry"])


def _encoded(content: Content) -> bytes:
    if not content.text.strip():
        raise UnreadableFile(
            "The file holds no text.",
            fix="give a file with text in it; pages that are pictures have to be recognised (OCR) first.",
        )
    try:
        return content.text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise UnreadableFile(
            f"The text has half a character (a lone surrogate) at offset {fault.start:,}.",
            fix="save the file again as UTF-8.",
            offset=fault.start,
        ) from fault


def _chosen_style(style: str | None, known: Version | None, text: str) -> Style:
    wanted = style or (known.style if known else detect_style(text))
    for one in get_args(Style):
        if one == wanted:
            return cast(Style, one)
    raise BadInput(
        "This style does not exist.", fix=f"choose one of {', '.join(get_args(Style))}.", style=wanted
    )


def _carrier_view(content: Content, style: Style, english: bool) -> CarrierView:
    return CarrierView(
        text=content.text,
        blocks=content.blocks,
        frozen=content.frozen,
        seams=content.seams,
        style=style,
        english=english,
        declared=content.declared,
        constraints=content.constraints,
        insertions=content.insertions,
        shifts=content.shifts,
        pictures=content.pictures,
    )


def _title(content: Content, path: Path) -> str:
    headings = (content.text[b.start : b.end] for b in content.blocks if b.kind == "heading")
    return _one_line(next((heading for heading in headings if heading.strip()), path.stem))


def _one_line(title: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return shown[:MAX_TITLE] or "Untitled"


def read_document_file(path: Path) -> bytes:
    """Return the bytes of a file, never more than the limit. Raises NotFound, UnreadableFile or TooLarge."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as fault:
        raise NotFound(f"There is no file {path}.", fix="check the path.", path=str(path)) from fault
    except OSError as fault:
        raise UnreadableFile(
            f"{path} cannot be read: {(fault.strerror or '').lower()}.",
            fix="check the path and its permissions.",
            path=str(path),
        ) from fault
    if len(data) > MAX_FILE_BYTES:
        raise TooLarge(
            f"{path} has more than {MAX_FILE_BYTES:,} bytes.",
            fix="split it, or save it without its pictures.",
            path=str(path),
            limit=MAX_FILE_BYTES,
        )
    return data
