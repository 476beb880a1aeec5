"""What the copies of a circulation are made from: mark sites, template, and the pages if they have any.

A document that is no PDF is issued as one by its *rendition*: an unmarked PDF, made once and stored
with the version. Sites and pages are on record in offsets of the version's text; the copies are
made and checked in offsets of the rendition's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dyeline.app.documents import VersionRecord, decided_sites, source_content
from dyeline.app.looks import describe_looks
from dyeline.app.scans import is_scanned
from dyeline.app.surveys import document_content
from dyeline.app.workspace import Workspace
from dyeline.carriers.image.carrier import Image
from dyeline.carriers.layout.carrier import Layout
from dyeline.carriers.replace import ordered_places
from dyeline.carriers.textlayer import TextLayer
from dyeline.formats.content import Content, Template
from dyeline.formats.limited import document_within_limits
from dyeline.formats.pdf.words import page_words
from dyeline.formats.registry import by_kind
from dyeline.issue.page_gate import PageGate, page_gate
from dyeline.issue.picture_gate import PictureGate, picture_gate
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.model.document import Document as CarrierView
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
    """What copies are made from: the text that they hold, the sites in it, the template.

    ``pages`` and ``pictures`` are there where words are moved or pictures marked.
    """

    text: str
    sites: tuple[Site, ...]
    template: Template
    pages: Pages | None = None
    pictures: PictureGate | None = None


def is_rendered(version: VersionRecord, kind: str) -> bool:
    """Tell whether copies of this kind are made from a rendition."""
    return kind == "pdf" and version.kind != "pdf"


def sites_for(workspace: Workspace, version: VersionRecord, kind: str, carriers: Sequence[str]) -> list[Site]:
    """Return the sites that a circulation of this kind with these carriers uses."""
    planned, decisions = decided_sites(workspace, version)
    if is_rendered(version, kind):
        # a site that nobody accepted must not take a line from one that is used
        wanted = usable_sites(planned, decisions=decisions, carriers=carriers)
        planned = _rendition_sites(workspace, version, [s for s in wanted if _is_worded(s)])
    elif kind != version.kind:  # another file of the same text: nothing of its looks is taken over
        planned = [site for site in planned if not site.on_page]
    return usable_sites(planned, decisions=decisions, carriers=carriers)


def worded_sites(workspace: Workspace, version: VersionRecord, carriers: Sequence[str]) -> int:
    """Return how many sites of wording and declared variants a version offers for these carriers."""
    planned, decisions = decided_sites(workspace, version)
    return sum(_is_worded(site) for site in usable_sites(planned, decisions=decisions, carriers=carriers))


def pictures_missing(workspace: Workspace, version: VersionRecord, kind: str) -> int:
    """Return how many pictures of a document its copies of this kind do not show."""
    if not is_rendered(version, kind):
        return 0
    from dyeline.formats.typeset.rendition import pictures_left_out

    data, content = source_content(workspace, version)
    return pictures_left_out(version.kind, data, content)


def _is_worded(site: Site) -> bool:
    return site.carrier.split("/")[0] in ("wording", "declared")


def making_of(workspace: Workspace, version: VersionRecord, sites: tuple[Site, ...], kind: str) -> Making:
    """Return what copies of this kind with marks at these sites are made from."""
    data, content = source_content(workspace, version)
    if is_rendered(version, kind):
        data = _rendition(workspace, version, data, content)
        pdf = document_content(workspace, data, "pdf")
        work = partial(_from_rendition, data, pdf, content, sites)
    elif kind != version.kind:
        return Making(content.text, sites, by_kind(kind).typeset(content, _holes(sites)[0]))
    else:
        pages = version.row.pages_sha256  # "" where it was added before pages were recorded
        words = [page.words for page in load_pages(workspace.blobs.get(pages))] if pages else None
        work = partial(_from_file, kind, data, content, sites, words, scanned=is_scanned(version))
    return document_within_limits(work, size=len(data))


def _from_file(
    kind: str,
    data: bytes,
    content: Content,
    sites: tuple[Site, ...],
    words: Sequence[PageWords] | None,
    *,
    scanned: bool,
) -> Making:
    """Return what copies of a file of the same kind are made from. ``words`` of its pages, if they are known."""
    inside, text = sites, content.text
    if scanned:  # the file itself holds no text
        inside, text = tuple(_at_the_beginning(site) for site in sites), ""
    spans, marks = _holes(inside)
    template = by_kind(kind).template(data, content, spans, marks=marks)
    pictures = picture_gate(kind, data, sites)
    if kind != "pdf":
        return Making(text, inside, template, pictures=pictures)
    if words is None:
        words = page_words(data, content)
    return Making(text, inside, template, _pages(words, template, sites, inside), pictures)


def _at_the_beginning(site: Site) -> Site:
    return replace(site, places=tuple(replace(place, start=0, end=0) for place in site.places))


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


def _rendition(workspace: Workspace, version: VersionRecord, data: bytes, content: Content) -> bytes:
    """Return the rendition of a version, made and stored when it is first asked for."""
    from dyeline.formats.typeset.rendition import render_pdf

    if version.row.rendition_sha256:
        return workspace.blobs.get(version.row.rendition_sha256)
    rendition = render_pdf(version.kind, data, content, language="en" if version.english else "")
    with workspace.writing():
        version.row.rendition_sha256 = workspace.blobs.put(rendition)
        version.row.save(update_fields=["rendition_sha256"])
    describe_looks(workspace, version.row)
    return rendition


def _rendition_sites(workspace: Workspace, version: VersionRecord, worded: Sequence[Site]) -> list[Site]:
    """Return the sites on the pages of a rendition: those ``worded`` ones that fit into their lines, and others."""
    from dyeline.formats.typeset.marks import rendition_content

    data, content = source_content(workspace, version)
    rendition = _rendition(workspace, version, data, content)
    pdf = document_content(workspace, rendition, "pdf")
    offered = document_within_limits(
        partial(rendition_content, content, rendition, worded, pdf=pdf), size=len(rendition)
    )
    view = CarrierView(
        content.text,
        content.blocks,
        frozen=((0, len(content.text)),),
        english=version.english,
        insertions=offered.insertions,
        shifts=offered.shifts,
        pictures=offered.pictures,
    )
    sites = [*offered.sites, *plan_sites(view, [TextLayer(), Layout(), Image()])]
    return sorted(sites, key=lambda site: (site.places[0].start, site.places[0].end))


def _from_rendition(rendition: bytes, pdf: Content, content: Content, sites: tuple[Site, ...]) -> Making:
    """Return what copies as PDF are made from, given the rendition's content and the version's."""
    from dyeline.formats.typeset.mapping import map_text, map_words, pdf_sites
    from dyeline.formats.typeset.marks import make_rendition_template

    mapping = map_text(content.text, pdf.text)
    inside = pdf_sites(sites, mapping)
    template = make_rendition_template(rendition, pdf, [place for _, place in ordered_places(inside)])
    words = map_words(page_words(rendition, pdf), mapping)
    pages = _pages(words, template, sites, inside, template.moving)
    return Making(pdf.text, inside, template, pages, picture_gate("pdf", rendition, inside))


def _holes(sites: Sequence[Site]) -> tuple[list[tuple[int, int]], list[str]]:
    places = [place for _, place in ordered_places(sites)]
    return [(place.start, place.end) for place in places], [place.mark for place in places]


def _pages(
    words: Sequence[PageWords],
    template: Template,
    sites: Sequence[Site],
    inside: Sequence[Site],
    moving: Sequence[NDArray[np.bool_]] = (),
) -> Pages:
    """Return the pages of a circulation, given its template. Words that a site moves are not fixed.

    ``words`` and ``sites`` are in offsets of the version's text; ``inside`` are the sites as the
    template knows them; ``moving`` tells which words of every page stand elsewhere in another wording.
    """
    moved = np.array(
        [site.places[0].start for site in sites if site.places[0].mark.startswith("shift:")], dtype=np.int64
    )
    still = moving or [np.zeros(len(page.starts), dtype=np.bool_) for page in words]
    stored = tuple(
        StoredPage(page, ~np.isin(page.starts, moved) & ~shaky)
        for page, shaky in zip(words, still, strict=True)
    )
    places = [place for _, place in ordered_places(inside)]
    texts = [place.texts[0] for place in places]  # letters carry marks in copies: drawn pages should, too

    def drawn(variants: Sequence[int]) -> bytes:
        return template.render(texts, variants=variants, notice=None, stamp=None)

    plain, left, right = (
        drawn(()),
        drawn([0] * len(places)),
        drawn([int(p.mark.startswith("shift:")) for p in places]),
    )
    return Pages(stored, plain, left, right)
