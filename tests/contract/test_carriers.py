"""Every carrier keeps the laws, and the kit refuses carriers that break one on purpose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

import dyeline
from dyeline.carriers.contract import Carrier
from dyeline.carriers.declared import Declared
from dyeline.carriers.layout.carrier import Layout
from dyeline.carriers.notice import Notice
from dyeline.carriers.registry import built_in_carriers
from dyeline.carriers.stamp import Stamp
from dyeline.carriers.textlayer import TextLayer
from dyeline.match.align import align
from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Site
from dyeline.testing.carriers import Align, check_carrier
from dyeline.text.fold import fold
from tests.contract.documents import align_within, document_from

DEMO = Path(dyeline.__file__).parent / "demo"
CARRIERS: list[Carrier] = [*built_in_carriers(parser=False), Stamp(), Notice()]


def briefing(*constraints: str) -> Document:
    source = (DEMO / "briefing.md").read_text(encoding="utf-8").split("---\n", 2)[2].strip()
    return document_from(source, "fixed Of the 30 held last year", *constraints)


def prose(name: str, style: str) -> Document:
    lines = (DEMO / f"{name}.md").read_text(encoding="utf-8").split("\n")
    kept = [re.sub(r"^(#+|-|\d+\.) ", "", line) for line in lines if line and not line.startswith("|")]
    return document_from("\n".join(kept), style="informal" if style == "informal" else "formal")


def page(name: str) -> Document:
    """Return a document as of a PDF: nothing but the first letters of some words may carry anything."""
    document = prose(name, "formal")
    starts = [found.start() for found in re.finditer(r"(?m)^\w|(?<=[,.;:] )\w", document.text)]
    between = zip([0, *starts], [*starts, len(document.text)], strict=True)
    frozen = tuple((start, end) for start, end in between if start < end)
    inner = tuple(found.start() for found in re.finditer(r"(?<=\w )\w+(?= \w)", document.text))
    return replace(document, frozen=frozen, insertions=tuple(starts), shifts=inner[::2])


def align_in_house(exhibit: str, document: str) -> Alignment:
    return align(fold(exhibit), fold(document))


DOCUMENTS = {
    "briefing": briefing("require sites=2 -> day=2"),
    "announcement": prose("announcement", "informal"),
    "policy": prose("policy", "formal"),
    "one word": document_from("Wren"),
    "empty": document_from(""),
    "page": page("policy"),
    "no spaces": document_from("本文件仅供内部使用。请勿转发。" * 20),
}


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
@pytest.mark.parametrize("aligner", [align_in_house, align_within])
@pytest.mark.parametrize("seed", [0, 1])
def test_carrier_keeps_the_laws(carrier: Carrier, document: str, seed: int, aligner: Align) -> None:
    invisible = carrier.name.startswith(("character/", "textlayer/", "layout/"))
    check_carrier(carrier, DOCUMENTS[document], align=aligner, seed=seed, invisible=invisible)


def test_the_documents_have_sites_to_judge() -> None:
    assert len(Declared().find_sites(DOCUMENTS["briefing"])) == 5
    for carrier in built_in_carriers(parser=False)[1:-3]:  # the last three are for pages
        assert len(carrier.find_sites(DOCUMENTS["announcement"])) > 10, carrier.name
    assert len(TextLayer().find_sites(DOCUMENTS["page"])) > 40
    assert len(Layout().find_sites(DOCUMENTS["page"])) > 40


class Broken(Declared):
    """A good carrier, for the others to break."""


class Meddler(Broken):
    """Tidies up the text beside its marks."""

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        return super().write(document, sites, symbols).replace("stay polite", "remain polite")


class Hoarder(Broken):
    """Adds to a mark instead of replacing it."""

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        insertions = [
            replace(site, places=tuple(replace(place, end=place.start) for place in site.places))
            for site in sites
        ]
        already = not document.declared
        return super().write(document, insertions if already else sites, symbols)


class Parrot(Broken):
    """Says what it wrote last, whatever it is shown."""

    last: ClassVar[list[int]] = []

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        Parrot.last = list(symbols)
        return super().write(document, sites, symbols)

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = super().read(seen, sites)
        for row, symbol in zip(rows, self.last, strict=True):
            if np.ptp(row):
                row[:] = -5.0
                row[symbol] = 0.0
        return rows


class Guesser(Broken):
    """Takes what it did not see for the first variant."""

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = super().read(seen, sites)
        rows[np.ptp(rows, axis=1) == 0, 1] = -1.0
        return rows


class Dyslexic(Broken):
    """Takes two variants for each other."""

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = super().read(seen, sites)
        rows[:, [0, 1]] = rows[:, [1, 0]]
        return rows


class Shouter(Broken):
    """Is the surer the worse it sees."""

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = super().read(seen, sites)
        return rows * (1 + seen.error_rate * 20) if seen.error_rate > 0.05 else rows


class Fickle(Broken):
    """Finds other sites each time."""

    calls = 0

    def find_sites(self, document: Document) -> list[Site]:
        Fickle.calls += 1
        return super().find_sites(document)[Fickle.calls % 2 :]


class Twins(Broken):
    """Gives one id to all sites."""

    def find_sites(self, document: Document) -> list[Site]:
        return [replace(site, id="same") for site in super().find_sites(document)]


class Trespasser(Broken):
    """Lets two sites meet."""

    def find_sites(self, document: Document) -> list[Site]:
        sites = super().find_sites(document)
        return [*sites, replace(sites[-1], id="another")]


class Clairvoyant(Layout):
    """Reads in a text where the words of a page stood."""

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = super().read(seen, sites)
        rows[:, 1] = -1.0
        return rows


class Scribbler(Layout):
    """Says that it moves words, and writes."""

    def find_sites(self, document: Document) -> list[Site]:
        return [
            replace(site, places=tuple(replace(place, texts=("", "\u200c")) for place in site.places))
            for site in super().find_sites(document)
        ]


@pytest.mark.parametrize(
    ("carrier", "law"),
    [(Clairvoyant, "a text says nothing"), (Scribbler, "changes the text though it shows on the page")],
)
def test_the_kit_refuses_on_a_page(carrier: type[Layout], law: str) -> None:
    with pytest.raises(AssertionError, match=law):
        check_carrier(carrier(), DOCUMENTS["page"], align=align_within)


@pytest.mark.parametrize(
    ("carrier", "law"),
    [
        (Meddler, "writing moves, adds and removes no site"),
        (Hoarder, "writing twice changes nothing"),
        (Parrot, "reading depends on alignment and sites only"),
        (Guesser, "an unseen site is an erasure"),
        (Dyslexic, "a clean copy reads back as written"),
        (Shouter, "damage never adds evidence"),
        (Fickle, "the same document has the same sites"),
        (Twins, "sites are sorted, apart"),
        (Trespasser, "sites are sorted, apart"),
    ],
)
def test_the_kit_refuses(carrier: type[Broken], law: str) -> None:
    with pytest.raises(AssertionError, match=law):
        check_carrier(carrier(), briefing(), align=align_within)


def test_the_kit_refuses_visible_marks_where_they_must_be_invisible() -> None:
    with pytest.raises(AssertionError, match="leaves the folded text as it was"):
        check_carrier(Declared(), briefing(), align=align_within, invisible=True)
