"""How an exhibit may have come from a copy: a fixed list of models, each a likelihood ratio.

For every model the ratio is P(exhibit | codeword x took part) / P(exhibit | x did not), and its
mean over a codeword drawn from the bias is exactly 1, whatever the exhibit: an e-value. The list and
its weights are fixed before any exhibit is seen; using the best of several models is paid for by
fixed shares of the error budget (``nulltail.p_values``).

A model takes, site by site, the symbol of this copy with probability ``share`` and otherwise one
drawn from the bias (other copies of the coalition, or damage that the reader did not foresee):

    LR_i(x) = (share * L_i(x) + (1 - share) * Lbar_i) / Lbar_i        (Laarhoven 2016, interleaving)

``style`` models let an editor have normalised a whole class of wording: with probability
``STYLE_SHEET`` each, all sites of the class were set to one style whatever the copy said.
``block`` models let the coalition have pasted by paragraph: a paragraph is this copy's with
probability ``share``, else nothing in it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.evidence import Evidence

MODELS_VERSION = "copy-models/1"

STYLE_SHEET = 0.1
"""Prior probability that an editor set a given class to a given style (0.15 was measured; calibrated lower)."""


@dataclass(frozen=True, slots=True)
class Model:
    """One way from copy to exhibit. ``weight`` is its fixed share of the mixture."""

    name: str
    weight: float
    share: float
    grouping: Literal["style", "block"]


MODELS = (
    Model("one copy", 0.5, 1.0, "style"),
    Model("one copy, altered", 0.2, 0.8, "style"),
    Model("two copies, mixed", 0.1, 1 / 2, "style"),
    Model("three copies, mixed", 0.05, 1 / 3, "style"),
    Model("two copies, by paragraph", 0.1, 1 / 2, "block"),
    Model("three copies, by paragraph", 0.05, 1 / 3, "block"),
)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A model made ready for one exhibit: the score is a sum over groups of a function of a sum over sites.

    ``nats[i, s]`` is what site i adds to its group for symbol s; a group's sum t counts as
    ln((1 - rate) + rate * exp(t)) with ``rate[group]`` (1: the sum itself).
    """

    weight: float  # of the model in the mixture
    nats: NDArray[np.float64]  # (sites, symbols)
    group: NDArray[np.int64]  # (sites,) numbers from 0, every number used
    rate: NDArray[np.float64]  # (groups,)


def score_table(model: Model, evidence: Evidence) -> ScoreTable:
    """Return the model's tables for one exhibit (computed from the exhibit and the bias alone)."""
    average = evidence.average[:, None]
    inside = model.share if model.grouping == "style" else 1.0
    nats = np.log((inside * evidence.likelihood + (1.0 - inside) * average) / average)
    if model.grouping == "block":
        _, group = np.unique(evidence.block, return_inverse=True)
        rate = np.full(int(group.max(initial=-1)) + 1, model.share)
    else:
        group, rate = style_groups(evidence)
    return ScoreTable(model.weight, nats, np.asarray(group, dtype=np.int64), rate)


def style_groups(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return groups (each style class; all other sites together) and the chance that the class was left alone."""
    _, group = np.unique(evidence.style_class, return_inverse=True)
    rates = np.ones(int(group.max(initial=-1)) + 1)
    log_average = np.log(evidence.average)
    for number in range(rates.size):
        members = np.flatnonzero(group == number)
        if evidence.style_class[members[0]] < 0:
            continue
        kept = float(log_average[members].sum())
        styles = [int(s) for s in np.unique(evidence.styles[members]) if s >= 0]
        ruled = [_ln_ruled(evidence, members, style, log_average) for style in styles]
        top = max([kept, *ruled])
        alone = (1.0 - STYLE_SHEET * len(styles)) * np.exp(kept - top)
        rates[number] = alone / (alone + STYLE_SHEET * sum(np.exp(r - top) for r in ruled))
    return np.asarray(group, dtype=np.int64), rates


def _ln_ruled(
    evidence: Evidence, members: NDArray[np.int64], style: int, log_average: NDArray[np.float64]
) -> float:
    """Return ln P(what was seen | an editor set every site of the class to this style)."""
    follows = (evidence.styles[members] == style) & (evidence.prior[members] > 0)
    count = follows.sum(axis=1)
    mean = (evidence.likelihood[members] * follows).sum(axis=1) / np.maximum(count, 1)
    return float(np.where(count > 0, np.log(np.maximum(mean, 1e-300)), log_average[members]).sum())


class SymbolColumns:
    """Codewords in the form in which sums over sites are products of matrices."""

    def __init__(self, symbols: NDArray[np.uint8], width: int) -> None:
        """Take codewords, shape (codewords, sites), of at most ``width`` symbols a site."""
        self.codewords = symbols.shape[0]
        parts = []
        for symbol in range(1, width):
            has = symbols == symbol
            sites = np.flatnonzero(has.any(axis=0))
            parts.append((symbol, sites, has[:, sites].astype(np.float64)))
        self._parts = parts

    def sums(self, nats: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return sums over the member sites, (scores, codewords); ``nats`` is (scores, sites, symbols)."""
        total: NDArray[np.float64] = np.repeat(
            nats[:, members, 0].sum(axis=1)[:, None], self.codewords, axis=1
        )
        everywhere = members.size == nats.shape[1]
        for symbol, sites, has in self._parts:
            columns = slice(None) if everywhere else np.flatnonzero(np.isin(sites, members))
            at = sites[columns]
            total += (nats[:, at, symbol] - nats[:, at, 0]) @ has[:, columns].T
        return total


def scores(table: ScoreTable, symbols: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return ln LR (nats) of every codeword, shape (codewords,); ``symbols`` is (codewords, sites)."""
    return np.asarray(scores_of([table], SymbolColumns(symbols, table.nats.shape[1]))[0])


def scores_of(tables: Sequence[ScoreTable], columns: SymbolColumns) -> NDArray[np.float64]:
    """Return ln LR (nats) under several models, shape (tables, codewords). Tables of one grouping share the work."""
    total = np.zeros((len(tables), columns.codewords))
    left = list(range(len(tables)))
    while left:
        group = tables[left[0]].group
        alike = [k for k in left if np.array_equal(tables[k].group, group)]
        left = [k for k in left if k not in alike]
        rows: list[int] = []  # models that paste by paragraph differ in their rates alone
        nats: list[NDArray[np.float64]] = []
        for k in alike:
            same = next(
                (row for row, known in enumerate(nats) if np.array_equal(known, tables[k].nats)), None
            )
            rows.append(len(nats) if same is None else same)
            if same is None:
                nats.append(tables[k].nats)
        stacked = np.stack(nats)
        for number in range(tables[alike[0]].rate.size):
            sums = columns.sums(stacked, np.flatnonzero(group == number))
            for k, row in zip(alike, rows, strict=True):
                rate = tables[k].rate[number]
                total[k] += sums[row] if rate >= 1.0 else group_nats(sums[row], rate)
    return total


def group_nats(sums: NDArray[np.float64], rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln((1 - rate) + rate * exp(sums)) without overflow; the sums themselves where rate is 1."""
    with np.errstate(divide="ignore"):
        rest, part = np.log1p(-rate), np.log(rate)
    return np.asarray(np.logaddexp(rest, part + sums))
