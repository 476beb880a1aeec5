"""Whoever waits hears of every item before it is worked on."""

from __future__ import annotations

from dyeline.trace.watch import watched


def test_each_item_is_told_of_before_it_is_given() -> None:
    heard: list[tuple[str, int, int]] = []
    for number, item in enumerate(watched(lambda *told: heard.append(told), "Reading", "abc")):
        assert heard[-1] == ("Reading", number, 3)
        assert item == "abc"[number]
    assert len(heard) == 3


def test_nothing_to_do_is_not_told() -> None:
    assert list(watched(lambda *_: 1 / 0, "Reading", [])) == []
