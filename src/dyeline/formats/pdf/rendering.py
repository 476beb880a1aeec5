"""Pictures of PDF pages: a smooth one to measure against, and those that viewers show, in exact pixels.

Measured with PDFium 159 on 400 isolated letters of 10 pt and of 6 pt, offsets at random: at 3 pixels a pt
their ink lies off its place by 0.031 pt across and 0.096 pt down (standard deviation), because glyphs are
put on thirds of a pixel across and on whole pixels down. Letters larger than 50 pixels across are drawn
as curves instead, which are not put anywhere: with six times as many pixels across, and no more down,
that is every letter from 2.8 pt, and 0.005 to 0.010 pt remain, as with 36 times as many pixels.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.frame import page_frame
from dyeline.formats.pdf.reading import opened
from dyeline.model.document import Span
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference, PageWords

if TYPE_CHECKING:
    from dyeline.formats.pdf.template import PdfTemplate

ENGINES: Final = ("pdfium-lcd", "pdfium-colour", "pdfium-grey", "smooth")
"""Chromium's viewer; PDFium in colour without its LCD text; in grey, as thumbnailers call it; none in particular."""

DrawPage = Callable[[bytes, int, str, Sequence[tuple[int, int]]], list[NDArray[np.uint8]]]

MAX_PIXELS = 100_000_000  # of one picture: more than ``LARGEST_PAGE_PT2`` at the reference resolution
_ACROSS_PX_PER_PT = 18.0  # at which letters from 2.8 pt are drawn as curves
_STRIP_BYTES = 64 * 2**20


def page_reference(data: bytes, words: PageWords) -> PageReference:
    """Return the smooth picture of a page of a PDF, with its words.

    Its pixels are rounded up to cover the page. Cost: some 0.1 s and 64 MB for a page of text. Raises
    UnreadableFile, and TooLarge for a page of more than ``MAX_PIXELS`` at that resolution.
    """
    with opened(data) as document, _loaded(document, words.number) as page:
        frame = page_frame(page)
        width, height = (math.ceil(REFERENCE_PX_PER_PT * side) for side in (frame.width, frame.height))
        raster = _smooth(page, width, height, REFERENCE_PX_PER_PT, REFERENCE_PX_PER_PT)
    return PageReference(words, raster)


def page_renderer(
    data: bytes, content: Content, places: Sequence[Span], marks: Sequence[str], page: int
) -> TemplateRenderer:
    """Return what draws a page of a circulation, given the document's file, its content and all marked places.

    Places on other pages are ignored. Cost at the first picture: following one page, and writing the
    file without the other marked pages, three times at most.
    """

    @cache
    def template() -> PdfTemplate:
        return Pdf().page_template(data, content, places, marks=marks, page=page)

    return TemplateRenderer(lambda shift: template().page_alone(page, shift), page)


