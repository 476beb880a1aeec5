"""The likelihood ratios of a copy under the fixed list of models, and the chance of each by innocence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dyeline_verify import lattice
from dyeline_verify.evidence import Read, can_show_coalition

MODELS_VERSION: Final = "copy-models/1"
TAIL_VERSION: Final = "lattice-tail/2"

STYLE_SHEET: Final = 0.1
MARKOV_NATS: Final = 36.0


@dataclass(frozen=True, slots=True)
class Model:
    """One way from copy to exhibit."""

    name: str
    weight: float
    share: float
    by_block: bool


MODELS: Final = (
    Model("one copy", 0.5, 1.0, False),
    Model("one copy, altered", 0.2, 0.8, False),
    Model("two copies, mixed", 0.1, 1 / 2, False),
    Model("three copies, mixed", 0.05, 1 / 3, False),
    Model("two copies, by paragraph", 0.1, 1 / 2, True),
    Model("three copies, by paragraph", 0.05, 1 / 3, True),
)

_SHARES: Final = ((0.40, 0.10, 0.06, 0.04, 0.06, 0.04, 0.30), (0.92, 0.02, 0.015, 0.005, 0.02, 0.01, 0.01))


@dataclass(frozen=True, slots=True)
class Group:
    """Sites that count as one: the rows of what was read, and the chance that they were left alone."""

    rows: tuple[int, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Table:
    """A model made ready: what each symbol adds at each site (nats), and the groups."""

    weight: float
    nats: tuple[tuple[float, ...], ...]
    groups: tuple[Group, ...]


def table_of(model: Model, reads: Sequence[Read]) -> Table:
    """Return a model made ready for what was read."""
    inside = 1.0 if model.by_block else model.share
    nats = tuple(
        tuple(
            math.log((inside * seen + (1.0 - inside) * read.average) / read.average)
            for seen in read.likelihood
        )
        for read in reads
    )
    if not model.by_block:
        return Table(model.weight, nats, style_groups(reads))
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, read in enumerate(reads):
        rows[read.block].append(row)
    return Table(model.weight, nats, tuple(Group(tuple(rows[block]), model.share) for block in sorted(rows)))


def style_groups(reads: Sequence[Read]) -> tuple[Group, ...]:
    """Return each style class as a group, and all other sites as one."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, read in enumerate(reads):
        rows[read.group].append(row)
    return tuple(Group(tuple(rows[name]), _kept(name, rows[name], reads)) for name in sorted(rows))


def _kept(name: str, rows: Sequence[int], reads: Sequence[Read]) -> float:
    """Return the chance that no editor set the class to one style, given what was seen."""
    if not name:
        return 1.0
    members = [reads[row] for row in rows]
    kept = sum(math.log(read.average) for read in members)
    styles = sorted({style for read in members for style in read.styles if style >= 0})
    ruled = [sum(_ln_ruled(read, style) for read in members) for style in styles]
    top = max([kept, *ruled])
    alone = (1.0 - STYLE_SHEET * len(styles)) * math.exp(kept - top)
    return alone / (alone + STYLE_SHEET * sum(math.exp(value - top) for value in ruled))


def _ln_ruled(read: Read, style: int) -> float:
    follows = [
        seen
        for seen, chance, own in zip(read.likelihood, read.prior, read.styles, strict=False)
        if own == style and chance > 0
    ]
    return math.log(max(sum(follows) / len(follows), 1e-300)) if follows else math.log(read.average)


def score(table: Table, reads: Sequence[Read], codeword: Sequence[int]) -> float:
    """Return ln LR of a codeword (a symbol for every site of the circulation) under a model."""
    return sum(
        lattice.softened(sum(table.nats[row][codeword[reads[row].site]] for row in group.rows), group.rate)
        for group in table.groups
    )


def tail_of(table: Table, reads: Sequence[Read]) -> lattice.Tail:
    """Return the distribution of the score of a codeword drawn from the bias."""
    return lattice.total(
        lattice.mapped(lattice.total(_kinds(table, reads, group)), group.rate) for group in table.groups
    )


def _kinds(table: Table, reads: Sequence[Read], group: Group) -> list[lattice.Tail]:
    """Return one distribution for the sites of each kind in a group."""
    counts: dict[tuple[tuple[float, float], ...], int] = defaultdict(int)
    for row in group.rows:
        kind: dict[float, float] = defaultdict(float)
        for value, chance in zip(table.nats[row], reads[row].prior, strict=True):
            if chance > 0:
                kind[round(value * 1e12) / 1e12] += chance
        counts[tuple(sorted(kind.items()))] += 1
    return [
        lattice.repeated([value for value, _ in kind], [chance for _, chance in kind], times)
        for kind, times in counts.items()
    ]


def chance_of(tail: lattice.Tail, nats: float) -> float:
    """Return an upper bound on the chance that an innocent copy scores as high."""
    bound = tail.at_least(min(nats, MARKOV_NATS))
    return min(bound, math.exp(-nats)) if nats > MARKOV_NATS else bound


def error_shares(reads: Sequence[Read]) -> tuple[float, ...]:
    """Return the shares of the error budget: one for each model, then one for likelihood ratios as such."""
    return _SHARES[0 if can_show_coalition(reads) else 1]


def p_value(
    tails: Sequence[lattice.Tail], reads: Sequence[Read], scores: Sequence[float], e_nats: float = -math.inf
) -> float:
    """Return the p-value of a copy from its scores under every model and ln of an e-value, if there is one."""
    *shares, e_share = error_shares(reads)
    found = [chance_of(tail, nats) / share for tail, nats, share in zip(tails, scores, shares, strict=True)]
    return min(1.0, *found, math.exp(-e_nats) / e_share if e_nats > 0 else 1.0)


def mixture(weighted: Sequence[tuple[float, float]]) -> float:
    """Return ln of the weighted mean of ratios, from pairs (weight, ln ratio)."""
    return lattice.log_sum(math.log(weight) + nats for weight, nats in weighted)
