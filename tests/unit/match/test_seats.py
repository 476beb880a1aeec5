from __future__ import annotations

import numpy as np

from dyeline.match.grams import code_points
from dyeline.match.path import path_of
from dyeline.match.seats import FoundPath, seat_paths
from dyeline.model.alignment import Alignment, Folded
from dyeline.text.fold import fold

DOCUMENT = fold("the quick brown fox jumps over the lazy dog again")


def found(exhibit: str, e: int, d: int, size: int, *, alone: bool = True) -> FoundPath:
    return FoundPath(path_of([(e, d, size)], code_points(exhibit), code_points(DOCUMENT.text)), alone)


def seat_all(paths: list[FoundPath], exhibit: Folded) -> Alignment:
    return seat_paths(paths, exhibit, DOCUMENT, code_points(exhibit.text), code_points(DOCUMENT.text))


def test_a_sure_passage_goes_before_an_ambiguous_one() -> None:
    exhibit = fold(DOCUMENT.text + " " + DOCUMENT.text[:30])
    size = len(DOCUMENT.text)
    paths = [found(exhibit.text, 0, 0, size, alone=False), found(exhibit.text, size + 1, 0, 30)]
    result = seat_all(paths, exhibit)
    assert (result.seat[:30] == np.arange(size + 1, size + 31)).all()
    assert (result.seat[30:] == -1).all()
    assert [(p.document_start, p.document_end) for p in result.passages] == [(30, size), (0, 30)]


def test_a_better_copy_takes_the_middle_of_a_worse_one() -> None:
    spoilt = DOCUMENT.text.replace("o", "x")
    exhibit = fold(spoilt + " " + DOCUMENT.text[16:30])
    size = len(spoilt)
    paths = [found(exhibit.text, 0, 0, size), found(exhibit.text, size + 1, 16, 14)]
    result = seat_all(paths, exhibit)
    assert (result.seat[16:30] == np.arange(size + 1, size + 15)).all()
    assert (result.seat[:16] == np.arange(16)).all()
    assert len(result.passages) == 3


def test_a_passage_does_not_reach_over_another_one() -> None:
    exhibit = fold(DOCUMENT.text[:16] + DOCUMENT.text[28:] + " " + DOCUMENT.text[16:28].strip())
    around = path_of([(0, 0, 16), (16, 28, 21)], code_points(exhibit.text), code_points(DOCUMENT.text))
    inner = found(exhibit.text, 38, 16, 10)
    paths = [FoundPath(around, True), inner]
    spans = [(p.document_start, p.document_end) for p in seat_all(paths, exhibit).passages]
    assert spans == [(0, 49)]
    # an ambiguous one comes last and leaves the hole alone
    paths = [FoundPath(around, False), inner]
    result = seat_all(paths, exhibit)
    spans = sorted((p.document_start, p.document_end) for p in result.passages)
    assert spans == [(0, 16), (16, 26), (28, 49)]
