"""The release gate for pictures as a file stores them: what a copy's file holds is what was put into it.

It sees to the pictures of DOCX files, and to those of PDF files that drawn pages do not show well enough
(``issue.drawn_pictures``). A block of the copy's picture is compared with the two looks that it can have. With both
known exactly, the projection on their difference is -1/2 or +1/2, but for what the packing as JPEG changes. Of a
document with more than eight such pictures eight are compared, spread over it, the same ones in every copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import GateFailed
from dyeline.formats.picturemarks.marks import image_block
from dyeline.issue.drawn_pictures import FIX, judge_reading
from dyeline.model.sites import Site

if TYPE_CHECKING:
    from dyeline.formats.picturemarks.embed import Pixels
    from dyeline.formats.picturemarks.filters import Grey

SURE: Final = 0.1
"""A projection nearer to 0 than this is neither look. Packing leaves 0.46 of a scan's marks, and 0.16 of the
weakest ones that are written, on nearly flat ground."""

LEAST_READ: Final = 0.9
"""Share of the compared blocks that must be found."""

MOST_COMPARED: Final = 8
"""Pictures compared in every copy: their looks stay in the memory of every process."""


@dataclass(frozen=True, eq=False)
class PictureGate:
    """What the pictures of a circulation's copies are checked against. Pickles; pictures are decoded when used.

    ``sites`` are (row among the circulation's sites, block) of each picture that is compared, by its key.
    """

    kind: str
    original: bytes
    sites: dict[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class _Proof:
    """A picture: the numbers of the objects that show it, the unmarked one, and the grey looks of all blocks.

    ``energy`` is the sum of the squared difference of the looks, by block.
    """

    numbers: tuple[int, ...]
    pixels: Pixels
    minus: Pixels
    plus: Pixels
    energy: NDArray[np.float64]


def blocks_by_key(sites: Sequence[Site]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return (row among the circulation's sites, block) of the marks of each picture, by its key."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row, site in enumerate(sites):
        block = image_block(site.places[0].mark)
        if block is not None:
            found.setdefault(block[0], []).append((row, block[1]))
    return {key: tuple(blocks) for key, blocks in found.items()}


def picture_gate(
    kind: str, original: bytes, found: Mapping[str, tuple[tuple[int, int], ...]]
) -> PictureGate | None:
    """Return the gate for marks in pictures of a file, by key as ``blocks_by_key``; None when there are none."""
    if not found:
        return None
    keys = list(found)
    count = min(len(keys), MOST_COMPARED)
    chosen = [keys[k * len(keys) // count] for k in range(count)]
    return PictureGate(kind, original, {key: found[key] for key in chosen})


def check_pictures(gate: PictureGate, data: bytes, symbols: NDArray[np.uint8], label: str) -> None:
    """Raise GateFailed unless a copy's pictures show in their blocks what was put there.

    Cost: 0.1 s for a page scanned at 200 dpi, and 1 s when a process compares it for the first time.
    """
    proofs = {key: _proof(gate, key) for key in gate.sites}
    shown = _numbered(gate.kind, data, [number for proof in proofs.values() for number in proof.numbers])
    total = read = wrong = 0
    for key, proof in proofs.items():
        rows = np.array([row for row, _ in gate.sites[key]], dtype=np.int64)
        blocks = np.array([block for _, block in gate.sites[key]], dtype=np.int64)
        for number in proof.numbers:
            total += len(rows)
            if number in shown and shown[number].shape == proof.pixels.shape:
                found = _projections(proof, shown[number])[blocks]
                sure = np.abs(found) >= SURE
                read += int(sure.sum())
                wrong += int(((found > 0) != (symbols[rows] > 0))[sure].sum())
    if wrong or read < LEAST_READ * total:
        raise GateFailed(
            f"Copy {label} shows {read} of {total} marks in its pictures, {wrong} of them wrong.", fix=FIX
        )


def read_stored(gate: PictureGate, data: bytes, symbols: NDArray[np.uint8], label: str) -> None:
    """Read the smallest picture of a copy against the unmarked one, as a trace does. Raises GateFailed.

    Cost: 1 to 7 s.
    """
    from dyeline.carriers.image.reading import read_picture

    proofs = {key: _proof(gate, key) for key in gate.sites}
    key, proof = min(proofs.items(), key=lambda pair: (pair[1].pixels.size, pair[0]))
    number = proof.numbers[0]
    shown = _numbered(gate.kind, data, [number])
    loglik = (
        read_picture(shown[number], np.eye(3), proof.pixels, key) if number in shown else np.zeros((0, 2))
    )
    judge_reading(loglik, gate.sites[key], symbols, f"Copy {label}", "as it is stored")


def _projections(proof: _Proof, shown: Pixels) -> NDArray[np.float64]:
    """Return, per block, where a picture lies between its two looks, from -1/2 to +1/2."""
    from dyeline.formats.picturemarks.filters import grey_of

    plus = proof.plus.astype(np.float32)
    off = grey_of(shown) - (plus + proof.minus) * np.float32(0.5)
    return np.asarray(_block_sums(off * (plus - proof.minus)) / np.maximum(proof.energy, 1.0))


def _block_sums(field: Grey) -> NDArray[np.float64]:
    """Return the sums of a field over the blocks of a picture of its size."""
    from dyeline.formats.picturemarks.filters import as_grey, shrunk
    from dyeline.formats.picturemarks.grid import UNIT_PX, grid_of

    height, width = field.shape
    grid = grid_of(width, height)
    assert grid is not None  # it was marked
    owner = grid.unit_owner()
    down, across = owner.shape
    whole = as_grey(np.pad(field, ((0, UNIT_PX * down - height), (0, UNIT_PX * across - width))))
    means = shrunk(whole, across, down)
    return np.asarray(np.bincount(owner.ravel() + 1, means.ravel(), grid.count + 1)[1:] * UNIT_PX**2)


@lru_cache(maxsize=2 * MOST_COMPARED)
def _proof(gate: PictureGate, key: str) -> _Proof:
    from dyeline.formats.picturemarks.embed import markable
    from dyeline.formats.picturemarks.filters import grey_of

    numbers = _numbers(gate.kind, gate.original, [key])[key]
    pixels = _numbered(gate.kind, gate.original, numbers[:1])[numbers[0]]
    ready = markable(pixels, key)
    assert ready is not None  # it was marked
    minus, plus = grey_of(ready.minus), grey_of(ready.plus)
    difference = plus.astype(np.float32) - minus
    return _Proof(numbers, pixels, minus, plus, _block_sums(difference * difference))


def _numbers(kind: str, data: bytes, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    if kind == "pdf":
        from dyeline.formats.pdf.pictures import picture_numbers
    else:
        from dyeline.formats.docx.pictures import picture_numbers
    return picture_numbers(data, keys)


def _numbered(kind: str, data: bytes, numbers: Iterable[int]) -> dict[int, Pixels]:
    if kind == "pdf":
        from dyeline.formats.pdf.pictures import numbered_pixels
    else:
        from dyeline.formats.docx.pictures import numbered_pixels
    return numbered_pixels(data, numbers)
