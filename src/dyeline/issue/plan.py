"""Choosing the mark sites of a version: every carrier proposes, earlier ones have precedence."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from dyeline.carriers.contract import Carrier
from dyeline.carriers.registry import built_in_carriers
from dyeline.model.document import Document
from dyeline.model.sites import Site


def plan_sites(document: Document, carriers: Iterable[Carrier] | None = None) -> list[Site]:
    """Return the sites of all carriers, disjoint, sorted by their first place.

    Carriers are asked in order of precedence: the author's own variants, wording, then characters.
    """
    chosen: list[Site] = []
    taken: list[tuple[int, int]] = []
    for carrier in built_in_carriers() if carriers is None else carriers:
        for site in carrier.find_sites(document):
            if site.on_page:  # changes no text: may stand where another carrier writes
                chosen.append(site)
            elif all(_free(taken, place.start, place.end) for place in site.places):
                chosen.append(site)
                for place in site.places:
                    insort(taken, (place.start, place.end))
    return sorted(chosen, key=lambda site: (site.places[0].start, site.places[0].end))


def _free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether a place overlaps none of the taken ones; an insertion may touch a replacement."""
    at = bisect_left(taken, (start, end))
    before = taken[at - 1] if at else None
    behind = taken[at] if at < len(taken) else None
    if before is not None and (before[1] > start or before == (start, end)):
        return False
    if behind is None:
        return True
    return behind[0] >= end and behind != (start, end)


def usable_sites(
    sites: Iterable[Site], *, decisions: dict[str, bool], carriers: Iterable[str] | None = None
) -> list[Site]:
    """Return the sites that a circulation uses.

    ``decisions`` maps site ids to the author's acceptance; a site that needs review is used only if
    accepted, any other unless rejected. ``carriers`` keeps those of the named carriers ("wording").
    """
    kept = None if carriers is None else set(carriers)
    return [
        site
        for site in sites
        if decisions.get(site.id, not site.review) and (kept is None or site.carrier.split("/")[0] in kept)
    ]
