"""The alignment of an exhibit to one document: which character stands where.

Anchors first: exact runs, chained where both texts go on. Between the runs of a chain and at its
ends edlib fills the gaps; stretches without any run are looked for whole, then halved. Last, all
that matches no better than foreign text would is taken out again, so that a mark is read only
where its neighbourhood really is the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.match.anchors import Chain, Run, chain_runs, shared_runs
from dyeline.match.gaps import align_between, align_gap, extend_left, extend_right, place_inside
from dyeline.match.grams import code_points
from dyeline.match.path import Path, error_share, matching_stretches, path_of, typing_errors
from dyeline.match.search import Window
from dyeline.model.alignment import Alignment, Folded, Passage

ALIGN_VERSION = "align/1"

CHAIN_LEAST = 14.0  # score of a chain worth filling
SCORE_LEAST = 40.0  # score of a passage: about as many matching characters
SCORE_LEAST_SHORT = 18.0  # the same where it is half of the exhibit
AMBIGUOUS_SHARE = 0.9  # a second place with this share of a chain's score makes it ambiguous
FLANK = 300  # characters that an end of a chain is extended by
REACH = FLANK * 5 // 4 + 16  # document characters that an end may use up
HOLE = 64  # missing characters that divide a passage
STRETCH_LEAST = 16  # characters of a stretch worth looking for
STRETCH_MOST = 4000
DISTANCE_MOST = 0.45  # of a block; more is "not from this document"
NEAR = 200  # characters of a document beside a passage in which its continuation may begin
WORK_MOST = 2e7  # cells / 64 that looking for stretches may cost, about 50 ms
WINDOWED_FROM = 200_000  # characters of a document from which on windows are obeyed
WINDOW_SLACK = 1500


@dataclass(frozen=True, slots=True)
class _Found:
    """A matching path, and whether its place in the document is the only one."""

    path: Path
    alone: bool


def align(exhibit: Folded, document: Folded, windows: Sequence[Window] | None = None) -> Alignment:
    """Return the character alignment of ``exhibit`` to ``document``.

    ``windows`` (from ``find_sources``) only spare work in very long documents. Where the exhibit
    holds a place twice, the better copy is seated. A passage that stands in the document at
    several places is listed in ``passages`` but not seated: which place it is nobody can tell.
    Cost: about linear for clean texts, 100 ms for 60,000 characters.
    """
    return _Aligner(exhibit, document).aligned(windows)


class _Aligner:
    """The texts at hand and which exhibit characters are taken."""

    def __init__(self, exhibit: Folded, document: Folded) -> None:
        self.exhibit, self.document = exhibit, document
        self.e_codes, self.d_codes = code_points(exhibit.text), code_points(document.text)
        self.taken = np.zeros(self.e_codes.size, dtype=np.bool_)
        self.spans: list[tuple[int, int, int, int]] = []  # e and d ranges of what was accepted

    def aligned(self, windows: Sequence[Window] | None) -> Alignment:
        found = []
        if self.exhibit.text == self.document.text and self.exhibit.text:
            whole = path_of([(0, 0, self.e_codes.size)], self.e_codes, self.d_codes)
            found.append(_Found(whole, alone=True))
        else:
            found += self._from_chains(windows)
            found += self._from_stretches()
        return self._seated(found)

    def _from_chains(self, windows: Sequence[Window] | None) -> Iterator[_Found]:
        chains, rivals = _distinct(chain_runs(self._runs(windows)), self.e_codes.size)
        # the document offset of every exhibit character in a run of a sure chain, or -1
        anchored = np.full(self.e_codes.size, -1, dtype=np.int64)
        for chain in reversed(chains):
            if chain.score >= SCORE_LEAST:
                for e, d, n in chain.runs:
                    anchored[e : e + n] = np.arange(d, d + n)
        for chain in chains:
            path = self._accepted(self._filled(chain, anchored))
            if path is not None:
                yield _Found(path, alone=not any(_rivals(chain, rival) for rival in rivals))

    def _runs(self, windows: Sequence[Window] | None) -> NDArray[np.int64]:
        if not windows or self.d_codes.size < WINDOWED_FROM:
            return shared_runs(self.e_codes, self.d_codes)
        parts = []
        for low, high in _merged(windows, self.d_codes.size):
            runs = shared_runs(self.e_codes, self.d_codes[low:high])
            runs[:, 1] += low
            parts.append(runs)
        runs = np.concatenate(parts)
        return np.asarray(runs[np.lexsort((runs[:, 1], runs[:, 0]))])

    def _filled(self, chain: Chain, anchored: NDArray[np.int64]) -> list[Run]:
        """Return the pieces of a chain with its gaps and ends aligned."""
        e_text, d_text = self.exhibit.text, self.document.text
        e, d, _ = chain.runs[0]
        pieces = self._left_end(e, d, 0, anchored)
        for e_next, d_next, n in chain.runs:
            if e_next > e and d_next > d:
                if (anchored[e:e_next] >= 0).any():  # another passage stands in between
                    pieces += self._right_end(e, d, d_next, anchored)
                    done = pieces[-1][1] + pieces[-1][2]
                    pieces += self._left_end(e_next, d_next, done, anchored)
                else:
                    pieces += _moved(align_gap(e_text[e:e_next], d_text[d:d_next]), e, d)
            pieces.append((e_next, d_next, n))
            e, d = e_next + n, d_next + n
        return pieces + self._right_end(e, d, self.d_codes.size, anchored)

    def _left_end(self, e: int, d: int, least: int, anchored: NDArray[np.int64]) -> list[Run]:
        """Return the pieces that lead up to (e, d), from document offset ``least`` on."""
        low = max(0, e - FLANK)
        others = np.flatnonzero(anchored[low:e] >= 0)
        e_text, d_text = self.exhibit.text, self.document.text
        below = max(least, d - REACH)
        if others.size:  # share the gap with the passage before
            low += int(others[-1]) + 1
            left = int(anchored[low - 1]) + 1
            _, mine = align_between(e_text[low:e], d_text[left : left + REACH], d_text[below:d])
        else:
            mine = extend_left(e_text[low:e], d_text[below:d])
        return _moved(mine, low, below)

    def _right_end(self, e: int, d: int, most: int, anchored: NDArray[np.int64]) -> list[Run]:
        """Return the pieces that go on from (e, d), up to document offset ``most``."""
        high = min(self.e_codes.size, e + FLANK)
        others = np.flatnonzero(anchored[e:high] >= 0)
        e_text, d_text = self.exhibit.text, self.document.text
        above = min(most, d + REACH)
        if others.size:  # share the gap with the passage behind
            high = e + int(others[0])
            right = int(anchored[high])
            mine, _ = align_between(e_text[e:high], d_text[d:above], d_text[max(0, right - REACH) : right])
        else:
            mine = extend_right(e_text[e:high], d_text[d:above])
        return _moved(mine, e, d)

    def _accepted(self, pieces: list[Run]) -> Path | None:
        """Return the matching part of a path and take its exhibit characters; None if it is chance."""
        path = path_of(pieces, self.e_codes, self.d_codes)
        path = path.part(~self.taken[path.e])
        stretches = matching_stretches(path)
        score = max((value for _, value in stretches), default=0.0)
        chosen = np.zeros(path.e.size, dtype=np.bool_)
        for pairs, _ in stretches:
            chosen[pairs] = True
        path = path.part(chosen)
        short = path.e.size >= self.e_codes.size / 2
        if score < (SCORE_LEAST_SHORT if short else SCORE_LEAST):
            return None
        for start, end in _parts(path):
            e_start, e_end = int(path.e[start]), int(path.e[end - 1]) + 1
            self.taken[e_start:e_end] = True
            self.spans.append((e_start, e_end, int(path.d[start]), int(path.d[end - 1]) + 1))
        return path

    def _from_stretches(self) -> Iterator[_Found]:
        """Look for stretches without a chain, whole, then by halves, within a budget of work.

        Beside passages a stretch is looked for where they end; without any, in all the document.
        """
        work = 0.0
        stretches = [(a, b) for a, b in reversed(_ranges(~self.taken)) if b - a <= STRETCH_MOST]
        while stretches:
            start, end = stretches.pop()
            text = self.exhibit.text[start:end]
            start += len(text) - len(text.lstrip())
            text = text.strip()
            if len(text) < STRETCH_LEAST:
                continue
            found = None
            for low, high in self._neighbourhoods(start, start + len(text)):
                work += (len(text) / 64 + 1) * (high - low)
                if work > WORK_MOST:
                    return
                found = found or self._placed(text, start, low, high)
            if found is not None:
                yield found
            elif len(text) >= 2 * STRETCH_LEAST:
                middle = text.rfind(" ", 0, len(text) // 2 + 1)
                middle = middle if middle > 0 else len(text) // 2
                stretches += [(start + middle, start + len(text)), (start, start + middle)]

    def _neighbourhoods(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the document ranges in which a stretch of the exhibit may stand."""
        if not self.spans:
            return [(0, self.d_codes.size)]
        reach = (end - start) * 3 // 2 + NEAR
        before = max((span for span in self.spans if span[1] <= start), key=lambda s: s[1], default=None)
        after = min((span for span in self.spans if span[0] >= end), key=lambda s: s[0], default=None)
        ranges = []
        if before is not None:
            ranges.append((before[3], min(self.d_codes.size, before[3] + reach)))
        if after is not None:
            ranges.append((max(0, after[2] - reach), after[2]))
        return ranges

    def _placed(self, text: str, start: int, low: int, high: int) -> _Found | None:
        """Return where a stretch stands in a range of the document, None if nowhere."""
        # the best place of a short foreign text is nearer by chance than that of a long one
        most = int(DISTANCE_MOST * len(text) - 2.0 * min(len(text), 400) ** 0.5)
        placed = place_inside(text, self.document.text[low:high], most) if most > 0 else None
        if placed is None:
            return None
        path = self._accepted(_moved(placed[2], start, low))
        return _Found(path, placed[1]) if path is not None else None

    def _seated(self, found: list[_Found]) -> Alignment:
        """Give every document character to the best passage that has it."""
        seat = np.full(self.d_codes.size, -1, dtype=np.int64)
        exact = np.zeros(self.d_codes.size, dtype=np.bool_)
        passages: list[Passage] = []
        wrong = equal = 0
        parts = [(one.path.part(slice(*part)), one.alone) for one in found for part in _parts(one.path)]
        # first those that can be told, then by error rate in steps of 5 %, then by length
        parts.sort(key=lambda p: (not p[1], round(20 * float(1 - p[0].exact.mean())), -p[0].e.size))
        for whole, alone in parts:
            free = seat[whole.d] < 0
            for start, end in _ranges(free):
                path = whole.part(slice(start, end))
                if np.count_nonzero(path.exact) < min(10, whole.e.size):
                    continue
                passages.append(_passage(path))
                if alone:
                    seat[path.d], exact[path.d] = path.e, path.exact
                    changed, same = typing_errors(path, self.e_codes, self.d_codes)
                    wrong, equal = wrong + changed, equal + same
        passages.sort(key=lambda passage: (passage.exhibit_start, passage.document_start))
        return Alignment(
            self.document, self.exhibit, tuple(passages), seat, exact, error_share(wrong, equal)
        )


