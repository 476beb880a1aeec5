"""What an exhibit says at the sites that were read, before any codeword comes in."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STEP_NATS: Final = 0.125
FLOOR_NATS: Final = -8.0
TOTAL: Final = 256
SMALL_NATS: Final = 50.0


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One mark site of a circulation: its kind, how many variants it has, where it begins in the text."""

    carrier: str
    cls: str
    variants: int
    styles: tuple[int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Read:
    """One site that was read. ``likelihood`` and ``prior`` have an entry a variant.

    ``site`` is its number among all sites, ``group`` its style class ("" for none), ``block`` its exhibit and
    paragraph.
    """

    site: int
    likelihood: tuple[float, ...]
    prior: tuple[float, ...]
    group: str
    styles: tuple[int, ...]
    block: tuple[int, int]

    @property
    def average(self) -> float:
        """Return the likelihood of a symbol drawn from the bias."""
        return sum(chance * seen for chance, seen in zip(self.prior, self.likelihood, strict=True))


def gather(
    loglik: Sequence[tuple[int, Sequence[float]]],
    sites: Sequence[SiteRow],
    weights: Sequence[Sequence[int]],
    blocks: Sequence[int],
    *,
    part: int = 0,
) -> list[Read]:
    """Return the sites that were read.

    ``loglik`` has (site, ln-likelihoods); ``part`` keeps the classes and paragraphs of several exhibits apart.
    """
    reads = []
    for number, row in loglik:
        if max(row) == min(row):
            continue
        site, weight = sites[number], weights[number]
        prior = tuple(value / TOTAL for value in weight[: site.variants])
        likelihood = tuple(
            quantised(value - max(row)) if chance > 0 else 1.0
            for value, chance in zip(row, prior, strict=False)
        )
        group = f"{part}|{site.carrier}|{site.cls}" if site.styles else ""
        reads.append(
            Read(number, likelihood, prior, group, site.styles, (part, bisect_right(blocks, site.start)))
        )
    return reads


def quantised(relative_nats: float) -> float:
    """Return a likelihood relative to the best symbol's, rounded in ln and floored."""
    return math.exp(max(round(relative_nats / STEP_NATS) * STEP_NATS, FLOOR_NATS))


def can_show_coalition(reads: Sequence[Read]) -> bool:
    """Tell whether these sites carry enough for mixed copies to be told apart."""
    nats = sum(-math.log(sum(p * p for p in read.prior)) for read in reads)
    return nats >= SMALL_NATS
