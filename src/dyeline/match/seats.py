"""From paths to an alignment: every document character gets at most one seat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dyeline.match.path import Path, error_share, typing_errors
from dyeline.model.alignment import Alignment, Folded, Passage

HOLE = 32  # missing characters that divide a passage; fewer cannot hide another passage


@dataclass(frozen=True, slots=True)
class FoundPath:
    """A matching path, and whether its place in the document is the only one."""

    path: Path
    alone: bool


def seat_paths(
    found: list[FoundPath],
    exhibit: Folded,
    document: Folded,
    e_codes: NDArray[np.uint32],
    d_codes: NDArray[np.uint32],
) -> Alignment:
    """Return the alignment that gives every document character to the best path that has it."""
    seat = np.full(d_codes.size, -1, dtype=np.int64)
    exact = np.zeros(d_codes.size, dtype=np.bool_)
    claimed = np.zeros(d_codes.size, dtype=np.bool_)  # by passages that come first, holes included
    passages: list[Passage] = []
    wrong = equal = 0
    parts = [(one.path.part(slice(*part)), one.alone) for one in found for part in path_parts(one.path)]
    # first those that can be told, then by error rate in steps of 5 %, then by length
    parts.sort(key=lambda p: (not p[1], round(20 * float(1 - p[0].exact.mean())), -p[0].e.size))
    for whole, alone in parts:
        for start, end in _unclaimed(whole, claimed):
            path = whole.part(slice(start, end))
            if np.count_nonzero(path.exact) < min(10, whole.e.size):
                continue
            claimed[path.d[0] : path.d[-1] + 1] = True
            passages.append(_passage(path))
            if alone:
                seat[path.d], exact[path.d] = path.e, path.exact
                changed, same = typing_errors(path, e_codes, d_codes)
                wrong, equal = wrong + changed, equal + same
    passages.sort(key=lambda passage: (passage.exhibit_start, passage.document_start))
    return Alignment(document, exhibit, tuple(passages), seat, exact, error_share(wrong, equal))


def _unclaimed(path: Path, claimed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the ranges of pairs that neither face nor enclose a claimed document character."""
    count = np.concatenate([[0], np.cumsum(claimed)])
    enclosed = np.flatnonzero(count[path.d[1:]] > count[path.d[:-1] + 1]) + 1
    ranges = []
    for start, end in true_ranges(~claimed[path.d]):
        inner = enclosed[(enclosed > start) & (enclosed < end)].tolist()
        ranges += list(pairwise([start, *inner, end]))
    return ranges


def path_parts(path: Path) -> list[tuple[int, int]]:
    """Return the ranges of pairs between holes of more than ``HOLE`` characters."""
    if not path.e.size:
        return []
    holes = np.flatnonzero((np.diff(path.e) > HOLE) | (np.diff(path.d) > HOLE)) + 1
    edges = [0, *holes.tolist(), path.e.size]
    return list(pairwise(edges))


def true_ranges(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open ranges in which a mask is True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _passage(path: Path) -> Passage:
    between = np.maximum(np.diff(path.e), np.diff(path.d)) - 1
    distance = int(np.count_nonzero(~path.exact) + between.sum())
    return Passage(int(path.e[0]), int(path.e[-1]) + 1, int(path.d[0]), int(path.d[-1]) + 1, distance)
