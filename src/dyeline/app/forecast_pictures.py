"""What a forecast must know of a document's pictures: where their blocks stand, and what screenshots show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from dyeline.app.documents import VersionRecord
from dyeline.app.pages import StoredPictures
from dyeline.app.workspace import Workspace
from dyeline.forecast.pictures import beside_words
from dyeline.formats.limited import document_within_limits
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.document import PictureArea
from dyeline.model.sites import Site
from dyeline.store.pages_npz import load_pages

MOST_TRIED: Final = 3
"""Pictures of a document of which a screenshot is made and read, spread over it: seconds for each."""

POOR: Final = 0.5
"""Share of what its marks could say, below which a picture's screenshot is worth a word."""


@dataclass(frozen=True, slots=True)
class PictureForecast:
    """``shares`` of what marks could say that screenshots of pictures say, by key; others are like their ``mean``."""

    shares: dict[str, float]

    @property
    def mean(self) -> float:
        """Return the mean share of the pictures that were tried; 1 where none was."""
        return float(np.mean(list(self.shares.values()))) if self.shares else 1.0

    def lasting(self, site: Site) -> float:
        """Return the share of a site; 1 for one that is no block of a picture."""
        block = image_block(site.places[0].mark)
        return 1.0 if block is None else self.shares.get(block[0], self.mean)

    def advice(self) -> list[str]:
        """Return a sentence where screenshots show little of the marks."""
        if self.mean >= POOR:
            return []
        return [
            f"A screenshot of its pages at 110 dpi shows {100 * self.mean:.0f} % of what the marks in pictures could "
            "say: they are shown small, or hold little that can be marked. Larger pictures of a page, as of a zoomed "
            "screen, show more."
        ]


def picture_forecast(workspace: Workspace, version: VersionRecord, sites: Sequence[Site]) -> PictureForecast:
    """Make screenshots of some of a PDF's marked pictures and read them. Cost: 1 to 7 s for each of three."""
    blocks = [image_block(site.places[0].mark) for site in sites]
    keys = list(dict.fromkeys(block[0] for block in blocks if block is not None))
    if version.kind != "pdf" or not keys:
        return PictureForecast({})
    from dyeline.carriers.image.lasting import share_that_lasts
    from dyeline.carriers.image.register import through_page
    from dyeline.carriers.image.view import around, seen_from
    from dyeline.formats.pdf.pictures import picture_places

    data = workspace.blobs.get(version.row.source_sha256)
    largest: dict[str, PictureArea] = {}
    for place in document_within_limits(partial(picture_places, data, keys), size=len(data)):
        known = largest.get(place.area.key)
        if known is None or _pt_per_px(place.area) > _pt_per_px(known):
            largest[place.area.key] = place.area
    stored = StoredPictures(workspace, version.kind, version.row.source_sha256)
    shown = [key for key in keys if key in largest]
    count = min(MOST_TRIED, len(shown))
    shares: dict[str, float] = {}
    for key in [shown[k * len(shown) // count] for k in range(count)]:
        original = stored.original(key)
        if original is not None:
            area = largest[key]
            hidden = stored.hidden(key, area.page)
            if hidden is not None:
                to_page = np.asarray(np.linalg.inv(through_page(np.eye(3), area)), dtype=np.float64)
                hidden = seen_from(around(hidden), to_page, original.pixels.shape[:2])
            shares[key] = share_that_lasts(original.pixels, key, 1 / _pt_per_px(area), hidden)
    return PictureForecast(shares)


def _pt_per_px(area: PictureArea) -> float:
    return float(abs(np.linalg.det(np.array(area.to_page))) ** 0.5)


def sites_beside_words(workspace: Workspace, version: VersionRecord, sites: Sequence[Site]) -> Sequence[Site]:
    """Return the sites, those in pictures of pages at the words beside them."""
    marked = any(image_block(site.places[0].mark) is not None for site in sites)
    if version.kind != "pdf" or not version.row.pages_sha256 or not marked:
        return sites
    pages = [stored.words for stored in load_pages(workspace.blobs.get(version.row.pages_sha256))]
    areas = StoredPictures(workspace, version.kind, version.row.source_sha256).areas
    return beside_words(sites, areas, pages)
