"""Reading the marks of pictures: through the page they stand on, or by themselves. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.pages import Picture, SeenPage
from dyeline.model.sites import Site
from dyeline.trace.shelf import Original, PictureShelf

MOST_LOOKED_FOR: Final = 8
"""Pictures of a document that are looked for in one without a recognised page, the largest first."""


def read_picture_marks(
    pictures: Sequence[Picture], pages: Sequence[SeenPage], shelf: PictureShelf, sites: Sequence[Site]
) -> NDArray[np.float64]:
    """Return ln-likelihoods (sites, 2) of the sites in pictures; rows of zeros where nothing was read.

    A picture that is seen several times is read where it shows most; readings are never added up.
    """
    rows: dict[str, dict[int, int]] = {}
    for row, site in enumerate(sites):
        block = image_block(site.places[0].mark)
        if block is not None:
            rows.setdefault(block[0], {})[block[1]] = row
    loglik = np.zeros((len(sites), 2))
    originals = sorted(
        (original for key in rows if (original := shelf.original(key)) is not None),
        key=lambda original: (-original.pixels.shape[0] * original.pixels.shape[1], original.key),
    )
    for number, original in enumerate(originals):
        read = _best_reading(pictures, pages, original, alone=number < MOST_LOOKED_FOR)
        for place, row in rows[original.key].items():
            if place < len(read):
                loglik[row] = read[place]
    return loglik


def _best_reading(
    pictures: Sequence[Picture], pages: Sequence[SeenPage], original: Original, *, alone: bool
) -> NDArray[np.float64]:
    """Return the reading (blocks, 2) that tells most; no rows where the picture is nowhere seen."""
    from dyeline.carriers.image.reading import read_picture
    from dyeline.carriers.image.register import features_of, register_features, through_page
    from dyeline.formats.picturemarks.embed import grey_of

    key, unmarked = original.key, original.pixels
    found = [
        read_picture(page.picture.pixels, through_page(page.registration.homography, area), unmarked, key)
        for page in pages
        for area in original.areas
        if area.page == page.registration.page
    ]
    paged = {page.picture.number for page in pages}
    others = [picture for picture in pictures if picture.number not in paged]
    if alone and others and not found:
        wanted = features_of(grey_of(unmarked))
        for picture in others:
            homography = register_features(features_of(grey_of(picture.pixels)), wanted)
            if homography is not None:
                found.append(read_picture(picture.pixels, homography, unmarked, key))
    return max(found, key=lambda read: float(np.ptp(read, axis=1).sum()), default=np.zeros((0, 2)))
