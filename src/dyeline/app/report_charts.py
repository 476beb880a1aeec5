"""Where a named copy stands among what innocent copies would score: the numbers of a chart."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from dyeline.app.report_copies import Copies
from dyeline.app.report_exhibits import Exhibits
from dyeline.model.readings import Readings
from dyeline.stats.models import MODELS, score_table, scores
from dyeline.stats.nulltail import error_shares, null_tail, tail_chances
from dyeline.store.case_readings import StoredReading
from dyeline.trace.score import gather_evidence

MOST_CHARTS: Final = 3
POINTS: Final = 60


def null_charts(exhibits: Exhibits, copies: Copies) -> list[dict[str, Any]]:
    """Return a chart for the best candidate of each exhibit, three at most."""
    charts: list[dict[str, Any]] = []
    for exhibit in exhibits.rows:
        candidates = (exhibit["finding"] or {}).get("candidates", [])
        if exhibit["removed"] or not candidates or len(charts) >= MOST_CHARTS:
            continue
        copy = candidates[0]["copy"]
        readings = exhibits.readings[exhibit["label"]]
        reading = next(one for one in readings if one.circulation == copies.opened[copy].circulation)
        chart = _chart(exhibit["label"], reading, copies, copy, exhibit["copies_compared"])
        charts += [chart] if chart else []
    return charts


def _chart(
    exhibit: str, reading: StoredReading, copies: Copies, label: str, compared: int
) -> dict[str, Any] | None:
    copy = copies.opened[label]
    name = copy.circulation
    evidence, rows = gather_evidence(
        Readings(reading.loglik), copies.sites[name], copies.weights[name], copies.blocks[name]
    )
    if not rows.size:
        return None
    tables = [score_table(model, evidence) for model in MODELS]
    nats = [float(scores(table, copy.symbols[None, rows])[0]) for table in tables]
    tails = [null_tail(table, evidence.prior) for table in tables]
    chances = [float(tail_chances(tail, np.array([x]))[0]) for tail, x in zip(tails, nats, strict=True)]
    best = min(range(len(MODELS)), key=lambda k: chances[k] / error_shares(evidence)[k])
    along = np.linspace(min(-10.0, -0.3 * abs(nats[best])), max(nats[best], 2.0), POINTS)
    curve = np.log(np.maximum(tail_chances(tails[best], along), 1e-300)) / math.log(10)
    return {
        "file": f"pictures/{exhibit}.chances.svg",
        "title": f"{exhibit}: how high an innocent copy would score",
        "caption": (
            f"The vertical line is copy {label}. Where it meets the curve stands the chance that a copy "
            f"which is not the source scores as high ({MODELS[best].name})."
        ),
        "exhibit": exhibit,
        "copy": label,
        "copies": compared,
        "model": MODELS[best].name,
        "log10_ratio": nats[best] / math.log(10),
        "curve": [
            [round(x / math.log(10), 4), round(y, 4)]
            for x, y in zip(along.tolist(), curve.tolist(), strict=True)
        ],
    }
