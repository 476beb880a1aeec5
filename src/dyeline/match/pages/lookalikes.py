"""Looking a picture up in the feature index: pages on which many features agree on one place. Nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.feature_index import FeatureIndex, Segment, keys_of
from dyeline.match.pages.features import (
    CLOSE_BITS,
    PageFeatures,
    SeenFeatures,
    packed,
    seen_features,
    unpacked,
)
from dyeline.match.pages.hough import Votes, concentrated
from dyeline.match.pages.plane import Matrix, apply

CROWDED: Final = 400
"""A key that more features of a segment share than this tells nothing (blank corners, rules of tables)."""
SHORT_LIST: Final = 30
"""Pages whose votes are asked whether they agree on one place."""
LEAST_VOTES: Final = 6


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A page that looks like a picture: key of its file, and the page with the features that agree."""

    file: int
    candidate: CandidatePage  # its page is -1 for a picture that stands on no page


def look_alikes(index: FeatureIndex, pixels: NDArray[np.uint8], most: int = 4) -> list[LookAlike]:
    """Return the pages most like a picture, those with most features that agree first.

    ``pixels`` is RGB or grey. The picture may be turned, mirrored or inverted, and show part of a page.
    """
    if not index.segments:
        return []
    found: dict[tuple[int, int], LookAlike] = {}
    for view in seen_features(pixels):
        for alike in _agreeing(index, view):
            key = (alike.file, alike.candidate.page)
            if key not in found or alike.candidate.words > found[key].candidate.words:
                found[key] = alike
    ordered = sorted(found.values(), key=lambda one: (-one.candidate.words, one.file, one.candidate.page))
    return ordered[:most]


def _agreeing(index: FeatureIndex, seen: SeenFeatures) -> Iterator[LookAlike]:
    asked = packed(seen.features)
    pairs = [_alike(segment, asked) for segment in index.segments]
    sharing = np.bincount(np.concatenate([each[0] for each in pairs]), minlength=len(asked))
    totals = []
    for number, (segment, (mine, row)) in enumerate(zip(index.segments, pairs, strict=True)):
        page = np.searchsorted(segment.first, row, side="right") - 1
        # a feature that many pages have tells little
        votes = np.bincount(page, 1.0 / np.maximum(1, sharing[mine]), minlength=segment.pages)
        best = np.argsort(-votes, kind="stable")[:SHORT_LIST]
        totals += [(float(votes[one]), number, int(one)) for one in best if votes[one] > 0]
    for _, number, page_row in sorted(totals, key=lambda each: -each[0])[:SHORT_LIST]:
        segment, (mine, row) = index.segments[number], pairs[number]
        begin, end = int(segment.first[page_row]), int(segment.first[page_row + 1])
        own = (row >= begin) & (row < end)
        if own.sum() < LEAST_VOTES:
            continue
        page_features = unpacked(segment.features[begin:end])
        weight = 1.0 / np.maximum(1, sharing[mine[own]])
        best_votes = _placed(seen.features, page_features, mine[own], row[own] - begin, weight)
        if best_votes is not None:
            file, shown = (int(value) for value in segment.owners[:, page_row])
            yield LookAlike(file, _candidate(best_votes, shown, seen.to_picture))


def _alike(segment: Segment, asked: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of close features, each once: row of ``asked``, row of the segment."""
    codes = np.ascontiguousarray(asked[:, :4]).view(np.uint64)
    found = []
    for table, keys in enumerate(keys_of(asked)):
        begin = segment.begins[table, keys].astype(np.int64)
        count = segment.begins[table, keys.astype(np.int64) + 1].astype(np.int64) - begin
        count[count > CROWDED] = 0
        mine = np.repeat(np.arange(len(keys)), count)
        place = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(len(mine))
        row = segment.order[table, place].astype(np.int64)
        theirs = np.ascontiguousarray(segment.features[row, :4]).view(np.uint64)
        close = np.bitwise_count(codes[mine] ^ theirs).sum(axis=1) <= CLOSE_BITS
        found.append(mine[close] << 40 | row[close])
    pairs = np.unique(np.concatenate(found))
    return pairs >> 40, pairs & (1 << 40) - 1


def _placed(
    seen: PageFeatures,
    page: PageFeatures,
    q: NDArray[np.int64],
    t: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> Votes | None:
    """Return the largest group of matches that agree on scale, angle and place; None for too few."""
    votes = Votes(
        seen.places[q].astype(np.float64),
        page.places[t].astype(np.float64),
        np.log2(page.sizes[t] / seen.sizes[q]).astype(np.float64),
        ((page.angles[t] - seen.angles[q] + 540) % 360 - 180).astype(np.float64),
        weight,
    )
    peaks = concentrated(votes, float(np.ptp(page.places)), LEAST_VOTES)
    best = max(peaks, key=lambda peak: len(np.unique(peak.page, axis=0)), default=None)
    return best if best is not None and len(np.unique(best.page, axis=0)) >= LEAST_VOTES else None


def _candidate(votes: Votes, shown: int, to_picture: Matrix) -> CandidatePage:
    page = shown if shown < 1 << 31 else -1
    words = len(np.unique(votes.page, axis=0))
    return CandidatePage(page, words, apply(to_picture, votes.picture), votes.page, read=False)
