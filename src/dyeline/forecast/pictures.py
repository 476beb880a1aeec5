"""Where in the text the blocks of a page's pictures stand: a picture of some words shows the blocks around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from dyeline.formats.picturemarks.grid import grid_of
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.document import PictureArea
from dyeline.model.pages import PageWords
from dyeline.model.sites import Site


def beside_words(
    sites: Iterable[Site], areas: Mapping[str, Sequence[PictureArea]], pages: Sequence[PageWords]
) -> list[Site]:
    """Return the sites, those of blocks at the word nearest to their block, for leaks to be drawn by words.

    A block stays where its picture begins when its place on a page is not known. ``areas`` are the uses of each
    picture by its key.
    """
    found: list[Site] = []
    for site in sites:
        named = image_block(site.places[0].mark)
        start = None if named is None else _nearest_word(areas.get(named[0], ()), named[1], pages)
        if start is None:
            found.append(site)
        else:
            found.append(replace(site, places=(replace(site.places[0], start=start, end=start),)))
    return found


def _nearest_word(uses: Sequence[PictureArea], block: int, pages: Sequence[PageWords]) -> int | None:
    use = next((use for use in uses if 0 <= use.page < len(pages)), None)
    grid = grid_of(use.width_px, use.height_px) if use else None
    if use is None or grid is None:
        return None
    words = pages[use.page]
    known = words.starts >= 0
    if not known.any():
        return None
    row, column = divmod(block, grid.columns)
    middle = ((column + 0.5) / grid.columns * use.width_px, (row + 0.5) / grid.rows * use.height_px, 1.0)
    x, y, _ = (np.array(use.to_page) @ middle).tolist()
    boxes = words.boxes[known]
    across = np.maximum(np.maximum(boxes[:, 0] - x, x - boxes[:, 2]), 0.0)
    down = np.maximum(np.maximum(boxes[:, 1] - y, y - boxes[:, 3]), 0.0)
    return int(words.starts[known][np.hypot(across, down).argmin()])
