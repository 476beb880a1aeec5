"""Synthetic ways from an issued PDF to a picture of one of its pages: for tests and the demo.

Simple on purpose; ``bench/pages`` has real screenshots, paper that bends, and tools by others.
Pictures are (height, width, 3) uint8, RGB.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def drawn_page(pdf: bytes, page: int = 0, *, dpi: float = 150) -> Pixels:
    """Return a page (from 0) as PDFium draws it, in colour."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(pdf) as document:
        pixels: NDArray[Any] = document[page].render(scale=dpi / 72, rev_byteorder=True).to_numpy()
        return np.array(pixels[..., :3], dtype=np.uint8)


def screenshot(page: Pixels, *, width: int = 1700, height: int = 1000) -> Pixels:
    """Return a grey window that shows the page from its top, cut off at the lower edge."""
    screen = np.full((height, width, 3), 82, dtype=np.uint8)
    screen[:60] = 40
    left = max(0, (width - page.shape[1]) // 2)
    part = page[: height - 60, : width - left]
    screen[60 : 60 + part.shape[0], left : left + part.shape[1]] = part
    return screen


def scan(
    page: Pixels, rng: np.random.Generator, *, tilt_degrees: float = 1.7, noise_levels: float = 8.0
) -> Pixels:
    """Return the page turned a little, softened, with noise."""
    import cv2

    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt_degrees, 1.0)
    turned = cv2.warpAffine(page, turn, (width, height), borderValue=(235, 235, 235))
    soft = cv2.GaussianBlur(turned, (0, 0), 0.8)
    return _clipped(soft + rng.normal(0, noise_levels, soft.shape))


def photo(page: Pixels, rng: np.random.Generator, *, width: int = 1500, height: int = 2100) -> Pixels:
    """Return the page on a desk, seen at a slant in uneven light, a little out of focus."""
    import cv2

    tall, wide = page.shape[:2]
    corners = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], dtype=np.float32)
    shares = np.array([(0.17, 0.09), (0.92, 0.14), (0.87, 0.93), (0.09, 0.85)])
    seen = (shares + rng.uniform(-0.02, 0.02, shares.shape)) * (width, height)
    slant = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    coarse = rng.integers(40, 130, (height // 80, width // 75, 3), dtype=np.uint8)
    desk = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    sheet = cv2.warpPerspective(page, slant, (width, height), flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.full((tall, wide), 255, np.uint8), slant, (width, height))
    light = np.linspace(0.7, 1.0, width)[None, :, None]
    taken = np.where(there[..., None] > 127, sheet, desk) * light + rng.normal(0, 3, (height, width, 1))
    return _clipped(cv2.GaussianBlur(taken, (0, 0), 1.0))


def as_png(pixels: Pixels) -> bytes:
    """Return a PNG file."""
    return _file(pixels, "PNG")


def as_jpeg(pixels: Pixels, quality: int = 70) -> bytes:
    """Return a JPEG file."""
    return _file(pixels, "JPEG", quality=quality)


def _file(pixels: Pixels, kind: str, **options: int) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def _clipped(values: Any) -> Pixels:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)
