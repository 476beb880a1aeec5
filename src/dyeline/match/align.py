"""The alignment of an exhibit to one document: which character stands where.

Anchors first: exact runs, chained where both texts go on. Between the runs of a chain and at its
ends edlib fills the gaps; stretches without any run are looked for whole, then halved. Last, all
that matches no better than foreign text would is taken out again, so that a mark is read only
where its neighbourhood really is the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.match.anchors import Run, are_rivals, chain_runs, distinct_chains, shared_runs
from dyeline.match.fill import fill_chain, moved
from dyeline.match.gaps import place_inside
from dyeline.match.grams import code_points
from dyeline.match.path import Path, matching_stretches, path_of
from dyeline.match.search import Window
from dyeline.match.seats import FoundPath, path_parts, seat_paths, true_ranges
from dyeline.model.alignment import Alignment, Folded

ALIGN_VERSION = "align/1"

SCORE_LEAST = 40.0  # score of a passage: about as many matching characters
SCORE_LEAST_SHORT = 18.0  # the same where it is half of the exhibit
STRETCH_LEAST = 16  # characters of a stretch worth looking for
STRETCH_MOST = 4000
DISTANCE_MOST = 0.45  # of a block; more is "not from this document"
NEAR = 200  # characters of a document beside a passage in which its continuation may begin
WORK_MOST = 2e7  # cells / 64 that looking for stretches may cost, about 50 ms
WINDOWED_FROM = 200_000  # characters of a document from which on windows are obeyed
WINDOW_SLACK = 1500


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
            found.append(FoundPath(whole, alone=True))
        else:
            found += self._from_chains(windows)
            found += self._from_stretches()
        return seat_paths(found, self.exhibit, self.document, self.e_codes, self.d_codes)

    def _from_chains(self, windows: Sequence[Window] | None) -> Iterator[FoundPath]:
        chains, rivals = distinct_chains(chain_runs(self._runs(windows)), self.e_codes.size)
        # the document offset of every exhibit character in a run of a sure chain, or -1
        anchored = np.full(self.e_codes.size, -1, dtype=np.int64)
        for chain in reversed(chains):
            if chain.score >= SCORE_LEAST:
                for e, d, n in chain.runs:
                    anchored[e : e + n] = np.arange(d, d + n)
        for chain in chains:
            path = self._accepted(fill_chain(chain, self.exhibit.text, self.document.text, anchored))
            if path is not None:
                yield FoundPath(path, alone=not any(are_rivals(chain, rival) for rival in rivals))

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
        for start, end in path_parts(path):
            e_start, e_end = int(path.e[start]), int(path.e[end - 1]) + 1
            self.taken[e_start:e_end] = True
            self.spans.append((e_start, e_end, int(path.d[start]), int(path.d[end - 1]) + 1))
        return path

    def _from_stretches(self) -> Iterator[FoundPath]:
        """Look for stretches without a chain, whole, then by halves, within a budget of work.

        Beside passages a stretch is looked for where they end; without any, in all the document.
        """
        work = 0.0
        stretches = [(a, b) for a, b in reversed(true_ranges(~self.taken)) if b - a <= STRETCH_MOST]
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

    def _placed(self, text: str, start: int, low: int, high: int) -> FoundPath | None:
        """Return where a stretch stands in a range of the document, None if nowhere."""
        # the best place of a short foreign text is nearer by chance than that of a long one
        most = int(DISTANCE_MOST * len(text) - 2.0 * min(len(text), 400) ** 0.5)
        placed = place_inside(text, self.document.text[low:high], most) if most > 0 else None
        if placed is None:
            return None
        path = self._accepted(moved(placed[2], start, low))
        return FoundPath(path, placed[1]) if path is not None else None


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