def viewed_pages(
    data: bytes, sizes: Mapping[int, tuple[int, int]], engine: str
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the number and the grey picture of pages, each in its size (px across, px down).

    ``engine`` is any but "smooth". Raises UnreadableFile, and TooLarge beyond ``MAX_PIXELS``.
    """
    with opened(data) as document:
        for number, (width, height) in sizes.items():
            with _loaded(document, number) as page:
                yield number, _as_viewer(page, engine, width, height)


class TemplateRenderer:
    """Draws one page of a circulation from three files: all sites at symbol 0, unmarked, all at symbol 1.

    ``file`` is called at most once for each of -1, 0 and 1, when first drawn; ``drawn`` draws, as
    ``drawn_page`` does. Not for several threads at once, as PDFium is not.
    """

    def __init__(self, file: Callable[[int], bytes], page: int, drawn: DrawPage | None = None) -> None:
        self._file = file
        self._drawn = drawn or drawn_page
        self._number = page
        self._kept: dict[int, bytes] = {}

    @property
    def engines(self) -> tuple[str, ...]:
        """Return the names of the ways of drawing."""
        return ENGINES

    def draw(self, engine: str, shift: int, sizes: Sequence[tuple[int, int]]) -> list[NDArray[np.uint8]]:
        """Return the page in exactly as many pixels as each size says, grey. Raises TooLarge beyond ``MAX_PIXELS``."""
        if shift not in self._kept:
            self._kept[shift] = self._file(shift)
        return self._drawn(self._kept[shift], self._number, engine, sizes)


def drawn_page(
    data: bytes, number: int, engine: str, sizes: Sequence[tuple[int, int]]
) -> list[NDArray[np.uint8]]:
    """Return a page of a PDF in exactly these sizes (px), grey. Raises UnreadableFile, and TooLarge as ``draw``."""
    with opened(data) as document, _loaded(document, number) as page:
        if engine != "smooth":
            return [_as_viewer(page, engine, *size) for size in sizes]
        frame = page_frame(page)
        return [_smooth(page, w, h, w / frame.width, h / frame.height) for w, h in sizes]


def _smooth(page: Any, width: int, height: int, across: float, down: float) -> NDArray[np.uint8]:
    """Return the top left ``width`` x ``height`` pixels of a page at so many pixels a pt, glyphs not snapped."""
    import cv2
    from pypdfium2 import raw

    _check(width, height)
    factor = max(1, math.ceil(_ACROSS_PX_PER_PT / across))
    rows = max(1, min(height, _STRIP_BYTES // (4 * width * factor)))
    picture = np.empty((height, width), dtype=np.uint8)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        with _bitmap(width * factor, count, raw.FPDFBitmap_BGRx) as (bitmap, pixels):
            matrix = raw.FS_MATRIX(across * factor, 0, 0, down, 0, -top)
            clip = raw.FS_RECTF(0, 0, width * factor, count)
            raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, raw.FPDF_ANNOT)
            grey = cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY)
            cv2.resize(grey, (width, count), dst=picture[top : top + count], interpolation=cv2.INTER_AREA)
    return picture


def _as_viewer(page: Any, engine: str, width: int, height: int) -> NDArray[np.uint8]:
    """Return a page as viewers have PDFium draw it: in a rectangle of whole pixels."""
    import cv2
    from pypdfium2 import raw

    _check(width, height)
    kind, flags = {
        "pdfium-lcd": (raw.FPDFBitmap_BGRx, raw.FPDF_ANNOT | raw.FPDF_LCD_TEXT),
        "pdfium-colour": (raw.FPDFBitmap_BGRx, raw.FPDF_ANNOT),
        "pdfium-grey": (raw.FPDFBitmap_Gray, raw.FPDF_ANNOT | raw.FPDF_GRAYSCALE),
    }[engine]
    with _bitmap(width, height, kind) as (bitmap, pixels):
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        if pixels.shape[2] == 1:
            return np.ascontiguousarray(pixels[:, :, 0])
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY), dtype=np.uint8)


def _check(width: int, height: int) -> None:
    if not 0 < width * height <= MAX_PIXELS:
        raise TooLarge(
            f"The page is {width:,} x {height:,} pixels large; at most {MAX_PIXELS:,} pixels are drawn.",
            fix="scale its pages down to the size of paper.",
            width=width,
            height=height,
        )


@contextmanager
def _loaded(document: Any, number: int) -> Iterator[Any]:
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
    except PdfiumError as fault:
        raise UnreadableFile(
            f"Page {number + 1} of the PDF is damaged.",
            fix="open the file in a viewer and save or print it anew.",
        ) from fault
    with closing(page):
        yield page


@contextmanager
def _bitmap(width: int, height: int, kind: int) -> Iterator[tuple[Any, NDArray[np.uint8]]]:
    """Give a white bitmap and its pixels, (height, width, channels), which are gone afterwards."""
    from pypdfium2 import raw

    channels = 1 if kind == raw.FPDFBitmap_Gray else 4
    pixels = np.full((height, width * channels), 255, dtype=np.uint8)
    memory = ctypes.c_void_p(pixels.ctypes.data)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, kind, memory, pixels.strides[0])
    try:
        yield bitmap, pixels.reshape(height, width, channels)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
