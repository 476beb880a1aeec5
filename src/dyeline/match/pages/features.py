"""An index of pages by image features, for pictures of which nothing can be read: scans, drawings, photographs.

SIFT descriptors as 128 signs of random projections (Charikar, STOC 2002): few features of a page, the large
and clear ones, 16 bytes each. Those of a picture that are alike vote for their page. Only a list of pages worth
registering comes out of this: registration decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.grey import Grey, letters_are_dark
from dyeline.match.pages.hough import features_of

PAGE_FEATURES: Final = 300
PICTURE_FEATURES: Final = 1500
PAGE_PX: Final = 900
"""Longer side at which a page is described: finer detail is lost in photographs."""
TABLES: Final = 8
KEY_BITS: Final = 16
"""A picture's feature is compared with those that share 16 chosen bits with it, in one of eight choices."""
CLOSE_BITS: Final = 26
"""Descriptors with so few different bits of 128 are of the same thing (unrelated ones differ in 64 on average)."""
CROWDED: Final = 400
"""A key that more features share than this tells nothing (blank corners, rules of tables)."""

Codes = NDArray[np.uint8]
"""(n, 16): features of a page, 128 bits each."""


def page_codes(raster: NDArray[np.uint8]) -> Codes:
    """Return what the index keeps of a page, given its reference raster. About 0.3 s."""
    return _codes(raster, PAGE_PX, PAGE_FEATURES)


class FeatureIndex:
    """Finds pages that look like a picture. Built anew from the codes of all pages: 1 s for a million features."""

    def __init__(self, pages: Sequence[Codes]) -> None:
        self._pages = len(pages)
        self._codes = np.concatenate([np.zeros((0, 16), np.uint8), *pages])
        self._page = np.repeat(np.arange(len(pages)), [len(codes) for codes in pages])
        self._tables = []
        for table in range(TABLES):
            keys = _keys(self._codes, table)
            order = np.argsort(keys, kind="stable").astype(np.int32)
            self._tables.append((keys[order], order))

    def best(self, pixels: NDArray[np.uint8], most: int = 4) -> list[int]:
        """Return the numbers of the pages that most features of a picture vote for, best first.

        ``pixels`` is RGB or grey. The picture may be turned, mirrored or inverted.
        """
        grey = Grey(pixels)
        small = grey.reduced(max(grey.shape) / (1.5 * PAGE_PX)).pixels
        if not letters_are_dark(small):
            small = 255 - small
        votes = [self._votes(_codes(view, round(1.5 * PAGE_PX), PICTURE_FEATURES)) for view in _sides(small)]
        total = np.maximum(votes[0], votes[1])
        ranked = np.argsort(-total, kind="stable")[:most]
        return [int(page) for page in ranked if total[page] > 0]

    def _votes(self, codes: Codes) -> NDArray[np.float64]:
        """Return the votes for each page: a feature counts once a page, less when many pages have it."""
        pairs = [self._alike(codes, table) for table in range(TABLES)]
        found = np.unique(np.concatenate(pairs), axis=0)  # feature of the picture, page
        sharing = np.bincount(found[:, 0], minlength=len(codes))
        return np.asarray(np.bincount(found[:, 1], 1.0 / sharing[found[:, 0]], minlength=self._pages))

    def _alike(self, codes: Codes, table: int) -> NDArray[np.int64]:
        keys, order = self._tables[table]
        wanted = _keys(codes, table)
        begin, end = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
        end = np.where(end - begin > CROWDED, begin, end)
        feature = np.repeat(np.arange(len(codes)), end - begin)
        first = np.repeat(begin - np.concatenate([[0], np.cumsum(end - begin)[:-1]]), end - begin)
        row = order[first + np.arange(len(feature))]
        different = np.bitwise_count(codes[feature] ^ self._codes[row]).sum(axis=1)
        close = different <= CLOSE_BITS
        return np.stack([feature[close], self._page[row[close]]], axis=1).astype(np.int64)


def _sides(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return pixels, np.ascontiguousarray(pixels[:, ::-1])


def _codes(grey: NDArray[np.uint8], longest: int, most: int) -> Codes:
    scale = longest / max(grey.shape)
    if scale < 1:
        grey = np.asarray(
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    descriptors = features_of(grey, most).descriptors
    centred = descriptors - descriptors.mean(axis=1, keepdims=True)
    return np.packbits(centred @ _projection() > 0, axis=1)


def _projection() -> NDArray[np.float32]:
    """Return 128 directions at right angles to each other, always the same (the codes are stored)."""
    turned, _ = np.linalg.qr(np.random.default_rng(20_240).standard_normal((128, 128)))
    return np.asarray(turned, dtype=np.float32)


def _keys(codes: Codes, table: int) -> NDArray[np.uint16]:
    """Return 16 of the 128 bits: every eighth from ``table`` on."""
    bits = np.unpackbits(codes, axis=1)[:, table::TABLES]
    return np.packbits(bits, axis=1).view(">u2").ravel().astype(np.uint16)
