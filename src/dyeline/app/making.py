"""What copies of a circulation are made from, found in the bytes of a file: jobs of the confined reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.replace import ordered_places
from dyeline.formats.content import Content, Template
from dyeline.formats.pdf.words import page_words
from dyeline.formats.picturemarks.marks import image_block
from dyeline.formats.registry import by_kind
from dyeline.issue.drawn_pictures import DrawnPictures, drawn_pictures
from dyeline.issue.page_gate import PageGate, page_gate
from dyeline.issue.picture_gate import PictureGate, blocks_by_key, picture_gate
from dyeline.model.pages import PageWords
from dyeline.model.sites import Site
from dyeline.store.pages_npz import StoredPage

_TALL = "ÅÇjgpq|"  # a notice that reaches as high and as low as any


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

    ``pages`` are there where words are moved, ``drawn`` where pages show marked pictures, and ``pictures`` where a
    file has others.
    """

    text: str
    sites: tuple[Site, ...]
    template: Template
    pages: Pages | None = None
    drawn: DrawnPictures | None = None
    pictures: PictureGate | None = None


def from_file(
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
    spans, marks = holes(inside)
    template = by_kind(kind).template(data, content, spans, marks=marks)
    if kind != "pdf":
        return Making(text, inside, template, pictures=picture_gate(kind, data, blocks_by_key(sites)))
    if words is None:
        words = page_words(data, content)
    return _on_pages(text, inside, template, _pages(words, template, sites, inside), data)


def _at_the_beginning(site: Site) -> Site:
    return replace(site, places=tuple(replace(place, start=0, end=0) for place in site.places))


def from_rendition(rendition: bytes, pdf: Content, content: Content, sites: tuple[Site, ...]) -> Making:
    """Return what copies as PDF are made from, given the rendition's content and the version's."""
    from dyeline.formats.typeset.mapping import map_text, map_words, pdf_sites
    from dyeline.formats.typeset.marks import make_rendition_template

    mapping = map_text(content.text, pdf.text)
    inside = pdf_sites(sites, mapping)
    template = make_rendition_template(rendition, pdf, [place for _, place in ordered_places(inside)])
    words = map_words(page_words(rendition, pdf), mapping)
    pages = _pages(words, template, sites, inside, template.moving)
    return _on_pages(pdf.text, inside, template, pages, rendition)


def _on_pages(
    text: str, sites: tuple[Site, ...], template: Template, pages: Pages, original: bytes
) -> Making:
    """Return what copies of a PDF are made from, its marked pictures looked at on their pages."""
    from dyeline.formats.pdf.pictures import picture_places

    blocks = blocks_by_key(sites)
    if not blocks:
        return Making(text, sites, template, pages)
    places = [place for _, place in ordered_places(sites)]
    in_picture = [image_block(place.mark) is not None for place in places]

    def with_blocks(variant: int, notice: str | None = None, other: int = 0) -> bytes:
        return template.render(
            [place.texts[0] for place in places],
            variants=[variant if block else other for block in in_picture],
            notice=notice,
            stamp=None,
        )

    drawn = drawn_pictures(
        original,
        picture_places(original, blocks),
        blocks,
        with_blocks(0),
        with_blocks(1),
        [] if all(in_picture) else [with_blocks(0, other=1)],
        with_blocks(0, notice=_TALL),
    )
    hidden = {key: rows for key, rows in blocks.items() if drawn is None or key not in drawn.keys}
    return Making(text, sites, template, pages, drawn, picture_gate("pdf", original, hidden))


def typeset_as(kind: str, content: Content, places: Sequence[tuple[int, int]]) -> Template:
    """Return the template of a new file of another kind with the text of a document."""
    return by_kind(kind).typeset(content, places)


def holes(sites: Sequence[Site]) -> tuple[list[tuple[int, int]], list[str]]:
    """Return ranges and marks of the places of sites, in the order of the text."""
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
