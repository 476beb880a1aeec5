"""Labels: R-001 recipients, D-001 documents, X-001 circulations, C-0001 copies, A-1 actors, U-1 custodians, Q-1 …"""

from __future__ import annotations

from typing import Literal

from dyeline.store.tables import Setting

Prefix = Literal["R", "D", "X", "C", "A", "U", "Q"]
_DIGITS = {"R": 3, "D": 3, "X": 3, "C": 4, "A": 1, "U": 1, "Q": 1}


def label(prefix: Prefix, number: int) -> str:
    """Return the label of a number, with as many leading zeros as its kind has."""
    return f"{prefix}-{number:0{_DIGITS[prefix]}d}"


def take_labels(prefix: Prefix, count: int) -> list[str]:
    """Return the next ``count`` labels of a kind, never given before. Call within ``writing``."""
    first = _take(f"last.{prefix}", count)
    return [label(prefix, number) for number in range(first, first + count)]


def take_index_number() -> int:
    """Return the next number in the match index, counted from 1. Call within ``writing``."""
    return _take("last.index", 1)


def _take(counter_name: str, count: int) -> int:
    counter, _ = Setting.objects.get_or_create(name=counter_name, defaults={"value": 0})
    first = int(counter.value) + 1
    counter.value = first + count - 1
    counter.save()
    return first
