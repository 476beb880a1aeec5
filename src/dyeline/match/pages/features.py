"""An index of pages by image features, for pictures of which nothing can be read: scans, drawings, photographs.

Few features of a page, the large and clear ones; their SIFT descriptors as 128 signs of random projections
(Charikar, STOC 2002), 16 bytes each. Features of a picture that are alike vote for their page; the pages
with most votes are ranked by how many of the votes agree on one place. Registration decides afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.grey import Grey, letters_are_dark
from dyeline.match.pages.hough import Votes, concentrated, features_of
from dyeline.match.pages.plane import apply, inverse
from dyeline.model.pages import REFERENCE_PX_PER_PT

PAGE_FEATURES: Final = 300
PICTURE_FEATURES: Final = 1500
PAGE_PX: Final = 900
"""Longer side at which a page is described: finer detail is lost in photographs."""
TABLES: Final = 8
"""A picture's feature is compared with those that share 16 chosen bits with it, in one of eight choices."""
CLOSE_BITS: Final = 28
"""Descriptors with so few different bits of 128 are of the same thing (unrelated ones differ in 64 on average)."""
CROWDED: Final = 400
"""A key that more features share than this tells nothing (blank corners, rules of tables)."""
SHORT_LIST: Final = 40
"""Pages whose votes are asked whether they agree on one place."""
LEAST_VOTES: Final = 5


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """What the index keeps of one page: 10 KB."""

    places_pt: NDArray[np.float32]  # (n, 2)
    sizes_pt: NDArray[np.float32]
    angles: NDArray[np.float32]  # degrees
    codes: NDArray[np.uint8]  # (n, 16): 128 bits each


def page_features(raster: NDArray[np.uint8]) -> PageFeatures:
    """Return what the index keeps of a page, given its reference raster. About 0.3 s."""
    found = _described(raster, PAGE_PX, PAGE_FEATURES)
    return PageFeatures(
        (found.places_pt + 0.5) / REFERENCE_PX_PER_PT,
        found.sizes_pt / REFERENCE_PX_PER_PT,
        found.angles,
        found.codes,
    )


class FeatureIndex:
    """Finds pages that look like a picture. Building takes about 1 s for a million features."""

    def __init__(self, pages: Sequence[PageFeatures]) -> None:
        self._pages = pages
        self._codes = np.concatenate([np.zeros((0, 16), np.uint8), *(page.codes for page in pages)])
        lengths = [len(page.codes) for page in pages]
        self._page = np.repeat(np.arange(len(pages)), lengths)
        self._first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self._tables = []
        for table in range(TABLES):
            keys = _keys(self._codes, table)
            order = np.argsort(keys, kind="stable").astype(np.int64)
            self._tables.append((keys[order], order))

    def candidates(self, pixels: NDArray[np.uint8], most: int = 4) -> list[CandidatePage]:
        """Return the pages most like a picture, best first; ``page`` is the number in the index.

        ``pixels`` is RGB or grey. The picture may be turned, mirrored or inverted.
        """
        grey = Grey(pixels)
        small = grey.reduced(max(grey.shape) / (1.5 * PAGE_PX))
        seen = small.pixels if letters_are_dark(small.pixels) else 255 - small.pixels
        flip = np.array([[-1.0, 0, seen.shape[1] - 1], [0, 1, 0], [0, 0, 1]])
        sides = ((seen, np.eye(3)), (np.ascontiguousarray(seen[:, ::-1]), flip))
        found: dict[int, CandidatePage] = {}
        for view, turn in sides:
            features = _described(view, round(1.5 * PAGE_PX), PICTURE_FEATURES)
            for candidate in self._agreeing(features, inverse(turn @ small.reduce)):
                if candidate.page not in found or candidate.words > found[candidate.page].words:
                    found[candidate.page] = candidate
        return sorted(found.values(), key=lambda candidate: (-candidate.words, candidate.page))[:most]

    def _agreeing(self, seen: PageFeatures, to_picture: NDArray[np.float64]) -> Iterator[CandidatePage]:
        """Yield pages for which features agree on one place, with those features."""
        pairs = np.unique(np.concatenate([self._alike(seen.codes, table) for table in range(TABLES)]), axis=0)
        sharing = np.bincount(pairs[:, 0], minlength=len(seen.codes))
        weight = 1.0 / np.maximum(1, sharing[pairs[:, 0]])  # a feature that many pages have tells little
        page = self._page[pairs[:, 1]]
        total = np.bincount(page, weight, minlength=len(self._pages))
        for number in np.argsort(-total, kind="stable")[:SHORT_LIST].tolist():
            mine = page == number
            if mine.sum() < LEAST_VOTES:
                break
            votes = _votes(seen, self._pages[number], pairs[mine] - [0, self._first[number]], weight[mine])
            peaks = concentrated(votes, float(np.ptp(self._pages[number].places_pt)), LEAST_VOTES)
            best = max(peaks, key=lambda peak: len(peak.page), default=None)
            if best is not None:
                words = len(np.unique(best.page, axis=0))
                yield CandidatePage(number, words, apply(to_picture, best.picture), best.page, read=False)

    def _alike(self, codes: NDArray[np.uint8], table: int) -> NDArray[np.int64]:
        """Return pairs of rows: feature of the picture, feature of all pages."""
        keys, order = self._tables[table]
        wanted = _keys(codes, table)
        begin, end = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
        count = np.where(end - begin > CROWDED, 0, end - begin)
        mine = np.repeat(np.arange(len(codes)), count)
        row = order[np.repeat(begin - np.cumsum(count) + count, count) + np.arange(len(mine))]
        different = np.bitwise_count(codes[mine] ^ self._codes[row]).sum(axis=1)
        close = different <= CLOSE_BITS
        return np.stack([mine[close], row[close]], axis=1).astype(np.int64)


def _votes(
    seen: PageFeatures, page: PageFeatures, pairs: NDArray[np.int64], weight: NDArray[np.float64]
) -> Votes:
    q, t = pairs[:, 0], pairs[:, 1]
    return Votes(
        seen.places_pt[q].astype(np.float64),
        page.places_pt[t].astype(np.float64),
        np.log2(page.sizes_pt[t] / seen.sizes_pt[q]).astype(np.float64),
        ((page.angles[t] - seen.angles[q] + 540) % 360 - 180).astype(np.float64),
        weight,
    )


def _described(grey: NDArray[np.uint8], longest: int, most: int) -> PageFeatures:
    """Return features in pixels of the picture given, found at a length of at most ``longest``."""
    scale = min(1.0, longest / max(grey.shape))
    if scale < 1:
        grey = np.asarray(
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    found = features_of(grey, most)
    centred = found.descriptors - found.descriptors.mean(axis=1, keepdims=True)
    return PageFeatures(
        ((found.places + 0.5) / scale - 0.5).astype(np.float32),
        (found.sizes / scale).astype(np.float32),
        found.angles.astype(np.float32),
        np.packbits(centred @ _projection() > 0, axis=1),
    )


def _projection() -> NDArray[np.float32]:
    """Return 128 directions at right angles to each other, always the same: codes may be stored."""
    turned, _ = np.linalg.qr(np.random.default_rng(20_240).standard_normal((128, 128)))
    return np.asarray(turned, dtype=np.float32)


def _keys(codes: NDArray[np.uint8], table: int) -> NDArray[np.uint16]:
    """Return 16 of the 128 bits: every eighth from ``table`` on."""
    bits = np.unpackbits(codes, axis=1)[:, table::TABLES]
    return np.packbits(bits, axis=1).view(">u2").ravel().astype(np.uint16)
