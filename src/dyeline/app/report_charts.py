"""Where a named copy stands among what copies that are not the source would show: the numbers of a chart."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.app.report_copies import Copies, OpenedCopy
from dyeline.app.report_exhibits import Exhibits
from dyeline.codes.design import probabilities
from dyeline.store.case_readings import StoredReading

MOST_CHARTS: Final = 4
_NEGLIGIBLE: Final = 1e-4
"""Of the highest point: what is lower is left out at both ends of the curve."""


def agreement_charts(exhibits: Exhibits, copies: Copies) -> list[dict[str, Any]]:
    """Return a chart for the best candidate of each exhibit, the first few."""
    charts: list[dict[str, Any]] = []
    for exhibit in exhibits.rows:
        candidates = (exhibit["finding"] or {}).get("candidates", [])
        if exhibit["removed"] or not candidates or len(charts) >= MOST_CHARTS:
            continue
        copy = copies.opened[candidates[0]["copy"]]
        readings = exhibits.readings[exhibit["label"]]
        reading = next(one for one in readings if one.circulation == copy.circulation)
        charts.append(_chart(exhibit["label"], reading, copy, copies.weights[copy.circulation]))
    return charts


def _chart(
    exhibit: str, reading: StoredReading, copy: OpenedCopy, weights: NDArray[np.int64]
) -> dict[str, Any]:
    """Return how many places an innocent copy has in common with an exhibit, and how many the named one has.

    The codeword of a copy that is not the source is drawn from the bias, whatever the exhibit shows: the count is
    a sum of independent draws, whose distribution is computed exactly.
    """
    rows = np.flatnonzero(np.ptp(reading.loglik, axis=1) > 0)
    values = np.where(weights[rows] > 0, reading.loglik[rows, : weights.shape[1]], -np.inf)
    seen = values >= values.max(axis=1, keepdims=True)  # the symbols that the exhibit shows best
    alike = (probabilities(weights)[rows] * seen).sum(axis=1)
    mass = np.ones(1)
    for chance in alike.tolist():
        mass = np.convolve(mass, [1.0 - chance, chance])
    shown = np.flatnonzero(mass >= _NEGLIGIBLE * mass.max())
    agree = int(seen[np.arange(rows.size), copy.symbols[rows]].sum())
    return {
        "file": f"pictures/{exhibit}.chances.svg",
        "exhibit": exhibit,
        "copy": copy.label,
        "read": int(rows.size),
        "agree": agree,
        "expected": round(float(alike.sum()), 1),
        "curve": [[k, round(float(mass[k]), 6)] for k in range(int(shown[0]), int(shown[-1]) + 1)],
    }
