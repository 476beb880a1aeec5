"""The smallest leak that names its copy: as drawn, and in closed form for every "what if".

A site that is read adds to a copy's ln likelihood ratio an amount of known mean and variance, so a leak of W
words adds about a normal amount; it names the copy when that exceeds ln(recipients/bound) and what the
error budget costs. For a coalition that mixes its copies site by site the mean is the information about one
member when the others are known (the bound of joint decoding). What sites stand where and what exact tails gain
is not in it: so it only tells by which factor a change of the plan moves the leak that the drawn table shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from dyeline.forecast.paths import PATHS, Path
from dyeline.forecast.simulate import Lasting, lasts
from dyeline.model.sites import Site
from dyeline.stats.coalition import MOST_SYMBOLS, response

CLOSED_VERSION = "closed-forecast/2"

GOOD = 0.9
QUANTILE = 1.2816
"""Standard deviations below the mean that 90 of 100 leaks exceed."""

BUDGET_NATS = {1: math.log(1 / 0.4)}
"""What the error budget costs one copy (``stats.nulltail``); for coalitions ``COALITION_NATS``."""

COALITION_NATS = math.log(1 / 0.3) + math.log(3) + 2.0
"""The share of e-values, the average of single, pair and triple, and about 2 nats for the choice of models."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change of the plan, and the smallest leak by path with it: words, or None where the whole does not do."""

    change: str
    smallest: dict[str, int | None]


def shown_words(found: float, words: int) -> int | None:
    """Return words as they are shown; None for more than the document has."""
    return max(1, math.ceil(found)) if found <= words else None


@cache
def site_nats(variants: int, error: float, copies: int) -> tuple[float, float]:
    """Return mean and variance of what one site that was read adds for a copy that took part (nats)."""
    q, e = min(variants, MOST_SYMBOLS) if copies > 1 else variants, max(error, 1e-4)
    if copies == 1:
        right, wrong = math.log(q * (1 - e)), math.log(q * e / (q - 1))
        mean = (1 - e) * right + e * wrong
        return mean, (1 - e) * right**2 + e * wrong**2 - mean**2
    chance = response((1 / q,) * q, copies, "interleaving", copies).reshape(-1, q, q)  # others, own, written
    chance = (1 - e) * chance + e / (q - 1) * (1 - chance)
    ln = np.log(chance / chance.mean(axis=1, keepdims=True))
    weight = chance / (chance.shape[0] * q)
    mean = float((weight * ln).sum())
    return mean, float((weight * ln**2).sum() - mean**2)


def smallest_leak(
    sites: Sequence[Site],
    errors: Sequence[float],
    words: int,
    path: Path,
    *,
    recipients: int,
    bound: float,
    copies: int = 1,
    lasting: Lasting = lasts,
) -> float:
    """Return how many words name a copy in 9 of 10 leaks; more than ``words`` where the document is too short.

    ``errors`` are the chances that a clear reading of each site is wrong. Sites are taken as spread evenly.
    Infinite without sites that last.
    """
    mean = square = 0.0
    for site, error in zip(sites, errors, strict=True):
        read, wrong = path.rates(site.carrier.split("/")[0])
        read *= lasting(site)
        m, v = site_nats(site.variants, round(min(0.45, error + wrong), 4), copies)
        mean += read * m
        square += read * (v + (1 - read) * m * m)
    need = math.log(recipients / bound) + BUDGET_NATS.get(copies, COALITION_NATS)
    if not words or mean <= 0.0:
        return math.inf
    # share * mean - QUANTILE * sqrt(share * square) = need, solved for the root of the share
    root = (QUANTILE * math.sqrt(square) + math.sqrt(QUANTILE**2 * square + 4 * mean * need)) / (2 * mean)
    return root**2 * words


def drawn_smallest(drawn: Sequence[tuple[int, float]]) -> float:
    """Return the words at which drawn leaks, as (words, chance) in order, reach 9 of 10; infinite where none does."""
    before = (0, 0.0)
    for words, chance in drawn:
        if chance >= GOOD:
            share = (GOOD - before[1]) / (chance - before[1])
            return before[0] + share * (words - before[0])
        before = (words, chance)
    return math.inf


def smallest_by_path(
    sites: Sequence[Site],
    errors: Sequence[float],
    words: int,
    *,
    recipients: int,
    bound: float,
    copies: int = 1,
    lasting: Lasting = lasts,
) -> dict[str, float]:
    """Return the smallest leak for every path, by its name; see ``smallest_leak``."""
    return {
        path.name: smallest_leak(
            sites, errors, words, path, recipients=recipients, bound=bound, copies=copies, lasting=lasting
        )
        for path in PATHS
    }
