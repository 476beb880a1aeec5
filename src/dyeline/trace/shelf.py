"""What tracing may know of the registered documents: texts, sites, keys and copy numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dyeline.match.index import GramIndex
from dyeline.model.sites import Site


@dataclass(frozen=True, slots=True)
class ShelvedCopy:
    """One issued copy: its index in the codebook, its label, the sealed label of its recipient."""

    index: int
    label: str
    recipient: str


@dataclass(frozen=True, slots=True)
class ShelvedCirculation:
    """One circulation of a version: the sites that were used, the secret, the copies."""

    label: str
    sites: tuple[Site, ...]
    secret: bytes
    copies: tuple[ShelvedCopy, ...]


@dataclass(frozen=True, slots=True)
class ShelvedVersion:
    """One registered version and its circulations."""

    document: str
    number: int
    title: str
    text: str
    block_starts: tuple[int, ...]
    circulations: tuple[ShelvedCirculation, ...]


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
