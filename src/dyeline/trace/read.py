"""Reading: from an alignment to ln-likelihoods, carrier by carrier. No codeword is in sight here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dyeline.carriers.contract import Carrier
from dyeline.model.alignment import Alignment
from dyeline.model.finding import ReadCount
from dyeline.model.readings import Readings
from dyeline.model.sites import Site


def read_sites(seen: Alignment, sites: Sequence[Site], carriers: Mapping[str, Carrier]) -> Readings:
    """Return the readings of all sites, shape (sites, most variants of any site).

    Sites of a carrier that is not among ``carriers`` (an older or newer version of it) are erasures.
    """
    widest = max((site.variants for site in sites), default=2)
    loglik = np.zeros((len(sites), widest))
    for name in sorted({site.carrier for site in sites} & carriers.keys()):
        rows = [row for row, site in enumerate(sites) if site.carrier == name]
        part = carriers[name].read(seen, [sites[row] for row in rows])
        loglik[rows, : part.shape[1]] = part
        if part.shape[1] < widest:
            loglik[rows, part.shape[1] :] = part[:, :1]
    return Readings(loglik)


def count_by_carrier(readings: Readings, sites: Sequence[Site]) -> dict[str, ReadCount]:
    """Return sites and sites read by carrier, named without their version."""
    counts: dict[str, ReadCount] = {}
    read = readings.read
    for name in sorted({site.carrier for site in sites}):
        rows = [row for row, site in enumerate(sites) if site.carrier == name]
        counts[name.split("/")[0]] = ReadCount(len(rows), int(read[rows].sum()))
    return counts
