"""The textbook dynamic programme as the judge of the gap aligner and of whole alignments."""

from __future__ import annotations

import random

import numpy as np

from dyeline.match.align import align
from dyeline.match.anchors import Run
from dyeline.match.gaps import align_gap, extend_left, extend_right, place_inside
from dyeline.text.fold import fold
from tests.unit.match.texts import make_text, with_typos


def edit_table(a: str, b: str, *, free_start: bool = False) -> list[list[int]]:
    """Levenshtein table of a (rows) and b (columns); ``free_start``: b may begin anywhere."""
    table = [[0 if free_start else j for j in range(len(b) + 1)]]
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            row.append(min(table[-1][j - 1] + (x != y), table[-1][j] + 1, row[-1] + 1))
        table.append(row)
    return table


def cost_of(pieces: list[Run], a: str, b: str, b_start: int, b_end: int) -> int:
    """What a path through ``pieces`` costs, b counted from ``b_start`` to ``b_end``."""
    i, j, cost = 0, b_start, 0
    for e, d, n in pieces:
        assert e >= i
        assert d >= j
        cost += (e - i) + (d - j) + sum(a[e + k] != b[d + k] for k in range(n))
        i, j = e + n, d + n
    return cost + (len(a) - i) + (b_end - j)


def noisy(rng: random.Random, text: str) -> str:
    return "".join(rng.choice(["", "x", c + c]) if rng.random() < 0.2 else c for c in text)


def test_end_to_end_alignments_are_optimal() -> None:
    rng = random.Random(1)
    for _ in range(150):
        a = "".join(rng.choices("abc ", k=rng.randint(1, 30)))
        b = noisy(rng, a)[: len(a) + 35] or "b"
        assert cost_of(align_gap(a, b), a, b, 0, len(b)) == edit_table(a, b)[-1][-1]


def test_extensions_are_optimal() -> None:
    rng = random.Random(2)
    for _ in range(150):
        a = "".join(rng.choices("abcd", k=rng.randint(1, 25)))
        b = noisy(rng, a) + "".join(rng.choices("abcd", k=rng.randint(1, 20)))
        b = b[: len(a) * 5 // 4 + 16]
        best = min(edit_table(a, b)[-1])
        right = extend_right(a, b)
        end = right[-1][1] + right[-1][2] if right else 0
        assert cost_of(right, a, b, 0, end) <= best + 1  # what is inserted at the end may be on either side
        left = extend_left(a[::-1], b[::-1])
        mirrored = [(len(a) - e - n, len(b) - d - n, n) for e, d, n in reversed(left)]
        assert mirrored == right


def test_places_inside_are_optimal() -> None:
    rng = random.Random(3)
    for _ in range(100):
        a = "".join(rng.choices("abcde", k=rng.randint(4, 20)))
        b = "".join(rng.choices("abcde", k=20)) + noisy(rng, a) + "".join(rng.choices("abcde", k=20))
        best = min(edit_table(a, b, free_start=True)[-1])
        found = place_inside(a, b, len(a))
        assert found is not None
        distance, _, pieces = found
        assert distance == best
        if pieces:
            end = pieces[-1][1] + pieces[-1][2]
            assert cost_of(pieces, a, b, pieces[0][1], end) <= best + 1
        assert place_inside(a, b, best - 1) is None or best == 0


def test_a_whole_alignment_costs_hardly_more_than_the_best_one() -> None:
    document = fold(make_text(90, seed=5))
    for seed in range(12):
        exhibit = fold(with_typos(document.text[100:400], 0.06, seed=seed))
        result = align(exhibit, document)
        best = min(edit_table(exhibit.text, document.text, free_start=True)[-1])
        seats = np.flatnonzero(result.seat >= 0)
        spent = np.count_nonzero(~result.exact[seats])
        spent += int(np.maximum(np.diff(seats), np.diff(result.seat[seats])).sum()) - (seats.size - 1)
        unseated_ends = int(result.seat[seats[0]]) + len(exhibit.text) - 1 - int(result.seat[seats[-1]])
        assert best - 2 <= spent + unseated_ends <= best + 5
