"""Statements about several copies at once, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dyeline.model.finding import Together


def together_text(one: Together) -> str:
    """Return a statement with its chance of being wrong."""
    copies = f"{', '.join(one.copies[:-1])} and {one.copies[-1]} together"
    if one.statement == "each":
        said = f"each of them took part (chance that any of them did not <= {one.family_wise_p:.2g})"
    else:
        said = f"at least one of them took part (chance that none did <= {one.family_wise_p:.2g})"
    weight = "" if one.log10_lr is None else f", log10 LR {one.log10_lr:.1f}"
    return f"{copies}: {said}{weight}."
