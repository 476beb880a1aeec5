"""The chance that a leak names its copy, by drawing leaks and scoring them as a trace would.

A leak is a stretch of the document at a place chosen by chance; its sites are read, misread or
erased at the rates of the path; the source's codeword is drawn from the bias. The p-value is the one
that ``trace`` would state, so the forecast uses the very threshold of the finding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import probabilities, site_weights
from dyeline.forecast.paths import PATHS, SIZES, Path
from dyeline.model.sites import Site
from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.models import MODELS, score_table, scores
from dyeline.stats.nulltail import p_values
from dyeline.trace.score import score_evidence

TRIALS = 80
"""Leaks drawn for each cell: the chance is known to about 0.05 (one standard error) in the middle."""

COALITION_TRIALS = 20
"""The same where recipients mix their copies, which takes longer to score: about 0.1."""

OTHERS = 30
"""Innocent copies that a coalition's are examined together with."""

_ANY_SECRET = bytes(32)  # which binary sites lean which way does not matter on average

Strength = Callable[[Site], float]
"""Returns the chance that a clear reading of a site is wrong (misread, or an editor's flip)."""

Lasting = Callable[[Site], float]
"""Returns which share of the usual chance a site has to be read: less than 1 for blocks of pictures shown small."""


def lasts(site: Site) -> float:
    """Return 1: the site is read as often as any of its carrier."""
    return 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table: what share of leaks of this size on this path would be attributed."""

    size: str
    words: int
    path: str
    sites_read: float  # on average
    chance: float


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sites as arrays: site and word of every place; per site its prior, chance of change and classes."""

    sites: tuple[Site, ...]
    site_of_place: NDArray[np.int64]
    word_of_place: NDArray[np.int64]
    prior: NDArray[np.float64]
    flip: NDArray[np.float64]
    lasting: NDArray[np.float64]
    style_class: NDArray[np.int64]
    styles: NDArray[np.int64]
    block: NDArray[np.int64]


def forecast_table(
    text_words: Sequence[tuple[int, int]],
    block_starts: Sequence[int],
    sites: Sequence[Site],
    strength: Strength,
    *,
    recipients: int,
    bound: float,
    rng: np.random.Generator,
    trials: int = TRIALS,
    copies: int = 1,
    lasting: Lasting = lasts,
) -> list[Cell]:
    """Return one cell for every leak size that the document has, and path.

    ``text_words`` are the character ranges of the document's words; ``copies`` is how many recipients
    mixed theirs site by site (the chance is that of naming at least one of them).
    """
    layout = _layout(text_words, block_starts, sites, strength, lasting)
    total = len(text_words)
    cells = []
    for size, words in SIZES:
        length = total if words is None else min(words, total)
        if words is not None and words >= total:
            continue
        for path in PATHS:
            cells.append(_cell(layout, size, length, total, path, recipients, bound, rng, trials, copies))
    return cells


def _layout(
    text_words: Sequence[tuple[int, int]],
    block_starts: Sequence[int],
    sites: Sequence[Site],
    strength: Strength,
    lasting: Lasting,
) -> _Layout:
    starts = np.array([start for start, _ in text_words], dtype=np.int64)
    pairs = [(row, place.start) for row, site in enumerate(sites) for place in site.places]
    site_of_place, place_starts = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    weights = site_weights(
        [site.variants for site in sites], _ANY_SECRET, even=[site.on_page for site in sites]
    )
    names = {name: k for k, name in enumerate(sorted({(s.carrier, s.cls) for s in sites if s.styles}))}
    styles = np.full(weights.shape, -1, dtype=np.int64)
    for row, site in enumerate(sites):
        styles[row, : len(site.styles)] = site.styles
    style_class = [names[(s.carrier, s.cls)] if s.styles else -1 for s in sites]
    first = [site.places[0].start for site in sites]
    return _Layout(
        tuple(sites),
        site_of_place,
        np.searchsorted(starts, place_starts, side="right") - 1,
        probabilities(weights),
        np.array([strength(site) for site in sites]),
        np.array([lasting(site) for site in sites]),
        np.array(style_class, dtype=np.int64),
        styles,
        np.searchsorted(np.asarray(block_starts, dtype=np.int64), first, side="right"),
    )


def _cell(
    layout: _Layout,
    size: str,
    length: int,
    total: int,
    path: Path,
    recipients: int,
    bound: float,
    rng: np.random.Generator,
    trials: int,
    copies: int,
) -> Cell:
    rates = np.array([path.rates(site.carrier.split("/")[0]) for site in layout.sites]).reshape(-1, 2)
    rates[:, 0] *= layout.lasting
    named = read = 0
    for _ in range(trials):
        first = int(rng.integers(total - length + 1)) if total > length else 0
        shown = (layout.word_of_place >= first) & (layout.word_of_place < first + length)
        inside = np.zeros(len(layout.sites), dtype=bool)
        inside[layout.site_of_place[shown]] = True
        rows = np.flatnonzero(inside & (rng.random(len(layout.sites)) < rates[:, 0]))
        read += rows.size
        named += _attributed(layout, rows, rates, recipients, bound, rng, copies)
    return Cell(size, length, path.name, read / trials, named / trials)


def _attributed(
    layout: _Layout,
    rows: NDArray[np.int64],
    rates: NDArray[np.float64],
    recipients: int,
    bound: float,
    rng: np.random.Generator,
    copies: int,
) -> bool:
    """Draw codewords and what they show at these sites; return whether the finding would name one of them."""
    prior = layout.prior[rows]
    if not rows.size or -np.log(prior.max(axis=1)).sum() < 0.5 * math.log(recipients / bound):
        return False
    edges = np.cumsum(prior, axis=1)
    words = (rng.random((copies, rows.size, 1)) >= edges[:, :-1]).sum(axis=2)
    written = words[rng.integers(0, copies, rows.size) if copies > 1 else 0, np.arange(rows.size)]
    variants = (prior > 0).sum(axis=1)
    other = (written + 1 + (rng.random(rows.size) * (variants - 1)).astype(int)) % variants
    seen = np.where(rng.random(rows.size) < rates[rows, 1], other, written)
    flip = layout.flip[rows, None]
    loglik = np.broadcast_to(np.log(flip / (variants[:, None])), prior.shape).copy()
    loglik[np.arange(rows.size), seen] = np.log(1 - flip[:, 0])
    evidence = Evidence(
        np.where(prior > 0, quantised_likelihood(loglik), 1.0),
        prior,
        layout.style_class[rows],
        layout.styles[rows],
        layout.block[rows],
    )
    if copies > 1:
        others = (rng.random((OTHERS, rows.size, 1)) >= edges[:, :-1]).sum(axis=2)
        listed = np.concatenate([words, others]).astype(np.uint8)
        found = score_evidence(evidence, range(listed.shape[0]), lambda wanted: listed[list(wanted)])
        return bool(found.p_value[:copies].min() * recipients <= bound)
    level = math.log(bound / recipients)
    alone = score_table(MODELS[0], evidence)
    word = written[None, :].astype(np.uint8)
    if -float(scores(alone, word)[0]) - math.log(MODELS[0].weight) <= level:
        return True  # 1/LR of one model is a bound on p: no tail has to be computed
    tables = [alone, *(score_table(model, evidence) for model in MODELS[1:])]
    score = np.array([scores(table, word) for table in tables])
    return bool(p_values(tables, evidence, score)[0] * recipients <= bound)
