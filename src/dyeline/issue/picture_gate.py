"""The release gate for pictures: what a copy's file shows in a picture is what was put into it.

A block of the copy's picture is compared with the two looks that it can have. With both known exactly, the
projection on their difference is -1/2 or +1/2, but for what the packing as JPEG changes. Of a document with
more than eight pictures eight are compared, spread over it, the same ones in every copy. In one copy
of fifty the smallest of them is read as a trace would read it, which takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import GateFailed
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.sites import Site

if TYPE_CHECKING:
    from dyeline.formats.picturemarks.embed import Pixels
    from dyeline.formats.picturemarks.filters import Grey

SURE: Final = 0.1
"""A projection nearer to 0 than this is neither look. Packing leaves 0.46 of a scan's marks, and 0.16 of the
weakest ones that are written, on nearly flat ground."""

LEAST_READ: Final = 0.9
"""Share of the compared blocks that must be found."""

CLEAR_NATS: Final = 3.0
"""A block that is read less clearly than this may show the other sign: that is what its reading says."""

MOST_WRONG: Final = 0.03
"""Share of the clearly read blocks that may show the other sign. On noise-free paper the weakest marks are a grey
level here and there."""

MOST_COMPARED: Final = 8
"""Pictures compared in every copy: their looks stay in the memory of every process."""

READ_ONCE_IN: Final = 50
"""Copies of which one is read as a trace would read it."""

_FIX = (
    "report the document; a document with text can be issued without marks in pictures meanwhile "
    "(--carriers textlayer,layout,stamp), scanned pages can be scanned again, in grey or with more contrast"
)


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


def picture_gate(kind: str, original: bytes, sites: Sequence[Site]) -> PictureGate | None:
    """Return the gate for a circulation's marks in the pictures of a file; None when it has none."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row, site in enumerate(sites):
        block = image_block(site.places[0].mark)
        if block is not None:
            found.setdefault(block[0], []).append((row, block[1]))
    if not found:
        return None
    keys = list(found)
    count = min(len(keys), MOST_COMPARED)
    chosen = [keys[k * len(keys) // count] for k in range(count)]
    return PictureGate(kind, original, {key: tuple(found[key]) for key in chosen})


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
            f"Copy {label} shows {read} of {total} marks in its pictures, {wrong} of them wrong.", fix=_FIX
        )
    if crc32(label.encode()) % READ_ONCE_IN == 0:
        _read_smallest(gate, proofs, shown, symbols, label)


def _read_smallest(
    gate: PictureGate,
    proofs: dict[str, _Proof],
    shown: dict[int, Pixels],
    symbols: NDArray[np.uint8],
    label: str,
) -> None:
    """Read one picture of a copy against the unmarked one. Raises GateFailed."""
    from dyeline.carriers.image.reading import read_picture

    key, proof = min(proofs.items(), key=lambda pair: (pair[1].pixels.size, pair[0]))
    loglik = read_picture(shown[proof.numbers[0]], np.eye(3), proof.pixels, key)
    rows, blocks = np.array(gate.sites[key], dtype=np.int64).T
    seen = np.ptp(loglik, axis=1)[blocks] > 0
    clear = np.ptp(loglik, axis=1)[blocks] >= CLEAR_NATS
    wrong = int((loglik.argmax(axis=1)[blocks] != symbols[rows])[clear].sum())
    if wrong > MOST_WRONG * clear.sum() or seen.mean() < LEAST_READ:
        raise GateFailed(
            f"Copy {label} reads back {int(seen.sum())} of {len(rows)} marks of a picture, {wrong} clearly wrong.",
            fix=_FIX,
        )


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
