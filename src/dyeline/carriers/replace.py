"""Writing for carriers whose marks are replaced stretches of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dyeline.model.sites import Place, Site


def ordered_places(sites: Iterable[Site]) -> list[tuple[int, Place]]:
    """Return (site index, place) of all sites in text order; insertions before a replacement at the same offset."""
    pairs = [(index, place) for index, site in enumerate(sites) for place in site.places]
    return sorted(pairs, key=lambda pair: (pair[1].start, pair[1].end))


def written(text: str, sites: Sequence[Site], symbols: Sequence[int]) -> str:
    """Return ``text`` with variant ``symbols[i]`` at every place of ``sites[i]``."""
    pieces: list[str] = []
    done = 0
    for index, place in ordered_places(sites):
        pieces += (text[done : place.start], place.texts[symbols[index]])
        done = place.end
    pieces.append(text[done:])
    return "".join(pieces)
