"""Which versions an exhibit comes from, by votes of shared grams on version and diagonal.

Hits of one version whose diagonals (document offset minus exhibit offset) and exhibit offsets lie
close together form a passage; what counts is how many characters of the exhibit its grams cover.
That needs no knowledge of how many versions of one document there are, so twenty near-identical
versions do not devalue each other. No codeword is looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.match.grams import GRAM_SYMBOLS, sample_grams
from dyeline.match.index import GramIndex
from dyeline.model.alignment import Folded

HITS_CAP = 512  # a gram with more places than this is boilerplate: it names nobody
DIAGONAL_STEP = 48  # folded characters by which neighbouring diagonals of a passage may differ
EXHIBIT_STEP = 200  # folded characters without a shared gram that end a passage
DRIFT_BASE, DRIFT_STEP = 12, 4  # diagonals may drift by 12 characters, and one more every 4
RUN_FULL, RUN_REST = 24.0, 0.6  # what a run weighs up to 24 characters, and beyond: stock phrases are long
# weight that 800 unrelated technical texts exceeded about once in 1,000 against 1,000 documents
CHANCE_WEIGHT, CHANCE_PER_EXHIBIT, CHANCE_PER_INDEX, CHANCE_LEAST = 30.0, 6.0, 2.0, 18.0
DOUBTFUL_SHARE = 0.5  # of that weight; passages from here on may be confirmed by an alignment
RIVAL_FACTOR = 2.0  # a version is dropped where another covers over twice as much


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open ranges of the folded exhibit and the folded document that share a passage."""

    exhibit_start: int
    exhibit_end: int
    document_start: int
    document_end: int


@dataclass(frozen=True, slots=True)
class SourceHit:
    """A version that the exhibit, or a part of it, seems to come from.

    ``coverage_chars``: folded characters of the exhibit inside of shared grams (a lower bound).
    ``weight``: of the best passage, by which chance is judged.
    """

    version_number: int
    coverage_chars: int
    weight: float
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Identification:
    """The sources of an exhibit, best first, and how much of it is boilerplate.

    ``doubtful`` are versions whose passages could be chance: they count only if an alignment
    confirms them (see ``dyeline.match.sources``). No hits: not one of ours. ``common_chars``:
    folded characters in grams with more than ``HITS_CAP`` places, which were not used; without
    hits and with many of them the honest answer is "ambiguous".
    """

    hits: tuple[SourceHit, ...]
    doubtful: tuple[SourceHit, ...]
    common_chars: int


def find_sources(exhibit: Folded, index: GramIndex) -> list[SourceHit]:
    """Return the versions that ``exhibit`` comes from, best first; none when it is not ours."""
    return list(identify(exhibit, index).hits)


def identify(exhibit: Folded, index: GramIndex) -> Identification:
    """Return the versions that ``exhibit`` comes from and where; see ``Identification``.

    Versions that cover about as much of the same stretch (drafts of one document) all come back.
    """
    length = len(exhibit.text)
    grams = sample_grams(exhibit.text, sampling=index.sampling)
    which, values = index.find(grams.keys)
    count = np.bincount(which, minlength=grams.keys.size)
    common = count > HITS_CAP
    common_chars = _covered(grams.starts[common], grams.ends[common])
    used = ~common[which]
    which, values = which[used], values[used]
    if not which.size:
        return Identification((), (), common_chars)
    least = _chance_weight(length, index)
    floor = max(float(GRAM_SYMBOLS), DOUBTFUL_SHARE * least)
    hits = _unrivalled(_passages(grams.starts[which], grams.ends[which], values, floor), length)
    sure = tuple(hit for hit in hits if hit.weight >= least)
    doubtful = tuple(hit for hit in hits if hit.weight < least)
    return Identification(sure, doubtful, common_chars)


