"""The bias of each site: how probable each symbol is in a codeword drawn at random.

Every bias is a multiple of 1/256, so that one PRF byte draws a symbol exactly and the null
distribution of a score is known exactly, not nearly.

Binary sites follow the dyadic Tardos design {1/8, 1/2, 7/8} with weights 1:2:1 when there are
enough of them to withstand a coalition at all, otherwise 1/2 (for a single source no other bias
carries more). Sites of four and more symbols stay even: with q symbols even a minority choice of
three copies betrays its holder, which it does not for two (Boesten and Skoric 2011: capacity
grows with q - 1). Marks on pages stay even too: what leaks of them is a page or a paragraph of it,
where a single source has to be told from a few dozen sites.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DESIGN_VERSION = "dyadic-bias/2"

TOTAL = 256
"""Weights of a site's symbols add up to this."""

COALITION_MINIMUM_SITES = 150
"""Below this many binary sites all biases are even (facts: a coalition needs more sites anyway)."""


def _even(variants: int) -> NDArray[np.int64]:
    weights = np.full(variants, TOTAL // variants, dtype=np.int64)
    weights[: TOTAL % variants] += 1
    return weights


def site_weights(variants: Sequence[int], secret: bytes, *, even: Sequence[bool] = ()) -> NDArray[np.int64]:
    """Return symbol weights in 1/256, shape (sites, most variants), zero beyond a site's variants.

    Depends on the secret (which binary sites lean which way) and on nothing else. Sites with
    ``even`` set keep even weights and do not count among the binary sites.
    Raises ValueError for a site of fewer than 2 or more than 64 variants.
    """
    if any(not 2 <= count <= 64 for count in variants):
        raise ValueError("a site has 2 to 64 variants")
    widest = max(variants, default=2)
    weights = np.zeros((len(variants), widest), dtype=np.int64)
    steady = list(even) if even else [False] * len(variants)
    leaning = [count == 2 and not fixed for count, fixed in zip(variants, steady, strict=True)]
    lean = sum(leaning) >= COALITION_MINIMUM_SITES
    key = hmac.digest(secret, b"dyeline bias 1", "sha256")
    draws = hashlib.shake_256(key).digest(max(1, len(variants)))
    for site, count in enumerate(variants):
        weights[site, :count] = _even(count)
        if lean and leaning[site] and draws[site] % 4 in (0, 3):
            weights[site, :2] = (32, 224) if draws[site] % 4 == 0 else (224, 32)
    return weights


def probabilities(weights: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weights as probabilities, shape unchanged; each row adds up to 1 exactly."""
    return np.asarray(weights / TOTAL, dtype=np.float64)


def weights_sha256(weights: NDArray[np.int64]) -> str:
    """Return the hash that fixes the bias of all sites."""
    return hashlib.sha256(weights_bytes(weights)).hexdigest()


def weights_bytes(weights: NDArray[np.int64]) -> bytes:
    """Return the weights as they are hashed: little-endian int64, by rows."""
    return weights.astype("<i8").tobytes()
