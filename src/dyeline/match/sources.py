"""The sources of an exhibit with their alignments: the search proposes, the alignment decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dyeline.match.align import align
from dyeline.match.index import GramIndex
from dyeline.match.search import SourceHit, identify
from dyeline.model.alignment import Alignment, Folded

DOUBTFUL_TRIED = 8  # doubtful versions that are aligned before the answer is "not ours"
CONFIRMED_SHARE = 0.6  # of a doubtful exhibit's characters that must be equal to the document's
RIVAL_SHARE = 0.8  # of what the best version explains, from which on a doubtful one is compared as well


@dataclass(frozen=True, slots=True)
class AlignedSource:
    """A version that the exhibit comes from, and how it lies there."""

    hit: SourceHit
    alignment: Alignment


def align_sources(
    exhibit: Folded, index: GramIndex, text_of: Callable[[int], Folded], *, most: int = 64
) -> list[AlignedSource]:
    """Return the versions that ``exhibit`` comes from with their alignments, best first.

    ``text_of`` gives the folded text of a version number. At most ``most`` versions are aligned.
    Doubtful ones are aligned too: without a convincing version they count when most of the exhibit is theirs, and
    beside one when they explain nearly as much (two scans of one document, poorly recognised). No sources: not
    one of ours.
    """
    found = identify(exhibit, index)
    sources = []
    for hit in found.hits[:most]:
        alignment = align(exhibit, text_of(hit.version_number), hit.windows)
        if alignment.passages:
            sources.append(AlignedSource(hit, alignment))
    best = max((_found_characters(source.alignment) for source in sources), default=0)
    least = RIVAL_SHARE * best if sources else CONFIRMED_SHARE * len(exhibit.text)
    for hit in found.doubtful[: min(DOUBTFUL_TRIED, most - len(sources))]:
        alignment = align(exhibit, text_of(hit.version_number), hit.windows)
        if alignment.passages and _found_characters(alignment) >= least:
            sources.append(AlignedSource(hit, alignment))
    sources.sort(key=lambda source: (-_found_characters(source.alignment), source.hit.version_number))
    return sources


def _found_characters(alignment: Alignment) -> int:
    """Return about how many exhibit characters stand in the document, ambiguous passages included."""
    return sum(p.exhibit_end - p.exhibit_start - p.distance for p in alignment.passages)
