"""Where an exhibit agrees with one copy and where it does not: for pictures of a finding, after it is made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import site_weights
from dyeline.codes.scheme import codewords_of
from dyeline.trace.flow import Compared


def agreement(compared: Compared, copy: str) -> NDArray[np.int8]:
    """Return, per site of the circulation, 1 where the exhibit shows the copy's symbol, -1 another, 0 none."""
    sites = compared.circulation.sites
    index = next(known.index for known in compared.circulation.copies if known.label == copy)
    secret, scheme = compared.circulation.secret, compared.circulation.scheme
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    written = codewords_of(scheme, secret, [index], weights)[0].astype(np.int64)
    loglik = compared.readings.loglik
    best = loglik.max(axis=1)
    equal = loglik[np.arange(len(sites)), written] >= best
    return np.where(compared.readings.read, np.where(equal, 1, -1), 0).astype(np.int8)
