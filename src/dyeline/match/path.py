"""Judging an alignment path: which stretches really match, and how much the path was changed.

A path is a list of pairs (e, d), rising in both: exhibit character e faces document character d.
What lies between two pairs is missing on one side or both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.match.anchors import Run

MISMATCH_COST = 1.5  # against +1 for a match: chance alignments (identity about 0.4) lose steadily
MISSING_MOST = 3.0  # a cut costs this at most: what stands on both sides of it may still be right
DROP = 18.0  # a fall of this much ends a matching stretch at its best point
ISLAND = 16.0  # the least gain of a matching stretch
NEAR_ISLAND, NEAR_FALL = 6.0, 40.0  # the least gain of one after a fall of less than NEAR_FALL
_NEAR = 2  # equal characters that do not separate two differences of one cluster
_TYPO = 2  # differences in a cluster that still count as typing errors


@dataclass(frozen=True, slots=True)
class Path:
    """Pairs (e, d) as two int64 arrays and whether the characters are equal."""

    e: NDArray[np.int64]
    d: NDArray[np.int64]
    exact: NDArray[np.bool_]

    def part(self, chosen: slice | NDArray[np.bool_]) -> Path:
        """Return the chosen pairs."""
        return Path(self.e[chosen], self.d[chosen], self.exact[chosen])


def path_of(pieces: list[Run], exhibit: NDArray[np.uint32], document: NDArray[np.uint32]) -> Path:
    """Return the path through diagonal pieces given in rising order."""
    rows = np.array(pieces, dtype=np.int64).reshape(-1, 3)
    length = rows[:, 2]
    inner = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    e = np.repeat(rows[:, 0], length) + inner
    d = np.repeat(rows[:, 1], length) + inner
    return Path(e, d, exhibit[e] == document[d])


def matching_stretches(path: Path) -> list[tuple[slice, float]]:
    """Return the stretches of a path that match (range of pairs, score), in order.

    A stretch begins at a low and ends at a high of the running score; inside of it the score never
    falls by ``DROP``. Foreign text that was aligned by chance lies between the stretches.
    """
    count = path.e.size
    if not count:
        return []
    missing = np.diff(path.e) + np.diff(path.d) - 2
    heads = np.flatnonzero(np.concatenate([[True], (path.exact[1:] != path.exact[:-1]) | (missing > 0)]))
    size = np.diff(np.append(heads, count))
    gains = np.where(path.exact[heads], size, -MISMATCH_COST * size)
    costs = np.concatenate([[0.0], np.minimum(MISSING_MOST, MISMATCH_COST * missing[heads[1:] - 1])])
    after = np.cumsum(gains - costs)
    before = after - gains
    stretches: list[tuple[slice, float]] = []
    opened, low, low_head, high, high_head = False, float("inf"), 0, 0.0, 0
    for k, (at_start, at_end) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        if not opened:
            if at_start < low:
                low, low_head = at_start, k
            near = bool(stretches) and high - low < NEAR_FALL
            if at_end - low >= (NEAR_ISLAND if near else ISLAND):
                opened, high, high_head = True, at_end, k
        elif at_end > high:
            high, high_head = at_end, k
        elif high - at_end >= DROP:
            stretches.append((_pairs(heads, low_head, high_head, count), high - low))
            opened, low, low_head = False, at_end, k + 1
    if opened:
        stretches.append((_pairs(heads, low_head, high_head, count), high - low))
    return stretches


def _pairs(heads: NDArray[np.int64], first: int, last: int, count: int) -> slice:
    return slice(int(heads[first]), int(heads[last + 1]) if last + 1 < heads.size else count)


def typing_errors(path: Path, exhibit: NDArray[np.uint32], document: NDArray[np.uint32]) -> tuple[int, int]:
    """Return (letters changed in clusters of at most two, equal letters) along one passage.

    Larger clusters are replaced words or marks, and differences in anything but letters may be
    marks; both say nothing about how carefully the text was copied.
    """
    e_letter, d_letter = _letters(exhibit), _letters(document)
    equal = int(np.count_nonzero(path.exact & d_letter[path.d]))
    wrong = np.flatnonzero(~path.exact)
    missing = np.diff(path.e) + np.diff(path.d) - 2
    cuts = np.flatnonzero(missing > 0)
    if not wrong.size + cuts.size:
        return 0, equal
    wrong_letters = e_letter[path.e[wrong]] & d_letter[path.d[wrong]]
    # letters among the characters that a cut leaves out on either side
    gone = _between(e_letter, path.e, cuts) + _between(d_letter, path.d, cuts)
    where = np.concatenate([2 * wrong, 2 * cuts + 1])
    size = np.concatenate([np.ones(wrong.size, dtype=np.int64), missing[cuts]])
    letters = np.concatenate([wrong_letters, gone == missing[cuts]])
    order = np.argsort(where, kind="stable")
    where, size, letters = where[order], size[order], letters[order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(where) > 2 * (_NEAR + 1)) + 1])
    total = np.add.reduceat(size, first)
    typed = np.logical_and.reduceat(letters, first) & (total <= _TYPO)
    return int(total[typed].sum()), equal


def _between(mask: NDArray[np.bool_], offsets: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many True lie strictly between ``offsets[at]`` and ``offsets[at + 1]``."""
    count = np.concatenate([[0], np.cumsum(mask)])
    return np.asarray(count[offsets[at + 1]] - count[offsets[at] + 1])


def _letters(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return np.asarray((codes >= 97) & ((codes <= 122) | (codes >= 128)), dtype=np.bool_)


def error_share(wrong: int, equal: int) -> float:
    """Return the error rate p that leaves ``wrong`` errors in small clusters beside ``equal`` letters.

    With errors thrown at random some fall close together and were taken for a replaced word; the
    share that is not is (1 - r)**2 * (1 + 2 r), r = 1 - (1 - p)**3, and is made up for here.
    """
    if not wrong:
        return 0.0
    seen = wrong / (wrong + equal)
    share = seen
    for _ in range(20):
        r = 1 - (1 - share) ** (_NEAR + 1)
        whole = (1 - r) ** 2 * (1 + 2 * r)
        share = min(0.3, seen / (whole * (1 - seen) + seen))
    return share
