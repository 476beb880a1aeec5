"""Which scheme made the codewords of a circulation: the one place that knows them all.

A circulation keeps the scheme that it was begun with. Old schemes stay readable for good: copies of them are out
there, and may leak years later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.codeword import CODE_VERSION, codewords
from dyeline.codes.design import DESIGN_VERSION
from dyeline.codes.planes import PLANES_VERSION, plane_codewords
from dyeline.errors import UnknownScheme

NEW_SCHEME = f"{PLANES_VERSION} {DESIGN_VERSION}"
"""What new circulations are made with, as it goes on record: how symbols are drawn, and from which bias."""

Maker = Callable[[bytes, Sequence[int], NDArray[np.int64]], NDArray[np.uint8]]

_MAKERS: Mapping[str, Maker] = {CODE_VERSION: codewords, PLANES_VERSION: plane_codewords}

_DESIGNS = frozenset({"dyadic-bias/1", DESIGN_VERSION})
"""The first one knew no marks on pages; of sites in the text it gives the same biases as the second."""

SCHEMES = tuple(_MAKERS)
"""Names of the known ways to draw symbols, the oldest first."""


def drawing_of(scheme: str) -> str:
    """Return the name of the way symbols are drawn in a scheme on record ("drawing" or "drawing bias").

    Raises UnknownScheme where this version knows the drawing or the bias not.
    """
    drawing, *design = scheme.split()[:3] or [""]
    if drawing not in _MAKERS or len(design) > 1 or not _DESIGNS.issuperset(design):
        raise UnknownScheme(
            "A circulation was made with a code scheme that this version of Dyeline does not know.",
            fix="upgrade Dyeline to the version that issued the circulation, or a newer one.",
            scheme=scheme[:64],
        )
    return drawing


def codewords_of(
    scheme: str, secret: bytes, indices: Sequence[int], weights: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return the symbols of the copies with these indices, shape (indices, sites), uint8.

    Args:
        scheme: as on record for the circulation, for example ``NEW_SCHEME``.
        secret: the circulation's 32 bytes.
        indices: copy indices within the circulation.
        weights: as from ``design.site_weights``.
    """
    return _MAKERS[drawing_of(scheme)](secret, indices, weights)


def can_be_screened(scheme: str) -> bool:
    """Tell whether ``codes.screen`` can score lists of this scheme."""
    return drawing_of(scheme) == PLANES_VERSION
