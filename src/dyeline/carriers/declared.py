"""The author's own variants, wording and facts, as mark sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.contradictions import Choice, choices
from dyeline.carriers.identity import site_id
from dyeline.carriers.replace import written
from dyeline.carriers.variants import read_variants
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

# P(a path shows another option than was written): facts are copied with care, words are edited.
_FLIP = {"fact": 0.005, "declared": 0.01}


def flip_of(site: Site) -> float:
    """Return the chance that a path shows another option of a declared site than was written."""
    return _FLIP[site.cls]


@dataclass(frozen=True, slots=True)
class Declared:
    """One site for each declared choice, with every place that shows it linked.

    Choices that constraints tie together are one site, whose variants are their valid
    combinations: whatever symbol is drawn, the copy keeps the author's constraints. The sites
    need no review, because the author wrote them.
    """

    name: str = "declared/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return the author's choices. Raises BadVariants where they contradict each other or the text."""
        sites = [self._site(document, ordinal, choice) for ordinal, choice in enumerate(choices(document))]
        return sorted(sites, key=lambda site: site.places[0].start)

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text with the chosen options at every place that shows them."""
        return written(document.text, sites, symbols)

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return ln-likelihoods of the options (see ``carriers.variants``)."""
        return read_variants(seen, sites, flip_of)

    def _site(self, document: Document, ordinal: int, choice: Choice) -> Site:
        places = [
            Place(
                document.declared[index].start,
                document.declared[index].end,
                tuple(texts[combination[order]] for combination in choice.combinations),
            )
            for order, group in enumerate(choice.groups)
            for index, texts in group.places
        ]
        places.sort(key=lambda place: place.start)
        cls = "fact" if any(group.kind == "fact" for group in choice.groups) else "declared"
        first = places[0]
        name = site_id(document.text, first.start, first.end, carrier=self.name, cls=cls, ordinal=ordinal)
        return Site(id=name, carrier=self.name, cls=cls, places=tuple(places))
