"""Which part of a document an exhibit shows: words, and the page where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dyeline.model.alignment import Alignment
from dyeline.model.finding import Region
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageWords, SeenPage
from dyeline.text.words import word_spans
from dyeline.trace.alone import AloneSeen
from dyeline.trace.shelf import PageShelf, ShelvedVersion


def region_of(
    version: ShelvedVersion, seen: Alignment, pages: Sequence[SeenPage], alone: AloneSeen | None = None
) -> Region | None:
    """Return the document's words from the first to the last that the exhibit holds or shows, and its page.

    Of a page that was laid over a picture, the words within the picture count.

    The page is the seen one with most words in its picture; without a seen one, that of a picture
    recognised by itself, or that on which the first of the words stands, when the version has pages. None
    where nothing of it was seen.
    """
    spans = [(p.document_start, p.document_end) for p in seen.passages]
    held = [(int(seen.document.starts[low]), int(seen.document.ends[high - 1])) for low, high in spans]
    held += [shown for page in pages if (shown := _shown_words(page)) is not None]
    if held:
        first, last = min(low for low, _ in held), max(high for _, high in held)
    else:
        first, last = words_of([page.reference.words for page in pages])
    starts = np.array([start for start, _ in word_spans(version.text)], dtype=np.int64)
    begin = max(0, int(np.searchsorted(starts, first, side="right")) - 1)
    end = max(begin, int(np.searchsorted(starts, last, side="left")))
    if pages:
        best = max(pages, key=lambda page: page.registration.inliers)
        quad = tuple((round(float(x), 1), round(float(y), 1)) for x, y in best.registration.quad)
        return Region(begin, end, best.registration.page + 1, quad, best.picture.number)
    if spans:
        return Region(begin, end, _page_with(version.pages, first))
    return None if alone is None else _around(version, alone)


def _shown_words(page: SeenPage) -> tuple[int, int] | None:
    """Return where the text of the words within a picture begins and ends, as far as the page lies flat in it."""
    words = page.reference.words
    centres = (words.boxes[:, :2] + words.boxes[:, 2:]) / 2 * REFERENCE_PX_PER_PT
    there = np.hstack([centres, np.ones((len(centres), 1))]) @ np.linalg.inv(page.registration.homography).T
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = there[:, 0] / there[:, 2], there[:, 1] / there[:, 2]
    height, width = page.picture.pixels.shape[:2]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height) & (words.starts >= 0)
    if not inside.any():
        return None
    return int(words.starts[inside].min()), int(words.ends[inside].max())


def words_of(pages: Sequence[PageWords]) -> tuple[int, int]:
    """Return where the text of pages begins and ends; the beginning of the document where they have none."""
    shown = [(page.starts[page.starts >= 0], page.ends[page.starts >= 0]) for page in pages]
    first = min((int(starts.min()) for starts, _ in shown if len(starts)), default=0)
    return first, max((int(ends.max()) for _, ends in shown if len(ends)), default=first)


def _around(version: ShelvedVersion, alone: AloneSeen) -> Region:
    """Return the page that shows a picture, and no words of it."""
    words = version.pages.words if version.pages is not None else ()
    page = next((page for page in words if alone.quad_on(page) is not None), None)
    if page is None:
        return Region(0, 0, picture=alone.picture)
    first, _ = words_of([page])
    begin = sum(1 for start, _ in word_spans(version.text) if start < first)
    return Region(begin, begin, page.number + 1, alone.quad_on(page), alone.picture)


def _page_with(shelf: PageShelf | None, offset: int) -> int | None:
    """Return the number, from 1, of the page that shows a character of the document."""
    for page in shelf.words if shelf is not None else ():
        if ((page.starts <= offset) & (offset < page.ends)).any():
            return page.number + 1
    return None
