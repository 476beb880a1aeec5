"""Pages whose words stand where we put them, so that every copy and every site is known exactly."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import reportlab
from numpy.typing import NDArray
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from dyeline.model.pages import (
    REFERENCE_PX_PER_PT,
    PageReference,
    PageRenderer,
    PageWords,
    Picture,
    Registration,
    SeenPage,
)
from dyeline.model.sites import Place, Site
from tests.pdfs import LONG

FONT = "Vera"
pdfmetrics.registerFont(TTFont(FONT, str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))


@dataclass(frozen=True)
class Sheet:
    """One page of justified text; ``sites`` are the words that copies move by ``shift_pt``."""

    width_pt: float
    height_pt: float
    size_pt: float
    shift_pt: float
    words: tuple[str, ...]
    x: NDArray[np.float64]
    baseline: NDArray[np.float64]  # from the top
    lines: NDArray[np.int32]
    moved: NDArray[np.int64]  # indexes of words

    @property
    def marks(self) -> list[Site]:
        """Return the sites; word k begins at character 10 k of a text that nobody needs."""
        place = f"shift:{self.shift_pt}"
        return [
            Site(str(k), "layout/1", "shift", (Place(10 * int(k), 10 * int(k), ("", ""), place),))
            for k in self.moved
        ]

    @property
    def fixed(self) -> NDArray[np.bool_]:
        fixed = np.ones(len(self.words), dtype=np.bool_)
        fixed[self.moved] = False
        return fixed

    def pdf(self, symbols: Sequence[int] | None = None) -> bytes:
        """Return the page with its sites at these symbols, or unmarked."""
        x = self.x.copy()
        if symbols is not None:
            x[self.moved] += self.shift_pt * (2 * np.asarray(symbols) - 1)
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=(self.width_pt, self.height_pt), invariant=1)
        canvas.setFont(FONT, self.size_pt)
        for word, left, below in zip(self.words, x, self.baseline, strict=True):
            canvas.drawString(left, self.height_pt - below, word)
        canvas.save()
        return file.getvalue()

    def reference(self, number: int = 0) -> PageReference:
        widths = np.array([pdfmetrics.stringWidth(word, FONT, self.size_pt) for word in self.words])
        boxes = np.stack(
            [
                self.x,
                self.baseline - 0.8 * self.size_pt,
                self.x + widths,
                self.baseline + 0.25 * self.size_pt,
            ],
            axis=1,
        )
        starts = 10 * np.arange(len(self.words), dtype=np.int64)
        words = PageWords(
            number, self.width_pt, self.height_pt, boxes.astype(np.float32), starts, starts + 5, self.lines
        )
        return PageReference(words, smooth(self.pdf(), REFERENCE_PX_PER_PT))


@cache
def sheet(
    width_pt: float = 420.0,
    height_pt: float = 300.0,
    size_pt: float = 10.0,
    shift_pt: float = 0.2,
    margin_pt: float = 36.0,
    skip: int = 0,
    dense: bool = False,
) -> Sheet:
    """Return a page filled with justified text, every second interior word a site, or (dense) every one."""
    supply = iter(" ".join(LONG * 6).split()[skip:])
    space = pdfmetrics.stringWidth(" ", FONT, size_pt)
    words, x, baseline, lines, moved = [], [], [], [], []
    below, line = margin_pt + size_pt, 0
    pending: str | None = None
    while below < height_pt - margin_pt:
        row: list[tuple[str, float]] = []
        used = 0.0
        while True:
            word = pending or next(supply)
            pending = None
            width = pdfmetrics.stringWidth(word, FONT, size_pt)
            if row and used + space + width > width_pt - 2 * margin_pt:
                pending = word
                break
            used += width + (space if row else 0.0)
            row.append((word, width))
        free = width_pt - 2 * margin_pt - sum(width for _, width in row)
        gap = min(free / max(len(row) - 1, 1), 3 * space)
        left, turn = margin_pt, 1
        for place, (word, width) in enumerate(row):
            if 0 < place < len(row) - 1 and place >= turn and width >= 0.9 * size_pt:
                moved.append(len(words))
                turn = place + (1 if dense else 2)
            words.append(word)
            x.append(left)
            baseline.append(below)
            lines.append(line)
            left += width + gap
        below += 1.25 * size_pt
        line += 1
    return Sheet(
        width_pt,
        height_pt,
        size_pt,
        shift_pt,
        tuple(words),
        np.array(x),
        np.array(baseline),
        np.array(lines, dtype=np.int32),
        np.array(moved),
    )


def smooth(pdf: bytes, px_per_pt: float) -> NDArray[np.uint8]:
    """Return the page in grey without snapping: four times as large, then shrunk."""
    large = draw(pdf, 4 * px_per_pt)
    height, width = (n // 4 * 4 for n in large.shape)
    return np.asarray(
        cv2.resize(large[:height, :width], (width // 4, height // 4), interpolation=cv2.INTER_AREA),
        dtype=np.uint8,
    )


def draw(pdf: bytes, px_per_pt: float, *, grey: bool = False) -> NDArray[np.uint8]:
    """Return the page as PDFium draws it: in colour and then made grey, or on an 8-bit grey bitmap."""
    with pdfium.PdfDocument(pdf) as file:
        bitmap = file[0].render(scale=px_per_pt, grayscale=grey).to_numpy()
    if grey:
        return np.ascontiguousarray(bitmap.reshape(bitmap.shape[:2]))
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(bitmap[..., :3]), cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def picture_of(grey: NDArray[np.uint8], number: int = 0) -> Picture:
    return Picture(number, np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2)), "test")


def seen_page(
    sheet: Sheet,
    grey: NDArray[np.uint8],
    to_reference: NDArray[np.float64],
    *,
    number: int = 0,
    inverted: bool = False,
    mirrored: bool = False,
    reference: PageReference | None = None,
    renderer: PageRenderer | None = None,
) -> SeenPage:
    """Return what a reader gets of a picture that ``to_reference`` maps to the reference raster."""
    reference = reference or sheet.reference()
    scale = REFERENCE_PX_PER_PT
    corners = np.array(
        [[[0, 0]], [[sheet.width_pt, 0]], [[sheet.width_pt, sheet.height_pt]], [[0, sheet.height_pt]]]
    )
    quad = cv2.perspectiveTransform(corners * scale - 0.5, np.linalg.inv(to_reference))[:, 0]
    registration = Registration(
        number, 0, to_reference, 900, 0.1, 0.9, mirrored, inverted, quad.astype(np.float32)
    )
    return SeenPage(picture_of(grey, number), registration, reference, sheet.fixed, renderer)


def scaling(px_per_pt: float) -> NDArray[np.float64]:
    """Return the homography from a page drawn at this scale to its reference raster."""
    factor = REFERENCE_PX_PER_PT / px_per_pt
    shift = 0.5 * factor - 0.5
    return np.array([[factor, 0.0, shift], [0.0, factor, shift], [0.0, 0.0, 1.0]])


@dataclass
class PdfiumRenderer:
    """Draws a sheet as PDFium does on a colour bitmap and on an 8-bit grey one."""

    sheet: Sheet
    engines: tuple[str, ...] = ("colour", "grey")

    def draw(self, engine: str, shift: int, sizes: Sequence[tuple[int, int]]) -> list[NDArray[np.uint8]]:
        """Return the page in exactly as many pixels as each size says."""
        return [self._drawn(engine, shift, *size) for size in sizes]

    def _drawn(self, engine: str, shift: int, width_px: int, height_px: int) -> NDArray[np.uint8]:
        count = len(self.sheet.moved)
        pdf = self.sheet.pdf(None if shift == 0 else [max(shift, 0)] * count)
        kind = raw.FPDFBitmap_Gray if engine == "grey" else raw.FPDFBitmap_BGRx
        with pdfium.PdfDocument(pdf) as file:
            bitmap = pdfium.PdfBitmap.new_native(width_px, height_px, kind)
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width_px, height_px)
            raw.FPDF_RenderPageBitmap(bitmap, file[0], 0, 0, width_px, height_px, 0, raw.FPDF_ANNOT)
            pixels = bitmap.to_numpy().copy()
        if engine == "grey":
            return np.ascontiguousarray(pixels.reshape(height_px, width_px))
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_BGR2GRAY))
