"""Marks in a rendition: what of it can carry one, and the template that writes them.

What is offered is in offsets of the version's text, in which sites are on record; a template is made
in offsets of the rendition's own text (``mapping.pdf_sites`` leads from one to the other).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.packing import packed
from dyeline.formats.pdf.template import SYMBOLS, UNMOVED, PdfTemplate
from dyeline.formats.typeset.mapping import NOWHERE, TextMapping, map_text, pdf_site
from dyeline.formats.typeset.rewording import LINES_SHARE, Plan, find_setting, fitting_sites, joint_symbol
from dyeline.model.document import PictureArea
from dyeline.model.sites import Place, Site


@dataclass(frozen=True, slots=True)
class RenditionContent:
    """What a rendition offers. ``pdf`` is its own content; everything else is in the version's offsets.

    ``sites`` are those of the given ones (wording, declared variants) that its pages can show;
    ``insertions`` and ``shifts`` are as in ``Content``, outside of the lines of these sites; ``pictures``
    are those of the rendition, under its own names.
    """

    pdf: Content
    mapping: TextMapping
    insertions: tuple[int, ...]
    shifts: tuple[int, ...]
    sites: tuple[Site, ...] = ()
    pictures: tuple[PictureArea, ...] = ()


def rendition_content(
    version: Content,
    rendition: bytes,
    sites: Sequence[Site] = (),
    *,
    lines_share: float = LINES_SHARE,
    pdf: Content | None = None,
) -> RenditionContent:
    """Return what a rendition offers for marks. ``pdf`` is its own content where that is known already.

    Of ``sites``, declared ones and such in at most ``lines_share`` of a page's lines are taken where they
    fit (see ``rewording``). What does not stand in the version's text for certain is left out.
    Cost: that of ``Pdf.read`` of a document, about 0.5 s a page.
    """
    if pdf is None:
        pdf = Pdf().read(rendition, declarations=True)
    mapping = map_text(version.text, pdf.text)
    pictures = tuple(replace(area, anchor=_behind(area.anchor, mapping)) for area in pdf.pictures)
    if not sites:
        letters, words = (_mapped(found, mapping) for found in (pdf.insertions, pdf.shifts))
        return RenditionContent(pdf, mapping, letters, words, pictures=pictures)
    inside = [moved for site in sites if (moved := pdf_site(site, mapping)) is not None]
    fitting, plan = fitting_sites(rendition, find_setting(rendition, pdf), inside, lines_share=lines_share)
    moving = _offsets_in(plan)
    insertions, shifts = ([at for at in found if at not in moving] for found in (pdf.insertions, pdf.shifts))
    known = {site.id for site in fitting}
    return RenditionContent(
        pdf,
        mapping,
        _mapped(insertions, mapping),
        _mapped(shifts, mapping),
        tuple(site for site in sites if site.id in known),
        pictures,
    )


def _behind(offset: int, mapping: TextMapping) -> int:
    """Return the first certain offset of the version's text at or behind one of the rendition's; else its end."""
    found = np.flatnonzero(mapping.to_version[offset:] != NOWHERE)
    return int(mapping.to_version[offset + found[0]]) if found.size else len(mapping.version_text)


def _mapped(offsets: Sequence[int], mapping: TextMapping) -> tuple[int, ...]:
    found = {mapping.version_offset(offset) for offset in offsets}
    return tuple(sorted(found - {NOWHERE}))


def _offsets_in(plan: Plan) -> set[int]:
    """Return where the words begin that stand in lines that are set anew."""
    pages = zip(plan.setting.words, plan.moving(), strict=True)
    return {int(start) for page, moving in pages for start in page.starts[moving]}


@dataclass(frozen=True, slots=True)
class RenditionTemplate:
    """A rendition with holes.

    ``plain`` are the numbers of the places that the PDF format fills itself. ``lines`` are the lines that
    are set anew: of each, its places with what stands there under each variant. ``moving`` tells of
    the words of each page (as ``formats.pdf.words.page_words`` has them) whether they stand in one.
    """

    pdf: PdfTemplate
    plain: tuple[int, ...]
    lines: tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]
    moving: tuple[NDArray[np.bool_], ...]

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the PDF for one copy; see ``formats.content.Template``."""
        symbols = [
            joint_symbol([(shown.index(texts[number]), len(shown)) for number, shown in line])
            for line in self.lines
        ]
        if variants:
            moves = [variants[number] for number in self.plain]
        else:
            blocks = {place for picture in self.pdf.pictures for place in picture.places}
            moves = [0 if number in blocks else UNMOVED for number in range(len(self.plain))]
        return self.pdf.render(
            [texts[number] for number in self.plain] + [""] * len(symbols),
            variants=moves + symbols,
            notice=notice,
            stamp=stamp,
        )


def make_rendition_template(rendition: bytes, pdf: Content, places: Sequence[Place]) -> RenditionTemplate:
    """Return the template of a rendition with holes at places of its own text, ``pdf``, in text order.

    A place is empty and at one of the PDF's insertions or shifts, or it is one of a site that
    ``rendition_content`` offered. Raises ValueError for any other.
    """
    plain = tuple(number for number, place in enumerate(places) if _is_plain(place))
    rest = [(number, place) for number, place in enumerate(places) if not _is_plain(place)]
    plan = Plan(find_setting(rendition, pdf))
    for number, place in rest:
        if not plan.add([(number, place)]):
            raise ValueError(f"the words at {place.start} cannot be set anew in the rendition")
    template = Pdf().page_template(
        rendition,
        pdf,
        [(places[number].start, places[number].end) for number in plain],
        marks=[places[number].mark for number in plain],
        swaps=plan.swaps(len(plain)),
    )
    lines = tuple(tuple((number, places[number].texts) for number in line) for line in plan.groups.values())
    return RenditionTemplate(packed(template), plain, lines, plan.moving())


def _is_plain(place: Place) -> bool:
    return place.start == place.end and (bool(place.mark) or set(place.texts) <= set(SYMBOLS))
