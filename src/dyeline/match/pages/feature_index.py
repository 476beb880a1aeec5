"""The index over the features of all pages: flat arrays in a few segments, which may be memory-mapped files.

A segment is one array of 32-bit words: how many pages and features it has; of every page what it belongs to,
its number and its first feature; the features; and tables that list the features by 16 bits of their
code (multi-index hashing: Norouzi, Punjani, Fleet, CVPR 2012). Adding pages makes one small segment;
segments are merged when they have grown alike. 48 bytes a feature, 12 KB a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

FEATURES_VERSION: Final = "sift-signs/1"
"""How pages are described; on record with every description. Others are made anew."""
TABLES: Final = 6
KEYS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class DescribedPage:
    """One page as it is kept: its number, from 0 (-1 for a picture that stands on no page), and its packed features."""

    number: int
    features: Words  # (n, 6)


@dataclass(frozen=True)
class Segment:
    """Pages of some files. ``words`` is laid out as the properties say; ``files`` are the keys of the files."""

    words: Words
    files: frozenset[int]
    name: str | None = None  # as it is stored; None: not yet

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        return int(self.words[0])

    @property
    def count(self) -> int:
        """Return the number of features."""
        return int(self.words[1])

    @cached_property
    def owners(self) -> Words:
        """Return key of the file and number of each page, (2, pages)."""
        return self.words[2 : 2 + 2 * self.pages].reshape(2, -1)

    @cached_property
    def first(self) -> Words:
        """Return the first feature of each page, and the number of all, (pages + 1,)."""
        at = 2 + 2 * self.pages
        return self.words[at : at + self.pages + 1]

    @cached_property
    def features(self) -> Words:
        """Return the packed features, (count, 6)."""
        at = 3 + 3 * self.pages
        return self.words[at : at + 6 * self.count].reshape(-1, 6)

    @cached_property
    def begins(self) -> Words:
        """Return where in ``order`` the features with each key begin, (TABLES, KEYS + 1)."""
        at = 3 + 3 * self.pages + 6 * self.count
        return self.words[at : at + TABLES * (KEYS + 1)].reshape(TABLES, -1)

    @cached_property
    def order(self) -> Words:
        """Return the features in the order of their keys, (TABLES, count)."""
        at = 3 + 3 * self.pages + 6 * self.count + TABLES * (KEYS + 1)
        return self.words[at : at + TABLES * self.count].reshape(TABLES, -1)


@dataclass(frozen=True, slots=True)
class FeatureIndex:
    """An immutable index; ``extended`` returns the next one and shares the untouched segments."""

    segments: tuple[Segment, ...] = ()

    @property
    def files(self) -> frozenset[int]:
        """Return the keys of all files inside."""
        return frozenset().union(*(segment.files for segment in self.segments))

    def extended(self, described: Mapping[int, Sequence[DescribedPage]]) -> FeatureIndex:
        """Return an index that also holds these files; those that are inside already are left as they are."""
        fresh = {key: pages for key, pages in described.items() if key not in self.files}
        if not fresh:
            return self
        segments = [*self.segments, _segment_of(fresh)]
        while len(segments) > 1 and segments[-2].count < 2 * segments[-1].count:
            last, before = segments.pop(), segments.pop()
            segments.append(_merged(before, last))
        return FeatureIndex(tuple(segments))


def _segment_of(described: Mapping[int, Sequence[DescribedPage]]) -> Segment:
    pages = [(key, page) for key, pages in described.items() for page in pages]
    owners = np.array([(key, page.number & 0xFFFF_FFFF) for key, page in pages], dtype=np.uint32)
    features = np.concatenate([np.zeros((0, 6), np.uint32), *(page.features for _, page in pages)])
    return _laid_out(
        owners.reshape(-1, 2).T, [len(page.features) for _, page in pages], features, frozenset(described)
    )


def _merged(one: Segment, other: Segment) -> Segment:
    lengths = np.concatenate([np.diff(one.first), np.diff(other.first)]).tolist()
    return _laid_out(
        np.concatenate([one.owners, other.owners], axis=1),
        lengths,
        np.concatenate([one.features, other.features]),
        one.files | other.files,
    )


def _laid_out(owners: Words, lengths: Sequence[int], features: Words, files: frozenset[int]) -> Segment:
    count = len(features)
    begins = np.zeros((TABLES, KEYS + 1), dtype=np.uint32)
    order = np.empty((TABLES, count), dtype=np.uint32)
    for table, keys in enumerate(keys_of(features)):
        begins[table, 1:] = np.cumsum(np.bincount(keys, minlength=KEYS))
        order[table] = np.argsort(keys, kind="stable")  # 16-bit keys are sorted by their digits: linear
    first = np.concatenate([[0], np.cumsum(lengths, dtype=np.uint32)]).astype(np.uint32)
    header = np.array([len(lengths), count], dtype=np.uint32)
    parts = (header, owners, first, features, begins, order)
    return Segment(np.concatenate([part.ravel() for part in parts]), files)


def keys_of(features: Words) -> NDArray[np.uint16]:
    """Return the keys of packed features in each table, (TABLES, n): 16 bits of the code, others in each."""
    codes = np.ascontiguousarray(features[:, :4]).view(np.uint16)
    return np.ascontiguousarray(codes[:, :TABLES].T)
