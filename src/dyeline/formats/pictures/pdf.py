"""The pages of an exhibit PDF as pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.limits import MAX_RENDERED_PAGES, check_bytes
from dyeline.formats.pdf.reading import opened
from dyeline.formats.pictures.intake import shrunk
from dyeline.model.pages import Picture

LONG_SIDE_PX: Final = 2_200
"""Long side of a rendered page: 190 dpi for A4."""

_OWN_RESOLUTION_PX = (1_500, 4_000)  # a scan with a long side in this range is rendered pixel for pixel
_WHOLE_PAGE = 0.8  # share of the page that one picture covers on a scanned page


def pdf_pictures(
    data: bytes,
    *,
    first_number: int = 0,
    first_page: int = 0,
    most_pages: int = MAX_RENDERED_PAGES,
    notice: Callable[[str], None] = lambda _: None,
) -> Iterator[Picture]:
    """Yield ``most_pages`` pages of a PDF as PDFium draws them, in colour, on white.

    ``first_page``, counted from 0, has ``first_number``. A page has a long side of ``LONG_SIDE_PX``; a scanned
    one keeps its own resolution when that is near. Lazy; ``notice`` is called with a sentence when pages were
    left out. Raises UnreadableFile or TooLarge when the first picture is asked for; a page that cannot be
    drawn is left out with a notice.
    """
    check_bytes(data)
    with opened(data) as document:
        count = len(document)
        end = first_page + most_pages
        for number in range(first_page, min(count, end)):
            pixels = _drawn(document, number)
            if pixels is None:
                notice(f"Page {number + 1} of the PDF is damaged and was not examined.")
            else:
                yield Picture(first_number + number - first_page, pixels, f"page {number + 1}")
        if count > end:
            notice(f"Only the first {end:,} of the PDF's {count:,} pages were examined.")


def _drawn(document: Any, number: int) -> NDArray[np.uint8] | None:
    from pypdfium2 import PdfiumError

    try:
        with closing(document[number]) as page:
            long_side_pt = max(page.get_size())
            if not 0 < long_side_pt < float("inf"):
                return None
            scale = _scan_pixels(page) / long_side_pt
            with closing(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)) as bitmap:
                drawn = bitmap.to_numpy()[:, :, :3]
                return shrunk(np.array(drawn, dtype=np.uint8))
    except (PdfiumError, ValueError, MemoryError):
        return None


def _scan_pixels(page: Any) -> float:
    """Return the long side to draw a page with: that of the one picture which covers it, or the usual."""
    from pypdfium2 import raw

    width_pt, height_pt = page.get_size()
    for found in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        left, bottom, right, top = found.get_bounds()
        if (right - left) * (top - bottom) < _WHOLE_PAGE * width_pt * height_pt:
            continue
        pixels = max(found.get_px_size())
        across_pt = max(right - left, top - bottom)
        own = float(pixels * max(width_pt, height_pt) / across_pt)
        low, high = _OWN_RESOLUTION_PX
        if low <= own <= high:
            return own
    return LONG_SIDE_PX
