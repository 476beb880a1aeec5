"""What an issuer is told about copies that were issued, and could do better."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dyeline.model.sites import Site


def weak_copies(bits: float, copies: int, sites: Sequence[Site]) -> tuple[str, ...]:
    """Return a warning where the copies differ too little, or only in what is lost easily."""
    needed = math.log2(copies / 1e-3) + 2
    if bits < needed:
        return (
            f"The copies differ by {bits:.1f} bits; to name one of {copies} at a bound of 0.001 takes about "
            f"{needed:.0f} bits that are read. Even a complete leak may come out as insufficient.",
        )
    if all(site.invisible for site in sites):
        return (
            "The copies differ in invisible characters alone: a leak that was retyped, photographed or cleaned "
            "cannot be traced. Wording and declared variants would last.",
        )
    return ()


def unplaced_variants(sites: int) -> tuple[str, ...]:
    """Return a warning where variants of the document found no room in the lines of its pages."""
    if not sites:
        return ()
    return (
        f"{sites} sites of wording or declared variants are not used: on the pages of a PDF a variant has to fit "
        "into its line, and only some lines are used for it. In the other formats all of them are.",
    )


def unshown_pictures(pictures: int) -> tuple[str, ...]:
    """Return a warning where the copies lack pictures of the document."""
    if not pictures:
        return ()
    what = "A picture of the document is" if pictures == 1 else f"{pictures} pictures of the document are"
    return (
        f"{what} missing from these PDF copies: only pictures that stand in the file itself (data: addresses) "
        "can be shown, and nothing is fetched. Put them into the file, or add the document as DOCX or PDF.",
    )


def second_copies(held: dict[str, int]) -> tuple[str, ...]:
    """Return a warning where recipients get a second copy of a text that they have already."""
    if not held:
        return ()
    number = max(held.values())
    return (
        f"{number} of these recipients hold a copy of this version already (circulation "
        f"{', '.join(held)}), because its sites, format or options were others: they now have two.",
    )
