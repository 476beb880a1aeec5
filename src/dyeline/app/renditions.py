"""What the copies of a circulation are made from: mark sites, template, and the pages if they have any.

A document that is no PDF is issued as one by its *rendition*: an unmarked PDF, made once and stored
with the version. Sites and pages are on record in offsets of the version's text; the copies are
made and checked in offsets of the rendition's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dyeline.app.documents import VersionRecord, decided_sites, source_content
from dyeline.app.looks import describe_looks
from dyeline.app.making import Making, Pages, from_file, from_rendition, holes, typeset_as
from dyeline.app.scans import is_scanned
from dyeline.app.surveys import document_content
from dyeline.app.workspace import Workspace
from dyeline.carriers.image.carrier import Image
from dyeline.carriers.layout.carrier import Layout
from dyeline.carriers.textlayer import TextLayer, undisturbed
from dyeline.formats.content import Content
from dyeline.formats.limited import document_within_limits
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.model.document import Document as CarrierView
from dyeline.model.sites import Site
from dyeline.store.models import Circulation
from dyeline.store.pages_npz import dump_pages, load_pages


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
    return document_within_limits(partial(pictures_left_out, version.kind, data, content), size=len(data))


def _is_worded(site: Site) -> bool:
    return site.carrier.split("/")[0] in ("wording", "declared")


def making_of(workspace: Workspace, version: VersionRecord, sites: tuple[Site, ...], kind: str) -> Making:
    """Return what copies of this kind with marks at these sites are made from."""
    data, content = source_content(workspace, version)
    if is_rendered(version, kind):
        data = _rendition(workspace, version, data, content)
        pdf = document_content(workspace, data, "pdf")
        work = partial(from_rendition, data, pdf, content, sites)
    elif kind != version.kind:
        template = document_within_limits(partial(typeset_as, kind, content, holes(sites)[0]), size=len(data))
        return Making(content.text, sites, template)
    else:
        pages = version.row.pages_sha256  # "" where it was added before pages were recorded
        words = [page.words for page in load_pages(workspace.blobs.get(pages))] if pages else None
        work = partial(from_file, kind, data, content, sites, words, scanned=is_scanned(version))
    return document_within_limits(work, size=len(data))


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
    if version.row.rendition_sha256:
        return workspace.blobs.get(version.row.rendition_sha256)
    rendition = _rendered(version, data, content)
    with workspace.writing():
        version.row.rendition_sha256 = workspace.blobs.put(rendition)
        version.row.save(update_fields=["rendition_sha256"])
    describe_looks(workspace, version.row)
    return rendition


def _rendered(version: VersionRecord, data: bytes, content: Content) -> bytes:
    """Return the PDF of a document that is none: taken apart, set and looked over by the confined reader."""
    from dyeline.formats.typeset.office import find_program, finished, printed
    from dyeline.formats.typeset.rendition import docx_to_print, render_pdf

    if version.kind != "docx":
        language = "en" if version.english else ""
        work = partial(render_pdf, version.kind, data, content, language=language)
        return document_within_limits(work, size=len(data), scratch=True)
    find_program()  # or say so before anything is done
    ready = document_within_limits(partial(docx_to_print, data, content), size=len(data))
    made = printed(ready)
    return document_within_limits(partial(finished, made), size=len(made))


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
    marks = undisturbed(content.text, plan_sites(view, [TextLayer()]), offered.sites)
    sites = [*offered.sites, *marks, *plan_sites(view, [Layout(), Image()])]
    return sorted(sites, key=lambda site: (site.places[0].start, site.places[0].end))
