"""Choices made once for the whole document: spelling, e-mail, per cent, dates, times of day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dyeline.carriers.wording.protected import Protection, overlaps
from dyeline.carriers.wording.scan import Scan, like
from dyeline.carriers.wording.schedule import GAP
from dyeline.carriers.wording.spelling import AMERICAN_OF, BRITISH_OF
from dyeline.model.document import Document
from dyeline.model.sites import Place


@dataclass(frozen=True, slots=True)
class Instance:
    """One place where a document shows its choice on an axis: its style, and the words of the other."""

    start: int
    end: int
    style: int
    other: str


Axis = Callable[[Scan], Iterator[Instance]]

_WORD = re.compile(r"\b[A-Za-z]{4,}\b")
_MAIL = re.compile(r"\b[Ee](?P<hyphen>-?)mail(?=(?:s|ed|ing)?\b)")
_PERCENT = re.compile(r"(?<=\d)(?:%|(?P<words> per ?cent))(?![\w%])")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY_FIRST = re.compile(
    rf"(?<![\w.,/-])(?P<day>\d{{1,2}}) (?P<month>{_MONTH})(?: (?P<year>\d{{4}}))?(?![\w/-])"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?(?![\w/:-]|,? ?\d)"
)
_TIME = re.compile(r"(?<![\w.:])\d{1,2}(?:[:.]\d\d)?(?P<suffix> ?[ap]m| ?[ap]\.m\.)(?!\w)")


def spelling(scan: Scan) -> Iterator[Instance]:
    """Yield words that British (0) and American (1) English spell differently."""
    for found in _WORD.finditer(scan.text):
        word = found.group().lower()
        other = AMERICAN_OF.get(word) or BRITISH_OF.get(word)
        if other:
            style = int(word in BRITISH_OF)
            yield Instance(*found.span(), style, like(found.group(), other))


def electronic_mail(scan: Scan) -> Iterator[Instance]:
    """Yield "e-mail" (0) and "email" (1)."""
    for found in _MAIL.finditer(scan.text):
        other = "email" if found["hyphen"] else "e-mail"
        yield Instance(*found.span(), int(not found["hyphen"]), like(found.group(), other))


def per_cent(scan: Scan) -> Iterator[Instance]:
    """Yield "percent" (0) and "%" (1) behind digits."""
    word = " per cent" if " per cent" in scan.text else " percent"
    for found in _PERCENT.finditer(scan.text):
        yield Instance(*found.span(), int(found["words"] is None), "%" if found["words"] else word)


def dates(scan: Scan) -> Iterator[Instance]:
    """Yield "5 May 2030" (0) and "May 5, 2030" (1)."""
    yield from sorted(_dated(scan), key=lambda each: each.start)


def _dated(scan: Scan) -> Iterator[Instance]:
    for found in _DAY_FIRST.finditer(scan.text):
        year = f", {found['year']}" if found["year"] else ""
        if year and re.match(r" [a-z]", scan.text[found.end() : found.end() + 2]):
            year += ","  # American usage closes the year off from what follows
        yield Instance(*found.span(), 0, f"{found['month']} {found['day']}{year}")
    for found in _MONTH_FIRST.finditer(scan.text):
        year = f" {found['year']}" if found["year"] else ""
        yield Instance(*found.span(), 1, f"{found['day']} {found['month']}{year}")


def times(scan: Scan) -> Iterator[Instance]:
    """Yield "9 am" (0) and "9 a.m." (1); a sentence that ends in "a.m." is left out."""
    for found in _TIME.finditer(scan.text):
        suffix = found["suffix"]
        start = found.start("suffix")
        dotted = "." in suffix
        ends = (
            dotted and re.match(r"(?:\s+[A-Z]|\s*$|\n)", scan.text[found.end() : found.end() + 4]) is not None
        )
        other = suffix.replace(".", "") if dotted else f" {suffix.strip()[0]}.m."
        if not dotted and scan.text[found.end() : found.end() + 1] == ".":
            other = other[:-1]  # the sentence's full stop closes the abbreviation as well
        yield Instance(start, found.end(), int(dotted), f"{other}." if ends else other)


AXES: tuple[tuple[str, Axis], ...] = (
    ("spelling", spelling),
    ("e-mail", electronic_mail),
    ("date", dates),
    ("percent", per_cent),
    ("time", times),
)

_LinkedSite = tuple[str, tuple[Place, ...], tuple[int, int]]


def linked_sites(document: Document, scan: Scan, shield: Protection) -> list[_LinkedSite]:
    """Return (class, places, styles) for every axis that the document keeps to.

    An axis is left alone when the document mixes its styles, when a heading or another closed
    block shows its choice (a copy would then mix them), when formatting changes inside an
    instance, or when an instance stands too close to one of an earlier axis.
    """
    taken: list[Place] = []
    sites: list[_LinkedSite] = []
    for cls, axis in AXES:
        instances = [each for each in axis(scan) if _is_ours(each, cls, scan, shield)]
        if not instances or len({each.style for each in instances}) > 1:
            continue
        if not all(shield.free(each.start, each.end) for each in instances):
            continue
        places = _joined(scan.text, instances)
        if any(place.start < seam < place.end for place in places for seam in document.seams):
            continue
        if any(
            place.start < other.end + GAP and other.start < place.end + GAP
            for place in places
            for other in taken
        ):
            continue
        taken += places
        style = instances[0].style
        sites.append((cls, tuple(places), (style, 1 - style)))
    return sites


def _is_ours(each: Instance, cls: str, scan: Scan, shield: Protection) -> bool:
    """Tell whether an instance is the author's own running prose rather than a name or quotation."""
    if overlaps(shield.foreign, each.start, each.end):
        return False
    return cls not in {"spelling", "e-mail"} or scan.ordinary_case(each.start, each.end)


def _joined(text: str, instances: list[Instance]) -> list[Place]:
    """Return the places of one axis; neighbours too close to be read apart become one place."""
    places: list[Place] = []
    for each in instances:
        own = text[each.start : each.end]
        last = places[-1] if places else None
        if last is not None and each.start < last.end + GAP and "\n" not in text[last.end : each.start]:
            between = text[last.end : each.start]
            texts = (last.texts[0] + between + own, last.texts[1] + between + each.other)
            places[-1] = Place(last.start, each.end, texts)
        else:
            places.append(Place(each.start, each.end, (own, each.other)))
    return places
