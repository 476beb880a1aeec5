"""Laying a bent page flat by its words, so that the pictures on it can be compared with their originals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.model.pages import REFERENCE_PX_PER_PT, SeenPage

if TYPE_CHECKING:
    from dyeline.carriers.layout.warp import Warp


@dataclass(frozen=True, slots=True)
class FlatPage:
    """A page as if laid flat: grey ``pixels`` of its reference raster, and which of them the exhibit ``shown``."""

    pixels: NDArray[np.uint8]
    shown: NDArray[np.bool_]


def laid_flat(page: SeenPage, *, closely: bool) -> FlatPage | None:
    """Return a page laid flat, or None where too few words tell how it is bent.

    Words that every copy has at the same place tell it: coarsely to about half a point (0.2 s), ``closely`` to
    about a tenth (1 to 2 s).
    """
    from dyeline.carriers.layout.warp import flatten

    warp = _bend(page, closely=closely)
    if warp is None:
        return None
    size = np.array([page.reference.words.width_pt, page.reference.words.height_pt])
    flat, shown = flatten(warp.view.grey, warp.maps(size, REFERENCE_PX_PER_PT))
    return FlatPage(np.clip(np.rint(flat), 0, 255).astype(np.uint8), shown)


def where_seen(page: SeenPage, points_pt: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the pixels of the picture (n, 2) that show points of a page (n, 2), through its bend; None as above."""
    from dyeline.carriers.layout.view import project

    warp = _bend(page, closely=True)
    return None if warp is None else project(warp.view.to_picture, warp.pixels(points_pt))


def _bend(page: SeenPage, *, closely: bool) -> Warp | None:
    from dyeline.carriers.layout.displacement import measure_page
    from dyeline.carriers.layout.follow import follow_page
    from dyeline.carriers.layout.view import view_page
    from dyeline.carriers.layout.warp import Warp

    words = page.reference.words
    view = view_page(page.picture, page.registration, words.width_pt, words.height_pt)
    if view is None:
        return None
    if closely:
        measured = measure_page(view, page.reference, np.where(page.fixed, 0.0, np.inf))
        return None if measured is None else measured.warp
    field = follow_page(view, page.reference, np.flatnonzero(page.fixed))
    return None if field is None else Warp(view, field)
