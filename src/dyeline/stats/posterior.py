"""Posterior over the copies and "none of these", with the prior shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PRIOR_NONE = 0.5
"""Assumed beforehand for "the source is no listed copy" (outsider, unregistered circulation, the original)."""

SYSTEM_ERROR = 1e-6
"""Chance of a mix-up outside of the mathematics (mislabelled copy, wrong key); no ratio counts for more than 1/this."""


def posterior(
    mixture_nats: NDArray[np.float64], *, rest_nats: float = -np.inf, prior_none: float = PRIOR_NONE
) -> tuple[NDArray[np.float64], float]:
    """Return P(copy j is the source | exhibit) for every copy, and P(none of them).

    ``mixture_nats`` is ln LR per copy, against a source whose codeword is independent of all listed
    ones (for which the ratio is 1); -inf for copies that are counted in ``rest_nats``, ln of the sum of
    their LR. The rest of the prior is spread evenly over the copies.
    """
    if not mixture_nats.size:
        return np.zeros(0), 1.0
    capped = -np.logaddexp(-mixture_nats, np.log(SYSTEM_ERROR))
    ln_copy = np.log((1.0 - prior_none) / mixture_nats.size) + capped
    ln_rest = np.log((1.0 - prior_none) / mixture_nats.size) + rest_nats
    top = max(float(ln_copy.max()), float(np.log(prior_none)), float(ln_rest))
    parts, none = np.exp(ln_copy - top), np.exp(np.log(prior_none) - top)
    whole = (
        np.sort(parts).sum() + none + np.exp(ln_rest - top)
    )  # sorted: the order of the list changes no bit
    return np.asarray(parts / whole), float(none / whole)
