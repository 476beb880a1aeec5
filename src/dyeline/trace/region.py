"""Which part of a document an exhibit shows: words, and the page where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dyeline.model.alignment import Alignment
from dyeline.model.finding import Region
from dyeline.model.pages import SeenPage
from dyeline.text.words import word_spans
from dyeline.trace.shelf import PageShelf, ShelvedVersion


def region_of(version: ShelvedVersion, seen: Alignment, pages: Sequence[SeenPage]) -> Region:
    """Return the document's words from the first to the last that the exhibit holds, and its page.

    The page is the seen one with most words in its picture; without a seen one, that on which the
    first of the words stands, when the version has pages.
    """
    starts = np.array([start for start, _ in word_spans(version.text)], dtype=np.int64)
    spans = [(p.document_start, p.document_end) for p in seen.passages]
    first = min((int(seen.document.starts[low]) for low, _ in spans), default=0)
    last = max((int(seen.document.ends[high - 1]) for _, high in spans), default=0)
    for page in pages if not spans else ():
        shown = page.reference.words.starts >= 0
        first = int(page.reference.words.starts[shown].min(initial=first))
        last = int(page.reference.words.ends[shown].max(initial=last))
    begin = max(0, int(np.searchsorted(starts, first, side="right")) - 1)
    end = int(np.searchsorted(starts, last, side="left"))
    if pages:
        best = max(pages, key=lambda page: page.registration.inliers)
        quad = tuple((round(float(x), 1), round(float(y), 1)) for x, y in best.registration.quad)
        return Region(begin, end, best.registration.page + 1, quad, best.picture.number)
    return Region(begin, end, _page_with(version.pages, first))


def _page_with(shelf: PageShelf | None, offset: int) -> int | None:
    """Return the number, from 1, of the page that shows a character of the document."""
    for page in shelf.words if shelf is not None else ():
        if ((page.starts <= offset) & (offset < page.ends)).any():
            return page.number + 1
    return None
