"""Long lists: which few copies are worth scoring exactly, found without making anybody's codeword whole.

A screen only ever takes names away: a copy that it leaves out gets a p-value of 1 and an e-value of 0, both on the
safe side of what full scoring would have given, and a copy that it keeps gets exactly the scores that full scoring
gives it, multiplied by the number of *all* copies later on. So P(p <= a) <= a holds for every innocent
copy as before, and so does every mean of likelihood ratios over the list.

What full scoring would have given the copies left out enters the posterior alone, as one sum. Every screen is itself
a sum over independent sites whose mean of exp(score) is known exactly, so exp(score) / mean is an e-value of each
copy, and the histogram of scores gives their sum over the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import probabilities
from dyeline.codes.planes import plane_codewords
from dyeline.codes.screen import Screen, Screened, prepare, screen_list
from dyeline.stats.coalition import COALITIONS, coalition_tables
from dyeline.stats.evidence import Evidence
from dyeline.stats.models import MODELS, ScoreTable, score_table
from dyeline.stats.nulltail import can_show_coalition

SCREENED_FROM = 50_000
"""Lists of so many copies are screened; below, scoring every copy by all models takes a few seconds at most."""

KEEP = 300
"""Copies kept by each screen: the source of a leak that can be named is among the first few dozen."""

DENSE = 0.5
"""Of the indices up to the highest, so many have to be listed: a screen makes the rows in between, too."""

_ALONE = ("one copy", "three copies, mixed")
_MIXED = ("majority", "minority", "lowest", "highest")  # of three copies; others rank copies much as these do


@dataclass(frozen=True, slots=True)
class ShortList:
    """Copies to score exactly, by their rows in the list, ascending.

    ``edge`` marks those that are there only as the last one of a screen: whether another copy would stand in
    their place depends on who else is kept, so nothing may be built on them as "others" (``trace.score``).
    ``rest_nats`` is ln of the sum of the LR of all copies left out, as the screens saw them.
    """

    rows: NDArray[np.int64]
    edge: NDArray[np.bool_]
    rest_nats: float


def short_list(
    evidence: Evidence,
    read: NDArray[np.int64],
    weights: NDArray[np.int64],
    secret: bytes,
    indices: Sequence[int],
) -> ShortList | None:
    """Return the copies worth scoring; None where the list is short or sparse, so that all have to be scored.

    ``read`` are the rows of ``weights`` that the evidence is about; ``indices`` those of a list of the planes scheme.
    """
    listed = np.asarray(indices, dtype=np.int64)
    if listed.size < SCREENED_FROM or listed.size < DENSE * (int(listed.max()) + 1):
        return None
    held = np.zeros(int(listed.max()) + 1, dtype=np.bool_)
    held[listed] = True
    tables = _tables(evidence)
    screens = [prepare(secret, weights, _linear(table, read, weights.shape)) for table in tables]
    found = [screen_list(screen, held.size, KEEP, held=held) for screen in screens]
    kept = np.unique(np.concatenate([one.index for one in found]))
    inside = np.unique(np.concatenate([one.index[: KEEP - 1] for one in found]))
    words = plane_codewords(secret, kept.tolist(), weights)
    prior = probabilities(weights)
    shares = np.array([table.weight for table in tables])
    rests = [_rest_nats(*pair, words, prior) for pair in zip(screens, found, strict=True)]
    order = np.argsort(listed)
    rows = order[np.searchsorted(listed, kept, sorter=order)]
    by_row = np.argsort(rows)
    return ShortList(
        rows[by_row],
        ~np.isin(kept, inside)[by_row],
        float(np.logaddexp.reduce(np.log(shares / shares.sum()) + rests)),
    )


def _tables(evidence: Evidence) -> list[ScoreTable]:
    """Return the models that rank copies in different ways, all of the kind that adds up over sites."""
    alone = [score_table(model, evidence) for model in MODELS if model.name in _ALONE]
    if not can_show_coalition(evidence):
        return alone
    mixed = zip(COALITIONS, coalition_tables(evidence), strict=True)
    return alone + [table for model, table in mixed if model.copies == 3 and model.strategy in _MIXED]


def _linear(table: ScoreTable, read: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return what every symbol adds, (sites, symbols): for a class that may have been normalised, to first order."""
    nats = np.zeros(shape)
    nats[read] = table.nats * table.rate[table.group][:, None]
    return nats


def _rest_nats(screen: Screen, found: Screened, kept: NDArray[np.uint8], prior: NDArray[np.float64]) -> float:
    """Return ln of the sum of exp(score) / its mean over all copies but those with the codewords ``kept``."""
    sites = np.arange(screen.values.shape[0])
    scores = screen.values[sites, kept.astype(np.int64)].sum(axis=1)
    left = found.count - np.bincount(scores - found.lowest, minlength=found.count.size)
    mean_nats = float(np.log((prior * np.exp(screen.step_nats * screen.values)).sum(axis=1)).sum())
    some = np.flatnonzero(left)
    nats = np.log(left[some]) + screen.step_nats * (some + found.lowest) - mean_nats
    return float(np.logaddexp.reduce(nats, initial=-np.inf))
