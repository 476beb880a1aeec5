"""Marks in pictures as drawn pages show them: what a copy of a PDF is compared with, and read against.

The pages that show marked pictures are drawn with all blocks at variant 0 and at variant 1. Of every block the pixels
that differ most tell which it has. Blocks may look the same either way, because their picture is shown very small or
hidden; a picture with many of them is compared as it is stored as well (``issue.picture_gate``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import GateFailed
from dyeline.formats.pdf.in_view import hidden_part
from dyeline.formats.pdf.rendering import viewed_pages
from dyeline.formats.picturemarks.grid import UNIT_PX, grid_of
from dyeline.issue.page_gate import ENGINE, GATE_DPI, drawn_size_px
from dyeline.issue.projections import Projector, projector
from dyeline.model.pages import LARGEST_PAGE_PT2

if TYPE_CHECKING:
    from dyeline.formats.pdf.pictures import PicturePlace

MOST_AGAINST: Final = 0.05
"""Share of what a reading says, in nats, that may speak for other symbols than were written. Less than 0.01 on sixteen
documents of strangers (scans, drawings, photographs); blocks that are read wrong are weakly read ones."""

LEAST_SEEN: Final = 0.9
"""Share of the blocks of a picture that must differ when drawn, for the page to show it whole, and that a reading of
the drawn page must see."""

_MOST_PIXELS = 64  # of a block
_BORDER_PX = 3  # side of the square within which a pixel shows one block alone
_LEAST_DIFFERENCE = 16.0  # squared grey levels, summed over them: nothing else changes these pixels
FIX = (
    "report the document; a document with text can be issued without marks in pictures meanwhile "
    "(--carriers textlayer,layout,stamp), scanned pages can be scanned again, in grey or with more contrast"
)


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page that shows marked pictures, in the size in which it is drawn."""

    size_px: tuple[int, int]
    proof: Projector


@dataclass(frozen=True, eq=False)
class DrawnPictures:
    """What the drawn pages of a circulation's copies are checked against. Pickles.

    ``shown`` are the uses of pictures that pages show whole, ``sites`` the rows and blocks of each picture by its key;
    ``original`` is the unmarked file, ``minus`` one with all blocks at 0: reading needs them, comparing does not.
    """

    pages: Mapping[int, DrawnPage]
    shown: tuple[PicturePlace, ...]
    sites: Mapping[str, tuple[tuple[int, int], ...]]
    original: bytes
    minus: bytes

    @property
    def count(self) -> int:
        """Return how many marks pages show; one that several pages show counts for each."""
        return sum(page.proof.rows.size for page in self.pages.values())

    @property
    def keys(self) -> frozenset[str]:
        """Return the pictures that a page shows whole."""
        return frozenset(place.area.key for place in self.shown)

    def for_comparing(self) -> DrawnPictures:
        """Return the same without what only reading needs."""
        return replace(self, original=b"", minus=b"")


def drawn_pictures(
    original: bytes,
    places: Iterable[PicturePlace],
    sites: Mapping[str, tuple[tuple[int, int], ...]],
    minus: bytes,
    plus: bytes,
    others: Sequence[bytes],
    noticed: bytes | None,
) -> DrawnPictures | None:
    """Return what copies are checked against; None where no page shows a mark of a picture.

    ``minus`` and ``plus`` are files with all blocks at 0 and at 1. ``others`` differ from ``minus`` where
    something else than a picture may differ between copies, ``noticed`` in the rows where a notice stands.
    """
    on_page: dict[int, list[PicturePlace]] = {}
    for place in places:
        if 0 < place.width_pt * place.height_pt <= LARGEST_PAGE_PT2:
            on_page.setdefault(place.area.page, []).append(place)
    found: dict[int, DrawnPage] = {}
    for number, own in sorted(on_page.items()):
        size = drawn_size_px(own[0].width_pt, own[0].height_pt)
        if min(size) < 1:
            continue
        rows = _rows(own, sites, size)
        first, second, *rest = (_drawn(file, number, size) for file in (minus, plus, *others))
        for other in rest:
            rows[other != first] = -1
        if noticed is not None:
            rows[(_drawn(noticed, number, size) != first).any(axis=1)] = -1
        pixels = np.flatnonzero(rows.ravel() >= 0)
        proof = projector(rows.ravel()[pixels], pixels, first, second, _LEAST_DIFFERENCE, _MOST_PIXELS)
        if proof.rows.size:
            found[number] = DrawnPage(size, proof)
    shown = tuple(
        place
        for number in found
        for place in on_page[number]
        if _share_told(found[number].proof, sites.get(place.area.key, ())) >= LEAST_SEEN
    )
    return DrawnPictures(found, shown, sites, original, minus) if found else None


