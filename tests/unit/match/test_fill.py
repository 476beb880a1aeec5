from __future__ import annotations

from itertools import pairwise

import numpy as np

from dyeline.match.anchors import Chain
from dyeline.match.fill import fill_chain


def test_the_end_of_the_passage_before_is_left_to_it() -> None:
    before, gap, own = "this is the first passage", " and the end of one ", "second passage begins"
    exhibit = before + gap + own
    document = before + " and the end of one more word. As the end of it " + own
    anchored = np.full(len(exhibit), -1, dtype=np.int64)
    anchored[: len(before)] = np.arange(len(before))
    chain = Chain(((len(before + gap), document.index(own), len(own)),), float(len(own)))
    assert fill_chain(chain, exhibit, document, anchored) == [*chain.runs]
    # nobody else there: the same gap is taken as far as it resembles the document
    anchored[:] = -1
    assert len(fill_chain(chain, exhibit, document, anchored)) > 1


def test_another_passage_inside_of_a_gap_is_spared() -> None:
    exhibit = "head of mine. STRANGER SITS HERE. tail of mine."
    document = "head of mine. and tail of mine. STRANGER SITS HERE."
    anchored = np.full(len(exhibit), -1, dtype=np.int64)
    start = exhibit.index("STRANGER")
    anchored[start : start + 19] = np.arange(32, 51)
    chain = Chain(((0, 0, 14), (34, 18, 13)), 27.0)
    pieces = fill_chain(chain, exhibit, document, anchored)
    assert all(e + n <= start or e >= start + 19 for e, _, n in pieces)
    assert all(a[1] + a[2] <= b[1] for a, b in pairwise(pieces))
