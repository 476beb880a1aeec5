"""What tracing may know of the registered documents: texts, sites, keys and copy numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from dyeline.match.index import GramIndex
from dyeline.model.document import PictureArea
from dyeline.model.pages import PageReference, PageRenderer, PageWords
from dyeline.model.sites import Site

if TYPE_CHECKING:
    from dyeline.match.pages.candidates import CandidatePage


@dataclass(frozen=True, slots=True)
class ShelvedCopy:
    """One issued copy: its index in the codebook, its label, the sealed label of its recipient."""

    index: int
    label: str
    recipient: str


class PageShelf(Protocol):
    """The pages that the copies of a circulation have, or a version that no copy was issued of."""

    @property
    def name(self) -> str:
        """Return what tells these pages from others: circulations with the same pages have one name."""
        ...

    @property
    def words(self) -> Sequence[PageWords]:
        """Return the words of all pages, in order."""
        ...

    def fixed(self, page: int) -> NDArray[np.bool_]:
        """Return which words of a page stand at the same place in every copy."""
        ...

    def reference(self, page: int) -> PageReference:
        """Return an unmarked page; asked for repeatedly."""
        ...

    def renderer(self, page: int) -> PageRenderer | None:
        """Return what draws a page with its words moved; None where no word is ever moved."""
        ...


@dataclass(frozen=True, slots=True)
class Original:
    """An unmarked picture of a document, grey or RGB, and where its pages show it."""

    key: str
    pixels: NDArray[np.uint8]
    areas: tuple[PictureArea, ...]


class PictureShelf(Protocol):
    """The unmarked pictures of a version that can carry marks, by their keys."""

    @property
    def areas(self) -> Mapping[str, tuple[PictureArea, ...]]:
        """Return where every picture is shown; asked for repeatedly."""
        ...

    def original(self, key: str) -> Original | None:
        """Return a picture; None when the version has none of that key. Asked for repeatedly."""
        ...


@dataclass(frozen=True, slots=True)
class ShelvedCirculation:
    """One circulation of a version: the sites that were used, the secret, the copies, their pages if any.

    ``scheme`` says how codewords are made of the secret (``codes.scheme``).
    """

    label: str
    sites: tuple[Site, ...]
    secret: bytes
    scheme: str
    copies: tuple[ShelvedCopy, ...]
    pages: PageShelf | None = None
    pictures: PictureShelf | None = None


@dataclass(frozen=True, slots=True)
class ShelvedVersion:
    """One registered version and its circulations."""

    document: str
    number: int
    title: str
    text: str
    block_starts: tuple[int, ...]
    circulations: tuple[ShelvedCirculation, ...]
    pages: PageShelf | None = None
    pictures: PictureShelf | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """A page, or a picture, of a version that looks like a picture of an exhibit."""

    version: int  # number in the match index
    candidate: CandidatePage


class LooksShelf(Protocol):
    """What the pages of the registered versions look like."""

    def alike(self, pixels: NDArray[np.uint8]) -> Sequence[Alike]:
        """Return pages and pictures that look like a picture (RGB), the likeliest first."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """Return sentences on what could not be looked at."""
        ...


class Shelf(Protocol):
    """Access to the registered versions by their number in the match index; loads on demand."""

    @property
    def index(self) -> GramIndex:
        """Return the match index of all versions."""
        ...

    def version(self, index_number: int) -> ShelvedVersion:
        """Return one version; asked for repeatedly."""
        ...

    def __len__(self) -> int:
        """Return how many versions are registered."""
        ...


def carriers_of(sites: Sequence[Site]) -> list[str]:
    """Return the names of the carriers that these sites use, sorted."""
    return sorted({site.carrier for site in sites})


def by_size(shelf: PictureShelf, keys: Iterable[str]) -> list[str]:
    """Return those keys that a shelf knows, largest picture first."""
    sizes = {key: shelf.areas[key][0] for key in keys if key in shelf.areas}
    return sorted(sizes, key=lambda key: (-sizes[key].width_px * sizes[key].height_px, key))
