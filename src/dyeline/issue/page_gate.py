"""The release gate for pages: every page of a copy is drawn, and every moved word is found where it was put.

A word's picture is compared with the two it can have (all words moved left, all moved right). With
both known exactly, the projection on their difference is -1/2 or +1/2, whatever the page looks like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import GateFailed
from dyeline.formats.pdf.rendering import viewed_pages
from dyeline.model.pages import PageWords
from dyeline.model.sites import Site

GATE_DPI = 150
ENGINE = "pdfium-lcd"
SURE = 0.25
"""A projection nearer to 0 than this is neither: rounding of other words in the line moved it."""

LEAST_DIFFERENCE = 400.0
"""Squared grey levels, summed over a word, by which its two pictures must differ to be told apart."""

LEAST_READ = 0.95
"""Share of a copy's moved words that must be found."""

PROOFS_KEPT = 512
"""Pages whose two pictures a process keeps: some 0.5 MB each."""

_MARGIN_PT = 1.0
_FIX = "report the document; issue with other carriers (--carriers textlayer,stamp) meanwhile"


@dataclass(frozen=True, eq=False)
class PageGate:
    """What the pages of a circulation's copies are checked against. Pickles.

    ``sites`` are (row among the circulation's sites, page, row among the page's words).
    """

    left: bytes
    right: bytes
    pages: tuple[PageWords, ...]
    sites: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Proof:
    """One page: where the two pictures of its words differ, word by word, and what is made of that.

    ``rows`` are the sites of the words that can be told apart. The pixels of word k are numbers ``seams[k]``
    to before ``seams[k + 1]`` of ``pixels`` (offsets in the picture); the sum of what a copy shows there times
    ``weights``, less ``middles[k]``, is -1/2 for the left picture and +1/2 for the right one.
    """

    rows: NDArray[np.int64]
    seams: NDArray[np.int64]
    pixels: NDArray[np.int32]
    weights: NDArray[np.float32]
    middles: NDArray[np.float64]

    def projections(self, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return where the words of a picture stand, from -1/2 (left) to +1/2 (right)."""
        if not self.rows.size:
            return self.middles
        seen = self.weights * picture.ravel()[self.pixels]
        return np.asarray(np.add.reduceat(seen, self.seams[:-1], dtype=np.float64) - self.middles)


def page_gate(
    left: bytes, right: bytes, pages: Sequence[PageWords], sites: Sequence[Site]
) -> PageGate | None:
    """Return the gate for a circulation's word shifts; None when it has none."""
    where = {
        int(start): (number, row)
        for number, page in enumerate(pages)
        for row, start in enumerate(page.starts.tolist())
        if start >= 0
    }
    moved = [
        (row, *where[site.places[0].start])
        for row, site in enumerate(sites)
        if site.places[0].mark.startswith("shift:")
    ]
    return PageGate(left, right, tuple(pages), tuple(moved)) if moved else None


def check_pages(gate: PageGate, data: bytes, symbols: NDArray[np.uint8], label: str) -> None:
    """Raise GateFailed unless every drawn page of a copy shows its words where they were put."""
    read = wrong = 0
    sizes = {page: _size_px(gate.pages[page]) for page in sorted({page for _, page, _ in gate.sites})}
    for page, picture in viewed_pages(data, sizes, ENGINE):
        proof = _proof(gate, page)
        found = proof.projections(picture)
        sure = np.abs(found) >= SURE
        read += int(sure.sum())
        wrong += int(((found > 0) != (symbols[proof.rows] > 0))[sure].sum())
    if wrong or read < LEAST_READ * len(gate.sites):
        raise GateFailed(
            f"Copy {label} shows {read} of {len(gate.sites)} moved words when its pages are drawn, "
            f"{wrong} of them wrong.",
            fix=_FIX,
        )


@lru_cache(maxsize=PROOFS_KEPT)
def _proof(gate: PageGate, number: int) -> _Proof:
    page = gate.pages[number]
    width, height = _size_px(page)
    size = {number: (width, height)}
    ((_, minus), (_, plus)) = (
        *viewed_pages(gate.left, size, ENGINE),
        *viewed_pages(gate.right, size, ENGINE),
    )
    own = [(row, word) for row, on, word in gate.sites if on == number]
    boxes = page.boxes[[word for _, word in own]].astype(np.float64)
    boxes += (-_MARGIN_PT, 0.0, _MARGIN_PT, 0.0)
    across, down = width / page.width_pt, height / page.height_pt
    whole = boxes * (across, down, across, down)
    whole[:, :2], whole[:, 2:] = np.floor(whole[:, :2]), np.ceil(whole[:, 2:])
    rows: list[int] = []
    middles: list[float] = []
    pixels = [np.zeros(0, dtype=np.int64)]
    weights = [np.zeros(0)]
    for (row, _), box in zip(
        own, np.clip(whole, 0, (width, height, width, height)).astype(int).tolist(), strict=True
    ):
        cut = np.s_[box[1] : box[3], box[0] : box[2]]
        left, right = minus[cut].astype(np.float64), plus[cut].astype(np.float64)
        difference = right - left
        energy = float((difference * difference).sum())
        if energy < LEAST_DIFFERENCE:
            continue
        lines, columns = np.nonzero(difference)
        rows.append(row)
        pixels.append((lines + box[1]) * width + columns + box[0])
        weights.append(difference[lines, columns] / energy)
        middles.append(float((difference * (left + right)).sum()) / (2 * energy))
    return _Proof(
        np.array(rows, dtype=np.int64),
        np.cumsum([len(part) for part in pixels]),
        np.concatenate(pixels).astype(np.int32),
        np.concatenate(weights).astype(np.float32),
        np.array(middles, dtype=np.float64),
    )


def _size_px(page: PageWords) -> tuple[int, int]:
    return round(page.width_pt * GATE_DPI / 72), round(page.height_pt * GATE_DPI / 72)
