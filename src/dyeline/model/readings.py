"""What one exhibit says about the marks of one document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Readings:
    """Natural-log likelihoods of what was seen at each site, for each symbol it may have carried.

    ``loglik[i, s]`` is ln P(seen at site i | symbol s had been written there), shape
    (sites, symbols), float64, nats, finite. A row that is constant over the site's variants is an
    erasure and moves no score; columns from the site's number of variants on repeat its column 0.
    """

    loglik: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.loglik.ndim != 2 or not np.isfinite(self.loglik).all():
            raise ValueError(f"loglik: want finite (sites, symbols), got {self.loglik.shape}")

    @property
    def information(self) -> NDArray[np.float64]:
        """Return, per site, the span between its best and worst symbol (nats); 0 is an erasure."""
        return np.asarray(np.ptp(self.loglik, axis=1))

    @property
    def read(self) -> NDArray[np.bool_]:
        """Return, per site, whether anything was read there."""
        return self.information > 0.0
