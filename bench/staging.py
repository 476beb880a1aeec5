"""A shelf in memory, and circulations with fresh secrets: the chain of a trace without a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.documents import NAMES, BenchDocument, load, recipe_for
from dyeline.carriers.contract import Carrier
from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.replace import ordered_places, written
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.formats.registry import read_file
from dyeline.issue.recipe import Order, make_copy
from dyeline.match.index import GramIndex
from dyeline.model.finding import ExhibitFacts, Finding
from dyeline.text.fold import fold
from dyeline.text.words import count_words
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.flow import Question, trace
from dyeline.trace.shelf import ShelvedCirculation, ShelvedCopy, ShelvedVersion

RECIPIENTS = 100
_SHELVED = ("announcement", "sockets", "policy", "governance")


@dataclass(frozen=True, slots=True)
class Circulation:
    """One circulation of a document: its secret, and the symbols of every copy."""

    document: BenchDocument
    secret: bytes
    weights: NDArray[np.int64]
    symbols: NDArray[np.uint8]  # (recipients, sites)

    def text(self, index: int) -> str:
        """Return the text of an issued copy, as a reader copies it out of the file, without its notice."""
        return self.rendered(self.symbols[index])

    def rendered(self, symbols: Sequence[int] | NDArray[np.uint8]) -> str:
        """Return the document's text with these symbols written."""
        return written(self.document.text, self.document.sites, [int(symbol) for symbol in symbols])

    def by_place(self, choice: Sequence[int]) -> str:
        """Return the text with variant ``choice[k]`` at the k-th place, places in text order."""
        text, done = self.document.text, 0
        pieces: list[str] = []
        for (_, place), symbol in zip(ordered_places(self.document.sites), choice, strict=True):
            pieces += (text[done : place.start], place.texts[symbol])
            done = place.end
        return "".join((*pieces, text[done:]))

    def file(self, index: int, kind: str) -> bytes:
        """Return the issued file of a copy, notice and stamp included."""
        recipe = replace(recipe_for(self.document.name, kind), secret=self.secret, weights=self.weights)
        return make_copy(recipe, Order(index, label(self.document, index), "Reader R")).data

    def shelved(self) -> ShelvedVersion:
        """Return the document as it would stand on a shelf, with this circulation alone."""
        copies = tuple(ShelvedCopy(k, label(self.document, k), f"R-{k:03}") for k in range(RECIPIENTS))
        circulation = ShelvedCirculation("X-001", self.document.sites, self.secret, NEW_SCHEME, copies)
        document = self.document
        return ShelvedVersion(
            document.name, 1, document.name, document.text, document.block_starts, (circulation,)
        )


def draw(name: str, rng: np.random.Generator) -> Circulation:
    """Return a circulation of a document under a secret drawn from ``rng``."""
    document = load(name)
    secret = rng.bytes(32)
    weights = site_weights([site.variants for site in document.sites], secret)
    return Circulation(
        document, secret, weights, codewords_of(NEW_SCHEME, secret, range(RECIPIENTS), weights)
    )


def label(document: BenchDocument, index: int) -> str:
    """Return the label of a copy."""
    return f"{document.name}:{index}"


class BenchShelf:
    """All documents; those of the given circulations with these, the others with fixed ones."""

    def __init__(self, circulations: Sequence[Circulation]) -> None:
        self._versions = dict(_fixed_versions())
        for circulation in circulations:
            number = _SHELVED.index(circulation.document.name.removesuffix("-accepted"))
            self._versions[number] = circulation.shelved()

    @property
    def index(self) -> GramIndex:
        """Return the match index over the documents."""
        return _index()

    def version(self, index_number: int) -> ShelvedVersion:
        """Return one version."""
        return self._versions[index_number]

    def __len__(self) -> int:
        """Return how many versions there are."""
        return len(self._versions)


@cache
def _index() -> GramIndex:
    return GramIndex().extended({k: fold(load(name).text).text for k, name in enumerate(_SHELVED)})


@cache
def _fixed_versions() -> dict[int, ShelvedVersion]:
    return {k: draw(name, np.random.default_rng(k)).shelved() for k, name in enumerate(_SHELVED)}


@cache
def _carriers() -> dict[str, Carrier]:
    return reading_carriers()


def traced(text: str, circulations: Sequence[Circulation], *, bound: float) -> Finding:
    """Return the finding on an exhibit's text."""
    facts = ExhibitFacts("", "txt", count_words(text))
    shelf = BenchShelf(circulations)
    return trace(Exhibit(facts, text), shelf, _carriers(), Question(bound)).finding


def file_text(data: bytes, suffix: str) -> str:
    """Return the text that a trace reads from an exhibit file."""
    return read_file(data, declarations=False, hint_suffix=suffix).text


def warm_up() -> None:
    """Load and plan every document, so that processes forked afterwards have them."""
    for name in NAMES:
        load(name)
    _index()
    _fixed_versions()
    _carriers()
