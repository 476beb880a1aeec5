"""Where the text of an exhibit stands in a document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made comparable, and the way back.

    ``text`` is folded (see ``dyeline.text.fold``); ``starts[k]:ends[k]`` is the half-open range of
    ``source`` that folded character ``k`` came from. Invisible characters and collapsed white
    space belong to no folded character, or lie inside the range of a folded space.
    """

    source: str
    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of an exhibit that was found in a document (offsets into the folded texts)."""

    exhibit_start: int
    exhibit_end: int
    document_start: int
    document_end: int
    distance: int  # edit distance between the two stretches


@dataclass(frozen=True, slots=True)
class Alignment:
    """A character alignment of a folded exhibit to a folded document.

    ``seat[k]`` is the folded exhibit offset that folded document character ``k`` is aligned to, or
    -1 where it is missing; ``exact[k]`` tells whether both characters are equal there. Within a
    passage ``seat`` increases; passages may come in any order.
    ``error_rate`` estimates the share of document characters that the path changed, outside of
    mark sites (0 for a clean paste).
    """

    document: Folded
    exhibit: Folded
    passages: tuple[Passage, ...]
    seat: NDArray[np.int64]
    exact: NDArray[np.bool_]
    error_rate: float
