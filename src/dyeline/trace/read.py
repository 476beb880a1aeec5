"""Reading: from alignments and seen pages to ln-likelihoods, carrier by carrier. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dyeline.carriers.contract import Carrier
from dyeline.model.alignment import Alignment
from dyeline.model.finding import ReadCount
from dyeline.model.pages import Picture, SeenPage
from dyeline.model.readings import Readings
from dyeline.model.sites import Site
from dyeline.trace.shelf import PictureShelf

if TYPE_CHECKING:
    from dyeline.carriers.layout.reading import PageReading


@dataclass(frozen=True, slots=True)
class Looked:
    """What of the pictures of an exhibit concerns one circulation: all pictures, the pages seen, the originals."""

    pictures: tuple[Picture, ...] = ()
    pages: tuple[SeenPage, ...] = ()
    originals: PictureShelf | None = None


def read_sites(
    seen: Alignment, looked: Looked, sites: Sequence[Site], carriers: Mapping[str, Carrier]
) -> tuple[Readings, tuple[PageReading, ...]]:
    """Return the readings of all sites, shape (sites, most variants of any site), and those of each seen page,
    their sites numbered as in ``sites``.

    Sites of a carrier that is not among ``carriers`` (an older or newer version of it) are erasures.
    """
    widest = max((site.variants for site in sites), default=2)
    loglik = np.zeros((len(sites), widest))
    page_readings: tuple[PageReading, ...] = ()
    for name in sorted({site.carrier for site in sites} & carriers.keys()):
        rows = [row for row, site in enumerate(sites) if site.carrier == name]
        own = [sites[row] for row in rows]
        if looked.pages and name.split("/")[0] == "layout":
            from dyeline.carriers.layout.reading import read_pages  # loads a library of 60 MB

            part, found = read_pages(looked.pages, own)
            at = np.array(rows, dtype=np.int64)
            page_readings = tuple(replace(reading, sites=at[reading.sites]) for reading in found)
        elif looked.pictures and looked.originals and name.split("/")[0] == "image":
            from dyeline.trace.picture_marks import read_picture_marks

            part = read_picture_marks(looked.pictures, looked.pages, looked.originals, own)
        else:
            part = carriers[name].read(seen, own)
        loglik[rows, : part.shape[1]] = part
        if part.shape[1] < widest:
            loglik[rows, part.shape[1] :] = part[:, :1]
    return Readings(loglik), page_readings


def count_by_carrier(readings: Readings, sites: Sequence[Site]) -> dict[str, ReadCount]:
    """Return sites and sites read by carrier, named without their version."""
    counts: dict[str, ReadCount] = {}
    read = readings.read
    for name in sorted({site.carrier for site in sites}):
        rows = [row for row, site in enumerate(sites) if site.carrier == name]
        counts[name.split("/")[0]] = ReadCount(len(rows), int(read[rows].sum()))
    return counts
