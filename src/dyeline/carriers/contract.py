"""The door that every carrier uses, built-in or plug-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Site


class Carrier(Protocol):
    """One kind of mark.

    Laws (``testing.check_carrier`` runs them on every carrier): writing moves, adds and removes no
    site; writing twice changes nothing; a clean copy reads back as written; an unseen site is an
    erasure; reading never looks at any codeword; damage never adds evidence.
    """

    @property
    def name(self) -> str:
        """Return name and version, "wording/1": changed behaviour is a new number, because it goes on record."""
        ...

    def find_sites(self, document: Document) -> list[Site]:
        """Return the sites this carrier can use, in text order, none overlapping another."""
        ...

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the document's text with ``symbols[i]`` written at ``sites[i]``."""
        ...

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return ln-likelihoods, shape (len(sites), most variants of a site), nats.

        ``seen.document.source`` is the canonical text that the sites' offsets refer to. A site
        that was not seen, or about which the reader is unsure, gets a constant row. Columns from
        a site's number of variants on repeat its column 0.
        """
        ...
