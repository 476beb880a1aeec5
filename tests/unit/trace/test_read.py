"""Readings are put together from carriers of different widths, and counted by carrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.character import Character
from dyeline.match.align import align
from dyeline.model.alignment import Alignment
from dyeline.model.finding import ReadCount
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold
from dyeline.trace.read import Looked, count_by_carrier, read_sites

SEEN = align(fold("a"), fold("a"))


def site(name: str, carrier: str, variants: int) -> Site:
    return Site(name, carrier, "any", (Place(0, 1, tuple("abcdefgh"[:variants])),))


@dataclass
class Sees(Character):
    """Sees symbol 1 at every site, or nothing."""

    name: str = ""
    width: int = 2
    blind: bool = False

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        rows = np.zeros((len(sites), self.width))
        if not self.blind:
            rows[:, 0] = rows[:, 2:] = -4.0
        return rows


SITES = [site("a", "two/1", 2), site("b", "four/3", 4), site("c", "two/1", 2), site("d", "none/1", 3)]
CARRIERS = {
    "two/1": Sees("two/1", 2),
    "four/3": Sees("four/3", 4),
    "none/1": Sees("none/1", 3, blind=True),
}


def test_rows_stand_in_the_order_of_the_sites_and_are_filled_up_with_column_0() -> None:
    loglik = read_sites(SEEN, Looked(), SITES, CARRIERS)[0].loglik
    assert loglik.tolist() == [[-4, 0, -4, -4], [-4, 0, -4, -4], [-4, 0, -4, -4], [0, 0, 0, 0]]


def test_counts_are_by_carrier_without_its_version() -> None:
    counts = count_by_carrier(read_sites(SEEN, Looked(), SITES, CARRIERS)[0], SITES)
    assert counts == {"two": ReadCount(2, 2), "four": ReadCount(1, 1), "none": ReadCount(1, 0)}


def test_no_site_is_no_reading() -> None:
    readings, _ = read_sites(SEEN, Looked(), [], CARRIERS)
    assert (readings.loglik.shape, count_by_carrier(readings, [])) == ((0, 2), {})
