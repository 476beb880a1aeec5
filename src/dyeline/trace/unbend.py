"""Laying a bent page flat by its words, so that the pictures on it can be compared with their originals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.model.pages import REFERENCE_PX_PER_PT, SeenPage


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
    from dyeline.carriers.layout.displacement import measure_page
    from dyeline.carriers.layout.follow import follow_page
    from dyeline.carriers.layout.view import view_page
    from dyeline.carriers.layout.warp import Warp, flatten

    words = page.reference.words
    view = view_page(page.picture, page.registration, words.width_pt, words.height_pt)
    if view is None:
        return None
    if closely:
        measured = measure_page(view, page.reference, np.where(page.fixed, 0.0, np.inf))
        warp = None if measured is None else measured.warp
    else:
        field = follow_page(view, page.reference, np.flatnonzero(page.fixed))
        warp = None if field is None else Warp(view, field)
    if warp is None:
        return None
    size = np.array([words.width_pt, words.height_pt])
    flat, shown = flatten(view.grey, warp.maps(size, REFERENCE_PX_PER_PT))
    return FlatPage(np.clip(np.rint(flat), 0, 255).astype(np.uint8), shown)
