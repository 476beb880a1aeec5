"""Image features of pages and pictures, for exhibits of which nothing can be read: drawings, charts, photographs.

Few features of a page, the large and clear ones, most of them from where no words stand; their SIFT
descriptors (Lowe, IJCV 2004) as 128 signs of random projections (Charikar, STOC 2002), 16 bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.grey import Grey
from dyeline.match.pages.plane import Matrix, inverse

SEEN_PX: Final = 960
SEEN_FEATURES: Final = 1000
CLOSE_BITS: Final = 28
"""Descriptors with so few different bits of 128 are of the same thing (unrelated ones differ in 64 on average)."""
_MOST_TWINS: Final = 4
"""So many other features of one picture may be like a feature that is kept of it."""
_CELLS: Final = 8
"""Features are taken evenly from so many parts of a picture across and down."""


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """What is kept of a page (places and sizes in pt) or of a picture (in pixels)."""

    places: NDArray[np.float32]  # (n, 2)
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]  # degrees
    codes: NDArray[np.uint8]  # (n, 16): 128 bits each

    def __len__(self) -> int:
        return len(self.codes)


def packed(features: PageFeatures) -> NDArray[np.uint32]:
    """Return features as six words each, (n, 6): code, place in quarters, size and angle in 16 bits."""
    words = np.empty((len(features), 6), dtype=np.uint32)
    words[:, :4] = np.ascontiguousarray(features.codes).view("<u4")
    x, y = np.clip(np.rint(4 * features.places), 0, 0xFFFF).astype(np.uint32).T
    size = np.clip(np.rint(1024 * (np.log2(np.maximum(features.sizes, 1e-3)) + 16)), 0, 0xFFFF)
    angle = np.rint(features.angles * (65536 / 360)).astype(np.int64) & 0xFFFF
    words[:, 4] = x << 16 | y
    words[:, 5] = size.astype(np.uint32) << 16 | angle.astype(np.uint32)
    return words


def unpacked(words: NDArray[np.uint32]) -> PageFeatures:
    """Return the features that ``packed`` made such words of."""
    places = (np.stack([words[:, 4] >> 16, words[:, 4] & 0xFFFF], axis=1) / 4).astype(np.float32)
    sizes = np.exp2((words[:, 5] >> 16) / 1024 - 16).astype(np.float32)
    angles = ((words[:, 5] & 0xFFFF) * (360 / 65536)).astype(np.float32)
    return PageFeatures(places, sizes, angles, np.ascontiguousarray(words[:, :4]).view(np.uint8))


@dataclass(frozen=True, slots=True)
class SeenFeatures:
    """Features of an exhibit's picture, or of its mirror image; ``to_picture`` maps their places to its pixels."""

    features: PageFeatures
    to_picture: Matrix


def described(raster: NDArray[np.uint8], most: int) -> PageFeatures:
    """Return at most so many features of a grey picture, in its pixels, taken evenly from all its parts.

    What the picture shows again and again (a chequerboard, letters) is left out. Some 0.05 s for 400 pixels.
    """
    found = _found(raster, 2 * most)
    codes = _codes(found.descriptors)
    apart = np.bitwise_count(codes[:, None] ^ codes[None]).sum(axis=2)
    rows = np.flatnonzero((apart <= CLOSE_BITS).sum(axis=1) - 1 <= _MOST_TWINS)[:most]
    return PageFeatures(found.places[rows], found.sizes[rows], found.angles[rows], codes[rows])


