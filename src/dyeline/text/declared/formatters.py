"""Formatters: one option shown in another form (``{id.words}``)."""

from __future__ import annotations

from collections.abc import Callable

from dyeline.text.declared.numbers import in_words, integer, ordinal


def _words(option: str) -> str | None:
    value = integer(option)
    return None if value is None else in_words(value)


def _ordinal(option: str) -> str | None:
    value = integer(option)
    return None if value is None else ordinal(value)


def _cap(option: str) -> str | None:
    return option[0].upper() + option[1:] if option[:1].isalpha() else None


FORMATTERS: dict[str, Callable[[str], str | None]] = {"words": _words, "ordinal": _ordinal, "cap": _cap}
"""By name: the option in its other form, or None where the formatter does not apply to it."""
