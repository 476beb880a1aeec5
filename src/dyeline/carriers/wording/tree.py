"""What rules on a parsed text take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Tree = Any  # a parsed document: a sequence of tokens with sentences; the parser ships no usable types
Token = Any


@dataclass(frozen=True, slots=True)
class Found:
    """An alternation in a parsed stretch; offsets count its characters."""

    cls: str
    start: int
    end: int
    other: str
    style: int | None = None


TreeRule = Callable[[Tree], Iterator[Found]]


def end_of(token: Token) -> int:
    """Return the offset behind a token."""
    return int(token.idx) + len(token)
