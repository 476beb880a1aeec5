"""Character by character alignment of short stretches, by edlib (Myers' bit vectors).

Trap: in edlib's cigar "I" consumes the query and "D" the target. Here the query is always the
exhibit and the target the document. Results are diagonal pieces (e, d, n): n columns in which
``exhibit[e + k]`` faces ``document[d + k]``, equal or not; what lies between pieces is missing.
"""

from __future__ import annotations

import re
from typing import Any

import edlib
import numpy as np

from dyeline.match.anchors import Run, disjoint_runs

_STEP = re.compile(r"(\d+)([=XID])")
UNEVEN = 40  # characters of difference in length from which on a gap is a cut
_ALPHABET = 256  # distinct characters that edlib can tell apart


def align_gap(exhibit: str, document: str) -> list[Run]:
    """Return the pieces of an end to end alignment of two stretches.

    When one is far longer, as after a cut, what the shorter one holds belongs to the two ends of
    the longer one and is not strewn over it.
    """
    if not exhibit or not document:
        return []
    if exhibit == document:
        return [(0, 0, len(exhibit))]
    if len(document) > len(exhibit) + UNEVEN:
        left, right = align_between(exhibit, document, document)
        return list(disjoint_runs(left + right))
    if len(exhibit) > len(document) + UNEVEN:
        left, right = align_between(document, exhibit, exhibit)
        return [(e, d, n) for d, e, n in disjoint_runs(left + right)]
    found = _edlib(exhibit, document, "NW", -1)
    return _pieces(found["cigar"], 0)


def align_between(stretch: str, left: str, right: str) -> tuple[list[Run], list[Run]]:
    """Return the pieces of a stretch whose first part begins ``left`` and whose rest ends ``right``.

    The stretch is divided where most of its characters are equal to their counterparts.
    """
    forth, back = extend_right(stretch, left), extend_left(stretch, right)
    gain = np.full((2, len(stretch) + 1), -1, dtype=np.int64)
    for row, pieces, other in ((0, forth, left), (1, back, right)):
        for e, d, n in pieces:
            for k in range(n):
                if stretch[e + k] == other[d + k]:
                    gain[row, e + k] = 1
    before = np.concatenate([[0], np.cumsum(gain[0, :-1])])
    after = np.concatenate([np.cumsum(gain[1, :-1][::-1])[::-1], [0]])
    total = before + after
    best = np.flatnonzero(total == total.max()).tolist()
    # of equally good borders rather one between two words
    cut = next((k for k in best if k and stretch[k - 1] == " "), best[0])
    first = [(e, d, min(n, cut - e)) for e, d, n in forth if e < cut]
    rest = [(max(e, cut), d + max(0, cut - e), n - max(0, cut - e)) for e, d, n in back if e + n > cut]
    return first, rest


def _reach(stretch: str) -> int:
    return len(stretch) * 5 // 4 + 16


def extend_right(exhibit: str, document: str) -> list[Run]:
    """Return the pieces of an alignment that begins at both beginnings; the document may go on."""
    document = document[: _reach(exhibit)]
    # taking equal beginnings as they are is optimal, and safe from ties with what follows
    same = next(
        (k for k, (a, b) in enumerate(zip(exhibit, document, strict=False)) if a != b),
        min(len(exhibit), len(document)),
    )
    start: list[Run] = [(0, 0, same)] if same else []
    if same in (len(exhibit), len(document)):
        return start
    found = _edlib(exhibit[same:], document[same:], "SHW", -1)
    return start + [(e + same, d + same, n) for e, d, n in _pieces(found["cigar"], 0)]


def extend_left(exhibit: str, document: str) -> list[Run]:
    """Return the pieces of an alignment that ends at both ends; the document may begin earlier."""
    pieces = extend_right(exhibit[::-1], document[::-1][: _reach(exhibit)])
    return [(len(exhibit) - e - n, len(document) - d - n, n) for e, d, n in reversed(pieces)]


def place_inside(exhibit: str, document: str, most: int) -> tuple[int, bool, list[Run]] | None:
    """Return (distance, is the place the only one, pieces) of the best place of a stretch in a text.

    None when the best place has an edit distance over ``most``.
    """
    if not exhibit or not document:
        return None
    found = _edlib(exhibit, document, "HW", most)
    if found["editDistance"] < 0 or not found["cigar"]:
        return None
    ends = [end for _, end in found["locations"]]
    alone = max(ends) - min(ends) < max(8, len(exhibit) // 2)
    start = found["locations"][0][0] or 0
    return int(found["editDistance"]), alone, _pieces(found["cigar"], start)


def _edlib(exhibit: str, document: str, mode: str, most: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = edlib.align(exhibit, document, mode=mode, task="path", k=most)
    except ValueError:  # more distinct characters than edlib knows: an ideographic script
        query, target = _narrowed(exhibit, document)
        found = edlib.align(query, target, mode=mode, task="path", k=most)
    return found


def _narrowed(exhibit: str, document: str) -> tuple[bytes, bytes]:
    """Return both texts as bytes in which characters of only one of them are told apart no more.

    With more common characters than codes, some rare ones share a code.
    """
    common = sorted(set(exhibit) & set(document))
    code = {character: 2 + k % (_ALPHABET - 2) for k, character in enumerate(common)}
    return bytes(code.get(c, 0) for c in exhibit), bytes(code.get(c, 1) for c in document)


def _pieces(cigar: str | None, start: int) -> list[Run]:
    pieces: list[Run] = []
    e, d = 0, start
    for size, kind in _STEP.findall(cigar or ""):
        count = int(size)
        if kind == "I":
            e += count
        elif kind == "D":
            d += count
        else:
            pieces.append((e, d, count))
            e, d = e + count, d + count
    return pieces
