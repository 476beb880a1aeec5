"""Temporary."""

from __future__ import annotations


def load_parser() -> None:
    return None
