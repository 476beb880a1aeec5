"""An exhibit as tracing sees it: its text, its pictures, and where lines of the text stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dyeline.formats.ocr.contract import Recogniser
from dyeline.formats.ocr.reading import read_text
from dyeline.model.finding import ExhibitFacts
from dyeline.model.pages import Picture, PlacedLine, TextLine
from dyeline.text.words import count_words
from dyeline.trace.watch import Watch, unwatched, watched

QUICK_LINES = 12
"""Lines of a picture that are recognised to tell which page it shows."""


@dataclass(frozen=True)
class Exhibit:
    """What there is to examine.

    ``own_text`` is the text of its files, of which ``own_lines`` tell where it stands in the
    pictures of their pages. ``recognised`` holds the lines read from a picture, by its number;
    ``complete`` are the pictures of which all lines were read, or were text from the start.
    """

    facts: ExhibitFacts
    own_text: str
    pictures: tuple[Picture, ...] = ()
    own_lines: tuple[PlacedLine, ...] = ()
    recognised: Mapping[int, tuple[TextLine, ...]] = field(default_factory=dict)
    complete: frozenset[int] = frozenset()

    @cached_property
    def text(self) -> str:
        """Return all text: the files' own, then that of the pictures, one recognised line a line."""
        lines = [line.text for number in sorted(self.recognised) for line in self.recognised[number]]
        return "\n".join([*([self.own_text] if self.own_text else []), *lines])

    @cached_property
    def lines(self) -> tuple[PlacedLine, ...]:
        """Return where lines of ``text`` stand in the pictures."""
        at = len(self.own_text) + 1 if self.own_text else 0
        lines = list(self.own_lines)
        for number in sorted(self.recognised):
            for line in self.recognised[number]:
                lines.append(PlacedLine(number, at, at + len(line.text), line.quad))
                at += len(line.text) + 1
        return tuple(lines)

    def lines_of(self, picture: int) -> list[PlacedLine]:
        """Return the lines that stand in one picture."""
        return [line for line in self.lines if line.picture == picture]


def recognise(
    exhibit: Exhibit,
    recogniser: Recogniser,
    wanted: Iterable[int],
    *,
    quick: bool,
    watch: Watch = unwatched,
) -> Exhibit:
    """Return the exhibit with the text of the ``wanted`` pictures read, unless it is complete already.

    ``quick`` reads ``QUICK_LINES`` lines of each, spread over the picture.
    """
    numbers = set(wanted) - exhibit.complete
    complete = exhibit.complete if quick else exhibit.complete | numbers
    read = dict(exhibit.recognised)
    pictures = [picture for picture in exhibit.pictures if picture.number in numbers]
    for picture in watched(watch, "Recognising text", pictures):
        found = read_text(picture, recogniser, most_lines=QUICK_LINES if quick else None)
        read[picture.number] = tuple(found.lines)
    complete = exhibit.complete if quick else exhibit.complete | numbers
    known = replace(exhibit, recognised=read, complete=complete)
    return replace(known, facts=replace(exhibit.facts, words=count_words(known.text)))
