"""Filling a chain: the gaps between its runs, and its ends up to where another passage begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.match.anchors import Chain, Run
from dyeline.match.gaps import align_between, align_gap, extend_left, extend_right

FLANK = 300  # characters that an end of a chain is extended by
REACH = FLANK * 5 // 4 + 16  # document characters that an end may use up


def fill_chain(chain: Chain, e_text: str, d_text: str, anchored: NDArray[np.int64]) -> list[Run]:
    """Return the diagonal pieces of a chain with its gaps and ends aligned.

    ``anchored``: the document offset of every exhibit character in a run of a sure chain, or -1.
    """
    ends = _Ends(e_text, d_text, anchored)
    e, d, _ = chain.runs[0]
    pieces = ends.left(e, d, 0)
    for e_next, d_next, n in chain.runs:
        if e_next > e and d_next > d:
            if (anchored[e:e_next] >= 0).any():  # another passage stands in between
                pieces += ends.right(e, d, d_next)
                done = pieces[-1][1] + pieces[-1][2]
                pieces += ends.left(e_next, d_next, done)
            else:
                pieces += moved(align_gap(e_text[e:e_next], d_text[d:d_next]), e, d)
        pieces.append((e_next, d_next, n))
        e, d = e_next + n, d_next + n
    return pieces + ends.right(e, d, len(d_text))


def moved(pieces: list[Run], e: int, d: int) -> list[Run]:
    """Return pieces found in two stretches that begin at e and d."""
    return [(e + a, d + b, n) for a, b, n in pieces]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Both texts and what sure chains hold of the exhibit."""

    e_text: str
    d_text: str
    anchored: NDArray[np.int64]

    def left(self, e: int, d: int, least: int) -> list[Run]:
        """Return the pieces that lead up to (e, d), from document offset ``least`` on."""
        low = max(0, e - FLANK)
        others = np.flatnonzero(self.anchored[low:e] >= 0)
        e_text, d_text = self.e_text, self.d_text
        below = max(least, d - REACH)
        if others.size:  # share the gap with the passage before
            low += int(others[-1]) + 1
            left = int(self.anchored[low - 1]) + 1
            _, mine = align_between(e_text[low:e], d_text[left : left + REACH], d_text[below:d])
        else:
            mine = extend_left(e_text[low:e], d_text[below:d])
        return moved(mine, low, below)

    def right(self, e: int, d: int, most: int) -> list[Run]:
        """Return the pieces that go on from (e, d), up to document offset ``most``."""
        high = min(len(self.e_text), e + FLANK)
        others = np.flatnonzero(self.anchored[e:high] >= 0)
        e_text, d_text = self.e_text, self.d_text
        above = min(most, d + REACH)
        if others.size:  # share the gap with the passage behind
            high = e + int(others[0])
            right = int(self.anchored[high])
            mine, _ = align_between(e_text[e:high], d_text[d:above], d_text[max(0, right - REACH) : right])
        else:
            mine = extend_right(e_text[e:high], d_text[d:above])
        return moved(mine, e, d)
