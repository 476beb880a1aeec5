"""The wording carrier: finds alternations, chooses among them, and reads them back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_ids
from dyeline.carriers.replace import written
from dyeline.carriers.variants import read_variants
from dyeline.carriers.wording.classes import CLASSES, flip_prior, use_of
from dyeline.carriers.wording.linked import linked_sites
from dyeline.carriers.wording.protected import Protection, protection
from dyeline.carriers.wording.rules import RULES
from dyeline.carriers.wording.scan import Candidate, Scan
from dyeline.carriers.wording.schedule import GAP, heaviest
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold

NAME = "wording/1"
_REVIEWED_WEIGHT = 0.6  # a site that waits for the author gives way to one that is on
_CASE_FREE = frozenset({"contraction"})

Parser = Callable[[Scan], Iterator[Candidate]]
"""A rule that needs a parse of the text; see ``wording.syntax.load_parser``."""


class Wording:
    """Replaces words by words that mean the same. ``parser`` adds the classes that need syntax."""

    def __init__(self, parser: Parser | None = None) -> None:
        self.name = NAME
        self._rules = RULES if parser is None else (*RULES, parser)

    def find_sites(self, document: Document) -> list[Site]:
        """Return the sites in text order; those with ``review`` wait for the author.

        None for a text that is not English. Cost: linear but for sorting.
        """
        if not document.english or not document.text:
            return []
        scan = Scan.of(document.text, document.style)
        shield = protection(document)
        linked = linked_sites(document, scan, shield)
        taken = sorted((place.start, place.end) for _, places, _ in linked for place in places)
        found: list[tuple[str, tuple[Place, ...], tuple[int, ...]]] = list(linked)
        for candidate in _chosen(self._candidates(document, scan, shield), taken, document):
            place = Place(candidate.start, candidate.end, candidate.texts)
            found.append((candidate.cls, (place,), candidate.styles))
        found.sort(key=lambda each: (each[1][0].start, each[1][0].end))
        names = site_ids(
            document.text, NAME, ((cls, places[0].start, places[0].end) for cls, places, _ in found)
        )
        return [
            Site(name, NAME, cls, places, styles, use_of(CLASSES[cls], document.style) == "review")
            for name, (cls, places, styles) in zip(names, found, strict=True)
        ]

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text with the given variants."""
        return written(document.text, sites, symbols)

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return ln-likelihoods, bounded by how often editors flip a site of its class."""
        return read_variants(seen, sites, lambda site: flip_prior(site.cls))

    def _candidates(self, document: Document, scan: Scan, shield: Protection) -> list[Candidate]:
        """Return the candidates that may be written at all, without doubles."""
        kept: dict[tuple[int, int], Candidate] = {}
        for rule in self._rules:
            for each in rule(scan):
                if use_of(CLASSES[each.cls], document.style) != "off" and _writable(
                    each, document, scan, shield
                ):
                    kept.setdefault((each.start, each.end), each)
        return list(kept.values())


def _writable(each: Candidate, document: Document, scan: Scan, shield: Protection) -> bool:
    """Tell whether nothing around a candidate forbids it."""
    start, end = each.start, each.end
    if not shield.free(start, end) or not (each.cls in _CASE_FREE or scan.ordinary_case(start, end)):
        return False
    if seam_inside(document.seams, start, end) or not _article_agrees(scan.before(start, 4), each.texts):
        return False
    return len({_retyped(text) for text in each.texts}) == len(each.texts)


def seam_inside(seams: Sequence[int], start: int, end: int) -> bool:
    """Tell whether a formatting border lies strictly inside ``start:end``; ``seams`` are sorted."""
    at = bisect_left(seams, start + 1)
    return at < len(seams) and seams[at] < end


def _article_agrees(before: str, texts: tuple[str, ...]) -> bool:
    """Tell whether "a" or "an" in front suits every variant; initials whose sound varies never do."""
    if not re.search(r"\ban?\s$", before, re.I):
        return True
    initials = {text[:1].casefold() for text in texts}
    return initials <= set("bcdfgjklmnpqrstvwxyz") or initials <= set("aei")


def _retyped(text: str) -> str:
    """Return what of a variant survives retyping: no kinds of quotes or dashes, single spaces."""
    return re.sub(r"[\"'-]", "", fold(f"x{text}x").text)


def _chosen(
    candidates: Sequence[Candidate], taken: Sequence[tuple[int, int]], document: Document
) -> list[Candidate]:
    """Return the candidates to use, with a gap between them and to the places already taken."""
    starts = [start for start, _ in taken]
    spans = []
    for each in candidates:
        near = bisect_left(starts, each.start)
        if near < len(taken) and taken[near][0] < each.end + GAP:
            continue
        if near and taken[near - 1][1] > each.start - GAP:
            continue
        cls = CLASSES[each.cls]
        reviewed = use_of(cls, document.style) == "review"
        spans.append((each.start, each.end, cls.weight * (_REVIEWED_WEIGHT if reviewed else 1.0), each))
    return heaviest(spans)
