"""What copies that were mixed would write, and what a copy explains beside others: strategies, pairs, triples."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from dyeline_verify.evidence import Read
from dyeline_verify.lattice import log_sum, softened
from dyeline_verify.models import Group, Table, style_groups

COALITION_VERSION: Final = "coalitions/1"
JOINT_VERSION: Final = "joint-e-values/1"
MOST_SYMBOLS: Final = 4
BLOCK_WEIGHTS: Final = {2: 0.06, 3: 0.03, 5: 0.01}

STRATEGIES: Final = (
    "interleaving", "majority", "minority", "minority at random", "coin flip", "lowest", "highest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coalition:
    """So many copies mixed site by site with a strategy; ``error`` multiplies the odds of a misreading."""

    copies: int
    strategy: str
    weight: float
    error: float = 1.0


def _coalitions() -> tuple[Coalition, ...]:
    pairs = {"interleaving": 0.7, "lowest": 0.15, "highest": 0.15}
    more = {
        "interleaving": 0.34, "majority": 0.13, "minority": 0.13, "minority at random": 0.13,
        "coin flip": 0.13, "lowest": 0.07, "highest": 0.07,
    }  # fmt: skip
    listed = [Coalition(1, "interleaving", 0.05, 0.3), Coalition(1, "interleaving", 0.07, 3.0)]
    for copies, share in {2: 0.3, 3: 0.24, 4: 0.12, 5: 0.16}.items():
        split = pairs if copies == 2 else more
        listed += [Coalition(copies, s, share * split[s]) for s in STRATEGIES if s in split]
    return (*listed, Coalition(2, "interleaving", 0.03, 3.0), Coalition(3, "interleaving", 0.03, 3.0))


COALITIONS: Final = _coalitions()


def written(counts: Sequence[int], strategy: str) -> list[float]:
    """Return the chance of every symbol being written, from how many members have it."""
    everybody = sum(counts)
    share = [count / everybody for count in counts]
    if strategy == "interleaving":
        return share
    if strategy == "minority at random":
        return [0.5 * a + 0.5 * b for a, b in zip(share, written(counts, "minority"), strict=True)]
    there = [symbol for symbol, count in enumerate(counts) if count]
    if strategy == "majority":
        chosen = [symbol for symbol in there if counts[symbol] == max(counts)]
    elif strategy == "minority":
        chosen = [symbol for symbol in there if counts[symbol] == min(counts[other] for other in there)]
    elif strategy == "coin flip":
        chosen = there
    else:
        chosen = [there[0] if strategy == "lowest" else there[-1]]
    return [1 / len(chosen) if symbol in chosen else 0.0 for symbol in range(len(counts))]


@cache
def response(
    prior: tuple[float, ...], copies: int, strategy: str, known: tuple[int, ...]
) -> tuple[float, ...]:
    """Return P(symbol written | symbols of the known members); the others' are drawn from the bias."""
    symbols = range(len(prior))
    rest = copies - len(known)
    if strategy == "interleaving" or len(prior) > MOST_SYMBOLS:
        return tuple((rest * prior[s] + known.count(s)) / copies for s in symbols)
    result = [0.0] * len(prior)
    for others in itertools.product(range(rest + 1), repeat=len(prior)):
        if sum(others) != rest:
            continue
        ways = math.factorial(rest) / math.prod(math.factorial(k) for k in others)
        chance = ways * math.prod(p**k for p, k in zip(prior, others, strict=True))
        counts = [others[s] + known.count(s) for s in symbols]
        for symbol, share in enumerate(written(counts, strategy)):
            result[symbol] += chance * share
    return tuple(result)


def ln_seen(read: Read, model: Coalition, known: tuple[int, ...]) -> float:
    """Return ln P(what was read | symbols of known members), up to a constant of the site."""
    chance = response(read.prior, model.copies, model.strategy, known)
    return math.log(
        sum(
            (1.0 if seen >= 1.0 else min(seen * model.error, 1.0)) * share
            for seen, share in zip(read.likelihood, chance, strict=True)
        )
    )


def coalition_tables(reads: Sequence[Read]) -> list[Table]:
    """Return the single-copy scores of ``COALITIONS``."""
    groups = style_groups(reads)
    tables = []
    for model in COALITIONS:
        nats = tuple(
            tuple(ln_seen(read, model, (s,)) - ln_seen(read, model, ()) for s in range(len(read.prior)))
            for read in reads
        )
        tables.append(Table(model.weight, nats, groups))
    return tables


@dataclass(frozen=True, slots=True)
class Beside:
    """What a copy explains beside the other named ones: ln of e-values with one and with two of them."""

    pair_nats: float
    triple_nats: float


