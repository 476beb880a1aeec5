"""Scoring: from readings to p-values and likelihood ratios, one row a copy of a circulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import probabilities, site_weights
from dyeline.codes.scheme import can_be_screened, codewords_of
from dyeline.model.readings import Readings
from dyeline.model.sites import Site
from dyeline.stats.coalition import COALITIONS, coalition_tables
from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.joint import SHORT_LIST, Joint, average_nats, joint_e_values
from dyeline.stats.models import MODELS, ScoreTable, SymbolColumns, score_table, scores_of
from dyeline.stats.nulltail import can_show_coalition, error_shares, mixture_nats, p_values
from dyeline.trace.explain import MOST_EXAMINED, SMALL_P, superfluous
from dyeline.trace.screened import ShortList, short_list

MOST_PAIRS = 100

CHUNK_CELLS = 4_000_000
"""Codeword symbols regenerated at a time, which bounds memory for long lists."""


CORE_SHARE = 0.75
"""Weight of ``stats.models`` in the mixture; the rest is that of ``stats.coalition``."""

NEAR_LIST_NATS = 3.0
"""Copies are examined together when the best LR is within this of the number of copies: less cannot single one out."""

ALONE_NATS = 9.0
"""… and not when a single copy explains this much more than any coalition with it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two copies, by their rows, that explain an exhibit together: ln LR against codewords independent of both."""

    rows: tuple[int, int]
    nats: float


@dataclass(frozen=True, slots=True)
class Scores:
    """One row a copy, in the order of the circulation's copies: p-value and ln of the mixture LR.

    ``pairs`` are the best pairs of copies, best first, where copies were examined together. Copies that a screen
    left out have -inf for the mixture (an e-value of 0); ``rest_nats`` is ln of the sum of LR that they stand for.
    """

    p_value: NDArray[np.float64]
    mixture_nats: NDArray[np.float64]
    pairs: tuple[Pair, ...] = ()
    rest_nats: float = -np.inf


def gather_evidence(
    readings: Readings, sites: Sequence[Site], weights: NDArray[np.int64], block_starts: Sequence[int]
) -> tuple[Evidence, NDArray[np.int64]]:
    """Return the evidence of the sites that were read, and their row numbers."""
    rows = np.flatnonzero(readings.read)
    width = weights.shape[1]
    loglik = readings.loglik[rows, :width]
    prior = probabilities(weights)[rows]
    likelihood = np.where(prior > 0, quantised_likelihood(loglik), 1.0)
    chosen = [sites[row] for row in rows.tolist()]
    names = sorted({(site.carrier, site.cls) for site in chosen if site.styles})
    number = {name: k for k, name in enumerate(names)}
    style_class = [number[(site.carrier, site.cls)] if site.styles else -1 for site in chosen]
    styles = np.full((len(chosen), width), -1, dtype=np.int64)
    for row, site in enumerate(chosen):
        styles[row, : len(site.styles)] = site.styles
    starts = [site.places[0].start for site in chosen]
    block = np.searchsorted(np.asarray(block_starts, dtype=np.int64), starts, side="right")
    evidence = Evidence(
        likelihood, prior, np.array(style_class, dtype=np.int64), styles, np.asarray(block, dtype=np.int64)
    )
    return evidence, rows


def score_copies(
    readings: Readings,
    sites: Sequence[Site],
    block_starts: Sequence[int],
    secret: bytes,
    scheme: str,
    indices: Sequence[int],
) -> Scores:
    """Return the scores of the copies with these codebook indices.

    Cost: linear in copies times sites read; 50,000 copies of 1,000 sites take some seconds. Longer lists are screened
    first where their scheme allows it, which takes a tenth of a second and less for 100,000 copies.
    """
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    evidence, rows = gather_evidence(readings, sites, weights, block_starts)
    if not rows.size or not len(indices):
        return Scores(np.ones(len(indices)), np.zeros(len(indices)))
    short = short_list(evidence, rows, weights, secret, indices) if can_be_screened(scheme) else None
    scored = indices if short is None else [int(indices[row]) for row in short.rows.tolist()]
    scores = score_evidence(
        evidence,
        scored,
        lambda wanted: codewords_of(scheme, secret, [scored[row] for row in wanted], weights)[:, rows],
        listed=len(indices),
        edge=None if short is None else short.edge,
    )
    return scores if short is None else _spread(scores, short, len(indices))


def _spread(scores: Scores, short: ShortList, copies: int) -> Scores:
    """Return the scores of a short list as those of the whole: nothing is said about the copies left out."""
    p_value, mixture = np.ones(copies), np.full(copies, -np.inf)
    p_value[short.rows], mixture[short.rows] = scores.p_value, scores.mixture_nats
    row = short.rows.tolist()
    pairs = tuple(Pair((row[pair.rows[0]], row[pair.rows[1]]), pair.nats) for pair in scores.pairs)
    return Scores(p_value, mixture, pairs, short.rest_nats)


def score_evidence(
    evidence: Evidence,
    indices: Sequence[int],
    symbols_of: Callable[[Sequence[int]], NDArray[np.uint8]],
    *,
    listed: int | None = None,
    edge: NDArray[np.bool_] | None = None,
) -> Scores:
    """Return the scores of copies of which ``symbols_of(rows)`` gives the symbols at the sites that were read.

    ``listed`` is how many copies the list has of which these are the best (None: these are all). ``edge``
    marks copies that are among these only because of where a screen stopped. If one of them were among the best,
    the others that a copy is examined with would depend on that copy's codeword; then none are examined together,
    which only raises p-values.
    """
    tables = [score_table(model, evidence) for model in MODELS]
    coalitions = coalition_tables(evidence)
    every = np.empty((len(tables) + len(coalitions), len(indices)))
    step = max(1, CHUNK_CELLS // max(1, evidence.sites))
    for begin in range(0, len(indices), step):
        symbols = symbols_of(range(begin, min(begin + step, len(indices))))
        columns = SymbolColumns(symbols, evidence.prior.shape[1])
        every[:, begin : begin + step] = scores_of([*tables, *coalitions], columns)
    by_model, by_coalition = every[: len(tables)], every[len(tables) :]
    mixture = _single_nats(evidence, tables, by_model, mixture_nats(coalitions, by_coalition))
    e_nats = mixture - np.log(
        3.0
    )  # a third of the average of single, pair and triple, whatever the others are
    pairs: tuple[Pair, ...] = ()
    best = np.lexsort((np.asarray(indices), -mixture))[:SHORT_LIST]
    settled = edge is None or not edge[best].any()
    whole = len(indices) if listed is None else listed
    if (
        settled
        and can_show_coalition(evidence)
        and _worth_examining_together(by_model[0], by_coalition, mixture, whole)
    ):
        joint = joint_e_values(evidence, symbols_of(best.tolist()))
        e_nats[best] = average_nats(mixture[best], joint)
        pairs = _best_pairs(joint, best)
    p_value = p_values(tables, evidence, by_model, e_nats)
    best = np.lexsort((np.asarray(indices), -mixture, p_value))[:MOST_EXAMINED]
    best = best[p_value[best] <= SMALL_P]
    if best.size > 1:
        left_out = superfluous(evidence, symbols_of(best.tolist()), np.arange(best.size))
        p_value[best[left_out]] = 1.0
    return Scores(p_value, mixture, pairs)


def _single_nats(
    evidence: Evidence,
    tables: Sequence[ScoreTable],
    by_model: NDArray[np.float64],
    coalition_nats: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return ln of the weighted mean of all single-copy likelihood ratios (an e-value).

    Evidence that cannot show a coalition is weighted as the error budget is: nearly all for one copy.
    """
    if can_show_coalition(evidence):
        core = np.log(CORE_SHARE) + mixture_nats(tables, by_model)
        return np.asarray(np.logaddexp(core, np.log(1 - CORE_SHARE) + coalition_nats))
    shares = np.log(error_shares(evidence))
    parts = np.vstack([by_model, coalition_nats[None]]) + shares[:, None]
    return np.asarray(np.logaddexp.reduce(parts, axis=0))


def _worth_examining_together(
    alone: NDArray[np.float64], by_coalition: NDArray[np.float64], mixture: NDArray[np.float64], listed: int
) -> bool:
    """Tell whether pairs and triples may show more than single copies do. Not doing it only raises p-values."""
    best = int(mixture.argmax())
    if listed < 2 or mixture[best] < np.log(listed) - NEAR_LIST_NATS:
        return False
    several = [k for k, model in enumerate(COALITIONS) if model.copies > 1]
    return bool(alone[best] < by_coalition[several, best].max() + ALONE_NATS)


def _best_pairs(joint: Joint, rows: NDArray[np.int64]) -> tuple[Pair, ...]:
    upper = np.triu_indices(rows.size, 1)
    nats = joint.together_nats[upper]
    best = np.argsort(-nats, kind="stable")[:MOST_PAIRS]
    return tuple(
        Pair((int(rows[upper[0][k]]), int(rows[upper[1][k]])), float(nats[k])) for k in best.tolist()
    )
