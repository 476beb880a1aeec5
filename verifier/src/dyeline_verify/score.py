"""One named copy against one exhibit: its likelihood ratio and p-value, recomputed from readings, bias and codeword."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dyeline_verify.coalition import Beside, beside, coalition_tables
from dyeline_verify.evidence import Read, can_show_coalition
from dyeline_verify.lattice import Tail, log_add
from dyeline_verify.models import MODELS, Table, error_shares, mixture, p_value, score, table_of, tail_of

CORE_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read, with the tables and tails of every model: made once for all copies."""

    reads: tuple[Read, ...]
    tables: tuple[Table, ...]
    tails: tuple[Tail, ...]
    coalitions: tuple[Table, ...]

    @classmethod
    def of(cls, reads: Sequence[Read]) -> Prepared:
        """Make tables and tails: some seconds for hundreds of sites; of the same reads only once."""
        return _prepared(tuple(reads))


@lru_cache(maxsize=16)
def _prepared(reads: tuple[Read, ...]) -> Prepared:
    tables = tuple(table_of(model, reads) for model in MODELS)
    tails = tuple(tail_of(table, reads) for table in tables)
    return Prepared(reads, tables, tails, tuple(coalition_tables(reads)))


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one copy's codeword gives.

    ``mixture_nats`` is ln of its likelihood ratio, ``p_value`` what single copies alone give, ``model_nats`` ln LR
    by model; ``beside`` what it explains beside the other named copies, None where there is no other.
    """

    mixture_nats: float
    p_value: float
    model_nats: tuple[float, ...]
    beside: Beside | None = None
    joint_p_value: float | None = None


def recompute(
    prepared: Prepared, codeword: Sequence[int], others: Sequence[Sequence[int]] = ()
) -> Recomputed:
    """Return the scores of a copy; ``others`` are the codewords of the other named copies of its circulation."""
    reads = prepared.reads
    if not reads:
        return Recomputed(0.0, 1.0, (0.0,) * len(MODELS))
    by_model = tuple(score(table, reads, codeword) for table in prepared.tables)
    mixed = mixture([(table.weight, score(table, reads, codeword)) for table in prepared.coalitions])
    whole = _single_nats(reads, by_model, mixed)
    alone = p_value(prepared.tails, reads, by_model, whole - math.log(3.0))
    if not others:
        return Recomputed(whole, alone, by_model)
    gained = beside(reads, [codeword, *others], 0)
    parts = log_add(log_add(whole, gained.pair_nats), gained.triple_nats) - math.log(3.0)
    e_share = error_shares(reads)[-1]
    joint = min(alone, math.exp(-max(parts, 0.0)) / e_share)
    return Recomputed(whole, alone, by_model, gained, joint)


def _single_nats(reads: Sequence[Read], by_model: Sequence[float], mixed: float) -> float:
    """Return ln of the weighted mean of all single-copy ratios."""
    if can_show_coalition(reads):
        core = mixture([(model.weight, nats) for model, nats in zip(MODELS, by_model, strict=True)])
        return log_add(math.log(CORE_SHARE) + core, math.log(1 - CORE_SHARE) + mixed)
    return mixture(list(zip(error_shares(reads), [*by_model, mixed], strict=True)))
