"""Telling whoever waits what an examination is busy with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

Watch = Callable[[str, int, int], None]
"""Called with what is being done, with how many of them are done, and how many there are."""


def unwatched(what: str, done: int, whole: int) -> None:
    """Tell nobody."""


def watched(watch: Watch, what: str, items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items, telling of each before it is worked on."""
    for done, item in enumerate(items):
        watch(what, done, len(items))
        yield item
