"""Small circulations and exhibits, as readings, for the tests of cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.finding import Outcome
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.trace.case_merge import CaseCirculation, CaseExhibit, CaseReading
from dyeline.trace.score import score_copies
from dyeline.trace.shelf import ShelvedCirculation, ShelvedCopy


def listed(label: str, people: Sequence[int], sites: int, seed: int) -> CaseCirculation:
    """Return a circulation to these recipients."""
    rng = np.random.default_rng(seed)
    made = tuple(
        Site(
            str(k),
            "t/1",
            f"class{k % 3}",
            (Place(k * 10, k * 10 + 1, ("a", "b")),),
            (0, 1) if k % 4 == 0 else (),
        )
        for k in range(sites)
    )
    copies = tuple(ShelvedCopy(n, f"{label}:{n}", f"R-{who:03}") for n, who in enumerate(people))
    return CaseCirculation(
        ShelvedCirculation(label, made, rng.bytes(32), NEW_SCHEME, copies), tuple(range(0, sites * 10, 60))
    )


def codeword(one: CaseCirculation, index: int) -> NDArray[np.int64]:
    """Return the symbols of a copy."""
    circulation = one.circulation
    weights = site_weights([site.variants for site in circulation.sites], circulation.secret)
    return codewords_of(circulation.scheme, circulation.secret, [index], weights)[0].astype(np.int64)


def reading(
    one: CaseCirculation, symbols: NDArray[np.int64], rows: Sequence[int], clarity: float = 4.0
) -> CaseReading:
    """Return what an exhibit says that shows these symbols at these sites."""
    circulation = one.circulation
    loglik = np.zeros((len(circulation.sites), 2))
    for row in rows:
        loglik[row, 1 - symbols[row]] = -clarity
    indices = [copy.index for copy in circulation.copies]
    scores = score_copies(
        Readings(loglik),
        circulation.sites,
        one.block_starts,
        circulation.secret,
        circulation.scheme,
        indices,
    )
    return CaseReading(circulation.label, Readings(loglik), np.array(indices), scores)


def exhibit(
    number: int, batch: int, *compared: CaseReading, removed: str = "", outcome: Outcome = "insufficient"
) -> CaseExhibit:
    """Return an exhibit with a hash of its own."""
    return CaseExhibit(f"EX-{number}", f"{number:064x}", f"{batch:03}", outcome, compared, "", removed)
