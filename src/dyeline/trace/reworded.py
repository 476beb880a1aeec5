"""An exhibit that was written anew: no passage of the document stands in it, but facts of it may."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dyeline.facts.sites import read_fact_sites
from dyeline.model.alignment import Alignment
from dyeline.model.sites import Site
from dyeline.text.fold import fold


def states_facts(text: str, document: str, sites: Sequence[Site]) -> bool:
    """Tell whether any declared fact of a document can be read from a text in other words."""
    return bool(read_fact_sites(text, document, sites).any())


def unaligned(text: str, document: str) -> Alignment:
    """Return the alignment of a text in which nothing of the document stands word for word."""
    original = fold(document)
    size = len(original.text)
    nowhere, never = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    return Alignment(original, fold(text), (), nowhere, never, 0.0)
