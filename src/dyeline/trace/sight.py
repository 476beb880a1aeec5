"""Seeing pages: which pages the pictures of an exhibit show, and where. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dyeline.model.alignment import Alignment
from dyeline.model.pages import Picture, Registration, SeenPage
from dyeline.trace.alone import AloneFinder, AloneSeen, on_pages
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.shelf import PageShelf, PictureShelf, ShelvedVersion, by_size
from dyeline.trace.watch import Watch, unwatched, watched

if TYPE_CHECKING:
    from dyeline.match.pages.candidates import CandidatePage
    from dyeline.match.pages.register import PictureView

ALONE_TRIED: Final = 4
"""Pictures of a page that are compared with one of the exhibit to tell whether it is one of them, the largest."""

MOST_VIEWS: Final = 4
"""Pictures kept ready for the documents that are still to be looked for in them; each may take 50 MB."""


@dataclass(slots=True)
class Sight:
    """Looks for pages in the pictures of one exhibit, for every rendition only once.

    Text leads to them; where it does not, ``follow`` gives pages that look like a picture.
    """

    exhibit: Exhibit
    watch: Watch = unwatched
    finder: AloneFinder = field(default_factory=AloneFinder)
    _views: dict[int, PictureView] = field(default_factory=dict)
    _by_text: dict[tuple[str, int], list[Registration]] = field(default_factory=dict)
    _by_looks: dict[tuple[str, int], list[Registration]] = field(default_factory=dict)
    _leads: dict[tuple[str, int], dict[int, list[CandidatePage]]] = field(default_factory=dict)

    def pages(
        self, version: ShelvedVersion, shelf: PageShelf | None, seen: Alignment
    ) -> tuple[SeenPage, ...]:
        """Return the pages of a rendition that the pictures show, given where its text stands in the exhibit."""
        if shelf is None:
            return ()
        found = []
        for picture in watched(self.watch, "Finding pages", self.exhibit.pictures):
            registrations = self._led_by_text(picture, shelf, seen)
            for registration in registrations or self._led_by_looks(picture, shelf, version):
                page = registration.page
                reference, fixed = shelf.reference(page), shelf.fixed(page)
                found.append(SeenPage(picture, registration, reference, fixed, shelf.renderer(page)))
        return tuple(found)

    def is_recognised(self, picture: Picture, version: ShelvedVersion, seen: Alignment) -> bool:
        """Tell whether text led to a page of a version's copies that the picture shows."""
        return any(self._led_by_text(picture, shelf, seen) for shelf in _shelves(version))

    def follow(self, picture: Picture, version: ShelvedVersion, candidates: Sequence[CandidatePage]) -> bool:
        """Look for pages that look like a picture; return whether it shows one, or a picture of one.

        What was found is part of ``pages`` and ``alone`` from then on.
        """
        leads = self._leads.setdefault((version.document, version.number), {})
        leads[picture.number] = list(candidates)
        if any(self._led_by_looks(picture, shelf, version) for shelf in _shelves(version)):
            return True
        if next(self._alone(picture, version), None) is not None:
            return True
        del leads[picture.number]
        return False

    def likely(self, version: ShelvedVersion) -> Mapping[int, frozenset[int]]:
        """Return by picture the pages that look like it (-1 for none in particular), if it was recognised by that."""
        leads = self._leads.get((version.document, version.number), {})
        return {number: frozenset(one.page for one in found) for number, found in leads.items()}

    def alone(self, version: ShelvedVersion) -> AloneSeen | None:
        """Return the first picture of a version that was recognised without its page."""
        leads = self._leads.get((version.document, version.number), {})
        wanted = [picture for picture in self.exhibit.pictures if picture.number in leads]
        return next((seen for picture in wanted for seen in self._alone(picture, version)), None)

    def _led_by_text(self, picture: Picture, shelf: PageShelf, seen: Alignment) -> list[Registration]:
        from dyeline.match.pages.candidates import candidate_pages
        from dyeline.match.pages.several import register_pages  # loads a library of 60 MB

        key = (shelf.name, picture.number)
        if key not in self._by_text:
            candidates = candidate_pages(self.exhibit.lines_of(picture.number), seen, shelf.words)
            others = [
                one for (_, number), found in self._by_text.items() if number == key[1] for one in found
            ]
            self._by_text[key] = register_pages(
                self._view(picture), _measurable(candidates, shelf), shelf.reference, known=others
            )
        return self._by_text[key]

    def _led_by_looks(
        self, picture: Picture, shelf: PageShelf, version: ShelvedVersion
    ) -> list[Registration]:
        from dyeline.match.pages.several import register_pages

        leads = self._leads.get((version.document, version.number), {}).get(picture.number, ())
        key = (shelf.name, picture.number)
        if key not in self._by_looks and leads:
            candidates = [lead for lead in leads if 0 <= lead.page < len(shelf.words)]
            self._by_looks[key] = register_pages(
                self._view(picture), _measurable(candidates, shelf), shelf.reference
            )
        return self._by_looks[key] if leads else []

    def _view(self, picture: Picture) -> PictureView:
        from dyeline.match.pages.register import PictureView

        if picture.number not in self._views:
            while len(self._views) >= MOST_VIEWS:
                del self._views[next(iter(self._views))]
            self._views[picture.number] = PictureView(picture)
        return self._views[picture.number]

    def _alone(self, picture: Picture, version: ShelvedVersion) -> Iterator[AloneSeen]:
        shelf = version.pictures
        pages = self.likely(version).get(picture.number, frozenset())
        for key in _standing_on(shelf, pages)[:ALONE_TRIED] if shelf is not None else ():
            original = shelf.original(key) if shelf is not None else None
            seen = None if original is None else self.finder.find(picture, original)
            if seen is not None:
                yield seen


def _measurable(candidates: Sequence[CandidatePage], shelf: PageShelf) -> list[CandidatePage]:
    return [one for one in candidates if shelf.words[one.page].measurable]


def _shelves(version: ShelvedVersion) -> list[PageShelf]:
    """Return the pages of the copies of a version, those alike once; of the version itself if no copy has pages."""
    of_copies = {one.pages.name: one.pages for one in version.circulations if one.pages is not None}
    own = [] if version.pages is None else [version.pages]
    return list(of_copies.values()) or own


def _standing_on(shelf: PictureShelf, pages: frozenset[int]) -> list[str]:
    return [key for key in by_size(shelf, shelf.areas) if on_pages(shelf.areas[key], pages)]
