"""The laws of carriers as one call: ``check_carrier``, for the built-in ones and for plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.contract import Carrier
from dyeline.carriers.replace import ordered_places, written
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold, folded_span

Align = Callable[[str, str], Alignment]
"""From (text of the exhibit, text of the document) to their alignment."""

MOST_VARIANTS = 64
READ_AT_LEAST = 0.95  # share of sites that a clean copy must give back
_MARGIN = 60  # characters around a cut in which a site may count as seen
_NEAR = 12  # folded characters on each side of a place that must stay what they were
_SLACK_NATS = 1e-6


def check_carrier(
    carrier: Carrier, document: Document, *, align: Align, seed: int = 0, invisible: bool = False
) -> None:
    """Run every law on ``carrier`` with ``document``. Raises AssertionError naming the first one broken.

    Sites that show on a page must leave the text alone and be erasures in it: reading pictures of
    pages is not this contract.
    ``invisible`` adds the law that marks leave the folded text as it was. A carrier without sites
    in this document passes as long as it then changes and reads nothing. Cost: seven alignments.
    """
    rng = np.random.default_rng(seed)
    sites = _find(carrier, document)
    symbols = _draw(rng, sites)
    copy = _write(carrier, document, sites, symbols)
    if invisible and fold(copy).text != fold(document.text).text:
        raise _broken(carrier, "an invisible mark leaves the folded text as it was", "it changed")
    seen = align(copy, document.text)
    _keeps_surroundings(carrier, sites, seen)
    clean = _clean_copy_reads_back(carrier, sites, symbols, seen)
    _unseen_is_erased(carrier, document, sites, symbols, align)
    _reads_from_arguments_only(carrier, document, sites, seen, clean, rng)
    _damage_adds_nothing(carrier, sites, clean, align(_with_words_lost(rng, copy), document.text))


def _broken(carrier: Carrier, law: str, fact: str) -> AssertionError:
    return AssertionError(f"{carrier.name} breaks the law that {law}: {fact}")


def _find(carrier: Carrier, document: Document) -> list[Site]:
    sites = carrier.find_sites(document)
    if sites != carrier.find_sites(document):
        raise _broken(carrier, "the same document has the same sites", "a second search differs")
    law = "sites are sorted, apart, inside the text and told apart by their ids"
    if len({site.id for site in sites}) != len(sites):
        raise _broken(carrier, law, "two sites have one id")
    for number, site in enumerate(sites):
        fact = _ill_formed(carrier, document, site)
        if fact:
            raise _broken(carrier, law, f"site {number} {fact}")
    starts = [site.places[0].start for site in sites]
    if starts != sorted(starts):
        raise _broken(carrier, law, "they are not in text order")
    in_text = [site for site in sites if not site.on_page]  # several blocks of a picture stand at one offset
    for (_, before), (_, after) in pairwise(ordered_places(in_text)):
        if before.end > after.start or (before.start, before.end) == (after.start, after.end):
            raise _broken(carrier, law, f"two places meet at offset {after.start}")
    return sites


def _ill_formed(carrier: Carrier, document: Document, site: Site) -> str:
    if site.carrier != carrier.name:
        return f"says it belongs to {site.carrier}"
    if not site.places:
        return "has no place"
    if not 2 <= site.variants <= MOST_VARIANTS:
        return f"has {site.variants} variants"
    if site.styles and len(site.styles) != site.variants:
        return f"has {len(site.styles)} styles for {site.variants} variants"
    if any(bool(place.mark) != site.on_page for place in site.places):
        return "shows at some places on the page and at others in the text"
    looks = set(zip(*(place.texts for place in site.places), strict=True))
    if len(looks) < site.variants and not site.on_page:
        return "has two variants that look the same at every place"
    for place in site.places:
        if not 0 <= place.start <= place.end <= len(document.text):
            return f"has a place outside of the text, at offset {place.start}"
        if len(place.texts) != site.variants:
            return "has places with different numbers of variants"
        if place.mark:
            if place.start != place.end or any(place.texts):
                return f"changes the text though it shows on the page, at offset {place.start}"
            continue
        if any(place.start < seam < place.end for seam in document.seams):
            return f"has a place across a seam, at offset {place.start}"
        if any(place.start < end and start < place.end for start, end in document.frozen):
            return f"has a place in frozen text, at offset {place.start}"
    return ""


def _draw(rng: np.random.Generator, sites: Sequence[Site]) -> list[int]:
    return [int(rng.integers(site.variants)) for site in sites]


def _write(carrier: Carrier, document: Document, sites: list[Site], symbols: list[int]) -> str:
    copy = carrier.write(document, sites, symbols)
    if copy != written(document.text, sites, symbols):
        law = "writing moves, adds and removes no site"
        raise _broken(carrier, law, "text outside of the places changed, or a place holds no variant of it")
    law = "writing twice changes nothing"
    if copy != carrier.write(document, sites, symbols):
        raise _broken(carrier, law, "the same symbols gave another text")
    marked, moved = _moved(document, sites, symbols, copy)
    if copy != carrier.write(marked, moved, symbols):
        raise _broken(carrier, law, "the same symbols written over the copy changed it")
    return copy


def _moved(
    document: Document, sites: Sequence[Site], symbols: Sequence[int], copy: str
) -> tuple[Document, list[Site]]:
    """Return the copy as a document of its own, and the sites where they stand in it."""
    places = ordered_places(sites)
    ends = np.array([place.end for _, place in places], dtype=np.int64)
    longer = [len(place.texts[symbols[index]]) - (place.end - place.start) for index, place in places]
    shift = np.concatenate([[0], np.cumsum(longer, dtype=np.int64)])

    def at(offset: int) -> int:
        return offset + int(shift[np.searchsorted(ends, offset, side="right")])

    moved: list[list[Place]] = [[] for _ in sites]
    for number, (index, place) in enumerate(places):
        start = place.start + int(shift[number])
        end = start + len(place.texts[symbols[index]])
        moved[index].append(Place(start, end, place.texts, place.mark))
    marked = replace(
        document,
        text=copy,
        blocks=tuple(replace(block, start=at(block.start), end=at(block.end)) for block in document.blocks),
        frozen=tuple((at(start), at(end)) for start, end in document.frozen),
        seams=tuple(at(seam) for seam in document.seams),
        declared=(),
        constraints=(),
    )
    return marked, [replace(site, places=tuple(new)) for site, new in zip(sites, moved, strict=True)]


def _keeps_surroundings(carrier: Carrier, sites: Sequence[Site], seen: Alignment) -> None:
    folded = [folded_span(seen.document, place.start, place.end) for _, place in ordered_places(sites)]
    length = len(seen.document.text)
    for number, (start, end) in enumerate(folded):
        before = folded[number - 1][1] if number else 0
        after = folded[number + 1][0] if number + 1 < len(folded) else length
        for near in (
            seen.exact[max(before, start - _NEAR) : start],
            seen.exact[end : min(after, end + _NEAR)],
        ):
            if near.size >= 4 and near.mean() < 0.7:
                law = "writing moves, adds and removes no site"
                raise _broken(carrier, law, f"the text around place {number} is no longer there")


def _rows(carrier: Carrier, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
    rows = carrier.read(seen, sites)
    law = "readings are finite ln-likelihoods, a row a site and a column a variant"
    most = max((site.variants for site in sites), default=0)
    if rows.ndim != 2 or len(rows) != len(sites) or (sites and rows.shape[1] != most):
        raise _broken(carrier, law, f"the shape is {rows.shape} for {len(sites)} sites of up to {most}")
    if not np.isfinite(rows).all():
        raise _broken(carrier, law, "a value is not finite")
    for number, site in enumerate(sites):
        if (rows[number, site.variants :] != rows[number, 0]).any():
            raise _broken(carrier, law, f"columns beyond the variants of site {number} differ from its first")
    return rows


def _information(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.ptp(rows, axis=1)) if rows.size else np.zeros(len(rows))


def _clean_copy_reads_back(
    carrier: Carrier, sites: Sequence[Site], symbols: Sequence[int], seen: Alignment
) -> NDArray[np.float64]:
    rows = _rows(carrier, seen, sites)
    in_text = np.array([not site.on_page for site in sites], dtype=np.bool_)
    read = _information(rows) > 0
    if read[~in_text].any():
        number = int(np.flatnonzero(read & ~in_text)[0])
        raise _broken(carrier, "a text says nothing about what shows on a page", f"site {number} was read")
    law = "a clean copy reads back as written"
    for number in np.flatnonzero(read).tolist():
        row, symbol = rows[number, : sites[number].variants], symbols[number]
        if row[symbol] <= np.delete(row, symbol).max():
            raise _broken(carrier, law, f"site {number} holds {symbol} and reads as {int(row.argmax())}")
    if in_text.any() and read[in_text].mean() < READ_AT_LEAST:
        raise _broken(carrier, law, f"{int(read.sum())} of {int(in_text.sum())} sites were read")
    return rows


def _unseen_is_erased(
    carrier: Carrier, document: Document, sites: list[Site], symbols: list[int], align: Align
) -> None:
    law = "an unseen site is an erasure"
    marked, moved = _moved(document, sites, symbols, written(document.text, sites, symbols))
    length = len(marked.text)
    half = length // 2
    for kept, (low, high) in (
        (slice(0, half), (half + _MARGIN, length)),
        (slice(half, None), (-1, half - _MARGIN)),
    ):
        information = _information(_rows(carrier, align(marked.text[kept], document.text), sites))
        for number, site in enumerate(moved):
            gone = all(low < place.start and place.end <= high for place in site.places)
            if gone and information[number] > 0:
                raise _broken(carrier, law, f"site {number} lies in the missing half and moved a score")
    if _information(_rows(carrier, align("", document.text), sites)).any():
        raise _broken(carrier, law, "an empty exhibit moved a score")


def _reads_from_arguments_only(
    carrier: Carrier,
    document: Document,
    sites: list[Site],
    seen: Alignment,
    clean: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    law = "reading depends on alignment and sites only"
    carrier.write(document, sites, _draw(rng, sites))
    if not np.array_equal(_rows(carrier, seen, sites), clean):
        raise _broken(carrier, law, "writing another copy changed what is read in this one")
    if not np.array_equal(_rows(carrier, deepcopy(seen), deepcopy(sites)), clean):
        raise _broken(carrier, law, "equal arguments gave another reading")


def _with_words_lost(rng: np.random.Generator, text: str) -> str:
    """Return the text without every sixth word or so, line breaks kept."""
    lines = [line.split(" ") for line in text.split("\n")]
    return "\n".join(" ".join(word for word in line if rng.random() > 1 / 6) for line in lines)


def _damage_adds_nothing(
    carrier: Carrier, sites: Sequence[Site], clean: NDArray[np.float64], damaged: Alignment
) -> None:
    more = _information(_rows(carrier, damaged, sites)) > _information(clean) + _SLACK_NATS
    if more.any():
        law = "damage never adds evidence"
        raise _broken(carrier, law, f"site {int(np.flatnonzero(more)[0])} says more after words were lost")
