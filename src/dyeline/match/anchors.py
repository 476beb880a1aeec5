"""Exact runs that two texts share, and chains of runs that follow each other in both.

A chain is what one passage leaves behind: runs of equal characters in the same order in exhibit
and document, with typos, marks and small cuts between them. Text in another order makes another
chain. (Sparse dynamic programming over anchors, as genome aligners do: Li, "Minimap2", 2018.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RUN_LEAST = 12  # characters of the shortest run
PLACES_CAP = 8  # a gram with more places in the document starts no run
LOOK_BACK = 300  # runs before a run that are tried as its predecessor
LEAP_COST = 16.0  # what a cut costs a chain, in characters: more than a chance run brings in
UNLIKE_COST = 0.1
UNLIKE_FREE = 40  # characters unlike in both texts that cost nothing
SHADOW_RATIO = 3  # a run inside of another that is so many times longer is a coincidence
CHAIN_LEAST = 14.0  # score of a chain worth filling
AMBIGUOUS_SHARE = 0.9  # a second place with this share of a chain's score makes it ambiguous
GAP_MOST = 2000  # characters between two runs of a chain, on either side
_BASE = np.uint64(0x9E3779B97F4A7C15)

Run = tuple[int, int, int]
"""``exhibit[e : e + n] == document[d : d + n]`` as (e, d, n)."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Runs in rising order in both texts, not overlapping. ``score``: characters less gap costs."""

    runs: tuple[Run, ...]
    score: float

    @property
    def exhibit_range(self) -> tuple[int, int]:
        """Return the half-open range of the exhibit from the first run to the last."""
        return self.runs[0][0], self.runs[-1][0] + self.runs[-1][2]


def shared_runs(exhibit: NDArray[np.uint32], document: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the maximal exact runs (n, 3) as rows (e, d, length), sorted by e then d.

    Runs are found by grams of ``RUN_LEAST`` code points. Cost: n log n in both sizes.
    """
    asked, known = _gram_keys(exhibit), _gram_keys(document)
    order = np.argsort(known, kind="stable")
    column = known[order]
    question = np.argsort(asked, kind="stable")
    first = np.searchsorted(column, asked[question], side="left")
    count = np.searchsorted(column, asked[question], side="right") - first
    count[count > PLACES_CAP] = 0
    hit = np.repeat(np.arange(asked.size), count)
    inner = np.arange(hit.size) - np.repeat(np.cumsum(count) - count, count)
    e, d = question[hit], order[first[hit] + inner]
    if not e.size:
        return np.zeros((0, 3), dtype=np.int64)
    packed = np.sort(((d - e + asked.size) << 32) | e)
    heads = np.flatnonzero(np.concatenate([[True], np.diff(packed) != 1]))
    tails = np.append(heads[1:], packed.size) - 1
    start = packed[heads] & 0xFFFFFFFF
    runs = np.stack(
        [start, start + (packed[heads] >> 32) - asked.size, packed[tails] - packed[heads] + RUN_LEAST], axis=1
    )
    return _unshadowed(runs[np.lexsort((runs[:, 1], runs[:, 0]))])


def _unshadowed(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the runs without the stock phrases that lie inside of a much longer run."""
    end = runs[:, 0] + runs[:, 2]
    kept = np.ones(len(runs), dtype=np.bool_)
    for least in (SHADOW_RATIO * RUN_LEAST, SHADOW_RATIO**2 * RUN_LEAST, SHADOW_RATIO**3 * RUN_LEAST):
        reach = np.maximum.accumulate(np.where(runs[:, 2] >= least, end, 0))
        kept &= (end > reach) | (runs[:, 2] * SHADOW_RATIO > least)
    return np.asarray(runs[kept], dtype=np.int64)


def _gram_keys(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    count = codes.size - RUN_LEAST + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    wide = codes.astype(np.uint64)
    keys = np.zeros(count, dtype=np.uint64)
    for k in range(RUN_LEAST):
        keys *= _BASE
        keys += wide[k : k + count]
    return keys


def chain_runs(runs: NDArray[np.int64]) -> list[Chain]:
    """Return chains of ``runs`` (rows sorted by e), best score first; every run is in one at most."""
    count = len(runs)
    score = runs[:, 2].astype(np.float64)
    before = np.full(count, -1, dtype=np.int64)
    e, d, length = runs[:, 0].copy(), runs[:, 1].copy(), runs[:, 2].copy()
    e_end, d_end = e + length, d + length
    for k in range(1, count):
        low = max(0, k - LOOK_BACK)
        step_e, step_d = e[k] - e_end[low:k], d[k] - d_end[low:k]
        overlap = np.maximum(0, -np.minimum(step_e, step_d))
        drift = np.abs(step_e - step_d)
        unlike = np.maximum(0, np.minimum(step_e, step_d) - UNLIKE_FREE)
        leap = np.minimum(0.5 * drift, LEAP_COST + 0.02 * drift)
        linked = score[low:k] - overlap - leap - UNLIKE_COST * unlike
        # both texts must go on, by more than what is lost to the overlap
        bad = (
            (overlap >= length[k] - 2)
            | (overlap >= length[low:k])
            | (step_e > GAP_MOST)
            | (step_d > GAP_MOST)
        )
        linked[bad] = -np.inf
        best = int(linked.argmax())
        if linked[best] > 0:
            score[k] += linked[best]
            before[k] = low + best
    used = np.zeros(count, dtype=np.bool_)
    chains = []
    for tip in np.argsort(-score, kind="stable").tolist():
        if used[tip]:
            continue
        members = []
        k = tip
        while k >= 0 and not used[k]:
            used[k] = True
            members.append(k)
            k = int(before[k])
        rest = float(score[k]) if k >= 0 else 0.0
        chains.append((members[::-1], float(score[tip]) - rest))
    chains.sort(key=lambda chain: -chain[1])
    rows = runs.tolist()
    return [Chain(disjoint_runs([rows[k] for k in members]), value) for members, value in chains]


def disjoint_runs(rows: Iterable[Sequence[int]]) -> tuple[Run, ...]:
    """Return runs (e, d, n) in order with each overlap taken from the later one."""
    kept: list[Run] = []
    e_done = d_done = 0
    for e, d, length in rows:
        overlap = max(0, e_done - e, d_done - d)
        if length > overlap:
            kept.append((e + overlap, d + overlap, length - overlap))
            e_done, d_done = e + length, d + length
    return tuple(kept)


def distinct_chains(chains: list[Chain], length: int) -> tuple[list[Chain], list[Chain]]:
    """Return the chains worth filling, and those that claim exhibit characters of a better one."""
    claimed = np.zeros(length, dtype=np.bool_)
    distinct: list[Chain] = []
    rivals: list[Chain] = []
    for chain in chains:
        if chain.score < CHAIN_LEAST:
            break
        size = sum(n for _, _, n in chain.runs)
        fresh = sum(n - int(np.count_nonzero(claimed[e : e + n])) for e, _, n in chain.runs)
        if 2 * fresh < size:
            rivals.append(chain)
            continue
        distinct.append(chain)
        for e, _, n in chain.runs:
            claimed[e : e + n] = True
    return distinct, rivals


def are_rivals(chain: Chain, other: Chain) -> bool:
    """Tell whether ``other`` explains the exhibit range of ``chain`` about as well."""
    (start, end), (low, high) = chain.exhibit_range, other.exhibit_range
    shared = min(end, high) - max(start, low)
    return other.score >= AMBIGUOUS_SHARE * chain.score and shared >= 0.8 * (end - start)
