"""Moments that are given as options."""

from __future__ import annotations

from datetime import UTC, datetime

from dyeline.errors import BadInput


def moment(text: str, option: str) -> datetime:
    """Return the moment that the value of an option states, in UTC. Raises BadInput."""
    try:
        stated = datetime.fromisoformat(text.strip())
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise BadInput(
            f"{option} is no date or time.", fix="write it as 2026-03-01 or 2026-03-01T09:30+01:00."
        ) from fault