def beside(reads: Sequence[Read], codewords: Sequence[Sequence[int]], copy: int) -> Beside:
    """Return what copy number ``copy`` explains beside the others: valid whatever its codeword is.

    The others are weighed by what they explain without it; leaving copies out of them, as here all that
    are not named, keeps the mean over an innocent's codeword at 1.
    """
    joint = _Joint.of(reads, codewords)
    others = [number for number in range(len(codewords)) if number != copy]
    pairs = list(itertools.combinations(others, 2))
    every = [(model, weight) for model, weight in joint.models if joint.size(model) >= 2]
    large = [(model, weight) for model, weight in joint.models if joint.size(model) >= 3]
    pair = _gain(joint, every, [(other,) for other in others], copy)
    return Beside(pair, _gain(joint, large, pairs, copy))


def together_nats(reads: Sequence[Read], codewords: Sequence[Sequence[int]]) -> float:
    """Return ln of the likelihood ratio of "these two copies were mixed" against codewords independent of both.

    The second is weighed beside the first: with classes that an editor may have ruled the order shows a little.
    """
    joint = _Joint.of(reads, codewords)
    return log_sum(math.log(weight) + joint.nats(model, (0, 1)) for model, weight in joint.models)


def _gain(
    joint: _Joint, models: Sequence[tuple[Coalition | int, float]], sets: Sequence[tuple[int, ...]], copy: int
) -> float:
    if not sets:
        return -math.inf
    without = [(math.log(w) + joint.nats(m, known), m, w, known) for m, w in models for known in sets]
    with_copy = (math.log(w) + joint.nats(m, (*known, copy)) for _, m, w, known in without)
    return log_sum(with_copy) - log_sum(value for value, *_ in without)


@dataclass(frozen=True, slots=True)
class _Joint:
    """The named copies' codewords and what was read, ready for statements about several of them."""

    reads: tuple[Read, ...]
    codewords: tuple[Sequence[int], ...]
    groups: tuple[Group, ...]
    blocks: tuple[tuple[float, ...], ...]  # for every copy: ln LR of "this paragraph is its"
    models: tuple[tuple[Coalition | int, float], ...]
    memory: dict[tuple[int, Coalition, tuple[int, ...]], float] = field(default_factory=dict)

    @classmethod
    def of(cls, reads: Sequence[Read], codewords: Sequence[Sequence[int]]) -> _Joint:
        few = tuple(read for read in reads if len(read.prior) <= MOST_SYMBOLS)
        names = sorted({read.block for read in few})
        blocks = []
        for word in codewords:
            sums = dict.fromkeys(names, 0.0)
            for read in few:
                sums[read.block] += math.log(read.likelihood[word[read.site]] / read.average)
            blocks.append(tuple(sums[name] for name in names))
        listed: list[tuple[Coalition | int, float]] = [(c, c.weight) for c in COALITIONS if c.copies >= 2]
        listed += list(BLOCK_WEIGHTS.items())
        whole = sum(weight for _, weight in listed)
        return cls(
            few,
            tuple(codewords),
            style_groups(few),
            tuple(blocks),
            tuple((model, weight / whole) for model, weight in listed),
        )

    @staticmethod
    def size(model: Coalition | int) -> int:
        return model if isinstance(model, int) else model.copies

    def nats(self, model: Coalition | int, known: tuple[int, ...]) -> float:
        """Return ln P(exhibit | these copies took part) / P(exhibit), group by group as one after the other joined."""
        if isinstance(model, int):
            return self._by_paragraph(model, known)
        total = 0.0
        for joined in range(1, len(known) + 1):
            for group in self.groups:
                inside = 0.0
                for row in group.rows:
                    read = self.reads[row]
                    symbols = tuple(self.codewords[copy][read.site] for copy in known[:joined])
                    inside += self._ln_seen(row, model, symbols) - self._ln_seen(row, model, symbols[:-1])
                total += softened(inside, group.rate)
        return total

    def _ln_seen(self, row: int, model: Coalition, symbols: tuple[int, ...]) -> float:
        key = (row, model, symbols)
        if key not in self.memory:
            self.memory[key] = ln_seen(self.reads[row], model, symbols)
        return self.memory[key]

    def _by_paragraph(self, copies: int, known: tuple[int, ...]) -> float:
        total = 0.0
        for block in range(len(self.blocks[0])):
            share = 1 - len(known) / copies + sum(math.exp(self.blocks[c][block]) for c in known) / copies
            if share <= 0.0:
                return -math.inf
            total += math.log(share)
        return total
