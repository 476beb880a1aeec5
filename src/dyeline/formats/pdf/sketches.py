"""Pages of a PDF drawn small and grey, to be described by what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.pdf.frame import page_frame
from dyeline.formats.pdf.reading import opened

_MOST_BOXES = 5_000  # of text on one page


@dataclass(frozen=True, slots=True)
class Sketched:
    """A page to be drawn. ``draw(px_per_pt)`` works until the next page is asked for.

    ``text`` are boxes that hold its text, (n, 4) in pt: pieces of lines.
    """

    number: int  # from 0
    size_pt: tuple[float, float]
    text: NDArray[np.float32]
    draw: Callable[[float], NDArray[np.uint8]]


def page_sketches(data: bytes, *, first: int, most: int) -> Iterator[Sketched]:
    """Yield pages of a PDF, ``most`` from number ``first`` on; those that cannot be loaded are left out.

    Drawing raises ValueError for a page that is damaged. Raises UnreadableFile.
    """
    from pypdfium2 import PdfiumError

    with opened(data) as document:
        for number in range(first, min(first + most, len(document))):
            try:
                page = document[number]
            except PdfiumError:
                continue
            with closing(page):
                size = page.get_size()
                if min(size) > 0 and max(size) < float("inf"):
                    yield Sketched(number, size, _text_boxes(page), partial(_drawn, page))


def page_count(data: bytes) -> int:
    """Return the number of pages of a PDF. Raises UnreadableFile."""
    with opened(data) as document:
        return len(document)


def _drawn(page: Any, px_per_pt: float) -> NDArray[np.uint8]:
    from pypdfium2 import PdfiumError

    try:
        with closing(page.render(scale=px_per_pt, grayscale=True)) as bitmap:
            drawn = np.array(bitmap.to_numpy(), dtype=np.uint8)
    except PdfiumError as fault:
        raise ValueError("the page cannot be drawn") from fault
    return drawn if drawn.ndim == 2 else np.ascontiguousarray(drawn[:, :, 0])


def _text_boxes(page: Any) -> NDArray[np.float32]:
    from pypdfium2 import PdfiumError

    boxes = []
    try:
        with closing(page.get_textpage()) as layer:
            for k in range(min(_MOST_BOXES, layer.count_rects())):
                boxes.append(layer.get_rect(k))
    except PdfiumError:
        pass
    frame = page_frame(page)
    return frame.boxes(np.array(boxes, dtype=np.float64).reshape(-1, 4)).astype(np.float32)
