"""A page of a PDF file as programs draw it: pdfium in colour and in grey, poppler."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.pages.fetched import NotAvailable
from bench.pages.texture import Bytes


def by_pdfium(path: Path, page: int, dpi: float, *, grey: bool = False) -> Bytes:
    """Return a page as pdfium draws it. In colour (RGB) it places glyphs on thirds of a pixel, in grey on pixels."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        drawn = pdf[page].render(scale=dpi / 72, grayscale=grey, rev_byteorder=not grey).to_numpy()
        return np.array(drawn if grey else drawn[..., :3])


def by_poppler(path: Path, page: int, dpi: float) -> Bytes:
    """Return a page as poppler's pdftoppm draws it, RGB."""
    with tempfile.TemporaryDirectory() as folder:
        stem = Path(folder) / "page"
        number = str(page + 1)
        words = [
            "pdftoppm",
            "-r",
            f"{dpi:g}",
            "-f",
            number,
            "-l",
            number,
            "-singlefile",
            str(path),
            str(stem),
        ]
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=120)
        except FileNotFoundError as fault:
            raise NotAvailable("the program pdftoppm (poppler) is not installed") from fault
        drawn = cv2.imread(f"{stem}.ppm", cv2.IMREAD_COLOR)
        assert drawn is not None
        return np.ascontiguousarray(drawn[..., ::-1])


def text_rows(path: Path, page: int, rows: int) -> NDArray[np.float64]:
    """Return how much text stands at each of so many rows of a page: the width of its lines, 0 between them."""
    import pypdfium2

    held = np.zeros(rows)
    with pypdfium2.PdfDocument(path) as pdf:
        height = pdf[page].get_height()
        text = pdf[page].get_textpage()
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            first, last = (int(np.clip((height - y) / height * rows, 0, rows)) for y in (top, bottom))
            held[first:last] += right - left
    return held
