"""Seeing pages: which pages the pictures of an exhibit show, and where. No codeword is in sight here."""

from __future__ import annotations

from dataclasses import dataclass, field

from dyeline.match.pages.candidates import candidate_pages
from dyeline.model.alignment import Alignment
from dyeline.model.pages import Registration, SeenPage
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.shelf import PageShelf


@dataclass(slots=True)
class Sight:
    """Looks for pages in the pictures of one exhibit, for every rendition only once."""

    exhibit: Exhibit
    _known: dict[tuple[str, int], list[Registration]] = field(default_factory=dict)

    def pages(self, shelf: PageShelf, seen: Alignment) -> tuple[SeenPage, ...]:
        """Return the pages of a rendition that the pictures show, given where its text stands in the exhibit."""
        if not self.exhibit.pictures:
            return ()
        from dyeline.match.pages.several import register_pages  # loads a library of 60 MB

        found = []
        for picture in self.exhibit.pictures:
            key = (shelf.name, picture.number)
            if key not in self._known:
                candidates = candidate_pages(self.exhibit.lines_of(picture.number), seen, shelf.words)
                self._known[key] = register_pages(picture, candidates, shelf.reference)
            for registration in self._known[key]:
                page = registration.page
                reference, fixed = shelf.reference(page), shelf.fixed(page)
                found.append(SeenPage(picture, registration, reference, fixed, shelf.renderer(page)))
        return tuple(found)
