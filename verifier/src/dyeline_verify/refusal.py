"""The ways in which this program says no."""

from __future__ import annotations


class Refused(Exception):
    """The bundle is not what it says it is. ``step`` is filled in by whoever runs the steps."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotABundle(Exception):
    """There is nothing to check: what was named is no bundle at all."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
