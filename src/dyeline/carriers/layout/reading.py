"""Reading layout marks: ln-likelihoods of every shift site from the pictures of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.displacement import Displaced, Measured, measure_page, read_displacements
from dyeline.carriers.layout.drawing import read_drawing
from dyeline.carriers.layout.view import project, view_page
from dyeline.model.pages import SeenPage
from dyeline.model.sites import Site

MARK: Final = "shift:"
LEAST_BITS: Final = 2.0  # a page expected to tell less than this tells nothing


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one picture says about the sites of one page. Arrays have one entry (or row) a site.

    ``quads`` are the words' boxes where they were seen, (k, 4, 2) picture pixels, top left, then clockwise
    as the page has it. ``noise_pt`` is the scale of the noise that was assumed (infinite: not measured).
    """

    picture: int
    page: int
    method: str  # "displacement", or the name of the drawing engine that was recognised
    sites: NDArray[np.int64]  # indexes into the sites that were asked for
    quads: NDArray[np.float32]
    loglik: NDArray[np.float64]  # (k, 2) nats; constant rows are erasures
    noise_pt: NDArray[np.float64]
    expected_bits: NDArray[np.float64]  # before looking at the word itself; what pictures are compared by


def read_pages(
    seen: Iterable[SeenPage], sites: Sequence[Site]
) -> tuple[NDArray[np.float64], tuple[PageReading, ...]]:
    """Return ln-likelihoods (len(sites), 2) in nats, |ln LR| at most 8, and what each picture gave.

    A site that several pictures show is read from the one that promises most; what it promises comes from
    the words around, never from the site's own displacement, and readings are never added up. Sites without
    a shift mark, unseen and unsure ones are erasures: rows of zeros.
    """
    loglik = np.zeros((len(sites), 2))
    promised = np.zeros(len(sites))
    readings = []
    for page in seen:
        reading = read_page(page, sites)
        if reading is None:
            continue
        readings.append(reading)
        better = reading.expected_bits > promised[reading.sites]
        rows = reading.sites[better]
        loglik[rows] = reading.loglik[better]
        promised[rows] = reading.expected_bits[better]
    return loglik, tuple(readings)


def read_page(page: SeenPage, sites: Sequence[Site]) -> PageReading | None:
    """Return what one picture says about the page's sites, or None where it shows none of them readably."""
    words = page.reference.words
    rows, word_of, shift_pt = _sites_on(page, sites)
    if not len(rows):
        return None
    view = view_page(page.picture, page.registration, words.width_pt, words.height_pt)
    if view is None:
        return None
    play_pt = np.where(page.fixed, 0.0, np.inf)
    play_pt[word_of] = shift_pt
    measured = measure_page(view, page.reference, play_pt)
    if measured is None:
        return None
    displaced = read_displacements(measured, words.lines, page.fixed, word_of, shift_pt)
    drawn = read_drawing(page, measured, word_of, shift_pt)
    if drawn is not None and drawn[1].expected_bits.sum() > displaced.expected_bits.sum():
        return _report(page, drawn[0], rows, word_of, drawn[1], measured)
    return _report(page, "displacement", rows, word_of, displaced, measured)


def _report(
    page: SeenPage,
    method: str,
    rows: NDArray[np.int64],
    word_of: NDArray[np.int64],
    read: Displaced,
    measured: Measured,
) -> PageReading:
    loglik, bits = read.loglik, read.expected_bits
    if bits.sum() < LEAST_BITS:
        loglik, bits = np.zeros_like(loglik), np.zeros_like(bits)
    boxes = page.reference.words.boxes[word_of].astype(np.float64)
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    quads = project(measured.warp.view.to_picture, measured.warp.pixels(corners)).reshape(-1, 4, 2)
    return PageReading(
        page.picture.number,
        page.reference.words.number,
        method,
        rows,
        quads.astype(np.float32),
        loglik,
        read.noise_pt,
        bits,
    )


def _sites_on(
    page: SeenPage, sites: Sequence[Site]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return, of the sites whose word is on the page: their indexes, the words', and the shifts (pt)."""
    word_at = {int(start): k for k, start in enumerate(page.reference.words.starts) if start >= 0}
    found = [
        (index, word_at[place.start], float(place.mark.removeprefix(MARK)))
        for index, site in enumerate(sites)
        if (place := site.places[0]).mark.startswith(MARK) and place.start in word_at
    ]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    rows, words, shifts = zip(*found, strict=True)
    return np.array(rows), np.array(words), np.array(shifts)
