"""Scoring: from readings to p-values and likelihood ratios, one row a copy of a circulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.codeword import codewords
from dyeline.codes.design import probabilities, site_weights
from dyeline.model.readings import Readings
from dyeline.model.sites import Site
from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.models import MODELS, score_table, scores
from dyeline.stats.nulltail import mixture_nats, p_values
from dyeline.trace.explain import MOST_EXAMINED, SMALL_P, superfluous

CHUNK_CELLS = 4_000_000
"""Codeword symbols regenerated at a time, which bounds memory for long lists."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One row a copy, in the order of the circulation's copies: p-value and ln of the mixture LR."""

    p_value: NDArray[np.float64]
    mixture_nats: NDArray[np.float64]


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
    indices: Sequence[int],
) -> Scores:
    """Return the scores of the copies with these codebook indices.

    Cost: linear in copies times sites read; 100,000 copies of 1,000 sites take some seconds.
    """
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    evidence, rows = gather_evidence(readings, sites, weights, block_starts)
    if not rows.size:
        return Scores(np.ones(len(indices)), np.zeros(len(indices)))
    tables = [score_table(model, evidence) for model in MODELS]
    by_model = np.empty((len(tables), len(indices)))
    step = max(1, CHUNK_CELLS // max(1, len(sites)))
    for begin in range(0, len(indices), step):
        symbols = codewords(secret, indices[begin : begin + step], weights)[:, rows]
        for k, table in enumerate(tables):
            by_model[k, begin : begin + step] = scores(table, symbols)
    p_value, mixture = p_values(tables, evidence, by_model), mixture_nats(tables, by_model)
    best = np.lexsort((-mixture, p_value))[:MOST_EXAMINED]
    best = best[p_value[best] <= SMALL_P]
    if best.size > 1:
        symbols = codewords(secret, [indices[row] for row in best.tolist()], weights)[:, rows]
        p_value[best[superfluous(evidence, symbols, np.arange(best.size))]] = 1.0
    return Scores(p_value, mixture)
