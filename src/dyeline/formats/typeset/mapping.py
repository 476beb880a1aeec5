"""Where the words of a document stand in the text of its rendition, and back.

The two texts have the same words but for what a page adds (its number, bullets, repeated heads) or
leaves out, and a few that stand elsewhere (footnotes). Whatever is not certain is not mapped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import edlib
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.marks import image_block
from dyeline.match.align import align
from dyeline.model.alignment import Folded
from dyeline.model.pages import PageWords
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold

NOWHERE: Final = -1

_WORD = re.compile(r"[^ ]+")
_STEP = re.compile(r"(\d+)([=XID])")
_CODES: Final = 254  # characters that edlib can tell apart, beside those of one text only
_DIFFERENT_FIRST, _DIFFERENT_SHARE = 400, 0.1  # characters by which texts in the same order may differ
_CONTEXT: Final = 12  # characters beside a word (or up to the end of the texts) that have to agree as well


@dataclass(frozen=True, slots=True)
class TextMapping:
    """Offsets of characters of the same words in two texts.

    ``to_pdf[k]`` is the offset in the rendition's text of the version's character ``k``, and
    ``to_version`` the other way; ``NOWHERE`` for white space and for what is not certain.
    """

    to_pdf: NDArray[np.int64]
    to_version: NDArray[np.int64]
    version_text: str
    pdf_text: str

    def pdf_offset(self, offset: int) -> int:
        """Return where the character at an offset of the version's text stands, or ``NOWHERE``."""
        return int(self.to_pdf[offset]) if 0 <= offset < len(self.to_pdf) else NOWHERE

    def version_offset(self, offset: int) -> int:
        """Return where the character at an offset of the rendition's text stands, or ``NOWHERE``."""
        return int(self.to_version[offset]) if 0 <= offset < len(self.to_version) else NOWHERE

    def pdf_range(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range that shows ``start:end`` of the version's text; None where it is not certain.

        Its words have to be the same. An empty range stands before the character at it, or behind the
        one before it where that is white space or the end; white space is mapped with the words beside it.
        """
        text, low, high = self.version_text, start, end
        while low < end and text[low].isspace():
            low += 1
        while high > low and text[high - 1].isspace():
            high -= 1
        if low == high:
            return self._gap(start, end)
        first, last = self.pdf_offset(low), self.pdf_offset(high - 1) + 1
        if (
            first == NOWHERE
            or last <= first
            or fold(text[low:high]).text != fold(self.pdf_text[first:last]).text
        ):
            return None
        while low > start and self.pdf_text[first - 1 : first].isspace():
            first -= 1
            low = start if not self.pdf_text[first - 1 : first].isspace() else low
        while high < end and self.pdf_text[last : last + 1].isspace():
            last += 1
            high = end if not self.pdf_text[last : last + 1].isspace() else high
        return first, last

    def _gap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of white space, or between two characters."""
        before, behind = self.pdf_offset(start - 1) + 1, self.pdf_offset(end)
        if start == end:
            at = behind if behind != NOWHERE else before or NOWHERE
            return None if at == NOWHERE else (at, at)
        between = self.pdf_text[before:behind] if before and behind != NOWHERE else ""
        return (before, behind) if between.isspace() else None


def map_text(version_text: str, pdf_text: str) -> TextMapping:
    """Return the mapping between a version's text and that of its rendition, as ``Pdf.read`` gives it.

    The texts are aligned end to end first, so that passages that a document has several times keep
    their order; what that leaves open (a footnote, a text box) is looked for anywhere.
    Cost: 100 ms for 60,000 characters.
    """
    version, pdf = fold(version_text), fold(pdf_text)
    mapping = TextMapping(
        np.full(len(version_text), NOWHERE, dtype=np.int64),
        np.full(len(pdf_text), NOWHERE, dtype=np.int64),
        version_text,
        pdf_text,
    )
    words = [match.span() for match in _WORD.finditer(version.text)]
    words = _map_words(words, _seats_in_order(pdf.text, version.text), version, pdf, mapping)
    if words:
        aligned = align(pdf, version)
        _map_words(words, np.where(aligned.exact, aligned.seat, NOWHERE), version, pdf, mapping)
    return mapping


def _seats_in_order(pdf: str, version: str) -> NDArray[np.int64]:
    """Return where each character of the version stands in the rendition, both read from end to end."""
    seats = np.full(len(version), NOWHERE, dtype=np.int64)
    common = sorted(set(pdf) & set(version))
    code = {character: 2 + k % _CODES for k, character in enumerate(common)}
    query, target = bytes(code.get(c, 0) for c in pdf), bytes(code.get(c, 1) for c in version)
    most, limit = _DIFFERENT_FIRST, max(_DIFFERENT_FIRST, int(_DIFFERENT_SHARE * len(version)))
    cigar = None
    while query and target and cigar is None and most <= limit:
        cigar = edlib.align(query, target, mode="NW", task="path", k=most)["cigar"]  # cost grows with k
        most *= 4
    e = d = 0
    for size, step in _STEP.findall(cigar or ""):
        count = int(size)
        if step == "=":
            seats[d : d + count] = np.arange(e, e + count)
        e += count if step != "D" else 0  # edlib: "I" takes from the query alone, "D" from the target
        d += count if step != "I" else 0
    return seats


def _map_words(
    words: Sequence[tuple[int, int]],
    seat: NDArray[np.int64],
    version: Folded,
    pdf: Folded,
    mapping: TextMapping,
) -> list[tuple[int, int]]:
    """Put the words (ranges of the folded version) that are certain on the mapping; return the others."""
    left: list[tuple[int, int]] = []
    breaks = np.concatenate([[0], np.cumsum(np.diff(seat) != 1)]).tolist()
    seats = seat.tolist()
    for low, high in words:
        first = seats[low]
        here, there = version.starts[low:high], pdf.starts[first : first + high - low]
        if (
            first == NOWHERE
            or breaks[low] != breaks[high - 1]
            or not _whole(pdf.text, first, first + high - low)
            or not _in_context(version.text, low, high, pdf.text, first)
            or (mapping.to_version[there] != NOWHERE).any()
        ):
            left.append((low, high))
            continue
        mapping.to_pdf[here[::-1]] = there[::-1]  # of letters that fold to several, the first counts
        mapping.to_version[there[::-1]] = here[::-1]
    return left


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a range of a folded text is a word from its beginning to its end."""
    return text[start - 1 : start] in ("", " ") and text[end : end + 1] in ("", " ")


def _in_context(one: str, low: int, high: int, other: str, first: int) -> bool:
    """Tell whether what stands before, or behind, two equal words is equal too."""
    last = first + high - low
    before, before_too = one[max(0, low - _CONTEXT) : low], other[max(0, first - _CONTEXT) : first]
    behind, behind_too = one[high : high + _CONTEXT], other[last : last + _CONTEXT]
    return (before == before_too and bool(before)) or (behind == behind_too and bool(behind))


def map_words(pages: Sequence[PageWords], mapping: TextMapping) -> tuple[PageWords, ...]:
    """Return the words of a rendition's pages with their place in the version's text; -1 for the others."""
    found: list[PageWords] = []
    to_version = np.append(mapping.to_version, NOWHERE)  # what stands nowhere is looked up at the end
    for page in pages:
        starts = to_version[np.where(page.starts < 0, -1, page.starts)]
        lasts = to_version[np.where(page.ends <= 0, -1, page.ends - 1)]
        mapped = (starts != NOWHERE) & (lasts >= starts)
        ends = np.where(mapped, lasts + 1, NOWHERE)
        found.append(replace(page, starts=np.where(mapped, starts, NOWHERE), ends=ends))
    return tuple(found)


def pdf_sites(sites: Sequence[Site], mapping: TextMapping) -> tuple[Site, ...]:
    """Return sites with their places in the rendition's text. Raises ValueError for one that is not there."""
    found = tuple(pdf_site(site, mapping) for site in sites)
    missing = [site.id for site, moved in zip(sites, found, strict=True) if moved is None]
    if missing:
        raise ValueError(f"site {missing[0]} does not stand in the rendition for certain")
    return tuple(site for site in found if site is not None)


def pdf_site(site: Site, mapping: TextMapping) -> Site | None:
    """Return a site with its places in the rendition's text; None where one is not there for certain.

    A block of a picture is named by its mark alone: it is given the beginning of the text.
    """
    places: list[Place] = []
    for place in site.places:
        if image_block(place.mark) is not None:
            places.append(replace(place, start=0, end=0))
            continue
        found = mapping.pdf_range(place.start, place.end)
        if found is None:
            return None
        places.append(replace(place, start=found[0], end=found[1]))
    return replace(site, places=tuple(sorted(places, key=_start)))


def _start(place: Place) -> int:
    return place.start
