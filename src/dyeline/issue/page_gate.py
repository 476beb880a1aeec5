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
from dyeline.formats.pdf.rendering import TemplateRenderer
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
    """One page: its size in pixels, and per site its row, box (px) and the two pictures' mean and difference."""

    width: int
    height: int
    rows: NDArray[np.int64]
    boxes: NDArray[np.int64]
    means: tuple[NDArray[np.float32], ...]
    differences: tuple[NDArray[np.float32], ...]


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
    for page in sorted({page for _, page, _ in gate.sites}):
        proof = _proof(gate, page)
        picture = _draw(data, page, proof.width, proof.height)
        for row, box, mean, difference in zip(
            proof.rows.tolist(), proof.boxes.tolist(), proof.means, proof.differences, strict=True
        ):
            energy = float((difference * difference).sum())
            if energy < LEAST_DIFFERENCE:
                continue
            left, top, right, bottom = box
            shown = picture[top:bottom, left:right].astype(np.float32)
            projection = float(((shown - mean) * difference).sum()) / energy
            if abs(projection) >= SURE:
                read += 1
                wrong += (projection > 0) != bool(symbols[row])
    if wrong or read < LEAST_READ * len(gate.sites):
        raise GateFailed(
            f"Copy {label} shows {read} of {len(gate.sites)} moved words when its pages are drawn, "
            f"{wrong} of them wrong.",
            fix=_FIX,
        )


@lru_cache(maxsize=2048)
def _proof(gate: PageGate, number: int) -> _Proof:
    page = gate.pages[number]
    scale = GATE_DPI / 72
    width, height = round(page.width_pt * scale), round(page.height_pt * scale)
    minus = _draw(gate.left, number, width, height).astype(np.float32)
    plus = _draw(gate.right, number, width, height).astype(np.float32)
    own = [(row, word) for row, on, word in gate.sites if on == number]
    across, down = width / page.width_pt, height / page.height_pt
    boxes = page.boxes[[word for _, word in own]].astype(np.float64)
    boxes += (-_MARGIN_PT, 0.0, _MARGIN_PT, 0.0)
    pixels = boxes * (across, down, across, down)
    pixels[:, :2], pixels[:, 2:] = np.floor(pixels[:, :2]), np.ceil(pixels[:, 2:])
    whole = np.clip(pixels, 0, (width, height, width, height)).astype(np.int64)
    cuts = [np.s_[top:bottom, left:right] for left, top, right, bottom in whole.tolist()]
    return _Proof(
        width,
        height,
        np.array([row for row, _ in own], dtype=np.int64),
        whole,
        tuple((plus[cut] + minus[cut]) * np.float32(0.5) for cut in cuts),
        tuple(plus[cut] - minus[cut] for cut in cuts),
    )


def _draw(data: bytes, page: int, width: int, height: int) -> NDArray[np.uint8]:
    return TemplateRenderer(lambda _: data, page).draw(ENGINE, 0, width, height)
