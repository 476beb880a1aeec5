"""Invisible code points at the spaces between words: one a space, four symbols.

Two code points and two positions (before or behind the space) make four symbols. Two families
take turns, so that a path which removes one leaves erasures, never errors, and the other family
still reads: ZWNJ/ZWJ (format characters), and CGJ/VS1 (non-spacing marks, which survive the
removal of format characters). Nothing is exchanged: spaces stay ordinary spaces, and the text equals
the unmarked text after folding. No site touches a digit, an address or a change of formatting, so
that links, numbers and mark-up keep working; joining scripts and those from right to left get only
the second family, which does not change the shape of their letters.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_id
from dyeline.carriers.replace import written
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

FORMAT_FAMILY = ("\u200c", "\u200d")
MARK_FAMILY = ("\u034f", "\ufe00")
FAMILIES = {"format": FORMAT_FAMILY, "mark": MARK_FAMILY}

MISREAD = 0.002
"""P(a site shows another symbol than the one written); a whole-site swap takes a deliberate hand."""

_MARK_ONLY = tuple(
    "ARABIC HEBREW SYRIAC THAANA MANDAIC ADLAM HANIFI MONGOLIAN NKO DEVANAGARI BENGALI TAMIL TELUGU KANNADA "
    "MALAYALAM GUJARATI GURMUKHI ORIYA SINHALA KHMER TIBETAN THAI LAO".split()
)
"""Joining scripts, those written from right to left, and those that use ZWNJ and ZWJ themselves."""

_NEITHER = ("CJK ", "MYANMAR", "PHAGS-PA", "MANICHAEAN", "EGYPTIAN")
"""Scripts in which a variation selector changes the shape of a letter (StandardizedVariants.txt)."""

_BEFORE = set(",.;:!?)”’\"'")
_BEHIND = set("(“‘\"'")
_ADDRESS = set("@/\\_")
_BLOCKS = {"paragraph", "list", "quote", "note", "cell", "heading", "caption"}


def _texts(family: tuple[str, str]) -> tuple[str, ...]:
    one, two = family
    return (f"{one} ", f"{two} ", f" {one}", f" {two}")


class Character:
    """Marks of one invisible code point at single spaces between words."""

    name = "character/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return one four-symbol site for every suitable space, in text order."""
        text = document.text
        seams = sorted(document.seams)
        barred = _barred(document)
        sites: list[Site] = []
        for block in document.blocks:
            if block.kind not in _BLOCKS:
                continue
            at = text.find(" ", block.start + 1, block.end - 1)
            while at != -1:
                family = self._family(text, at, len(sites))
                if family and not barred[at] and not _touches(seams, at):
                    place = Place(at, at + 1, _texts(FAMILIES[family]))
                    name = site_id(text, at, at + 1, carrier=self.name, cls=family, ordinal=len(sites))
                    sites.append(Site(name, self.name, family, (place,)))
                at = text.find(" ", at + 1, block.end - 1)
        return sites

    @staticmethod
    def _family(text: str, at: int, ordinal: int) -> str | None:
        before, behind = text[at - 1], text[at + 1]
        if not (before.isalpha() or before in _BEFORE) or not (behind.isalpha() or behind in _BEHIND):
            return None
        left = text[text.rfind(" ", 0, at) + 1 : at]
        right = text[at + 1 : at + 40].split(" ", 1)[0]
        if any(c in _ADDRESS or c.isdigit() for c in left + right) or "www." in left + right:
            return None
        scripts = {_script(c) for c in left + right}
        if "neither" in scripts:
            return None
        if "mark" in scripts:
            return "mark"
        return "format" if ordinal % 2 == 0 else "mark"

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text with the code points in place."""
        return written(document.text, sites, symbols)

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return ln-likelihoods (sites, 4); a space without exactly one mark of the site's family is an erasure."""
        loglik = np.zeros((len(sites), 4))
        if not sites or not seen.passages:
            return loglik
        seats, usable = _space_seats(seen, np.array([site.places[0].start for site in sites]))
        symbols = _symbols_seen(seen, seats, usable, np.array([site.cls == "mark" for site in sites]))
        read = np.flatnonzero(symbols >= 0)
        loglik[read] = np.log(MISREAD / 3)
        loglik[read, symbols[read]] = np.log1p(-MISREAD)
        return loglik


@lru_cache(maxsize=65536)
def _script(character: str) -> str:
    """Return what the script of a character allows: "both" families, the "mark" family, or "neither"."""
    name = unicodedata.name(character, "")
    return "neither" if name.startswith(_NEITHER) else "mark" if name.startswith(_MARK_ONLY) else "both"


def _barred(document: Document) -> NDArray[np.bool_]:
    barred = np.zeros(len(document.text) + 1, dtype=bool)
    for start, end in document.frozen:
        barred[start:end] = True
    for place in document.declared:
        barred[place.start : max(place.end, place.start + 1)] = True
    return barred


def _touches(seams: list[int], at: int) -> bool:
    return bisect_left(seams, at) != bisect_right(seams, at + 1)


def _space_seats(seen: Alignment, offsets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return, per site, the folded exhibit offset of its space, and whether it is surely that space."""
    seat, exact = seen.seat, seen.exact
    last = seat.size - 1
    at = np.clip(np.searchsorted(seen.document.starts, offsets), 1, max(1, last - 1))
    if last < 2:
        return at, np.zeros(at.size, dtype=bool)
    here = exact[at] & (seat[at] >= 0) & (seen.document.starts[at] == offsets)
    left = exact[at - 1] & (seat[at - 1] == seat[at] - 1)
    right = exact[at + 1] & (seat[at + 1] == seat[at] + 1)
    return seat[at], here & (left | right)


def _symbols_seen(
    seen: Alignment, seats: NDArray[np.int64], usable: NDArray[np.bool_], second_family: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the symbol at every site, -1 where there is no single mark of the site's own family."""
    exhibit = seen.exhibit
    symbols = np.full(seats.size, -1, dtype=np.int64)
    size = len(exhibit.text)
    rows = np.flatnonzero(usable & (seats >= 1) & (seats < size - 1))
    begin, end = exhibit.ends[seats[rows] - 1], exhibit.starts[seats[rows] + 1]
    source = exhibit.source
    for row, low, high in zip(rows.tolist(), begin.tolist(), end.tolist(), strict=True):
        if high - low < 2:
            continue
        family = MARK_FAMILY if second_family[row] else FORMAT_FAMILY
        symbols[row] = _symbol(source[low:high], family)
    return symbols


def _symbol(gap: str, family: tuple[str, str]) -> int:
    """Return the symbol that a stretch of white space and invisible characters carries, or -1."""
    marks = [(k, c) for k, c in enumerate(gap) if c in FORMAT_FAMILY or c in MARK_FAMILY]
    if len(marks) != 1 or marks[0][1] not in family:
        return -1
    at, mark = marks[0]
    spaces_before = any(c.isspace() for c in gap[:at])
    spaces_behind = any(c.isspace() for c in gap[at + 1 :])
    if spaces_before == spaces_behind:
        return -1
    return family.index(mark) + (2 if spaces_before else 0)
