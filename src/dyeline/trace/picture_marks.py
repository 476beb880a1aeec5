"""Reading the marks of pictures: through the page they stand on, or by themselves. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.sites import Site
from dyeline.trace.alone import on_pages
from dyeline.trace.shelf import Original, PictureShelf, by_size

if TYPE_CHECKING:
    from dyeline.trace.read import Looked

MOST_LOOKED_FOR: Final = 8
"""Pictures of a document that are looked for in one without a recognised page: first those of pages that look
like it, then the largest."""


def read_picture_marks(looked: Looked, shelf: PictureShelf, sites: Sequence[Site]) -> NDArray[np.float64]:
    """Return ln-likelihoods (sites, 2) of the sites in pictures; rows of zeros where nothing was read.

    A picture that is seen several times is read where it shows most; readings are never added up.
    """
    rows: dict[str, dict[int, int]] = {}
    for row, site in enumerate(sites):
        block = image_block(site.places[0].mark)
        if block is not None:
            rows.setdefault(block[0], {})[block[1]] = row
    loglik = np.zeros((len(sites), 2))
    paged = {page.picture.number for page in looked.pages}
    unpaged = [picture for picture in looked.pictures if picture.number not in paged]
    likely = {page for picture in unpaged for page in looked.likely.get(picture.number, ())}
    order = sorted(by_size(shelf, rows), key=lambda key: not on_pages(shelf.areas[key], likely))
    alone = set(order[:MOST_LOOKED_FOR]) if unpaged else set()
    shown = {page.registration.page for page in looked.pages}
    for key in order:
        if key not in alone and not on_pages(shelf.areas[key], shown):
            continue
        original = shelf.original(key)
        if original is not None:
            read = _best_reading(looked, original, alone=key in alone)
            for place, row in rows[key].items():
                if place < len(read):
                    loglik[row] = read[place]
    return loglik


def _best_reading(looked: Looked, original: Original, *, alone: bool) -> NDArray[np.float64]:
    """Return the reading (blocks, 2) that tells most; no rows where the picture is nowhere seen."""
    from dyeline.carriers.image.reading import read_picture
    from dyeline.carriers.image.register import through_page

    key, unmarked = original.key, original.pixels
    found = [
        read_picture(page.picture.pixels, through_page(page.registration.homography, area), unmarked, key)
        for page in looked.pages
        for area in original.areas
        if area.page == page.registration.page
    ]
    paged = {page.picture.number for page in looked.pages}
    for picture in looked.pictures if alone and not found else ():
        seen = looked.finder.find(picture, original) if picture.number not in paged else None
        if seen is not None:
            found.append(read_picture(picture.pixels, seen.homography, unmarked, key))
    return max(found, key=lambda read: float(np.ptp(read, axis=1).sum()), default=np.zeros((0, 2)))
