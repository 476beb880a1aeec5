"""Words moved a little sideways on their page: one binary symbol each, read off pictures of the page.

The format says which words may move (``Document.shifts``): never the ends of a line, and two neighbours
only with room for both. The copy's text stays the document's; so a text says nothing about these marks.
(layout/1 moved every second word; its sites are on record with their circulations and read the same.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_id
from dyeline.errors import BadInput
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

READER_VERSION = "layout-reader/2"
"""How displacements are read off pictures; here, so that naming it loads no picture library."""

SHIFT_PT = 0.2
"""Not seen at 150 %, and read without error off screenshots, scans and photographs."""

LEAST_SHIFT_PT, MOST_SHIFT_PT = 0.1, 0.5
"""Less is lost on screens at 100 %, more is seen in short words."""

WIDE_SHIFT_PT = 0.35
"""Seen only when compared with the original; for photographs of curled paper."""

MISREAD = 0.001
"""P(a word stands where the other symbol puts it, though it reads clearly): no path moves words one by one."""


class Layout:
    """Marks at the words that the format names as ``shifts``; ``shift_pt`` goes on record with each place."""

    def __init__(self, shift_pt: float = SHIFT_PT, *, name: str = "layout/2") -> None:
        self.name = name
        self._mark = f"shift:{shift_pt:g}"

    def find_sites(self, document: Document) -> list[Site]:
        """Return a binary site for every word that may move, in text order: left is 0, right is 1."""
        return [
            Site(
                site_id(document.text, offset, offset, carrier=self.name, cls="shift", ordinal=number),
                self.name,
                "shift",
                (Place(offset, offset, ("", ""), mark=self._mark),),
            )
            for number, offset in enumerate(document.shifts)
        ]

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the document's text: the template moves the words."""
        return document.text

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return erasures, (sites, 2): a text does not show where its words stood."""
        return np.zeros((len(sites), 2))


def moved_by(sites: Sequence[Site], shift_pt: float | None) -> list[Site]:
    """Return the sites with word shifts of this size (pt); as they are for None. Raises BadInput."""
    if shift_pt is None:
        return list(sites)
    if not LEAST_SHIFT_PT <= shift_pt <= MOST_SHIFT_PT:
        raise BadInput(
            f"Words cannot be moved by {shift_pt:g} pt.",
            fix=f"use {LEAST_SHIFT_PT:g} to {MOST_SHIFT_PT:g}; {SHIFT_PT:g} is not seen, {WIDE_SHIFT_PT:g} hardly.",
        )
    mark = f"shift:{shift_pt:g}"
    return [
        replace(site, places=tuple(replace(place, mark=mark) for place in site.places))
        if site.places[0].mark.startswith("shift:")
        else site
        for site in sites
    ]
