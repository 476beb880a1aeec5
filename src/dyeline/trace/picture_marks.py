"""Reading the marks of pictures: through the page they stand on, or by themselves. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.document import PictureArea
from dyeline.model.pages import SeenPage
from dyeline.model.sites import Site
from dyeline.trace.alone import on_pages
from dyeline.trace.shelf import Original, PictureShelf, by_size

if TYPE_CHECKING:
    from dyeline.carriers.image.reading import MarkReader
    from dyeline.carriers.image.spread import Correlations
    from dyeline.trace.read import Looked

MOST_LOOKED_FOR: Final = 8
"""Pictures of a document that are looked for in one without a recognised page: first those of pages that look
like it, then the largest."""

LEAST_IN_SIGHT: Final = 0.2
"""Share of a picture that an exhibit must seem to hold, for the picture to be looked for by itself as well."""

ALIKE: Final = 0.75
"""Likeness to the unmarked picture above which an exhibit lies flat enough for its marks to be read. Measured:
0.88 to 0.95 on flat paper and fax, 0.33 to 0.67 on strongly curled paper laid flat coarsely, 0.6 to 0.94 closely."""


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
            read = _best_reading(looked, shelf, original, alone=key in alone)
            for place, row in rows[key].items():
                if place < len(read):
                    loglik[row] = read[place]
    return loglik


def _best_reading(
    looked: Looked, shelf: PictureShelf, original: Original, *, alone: bool
) -> NDArray[np.float64]:
    """Return the reading (blocks, 2) that tells most; no rows where the picture is nowhere seen."""
    from dyeline.carriers.image.judge import judge
    from dyeline.carriers.image.likeness import ALONE
    from dyeline.carriers.image.reading import MarkReader

    shown = [
        (page, area)
        for page in looked.pages
        for area in original.areas
        if area.page == page.registration.page
    ]
    paged = {page.picture.number for page in looked.pages}
    unpaged = [picture for picture in looked.pictures if alone and not shown and picture.number not in paged]
    placed = [(picture, seen) for picture in unpaged if (seen := looked.finder.find(picture, original))]
    if not shown and not placed:
        return np.zeros((0, 2))
    reader = MarkReader.of(original.pixels, original.key)
    if reader is None:
        return np.zeros((0, 2))
    found = [_on_page(reader, page, area, shelf.hidden(area.key, area.page)) for page, area in shown]
    found += [reader.correlate(picture.pixels, seen.homography) for picture, seen in placed]
    if max(each.likeness for each in found) < ALONE:
        found += _found_again(looked, original, reader, shown)
    return max((judge(each) for each in found), key=lambda read: float(np.ptp(read, axis=1).sum()))


def _found_again(
    looked: Looked, original: Original, reader: MarkReader, shown: Sequence[tuple[SeenPage, PictureArea]]
) -> list[Correlations]:
    """Return the correlations of a picture looked for by itself where its page shows something else.

    A few lines at the top of a page do not tell well where the rest of it lies.
    """
    found = []
    for page, area in shown:
        if _share_in_sight(page, area) >= LEAST_IN_SIGHT:
            seen = looked.finder.find(page.picture, original)
            if seen is not None:
                found.append(reader.correlate(page.picture.pixels, seen.homography))
    return found


def _share_in_sight(page: SeenPage, area: PictureArea) -> float:
    """Return about how much of a picture the exhibit holds, going by where the page lies in it."""
    from dyeline.carriers.image.register import through_page

    across, down = (np.arange(8) + 0.5) / 8 * area.width_px, (np.arange(8) + 0.5) / 8 * area.height_px
    points = np.stack([*(axis.ravel() for axis in np.meshgrid(across, down)), np.ones(64)])
    x, y, w = np.linalg.inv(through_page(page.registration.homography, area)) @ points
    height, width = page.picture.pixels.shape[:2]
    inside = (w > 0) & (x > 0) & (y > 0) & (x < width * w) & (y < height * w)
    return float(inside.mean())


def _on_page(
    reader: MarkReader, page: SeenPage, area: PictureArea, hidden: NDArray[np.bool_] | None
) -> Correlations:
    """Return the correlations of a picture on a page that is laid flat by its words, if need be closely.

    ``hidden`` are the reference pixels of the page that show something else.
    """
    from dyeline.carriers.image.register import through_page
    from dyeline.carriers.image.view import around, seen_from
    from dyeline.trace.unbend import laid_flat

    best: Correlations | None = None
    for closely in (False, True):
        flat = laid_flat(page, closely=closely)
        if flat is not None:
            clear = flat.shown if hidden is None else flat.shown & ~around(hidden, flat.shown.shape)
            found = reader.correlate(flat.pixels, through_page(np.eye(3), area), clear)
            best = found if best is None or found.likeness > best.likeness else best
        if best is not None and best.likeness >= ALIKE:
            return best
    to_page = page.registration.homography
    shown = None if hidden is None else ~seen_from(around(hidden), to_page, page.picture.pixels.shape[:2])
    found = reader.correlate(page.picture.pixels, through_page(to_page, area), shown)
    return found if best is None or found.likeness > best.likeness else best
