"""Channels that would name a person: who stands behind them, and with whom they are in a set."""

from __future__ import annotations

from dyeline.access.channels import behind_channels, classes
from dyeline.access.model import Assumptions
from tests.unit.access.test_posterior import circle, leak

ASSUMED = Assumptions()


def test_fewer_than_three_people_told_stand_behind_a_channel() -> None:
    there = circle([], 5, ("one", "two", "three"))
    carried = [[1, 0], [1, 0], [1, 1]]
    told = (frozenset({0}), frozenset({0, 1}), frozenset({0, 1, 2}))
    one = leak([[1, 0]] * 5, [1, 0], carried, told)
    assert behind_channels(there, [one]) == (frozenset({0}), frozenset({0, 1}), None)


def test_people_told_in_several_leaks_count_together() -> None:
    there = circle([], 3, ("mail",))
    leaks = [leak([[0]] * 3, [1], [[1]], (frozenset({row}),)) for row in range(3)]
    assert behind_channels(there, leaks[:2]) == (frozenset({0, 1}),)
    assert behind_channels(there, leaks) == (None,)


def test_one_or_two_with_the_facts_of_a_channel_stand_behind_it() -> None:
    there, told = circle([], 6, ("mail",)), (frozenset(range(5)),)
    some = [[1, 0, 0]] * 3
    for alike in (1, 2):
        known = [[1, 1, 0]] * alike + [*some, [0, 0, 0], [0, 0, 0]][: 6 - alike]
        assert behind_channels(there, [leak(known, [1, 1, 0], [[1, 1, 0]], told)]) == (
            frozenset(range(alike)),
        )
    published = [[1, 1, 1], *some, [0, 0, 0], [0, 0, 0]]  # more than it carried, but nothing of that appeared
    assert behind_channels(there, [leak(published, [1, 1, 0], [[1, 1, 0]], told)]) == (frozenset({0}),)
    everybody = [[1, 1, 0]] * 3 + some
    assert behind_channels(there, [leak(everybody, [1, 1, 0], [[1, 1, 0]], told)]) == (None,)


def test_a_channel_is_in_one_class_with_those_behind_it_and_their_like() -> None:
    there = circle([[0, 1, 2, 3, 4]], 5, ("call", "list"))
    one = leak([[1], [1], [0], [0], [0]], [1], [[1], [1]])
    found = classes(there, [one], ASSUMED, (frozenset({0}), None)).tolist()
    people, call, others = found[:5], found[6], [found[5], found[7], found[8]]
    assert people[0] == people[1] == call and people[2] == people[3] == people[4] != call
    assert len({call, people[2], *others}) == 5


def test_without_leaks_no_channel_is_named() -> None:
    assert behind_channels(circle([], 4, ("list",)), []) == (frozenset(),)
