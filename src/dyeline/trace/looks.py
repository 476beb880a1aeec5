"""Pictures that text did not lead from: which registered versions look like them, and do show what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from dyeline.model.alignment import Alignment
from dyeline.model.pages import Picture
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.reworded import unaligned
from dyeline.trace.shelf import LooksShelf, Shelf, ShelvedVersion
from dyeline.trace.sight import Sight

if TYPE_CHECKING:
    from dyeline.match.pages.candidates import CandidatePage

ENOUGH_TEXT: Final = 200
"""With so many characters of a document's text in it a picture is no picture without text."""


def follow_looks(
    aligned: Sequence[tuple[ShelvedVersion, Alignment]],
    sight: Sight,
    shelf: Shelf,
    looks: LooksShelf,
    only: frozenset[int] | None,
) -> list[tuple[ShelvedVersion, Alignment]]:
    """Return ``aligned``, and those versions besides that pictures of the exhibit were seen to show.

    What a version looks like only proposes it; the gates of pages and of pictures decide.
    """
    found = list(aligned)
    known = {(version.document, version.number) for version, _ in aligned}
    for picture in sight.exhibit.pictures:
        if any(_led(sight, picture, version, seen) for version, seen in aligned):
            continue
        by_version: dict[int, list[CandidatePage]] = {}
        for alike in looks.alike(picture.pixels):
            if only is None or alike.version in only:
                by_version.setdefault(alike.version, []).append(alike.candidate)
        for number, candidates in by_version.items():
            version = shelf.version(number)
            name = (version.document, version.number)
            if sight.follow(picture, version, candidates) and name not in known:
                known.add(name)
                found.append((version, unaligned(sight.exhibit.text, version.text)))
    return found


def _led(sight: Sight, picture: Picture, version: ShelvedVersion, seen: Alignment) -> bool:
    if _characters(sight.exhibit, picture, seen) >= ENOUGH_TEXT:
        return True
    return sight.is_recognised(picture, version, seen)


def _characters(exhibit: Exhibit, picture: Picture, seen: Alignment) -> int:
    """Return how many characters of a picture's lines stand in passages of a document."""
    taken = np.zeros(len(exhibit.text) + 1, dtype=np.bool_)
    for passage in seen.passages:
        if passage.exhibit_end > passage.exhibit_start:
            start = int(seen.exhibit.starts[passage.exhibit_start])
            taken[start : int(seen.exhibit.ends[passage.exhibit_end - 1])] = True
    return sum(int(taken[line.start : line.end].sum()) for line in exhibit.lines_of(picture.number))
