"""What tracing may know of the registered documents: texts, sites, keys and copy numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, overload

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


class CopyColumns(Sequence[ShelvedCopy]):
    """Copies kept as columns: a million take 40 MB, and an object is made of one when it is looked at."""

    DTYPE = np.dtype([("index", np.int64), ("label", "S16"), ("recipient", "S16")])

    def __init__(self, rows: NDArray[np.void]) -> None:
        """Take rows of ``DTYPE``; labels are plain ASCII."""
        self._rows = rows

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str, str]]) -> CopyColumns:
        """Return the copies with these indices, labels and sealed labels of recipients."""
        return cls(np.fromiter(rows, dtype=cls.DTYPE))

    @property
    def indices(self) -> NDArray[np.int64]:
        """Return the index of every copy in the codebook."""
        return np.ascontiguousarray(self._rows["index"])

    @property
    def recipients(self) -> NDArray[np.bytes_]:
        """Return the sealed label of every copy's recipient, in ASCII."""
        return np.ascontiguousarray(self._rows["recipient"])

    def taken(self, rows: NDArray[np.int64]) -> CopyColumns:
        """Return the copies in these rows."""
        return CopyColumns(self._rows[rows])

    def has(self, label: str) -> bool:
        """Tell whether a copy of this label is among them."""
        return bool((self._rows["label"] == label.encode()).any())

    def __len__(self) -> int:
        """Return how many copies there are."""
        return int(self._rows.size)

    @overload
    def __getitem__(self, row: int) -> ShelvedCopy: ...
    @overload
    def __getitem__(self, row: slice) -> CopyColumns: ...
    def __getitem__(self, row: int | slice) -> ShelvedCopy | CopyColumns:
        """Return one copy, or a range of them."""
        if isinstance(row, slice):
            return CopyColumns(self._rows[row])
        index, label, recipient = self._rows[row].item()
        return ShelvedCopy(index, label.decode(), recipient.decode())


class Chained(Sequence[ShelvedCopy]):
    """The copies of several circulations as one sequence, without an object for each."""

    def __init__(self, parts: Sequence[Sequence[ShelvedCopy]]) -> None:
        """Take the copies of every circulation."""
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts], dtype=np.int64)

    def __len__(self) -> int:
        """Return how many copies there are."""
        return int(self._ends[-1]) if self._parts else 0

    @overload
    def __getitem__(self, row: int) -> ShelvedCopy: ...
    @overload
    def __getitem__(self, row: slice) -> list[ShelvedCopy]: ...
    def __getitem__(self, row: int | slice) -> ShelvedCopy | list[ShelvedCopy]:
        """Return one copy, or a list of several."""
        if isinstance(row, slice):
            return [self[k] for k in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        part = int(np.searchsorted(self._ends, row, side="right"))
        return self._parts[part][row - int(self._ends[part])]  # counted from the part's end: negative


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

    def hidden(self, key: str, page: int) -> NDArray[np.bool_] | None:
        """Return which reference pixels of a page hide the picture that it shows; None where none are known to.

        Letters over it, another picture, or a soft mask may. Asked for repeatedly.
        """
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
    copies: Sequence[ShelvedCopy]
    pages: PageShelf | None = None
    pictures: PictureShelf | None = None

    @property
    def indices(self) -> NDArray[np.int64]:
        """Return the index of every copy in the codebook, in the order of the copies."""
        if isinstance(self.copies, CopyColumns):
            return self.copies.indices
        return np.array([copy.index for copy in self.copies], dtype=np.int64)

    @property
    def recipients(self) -> NDArray[np.bytes_]:
        """Return the sealed label of every copy's recipient, in ASCII."""
        if isinstance(self.copies, CopyColumns):
            return self.copies.recipients
        return np.array([copy.recipient.encode() for copy in self.copies], dtype=np.bytes_)

    def with_indices(self, indices: NDArray[np.int64]) -> Sequence[ShelvedCopy]:
        """Return the copies with these indices, all of which are on the list, in this order."""
        own = self.indices
        if np.array_equal(own, indices):
            return self.copies
        order = np.argsort(own)
        rows = order[np.searchsorted(own, indices, sorter=order)]
        if isinstance(self.copies, CopyColumns):
            return self.copies.taken(rows)
        return [self.copies[row] for row in rows.tolist()]

    def holds(self, label: str) -> bool:
        """Tell whether a copy of this label is one of the circulation."""
        if isinstance(self.copies, CopyColumns):
            return self.copies.has(label)
        return any(copy.label == label for copy in self.copies)


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
    withheld: tuple[str, ...] = ()  # circulations whose secrets are not at hand


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