def _chance_weight(length: int, index: GramIndex) -> float:
    """Return the weight that stock phrases of a language do not reach by chance.

    As for the longest common run of two random texts it grows with the logarithms of both sizes.
    """
    size = index.sampling * sum(segment.entries.shape[1] for segment in index.segments)
    weight = CHANCE_WEIGHT + CHANCE_PER_EXHIBIT * math.log2(max(length, 1) / 125)
    weight += max(-8.0, CHANCE_PER_INDEX * math.log2(max(size, 1) / 6e6))
    return max(CHANCE_LEAST, weight)


def _covered(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> int:
    """Return the size of the union of ranges that are sorted by start and by end."""
    if not starts.size:
        return 0
    own = np.minimum(ends[:-1], starts[1:]) - starts[:-1]
    return int(own.sum() + ends[-1] - starts[-1])


def _passages(
    starts: NDArray[np.int64], ends: NDArray[np.int64], values: NDArray[np.uint64], least: float
) -> list[SourceHit]:
    """Return one hit for each version that has a passage with a weight of at least ``least``."""
    version = (values >> np.uint64(32)).astype(np.int64)
    position = (values & np.uint64(0xFFFFFFFF)).astype(np.int64)
    diagonal = position - starts
    order = np.lexsort((diagonal, version))
    leap = (np.diff(version[order]) != 0) | (np.diff(diagonal[order]) > DIAGONAL_STEP)
    band = np.zeros(order.size, dtype=np.int64)
    band[order[1:]] = np.cumsum(leap)
    order = np.lexsort((position, starts, band))
    start, end, place, band = starts[order], ends[order], position[order], band[order]
    step = np.diff(start)
    drift = np.abs(np.diff(place - start))
    breaks = (np.diff(band) != 0) | (step > EXHIBIT_STEP) | (drift > DRIFT_BASE + step / DRIFT_STEP)
    first = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    # characters that a gram adds before the next one of its passage begins
    own = end - start
    own[:-1] = np.where(breaks, own[:-1], np.minimum(own[:-1], step))
    run_first = np.concatenate([[0], np.flatnonzero(breaks | (start[1:] > end[:-1])) + 1])
    run = np.add.reduceat(own, run_first).astype(np.float64)
    run = np.minimum(run, RUN_FULL) + RUN_REST * np.maximum(run - RUN_FULL, 0)
    weight = np.add.reduceat(run, np.searchsorted(run_first, first))
    low, high = np.minimum.reduceat(place, first), np.maximum.reduceat(place + end - start, first)
    exhibit_end = np.maximum.reduceat(end, first)
    of_version: dict[int, list[int]] = {}
    for k in np.flatnonzero(weight >= least).tolist():
        of_version.setdefault(int(version[order[first[k]]]), []).append(k)
    hits = []
    for number, passages in of_version.items():
        passages.sort(key=lambda k: (int(start[first[k]]), int(low[k])))
        windows = tuple(
            Window(int(start[first[k]]), int(exhibit_end[k]), int(low[k]), int(high[k])) for k in passages
        )
        size = np.diff(np.append(first, start.size))
        mine = np.concatenate([np.arange(first[k], first[k] + size[k]) for k in passages])
        mine = mine[np.argsort(start[mine], kind="stable")]
        best = float(weight[passages].max())
        hits.append(SourceHit(number, _covered(start[mine], end[mine]), best, windows))
    return sorted(hits, key=lambda hit: (-hit.coverage_chars, hit.version_number))


def _unrivalled(hits: list[SourceHit], length: int) -> list[SourceHit]:
    """Return the hits without those whose stretch another version explains far better."""
    best = np.zeros(length, dtype=np.int64)
    kept = []
    for hit in hits:
        mine = np.zeros(length, dtype=np.bool_)
        for window in hit.windows:
            mine[window.exhibit_start : window.exhibit_end] = True
        if np.mean(best[mine] <= RIVAL_FACTOR * hit.coverage_chars) >= 0.5:
            kept.append(hit)
            best[mine] = np.maximum(best[mine], hit.coverage_chars)
    return kept
