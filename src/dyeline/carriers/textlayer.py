"""Invisible code points before the first letter of a word in the text layer of a page: eight symbols each.

A page's glyphs stay as they are, so nothing but what a letter is copied as can carry a mark
(``formats.pdf`` writes it by a second font resource). The format says where: first words of lines
and words behind punctuation, so that searching a phrase still works. Every symbol puts three characters
there, each a ZWNJ or a ZWJ, so that a text that lost them, or some of them, says nothing instead of
spelling one codeword.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.identity import site_id
from dyeline.carriers.replace import written
from dyeline.model.alignment import Alignment
from dyeline.model.document import INSERTED_MARKS, Document
from dyeline.model.sites import Place, Site

MISREAD = 0.002
"""P(a site shows another symbol than the one written); as of the character carrier."""

_CHARACTERS = frozenset("".join(INSERTED_MARKS))


class TextLayer:
    """Marks before the letters that the format names as ``insertions``."""

    name = "textlayer/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return an eight-symbol site for every insertion that the format allows, in text order."""
        return [
            Site(
                site_id(document.text, offset, offset, carrier=self.name, cls="letter", ordinal=number),
                self.name,
                "letter",
                (Place(offset, offset, INSERTED_MARKS),),
            )
            for number, offset in enumerate(document.insertions)
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


def _letter_seats(seen: Alignment, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, per site, the folded exhibit offset of its letter; -1 unless it and a neighbour are surely there."""
    size = seen.seat.size
    at = np.minimum(np.searchsorted(seen.document.starts, offsets), size - 1)
    here = seen.exact[at] & (seen.seat[at] >= 0) & (seen.document.starts[at] == offsets)
    left, right = np.maximum(at - 1, 0), np.minimum(at + 1, size - 1)
    sure = seen.exact[left] & (seen.seat[left] == seen.seat[at] - 1)
    sure |= seen.exact[right] & (seen.seat[right] == seen.seat[at] + 1)
    return np.where(here & sure, seen.seat[at], -1)


def _symbol(seen: Alignment, seat: int) -> int | None:
    """Return the symbol before a letter of the exhibit, behind the white space before it."""
    exhibit = seen.exhibit
    begin = int(exhibit.ends[seat - 1]) if seat else 0
    gap = exhibit.source[begin : int(exhibit.starts[seat])]
    mark = "".join(character for character in gap if character in _CHARACTERS)
    return INSERTED_MARKS.index(mark) if mark in INSERTED_MARKS else None