def _distinct(chains: list[Chain], length: int) -> tuple[list[Chain], list[Chain]]:
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


def _rivals(chain: Chain, other: Chain) -> bool:
    """Tell whether ``other`` explains the exhibit range of ``chain`` about as well."""
    (start, end), (low, high) = chain.exhibit_range, other.exhibit_range
    shared = min(end, high) - max(start, low)
    return other.score >= AMBIGUOUS_SHARE * chain.score and shared >= 0.8 * (end - start)


def _merged(windows: Sequence[Window], size: int) -> list[tuple[int, int]]:
    """Return the document ranges of the windows with slack, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for window in sorted(windows, key=lambda window: window.document_start):
        low = max(0, window.document_start - WINDOW_SLACK)
        high = min(size, window.document_end + WINDOW_SLACK)
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def _moved(pieces: list[Run], e: int, d: int) -> list[Run]:
    return [(e + a, d + b, n) for a, b, n in pieces]


def _parts(path: Path) -> list[tuple[int, int]]:
    """Return the ranges of pairs between holes of more than ``HOLE`` characters."""
    if not path.e.size:
        return []
    holes = np.flatnonzero((np.diff(path.e) > HOLE) | (np.diff(path.d) > HOLE)) + 1
    edges = [0, *holes.tolist(), path.e.size]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _ranges(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the half-open ranges in which a mask is True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _passage(path: Path) -> Passage:
    between = np.maximum(np.diff(path.e), np.diff(path.d)) - 1
    distance = int(np.count_nonzero(~path.exact) + between.sum())
    return Passage(
        int(path.e[0]), int(path.e[-1]) + 1, int(path.d[0]), int(path.d[-1]) + 1, distance
    )
