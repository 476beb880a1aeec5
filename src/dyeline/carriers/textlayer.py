"""Invisible code points before the first letter of a word in the text layer of a page: eight symbols each.

A page's glyphs stay as they are, so nothing but what a letter is copied as can carry a mark
(``formats.pdf`` writes it by a second font resource). The format says where: first words of lines
and words behind punctuation, so that searching a phrase still works. Every symbol puts three characters
there, each a ZWNJ or a ZWJ, so that a text that lost them, or some of them, says nothing instead of
spelling one codeword.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_id
from dyeline.carriers.replace import written
from dyeline.model.alignment import Alignment
from dyeline.model.document import INSERTED_MARKS, Document
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold

MISREAD = 0.002
"""P(a site shows another symbol than the one written); as of the character carrier."""

_NEVER = 2**40
_CONTEXTS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)
"""Folded characters on either side of a mark that must have arrived unbroken: as many of these as it takes."""

_CHARACTERS = frozenset("".join(INSERTED_MARKS))


class TextLayer:
    """Marks before the letters that the format names as ``insertions``."""

    name = "textlayer/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return an eight-symbol site for every insertion that the format allows, in text order.

        Places amid text that the document repeats at length are left out: reading could not tell them apart.
        """
        told = _can_be_told(document.text, np.array(document.insertions, dtype=np.int64))
        return [
            Site(
                site_id(document.text, offset, offset, carrier=self.name, cls="letter", ordinal=number),
                self.name,
                "letter",
                (Place(offset, offset, INSERTED_MARKS),),
            )
            for number, offset in enumerate(document.insertions)
            if told[number]
        ]

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text with the code points in place."""
        return written(document.text, sites, symbols)

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return ln-likelihoods (sites, 8); a letter without exactly one whole mark before it is an erasure."""
        loglik = np.zeros((len(sites), len(INSERTED_MARKS)))
        if not sites or not seen.passages:
            return loglik
        seats = _letter_seats(seen, np.array([site.places[0].start for site in sites]))
        for row in np.flatnonzero(seats >= 0).tolist():
            symbol = _symbol(seen, int(seats[row]))
            if symbol is not None:
                loglik[row] = np.log(MISREAD / (len(INSERTED_MARKS) - 1))
                loglik[row, symbol] = np.log1p(-MISREAD)
        return loglik


def undisturbed(text: str, sites: Sequence[Site], others: Sequence[Site]) -> list[Site]:
    """Return those of this carrier's sites that read whatever stands at the sites of others.

    In a passage that the document repeats, a letter counts only with the text that tells the passages apart; a
    place between them that shows another wording breaks that text, and the letter would not be read in most copies.
    """
    if not sites or not others:
        return list(sites)
    folded = fold(text)
    size = len(folded.text)
    at = np.minimum(np.searchsorted(folded.starts, [site.places[0].start for site in sites]), size - 1)
    ahead, behind = _distances(folded.text, at)
    ahead, behind = np.maximum(ahead, _CONTEXTS[0]), np.where(ahead == _CONTEXTS[0], 0, behind)
    places = [place for other in others for place in other.places]
    first = np.searchsorted(folded.starts, [place.start for place in places])
    last = np.searchsorted(folded.starts, [place.end for place in places])
    changing = np.zeros(size + 1, dtype=np.int64)
    for start, end in zip(first.tolist(), last.tolist(), strict=True):
        changing[start : max(end, start + 1)] = 1
    count = np.concatenate([[0], np.cumsum(changing)])
    broken = count[np.minimum(at + ahead, size)] > count[np.maximum(at - behind, 0)]
    return [site for site, lost in zip(sites, broken.tolist(), strict=True) if not lost]


def _letter_seats(seen: Alignment, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, per site, the folded exhibit offset of its letter; -1 where it is not surely that letter.

    A running head stands on every page, and a reader that gives the pages in another order leaves
    open which of them it is. So the letter counts only if its word arrived unbroken, and with it
    what stands before and behind it for as long as it takes to tell it from all other sites.
    """
    text, starts = seen.document.text, seen.document.starts
    size = seen.seat.size
    at = np.minimum(np.searchsorted(starts, offsets), size - 1)
    here = seen.exact & (seen.seat >= 0)
    joined = np.append(here[:-1] & here[1:] & (np.diff(seen.seat) == 1), False)
    place = np.arange(size)
    breaks = np.where(joined, size, place)
    last = np.minimum.accumulate(breaks[::-1])[::-1][at]  # of the unbroken run, itself included
    first = np.maximum.accumulate(np.where(np.append(False, joined[:-1]), 0, place))[at]
    spaces = np.append(np.flatnonzero(_codes(text) == ord(" ")), size)
    whole = here[at] & (starts[at] == offsets) & (last + 1 >= spaces[np.searchsorted(spaces, at)])
    ahead, behind = _distances(text, at)
    right = last + 1 >= np.minimum(at + ahead, size)
    left = first <= np.maximum(at - behind, 0)
    sure = right & (left | (ahead == _CONTEXTS[0]))  # the first words of a quotation have nothing before them
    return np.where(sure & whole, seen.seat[at], -1)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _can_be_told(text: str, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not offsets.size:
        return np.zeros(0, dtype=np.bool_)
    folded = fold(text)
    ahead, behind = _distances(folded.text, np.searchsorted(folded.starts, offsets))
    return np.asarray((ahead == _CONTEXTS[0]) | (np.maximum(ahead, behind) < _NEVER))


def _distances(text: str, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, per site, how many characters behind and before its place it takes to tell it from all others."""
    ahead = _told_apart(lambda k, length: text[k : k + length], at)
    behind = _told_apart(lambda k, length: text[max(0, k - length) : k], at)
    return ahead, behind


def _told_apart(context: Callable[[int, int], str], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first of ``_CONTEXTS`` at which no two are the same, by site; beyond all if there is none."""
    found = np.full(at.size, _NEVER)
    rows = np.arange(at.size)
    for length in _CONTEXTS:
        texts = [context(k, length) for k in at[rows].tolist()]
        counts = Counter(texts)
        single = np.array([counts[text] == 1 for text in texts], dtype=np.bool_)
        found[rows[single]] = length
        rows = rows[~single]
    return found


def _symbol(seen: Alignment, seat: int) -> int | None:
    """Return the symbol before a letter of the exhibit, behind the white space before it."""
    exhibit = seen.exhibit
    begin = int(exhibit.ends[seat - 1]) if seat else 0
    gap = exhibit.source[begin : int(exhibit.starts[seat])]
    mark = "".join(character for character in gap if character in _CHARACTERS)
    return INSERTED_MARKS.index(mark) if mark in INSERTED_MARKS else None
