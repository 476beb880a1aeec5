"""A likelihood ratio in words, on a scale that is stated with its bounds (``scale.json``).

Bodies of experts use different scales, so that a word says nothing without its bounds: both are always shown.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def scale() -> dict[str, Any]:
    """Return the scale: name, ``cap_log10`` with its reason, and rungs from weak to strong. Do not change it."""
    found: dict[str, Any] = json.loads((files(__package__) / "scale.json").read_bytes())
    return found


def rung(log10_ratio: float) -> dict[str, Any]:
    """Return the rung that a ratio stands on; one below 1 counts as 1, one above the cap as the cap."""
    counted = min(max(log10_ratio, 0.0), scale()["cap_log10"])
    found: dict[str, Any] = [one for one in scale()["rungs"] if one["from_log10"] <= counted][-1]
    return found


def number_text(log10_ratio: float) -> str:
    """Return a ratio as it is printed: "about 350", "1,000,000 or more", "about 1/2,000"."""
    if log10_ratio >= scale()["cap_log10"]:
        return f"{10 ** scale()['cap_log10']:,.0f} or more"
    if log10_ratio < 0:
        shown = min(-log10_ratio, scale()["cap_log10"])
        more = " or less" if -log10_ratio >= scale()["cap_log10"] else ""
        return f"about 1/{_rounded(10**shown)}{more}"
    return f"about {_rounded(10**log10_ratio)}"


def chance_text(chance: float) -> str:
    """Return a bound on a chance as it is printed: "at most 1 in 2,300", "less than 1 in 1,000,000,000,000"."""
    if chance <= 1e-12:
        return "less than 1 in 1,000,000,000,000"
    if chance >= 0.1:
        return f"at most {math.ceil(100 * chance)} in 100"
    return f"at most 1 in {_rounded(1 / chance, down=True)}"


def _rounded(value: float, *, down: bool = False) -> str:
    """Return a number with two figures, rounded; ``down`` never states more than it is."""
    if value < 10:
        return f"{value:.1f}".removesuffix(".0")
    unit = 10 ** (len(str(int(value))) - 2)
    figures = int(value / unit) if down else round(value / unit)
    return f"{figures * unit:,}"
