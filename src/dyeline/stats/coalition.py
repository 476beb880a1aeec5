"""What a coalition writes at a site, given the symbols of some of its members.

A coalition of c copies that was mixed site by site sees at each site how many of its members have which
symbol, and writes one of these symbols. The strategies are the ones of the literature (Furon and
Perez-Freire 2009; Laarhoven 2016), stated for any number of symbols:

    interleaving        the symbol of a member drawn by lot
    majority, minority  the symbol that most, or fewest, of them have (ties by lot)
    minority at random  minority half of the time, else interleaving
    coin flip           any symbol that occurs, each as likely
    lowest, highest     always the lowest, or highest, that occurs ("all one")

Members who are not known have symbols drawn from the bias, so that averaging the chance over one more member
gives the chance without him exactly: every ratio built from these has mean 1 for an innocent.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.evidence import Evidence
from dyeline.stats.models import ScoreTable, style_groups

COALITION_VERSION = "coalitions/1"

Strategy = Literal[
    "interleaving", "majority", "minority", "minority at random", "coin flip", "lowest", "highest"
]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

MOST_SYMBOLS = 4
"""At sites of more symbols every strategy is taken as interleaving: enumeration would grow, the difference shrinks."""


@dataclass(frozen=True, slots=True)
class Coalition:
    """So many copies mixed site by site with a strategy; ``error`` multiplies the odds of a misreading.

    ``weight`` is its share of the mixture.
    """

    copies: int
    strategy: Strategy
    weight: float
    error: float = 1.0


def _coalitions() -> tuple[Coalition, ...]:
    pairs = {"interleaving": 0.7, "lowest": 0.15, "highest": 0.15}  # the others are the same for two
    more = {
        "interleaving": 0.34, "majority": 0.13, "minority": 0.13, "minority at random": 0.13,
        "coin flip": 0.13, "lowest": 0.07, "highest": 0.07,
    }  # fmt: skip
    sizes = {2: 0.3, 3: 0.24, 4: 0.12, 5: 0.16}
    listed = [Coalition(1, "interleaving", 0.05, 0.3), Coalition(1, "interleaving", 0.07, 3.0)]
    for copies, share in sizes.items():
        split = pairs if copies == 2 else more
        listed += [Coalition(copies, s, share * split[s]) for s in STRATEGIES if s in split]
    listed += [Coalition(2, "interleaving", 0.03, 3.0), Coalition(3, "interleaving", 0.03, 3.0)]
    return tuple(listed)


COALITIONS = _coalitions()
"""The fixed list; the weights add up to 1."""


def written(counts: NDArray[np.int64], strategy: Strategy) -> NDArray[np.float64]:
    """Return the chance of every symbol being written, from how many members have it; both (…, symbols)."""
    share = counts / counts.sum(axis=-1, keepdims=True)
    occurs = counts > 0
    if strategy == "interleaving":
        return np.asarray(share)
    if strategy == "minority at random":
        return np.asarray(0.5 * share + 0.5 * written(counts, "minority"))
    symbols = np.arange(counts.shape[-1])
    if strategy == "majority":
        chosen = counts == counts.max(axis=-1, keepdims=True)
    elif strategy == "minority":
        few = np.where(occurs, counts, counts.sum(axis=-1, keepdims=True) + 1)
        chosen = occurs & (counts == few.min(axis=-1, keepdims=True))
    elif strategy == "coin flip":
        chosen = occurs
    elif strategy == "lowest":
        chosen = symbols == occurs.argmax(axis=-1)[..., None]
    else:
        chosen = symbols == (counts.shape[-1] - 1 - occurs[..., ::-1].argmax(axis=-1))[..., None]
    return np.asarray(chosen / chosen.sum(axis=-1, keepdims=True))


@cache
def response(prior: tuple[float, ...], copies: int, strategy: Strategy, known: int) -> NDArray[np.float64]:
    """Return P(symbol written | symbols of ``known`` members), shape (symbols,) * (known + 1), the written one last.

    Members beyond ``copies`` do not exist: with fewer copies than known ones ValueError.
    """
    if known > copies:
        raise ValueError("more members are known than there are")
    symbols = len(prior)
    rest = copies - known
    if symbols > MOST_SYMBOLS:
        strategy = "interleaving"
    if strategy == "interleaving":
        result = np.broadcast_to(rest * np.array(prior), (symbols,) * (known + 1)).copy()
        for member in range(known):
            result += np.eye(symbols).reshape(
                [symbols if k in (member, known) else 1 for k in range(known + 1)]
            )
        return np.asarray(result / copies)
    others = np.array([c for c in itertools.product(range(rest + 1), repeat=symbols) if sum(c) == rest])
    chance = np.array([_multinomial(c, prior) for c in others.tolist()])
    listed = list(itertools.product(range(symbols), repeat=known))
    seen = np.array(listed, dtype=np.int64).reshape(len(listed), known)
    have = (seen[:, :, None] == np.arange(symbols)).sum(axis=1)
    counts = have[:, None, :] + others[None, :, :]
    mean = (written(counts, strategy) * chance[None, :, None]).sum(axis=1)
    return np.asarray(mean.reshape((symbols,) * (known + 1)))


def _multinomial(counts: list[int], prior: tuple[float, ...]) -> float:
    ways = math.factorial(sum(counts)) / math.prod(math.factorial(k) for k in counts)
    return ways * math.prod(p**k for p, k in zip(prior, counts, strict=True))


@dataclass(frozen=True, slots=True)
class Kind:
    """Sites with the same bias: their numbers, and the chances of their symbols."""

    sites: NDArray[np.int64]
    prior: tuple[float, ...]


def site_kinds(evidence: Evidence) -> tuple[Kind, ...]:
    """Return the sites of an exhibit by kind."""
    rows, kind = np.unique(evidence.prior, axis=0, return_inverse=True)
    return tuple(
        Kind(np.flatnonzero(kind.ravel() == number), tuple(row[row > 0].tolist()))
        for number, row in enumerate(rows)
    )


def seen_given(
    evidence: Evidence, kinds: Sequence[Kind], model: Coalition, known: int
) -> NDArray[np.float64]:
    """Return ln P(what was read at each site | symbols of ``known`` members), up to a constant of the site.

    Shape (sites, symbols, …) with ``known`` axes of symbols; 0 where a site has no such symbol.
    """
    sites, width = evidence.likelihood.shape
    result = np.zeros((sites, *(width,) * known))
    likelihood = with_error(evidence.likelihood, model.error)
    for kind in kinds:
        symbols = len(kind.prior)
        chance = response(kind.prior, model.copies, model.strategy, known)
        seen = np.log(likelihood[kind.sites, :symbols] @ chance.reshape(-1, symbols).T)
        places = np.ix_(kind.sites, *(np.arange(symbols),) * known)
        result[places] = seen.reshape(-1, *(symbols,) * known)
    return result


def with_error(likelihood: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Return likelihoods relative to the best symbol with the odds of a misreading multiplied by ``factor``."""
    return np.asarray(np.where(likelihood < 1.0, np.minimum(likelihood * factor, 1.0), 1.0))


def coalition_tables(evidence: Evidence) -> list[ScoreTable]:
    """Return the single-copy scores of ``COALITIONS`` for one exhibit.

    As in ``stats.models``, an editor may have set a class of wording to one style whatever the copies said.
    """
    kinds = site_kinds(evidence)
    group, rates = style_groups(evidence)
    return [
        ScoreTable(
            model.weight,
            seen_given(evidence, kinds, model, 1) - seen_given(evidence, kinds, model, 0)[:, None],
            group,
            rates,
        )
        for model in COALITIONS
    ]
