"""The carrier of marks in pictures: one binary site a block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_id
from dyeline.formats.picturemarks.marks import image_mark
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

MISREAD = 0.002
"""P(a block that reads clearly shows the other sign): 14 of 10,196 readings of 3 nats or more were wrong
(seven pictures, ten paths from JPEG to photographs)."""


class Image:
    """Marks in the blocks of the pictures that the format names (``Document.pictures``)."""

    name = "image/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return a site for every block of every picture that can carry one, pictures in text order.

        A picture that is shown several times has one set of sites, where it is shown first.
        """
        sites: list[Site] = []
        known: set[str] = set()
        for area in sorted(document.pictures, key=lambda area: (area.anchor, area.page, area.key)):
            if area.key in known:
                continue
            known.add(area.key)
            for block in area.blocks:
                mark = image_mark(area.key, block)
                name = site_id(mark, 0, len(mark), carrier=self.name, cls="block", ordinal=block)
                place = Place(area.anchor, area.anchor, ("", ""), mark)
                sites.append(Site(name, self.name, "block", (place,)))
        return sites

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text as it is: these marks are in the pixels, which the format writes."""
        return document.text

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return erasures, (sites, 2): text shows nothing of them (``reading.read_picture`` does)."""
        return np.zeros((len(sites), 2))
