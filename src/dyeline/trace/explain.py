"""Whether a further copy explains anything that the copies before it leave open.

When one copy explains the whole exhibit, another copy that happens to agree with it at many sites
scores high as well. Such a copy is left out unless it improves the explanation, or explains nearly as
much in the place of one of them (then it may just as well be the source). This only ever takes
names away (its p-value is set to 1), so it needs no share of the error budget.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dyeline.stats.evidence import Evidence

GAIN_NATS = 3.0
"""How much better a set of copies has to explain the exhibit with a further copy than without it."""

ALTERNATIVE_NATS = 10.0
"""A copy that explains almost as much in the place of a better one stays: which of the two it is cannot be told."""

MOST_EXAMINED = 100
SMALL_P = 0.01
"""Only copies with a p-value below this are looked at; no larger one is ever named."""


def superfluous(
    evidence: Evidence, symbols: NDArray[np.uint8], order: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return, for each codeword, whether better ones explain the exhibit without it.

    ``symbols`` is (codewords, sites); ``order`` lists codewords, best first. A set of copies is
    taken as mixed site by site or by paragraph, whichever explains more.
    """
    nats = np.log(evidence.likelihood[np.arange(evidence.sites), symbols.astype(np.int64)])
    _, block = np.unique(evidence.block, return_inverse=True)
    by_block = np.stack([np.bincount(block, weights=row) for row in nats]).astype(np.float64)
    left_out = np.zeros(symbols.shape[0], dtype=np.bool_)
    kept: list[int] = []
    so_far = -np.inf

    def explained(copies: list[int]) -> float:
        return max(_mixed(nats[copies]), _mixed(by_block[copies]))

    for copy in order.tolist():
        together = explained([*kept, copy])
        if together >= so_far + GAIN_NATS:
            kept, so_far = [*kept, copy], together
            continue
        instead = max(explained([copy if k == other else k for k in kept]) for other in kept)
        left_out[copy] = instead < so_far - ALTERNATIVE_NATS
    return left_out


def _mixed(nats: NDArray[np.float64]) -> float:
    """Return ln P(exhibit) when each column comes from one of the rows, each as likely."""
    return float((np.logaddexp.reduce(nats, axis=0) - np.log(nats.shape[0])).sum())
