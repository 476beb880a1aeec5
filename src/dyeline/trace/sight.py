"""Seeing pages: which pages the pictures of an exhibit show, and where. No codeword is in sight here."""

from __future__ import annotations

from dataclasses import dataclass, field

from dyeline.match.pages.candidates import candidate_pages
from dyeline.match.pages.register import register
from dyeline.model.alignment import Alignment
from dyeline.model.pages import Picture, Registration, SeenPage
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.shelf import PageShelf

MOST_TRIED = 4
"""Candidate pages that are registered with one picture, those with most common words."""


@dataclass(slots=True)
class Sight:
    """Looks for pages in the pictures of one exhibit, for every rendition only once."""

    exhibit: Exhibit
    _known: dict[tuple[str, int, int], Registration | None] = field(default_factory=dict)

    def pages(self, shelf: PageShelf, seen: Alignment) -> tuple[SeenPage, ...]:
        """Return the pages of a rendition that the pictures show, given where its text stands in the exhibit."""
        found = []
        for picture in self.exhibit.pictures:
            lines = self.exhibit.lines_of(picture.number)
            for candidate in candidate_pages(lines, seen, shelf.words)[:MOST_TRIED]:
                key = (shelf.name, picture.number, candidate.page)
                if key not in self._known:
                    reference = shelf.reference(candidate.page)
                    self._known[key] = register(picture, reference, candidate)
                registration = self._known[key]
                if registration is not None:
                    found.append(_seen(picture, registration, shelf))
        return tuple(found)


def _seen(picture: Picture, registration: Registration, shelf: PageShelf) -> SeenPage:
    page = registration.page
    return SeenPage(picture, registration, shelf.reference(page), shelf.fixed(page), shelf.renderer(page))
