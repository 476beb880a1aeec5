from __future__ import annotations

from dyeline.match.gaps import align_between, align_gap, place_inside


def test_a_stretch_between_two_passages_is_divided_where_it_fits() -> None:
    stretch = "the end of one the start of two"
    left = "the end of one and much more of it follows here"
    right = "before it came something else, the start of two"
    first, rest = align_between(stretch, left, right)
    assert sum(n for _, _, n in first) == len("the end of one ")
    e, d, n = rest[-1]
    assert stretch[e : e + n] == right[d : d + n] == "the start of two"


def test_what_remains_of_a_cut_stays_at_its_ends() -> None:
    document = "head " + "zyx wvu " * 20 + "tail"
    pieces = align_gap("head tail", document)
    assert pieces[0] == (0, 0, 5)
    assert pieces[-1] == (5, len(document) - 4, 4)
    mirrored = align_gap(document, "head tail")
    assert mirrored == [(d, e, n) for e, d, n in pieces]


def test_insertions_and_deletions_are_not_confused() -> None:
    assert align_gap("abXcd", "abcd") == [(0, 0, 2), (3, 2, 2)]
    assert align_gap("abcd", "abXcd") == [(0, 0, 2), (2, 3, 2)]


def test_a_stretch_with_two_equal_places_is_not_alone() -> None:
    once = place_inside("brown foxes", "the quick brown foxes jump", 3)
    twice = place_inside("brown foxes", "brown foxes and then again brown foxes", 3)
    assert once is not None
    assert once[1]
    assert twice is not None
    assert not twice[1]
    assert place_inside("brown foxes", "nothing of that kind", 3) is None
