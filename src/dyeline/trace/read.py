"""Reading: from alignments and seen pages to ln-likelihoods, carrier by carrier. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.contract import Carrier
from dyeline.facts.sites import read_fact_sites
from dyeline.model.alignment import Alignment
from dyeline.model.finding import ReadCount
from dyeline.model.pages import Picture, SeenPage
from dyeline.model.readings import Readings
from dyeline.model.sites import Site
from dyeline.text.fold import folded_span
from dyeline.trace.alone import AloneFinder
from dyeline.trace.shelf import PictureShelf
from dyeline.trace.watch import Watch, unwatched, watched

if TYPE_CHECKING:
    from dyeline.carriers.layout.reading import PageReading


@dataclass(frozen=True, slots=True)
class Looked:
    """What of the pictures of an exhibit concerns one circulation.

    All its pictures; the pages seen in them; the originals of the document's pictures, with what looks
    for them; and by picture the numbers of pages that look like it.
    """

    pictures: tuple[Picture, ...] = ()
    pages: tuple[SeenPage, ...] = ()
    originals: PictureShelf | None = None
    finder: AloneFinder = field(default_factory=AloneFinder)
    likely: Mapping[int, frozenset[int]] = field(default_factory=dict)


def read_sites(
    seen: Alignment,
    looked: Looked,
    sites: Sequence[Site],
    carriers: Mapping[str, Carrier],
    watch: Watch = unwatched,
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

            part, found = read_pages(watched(watch, "Reading pages", looked.pages), own)
            at = np.array(rows, dtype=np.int64)
            page_readings = tuple(replace(reading, sites=at[reading.sites]) for reading in found)
        elif looked.pictures and looked.originals and name.split("/")[0] == "image":
            from dyeline.trace.picture_marks import read_picture_marks

            part = read_picture_marks(looked, looked.originals, own)
        else:
            part = carriers[name].read(seen, own)
        loglik[rows, : part.shape[1]] = part
        if part.shape[1] < widest:
            loglik[rows, part.shape[1] :] = part[:, :1]
    reworded = _reworded(loglik, seen, sites)
    if reworded:
        own = [sites[row] for row in reworded]
        part = read_fact_sites(_outside_passages(seen), seen.document.source, own)
        loglik[reworded, : part.shape[1]] = part
        loglik[reworded, part.shape[1] :] = part[:, :1]
    return Readings(loglik), page_readings


def _reworded(loglik: NDArray[np.float64], seen: Alignment, sites: Sequence[Site]) -> list[int]:
    """Return the declared facts that no carrier read and no passage covers: they may stand there in other words.

    Which these are depends on the alignment alone, never on a codeword.
    """
    spans = [(passage.document_start, passage.document_end) for passage in seen.passages]
    found = []
    for row, site in enumerate(sites):
        if site.cls != "fact" or np.ptp(loglik[row]) > 0.0:
            continue
        places = [folded_span(seen.document, place.start, place.end) for place in site.places]
        if not any(low < end and high > start for low, high in places for start, end in spans):
            found.append(row)
    return found


def _outside_passages(seen: Alignment) -> str:
    """Return the exhibit's text without what was copied: a carrier has read that, and it may state other facts."""
    text, at = [], 0
    for low, high in sorted(
        (p.exhibit_start, p.exhibit_end) for p in seen.passages if p.exhibit_end > p.exhibit_start
    ):
        start, end = int(seen.exhibit.starts[low]), int(seen.exhibit.ends[high - 1])
        text.append(seen.exhibit.source[at:start])
        at = max(at, end)
    return "\n\n".join([*text, seen.exhibit.source[at:]])


def count_by_carrier(readings: Readings, sites: Sequence[Site]) -> dict[str, ReadCount]:
    """Return sites and sites read by carrier, named without their version."""
    counts: dict[str, ReadCount] = {}
    read = readings.read
    for name in sorted({site.carrier for site in sites}):
        rows = [row for row, site in enumerate(sites) if site.carrier == name]
        counts[name.split("/")[0]] = ReadCount(len(rows), int(read[rows].sum()))
    return counts