def seen_features(pixels: NDArray[np.uint8]) -> list[SeenFeatures]:
    """Return the features of a picture, RGB or grey: as it is, of its negative, and of the mirror image of both.

    They are found once: what a negative and a mirror do to descriptors is known. Some 0.3 s.
    """
    grey = Grey(pixels)
    small = grey.reduced(max(grey.shape) / (1.5 * SEEN_PX))
    scale = min(1.0, SEEN_PX / max(small.pixels.shape))
    size = (max(1, round(scale * small.pixels.shape[1])), max(1, round(scale * small.pixels.shape[0])))
    seen = cv2.resize(small.pixels, size, interpolation=cv2.INTER_AREA)
    found = _found(np.asarray(seen, dtype=np.uint8), SEEN_FEATURES)
    shift = 0.5 * scale - 0.5
    to_picture = inverse(np.array([[scale, 0, shift], [0, scale, shift], [0, 0, 1]]) @ small.reduce)
    turn = np.array([[-1.0, 0, seen.shape[1] - 1], [0, 1, 0], [0, 0, 1]])
    flipped = np.stack([seen.shape[1] - 1 - found.places[:, 0], found.places[:, 1]], axis=1)
    views = []
    for places, angles, parts, back in (
        (found.places, found.angles, found.descriptors.reshape(-1, 4, 4, 8), to_picture),
        (flipped, 540 - found.angles, _mirrored(found.descriptors), to_picture @ turn),
    ):
        for turned, own in ((0, parts), (180, parts[:, ::-1, ::-1])):  # a negative turns all directions round
            codes = _codes(own.reshape(-1, 128))
            views.append(
                SeenFeatures(PageFeatures(places, found.sizes, (angles + turned) % 360, codes), back)
            )
    return views


@dataclass(frozen=True, slots=True)
class _Found:
    places: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    descriptors: NDArray[np.float32]  # (n, 128)


def _found(grey: NDArray[np.uint8], most: int) -> _Found:
    """Return at most so many features, taken evenly from all parts of a picture, large and clear ones first."""
    sift = cv2.SIFT.create(contrastThreshold=0.015, edgeThreshold=12)
    points = sift.detect(grey, None)
    rows = np.array([(*p.pt, p.size, p.angle, p.response) for p in points], dtype=np.float32).reshape(-1, 5)
    clear = 0.5 * np.log2(rows[:, 2]) + 4 * rows[:, 4]
    order = _evenly((rows[:, :2] / grey.shape[1::-1]).astype(np.float64), clear.astype(np.float64))[:most]
    if not len(order):
        none = np.zeros(0, np.float32)
        return _Found(np.zeros((0, 2), np.float32), none, none, np.zeros((0, 128), np.float32))
    chosen, descriptors = sift.compute(grey, [points[k] for k in order.tolist()])
    rows = np.array([(*p.pt, p.size, p.angle) for p in chosen], dtype=np.float32).reshape(-1, 4)
    return _Found(rows[:, :2], rows[:, 2], rows[:, 3], np.asarray(descriptors, dtype=np.float32))


def _evenly(places: NDArray[np.float64], clear: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order in which features are taken: the clearest one of every part, then the second ones, …

    ``places`` are shares of the picture's width and height.
    """
    best = np.argsort(-clear, kind="stable")
    column, row = (np.clip(places[best], 0, 0.999) * _CELLS).astype(np.intp).T
    cell = row * _CELLS + column
    together = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[together], cell[together])
    turn = np.empty(len(best), dtype=np.intp)
    turn[together] = np.arange(len(best)) - first
    return best[np.argsort(turn, kind="stable")]


def _mirrored(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return descriptors of the mirrored picture: rows across the orientation, columns along it, directions."""
    return descriptors.reshape(-1, 4, 4, 8)[:, ::-1, :, (-np.arange(8)) % 8]


def _codes(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    root = np.sqrt(descriptors / (descriptors.sum(axis=1, keepdims=True) + 1e-9))  # RootSIFT
    centred = root - root.mean(axis=1, keepdims=True)
    return np.packbits(centred @ _projection() > 0, axis=1)


@lru_cache(maxsize=1)
def _projection() -> NDArray[np.float32]:
    """Return 128 directions at right angles to each other, always the same: codes are stored."""
    turned, _ = np.linalg.qr(np.random.default_rng(20_240).standard_normal((128, 128)))
    return np.asarray(turned, dtype=np.float32)