def read_drawn(gate: DrawnPictures, data: bytes, symbols: NDArray[np.uint8], label: str, turn: int) -> None:
    """Read one picture of a copy's drawn pages as a trace does; which one goes with ``turn``.

    A picture that is shown so small that nobody reads it must show no wrong block. Cost: 2 to 7 s for a page,
    twice that for such a picture. Raises GateFailed.
    """
    from dyeline.formats.pdf.pictures import picture_pixels

    place = gate.shown[turn % len(gate.shown)]
    page = gate.pages[place.area.page]
    pixels = picture_pixels(gate.original, [place.area.key])[place.area.key]
    rows = set(page.proof.rows.tolist())
    told = [(row, block) for row, block in gate.sites[place.area.key] if row in rows]
    read = _read(gate, data, place, pixels)
    if (
        _share_seen(read, told) < LEAST_SEEN
        and _share_seen(_read(gate, gate.minus, place, pixels), told) < LEAST_SEEN
    ):
        told = [(row, block) for row, block in told if len(read) and np.ptp(read[block]) > 0]
    judge_reading(read, told, symbols, f"Copy {label}", f"on page {place.area.page + 1} when it is drawn")


def _read(
    gate: DrawnPictures, data: bytes, place: PicturePlace, original: NDArray[np.uint8]
) -> NDArray[np.float64]:
    from dyeline.carriers.image.reading import read_picture
    from dyeline.carriers.image.view import around

    size = gate.pages[place.area.page].size_px
    hidden = around(hidden_part(gate.original, [place.area], GATE_DPI / 72), (size[1], size[0]))
    to_original = np.linalg.inv(_to_drawn(place, size)).astype(np.float64)
    drawn = _drawn(data, place.area.page, size)
    return read_picture(drawn, to_original, original, place.area.key, ~hidden)


def _share_seen(loglik: NDArray[np.float64], sites: Sequence[tuple[int, int]]) -> float:
    if not len(loglik):
        return 0.0
    return float((np.ptp(loglik, axis=1)[[block for _, block in sites]] > 0).mean())


def judge_reading(
    loglik: NDArray[np.float64],
    sites: Sequence[tuple[int, int]],
    symbols: NDArray[np.uint8],
    copy: str,
    where: str,
) -> None:
    """Raise GateFailed unless ln-likelihoods (blocks, 2) of a picture show the symbols of its sites (row, block)."""
    rows, blocks = np.array(sites, dtype=np.int64).reshape(-1, 2).T
    nats = np.ptp(loglik, axis=1)[blocks] if len(loglik) else np.zeros(len(blocks))
    seen = int((nats > 0).sum())
    against = float(nats[loglik[blocks].argmax(axis=1) != symbols[rows]].sum()) if seen else 0.0
    if against > MOST_AGAINST * nats.sum() or seen < LEAST_SEEN * len(rows):
        raise GateFailed(
            f"{copy} reads back {seen} of {len(rows)} marks of a picture {where}; {against:.0f} of {nats.sum():.0f} "
            "nats speak against what was written.",
            fix=FIX,
        )


def _share_told(proof: Projector, sites: Sequence[tuple[int, int]]) -> float:
    return float(np.isin([row for row, _ in sites], proof.rows).mean()) if sites else 0.0


def _drawn(data: bytes, number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    ((_, picture),) = viewed_pages(data, {number: size}, ENGINE)
    return picture


def _rows(
    places: Sequence[PicturePlace],
    sites: Mapping[str, tuple[tuple[int, int], ...]],
    size: tuple[int, int],
) -> NDArray[np.int64]:
    """Return which site each pixel of a drawn page belongs to, -1 for none and where two meet.

    Nor does it where marked pictures lie upon each other: the upper one may let the lower one through.
    """
    import cv2

    rows = np.full((size[1], size[0]), -1, dtype=np.int64)
    layers = np.zeros(rows.shape, dtype=np.int64)
    for place in places:
        grid = grid_of(place.area.width_px, place.area.height_px)
        to_drawn = _to_drawn(place, size)
        if grid is None or abs(np.linalg.det(to_drawn)) < 1e-12:
            continue
        row_of = np.full(grid.count + 1, -1, dtype=np.int64)
        for row, block in sites.get(place.area.key, ()):
            row_of[block] = row
        half = (UNIT_PX - 1) / 2
        unit = np.array([[UNIT_PX, 0, half], [0, UNIT_PX, half], [0, 0, 1.0]])
        owner = cv2.warpAffine(
            (grid.unit_owner() + 1).astype(np.float32),
            (to_drawn @ unit)[:2],
            size,
            flags=cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=float(grid.count + 1),  # outside of the picture
        ).astype(np.int64)
        inside = owner <= grid.count
        rows[inside] = row_of[owner[inside] - 1]
        layers += inside
    rows[layers > 1] = -1
    around = np.ones((_BORDER_PX, _BORDER_PX), np.uint8)
    exact = rows.astype(np.float64)
    rows[cv2.erode(exact, around) != cv2.dilate(exact, around)] = -1
    return rows


def _to_drawn(place: PicturePlace, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the matrix from pixels of a picture (centres at whole numbers) to pixels of its drawn page."""
    across, down = size[0] / place.width_pt, size[1] / place.height_pt
    to_pixels = np.array([[across, 0, -0.5], [0, down, -0.5], [0, 0, 1.0]])
    from_pixels = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    return np.asarray(to_pixels @ np.array(place.area.to_page) @ from_pixels)
