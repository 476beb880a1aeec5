"""What the copies of a circulation are made from: template, mark sites, and the pages if they have any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dyeline.app.documents import VersionRecord, source_content
from dyeline.app.workspace import Workspace
from dyeline.carriers.replace import ordered_places
from dyeline.formats.content import Template
from dyeline.formats.pdf.words import page_words
from dyeline.formats.registry import by_kind
from dyeline.issue.page_gate import PageGate, page_gate
from dyeline.model.pages import PageWords
from dyeline.model.sites import Site
from dyeline.store.models import Circulation
from dyeline.store.pages_npz import StoredPage, dump_pages, load_pages


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of a circulation: the words, and the file unmarked, with all words moved left, and right."""

    stored: tuple[StoredPage, ...]
    plain: bytes
    left: bytes
    right: bytes

    def gate(self, sites: Sequence[Site]) -> PageGate | None:
        """Return what released copies are checked against; None where no word is moved."""
        return page_gate(self.left, self.right, [page.words for page in self.stored], sites)


@dataclass(frozen=True, slots=True)
class Making:
    """Canonical text, template with holes at the sites' places, and pages if the copies have any."""

    text: str
    template: Template
    pages: Pages | None


def making_of(workspace: Workspace, version: VersionRecord, sites: Sequence[Site], kind: str) -> Making:
    """Return what copies of this kind with marks at these sites are made from."""
    data, content = source_content(workspace, version)
    places = [place for _, place in ordered_places(sites)]
    spans = [(place.start, place.end) for place in places]
    marks = [place.mark for place in places]
    maker = by_kind(kind)
    if kind != version.kind:
        return Making(content.text, maker.typeset(content, spans), None)
    template = maker.template(data, content, spans, marks=marks)
    if kind != "pdf":
        return Making(content.text, template, None)
    if version.row.pages_sha256:
        words = [page.words for page in load_pages(workspace.blobs.get(version.row.pages_sha256))]
    else:  # added before pages were recorded
        words = list(page_words(data, content))
    return Making(content.text, template, pages_of(data, words, template, sites))


def pages_of(plain: bytes, words: Sequence[PageWords], template: Template, sites: Sequence[Site]) -> Pages:
    """Return the pages of a circulation, given its template. Words that a site moves are not fixed."""
    moved = np.array(
        [site.places[0].start for site in sites if site.places[0].mark.startswith("shift:")], dtype=np.int64
    )
    stored = tuple(StoredPage(page, ~np.isin(page.starts, moved)) for page in words)
    places = [place for _, place in ordered_places(sites)]
    texts = [place.texts[0] if place.start < place.end else "" for place in places]
    left, right = (
        template.render(
            texts, variants=[variant if place.mark else 0 for place in places], notice=None, stamp=None
        )
        for variant in (0, 1)
    )
    return Pages(stored, plain, left, right)


def record_pages(workspace: Workspace, circulation: Circulation, pages: Pages) -> None:
    """Put the pages of a circulation on record, once."""
    if circulation.pages_sha256:
        return
    blobs = workspace.blobs
    names = {
        "pages_sha256": blobs.put(dump_pages(pages.stored)),
        "plain_sha256": blobs.put(pages.plain),
        "left_sha256": blobs.put(pages.left),
        "right_sha256": blobs.put(pages.right),
    }
    with workspace.writing():
        for name, value in names.items():
            setattr(circulation, name, value)
        circulation.save(update_fields=list(names))
