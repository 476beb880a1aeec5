"""The readings of one exhibit in the form in which scores are defined on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEP_NATS = 0.125
"""Readings are rounded to this. A score may be any function of the exhibit; few distinct values make its tail exact."""

FLOOR_NATS = -8.0
"""No single site speaks against a symbol by more than this (a misprint or a wrong seat can always happen)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the informative sites say, apart from any codeword.

    All arrays have one row a site that was read: ``likelihood`` and ``prior`` are
    (sites, symbols) with prior 0 beyond a site's variants; ``style_class`` numbers the class that
    an editor may normalise as a whole (-1: none) and ``styles`` (sites, symbols) the style each
    symbol follows; ``block`` numbers the paragraph of the document.
    """

    likelihood: NDArray[np.float64]
    prior: NDArray[np.float64]
    style_class: NDArray[np.int64]
    styles: NDArray[np.int64]
    block: NDArray[np.int64]

    @property
    def sites(self) -> int:
        """Return the number of sites that were read."""
        return int(self.likelihood.shape[0])

    @property
    def average(self) -> NDArray[np.float64]:
        """Return, per site, the likelihood averaged over the prior: that of a copy chosen at random."""
        return np.asarray((self.prior * self.likelihood).sum(axis=1))


def quantised_likelihood(loglik: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return likelihoods relative to each row's best symbol, floored and rounded in ln to ``STEP_NATS``."""
    relative = loglik - loglik.max(axis=1, keepdims=True)
    return np.asarray(np.exp(np.maximum(np.rint(relative / STEP_NATS) * STEP_NATS, FLOOR_NATS)))
