"""Letters that no font at hand has: which they are, and how they are written on paper instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

MOST_TRIED: Final = 300
"""Of more different letters beyond ASCII than this none is tried; all are written by number."""

NOTE: Final = (
    "Some letters here are written by their number in Unicode (\\u65e5 is one letter), since no font at hand has them. "
    "The web page and report.json have the letters themselves."
)


def printable(value: Any) -> Any:
    """Return a value whose texts hold nothing that cannot be set."""
    return _changed(value, lambda c: c if c in "\n\t" or c.isprintable() else "")


def by_number(value: Any, letters: frozenset[str]) -> Any:
    r"""Return a value in whose texts these letters are written as ``\u65e5``."""
    return _changed(value, lambda c: _numbered(c) if c in letters else c)


def beyond_ascii(value: Any) -> frozenset[str]:
    """Return the different characters beyond ASCII in the texts of a value."""
    return frozenset(c for text in _texts(value) for c in text if not c.isascii())


def lacking(letters: frozenset[str], settable: Callable[[str], bool]) -> frozenset[str]:
    """Return those letters that cannot be set; ``settable`` tells of a text of several whether all can be."""
    if len(letters) > MOST_TRIED:
        return letters
    return frozenset(_lacking(sorted(letters), settable))


def _lacking(letters: Sequence[str], settable: Callable[[str], bool]) -> Iterator[str]:
    if not letters or settable(" ".join(letters)):
        return
    if len(letters) == 1:
        yield letters[0]
        return
    half = len(letters) // 2
    yield from _lacking(letters[:half], settable)
    yield from _lacking(letters[half:], settable)


def _numbered(letter: str) -> str:
    number = ord(letter)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return "".join(map(change, value))
    if isinstance(value, dict):
        return {key: _changed(one, change) for key, one in value.items()}
    return [_changed(one, change) for one in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
