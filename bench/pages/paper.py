"""Printers, scanners, photocopiers, fax machines and pens.

Grey rasters are (height, width) uint8, 0 ink, 255 paper. Parameters were set once, by judgement and
by looking at the results; none was tuned to what a reader can do.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.pages.texture import Bytes, Floats, grain, sampled, smooth_field

PRINTER_DPI = 600
FAX_DPI = 204


def printed(raster: Bytes, rng: np.random.Generator, *, gain_px: float = 1.0) -> Bytes:
    """Return what a laser printer puts on paper: dots at 600 dpi, greys screened, spread a little, edges ragged."""
    height, width = raster.shape
    screen = _screen()
    repeats = (height // len(screen) + 1, width // len(screen) + 1)
    dots = np.where(raster < np.tile(screen, repeats)[:height, :width], np.uint8(255), np.uint8(0))
    spread = cv2.GaussianBlur(dots, (0, 0), gain_px)
    ragged = grain(raster.shape, rng, size_px=1.2) * 20
    return np.where(spread + ragged > 118, np.uint8(0), np.uint8(255))


def _screen() -> Bytes:
    """Return thresholds of a clustered-dot screen at 45 degrees, 106 lines per inch, every level equally often."""
    y, x = np.mgrid[0:16, 0:16]
    height = (
        np.cos(2 * np.pi * (x + y) / 8) + np.cos(2 * np.pi * (x - y) / 8) + (x // 8 + 2 * (y // 8)) * 1e-3
    )
    rank = np.argsort(np.argsort(height, axis=None, kind="stable")).reshape(16, 16)
    return np.clip(rank, 4, 250).astype(np.uint8)


def scanned(
    sheet: Bytes, rng: np.random.Generator, *, dpi: int, askew_degrees: float, sheet_dpi: int = PRINTER_DPI
) -> Bytes:
    """Return a flatbed scan: askew, unequal scale, a feed that wobbles by 0.1 mm, blur, noise."""
    height, width = sheet.shape
    factor = dpi / sheet_dpi
    if factor < 0.5:
        smaller = (round(width * factor * 2), round(height * factor * 2))
        sheet = cv2.resize(sheet, smaller, interpolation=cv2.INTER_AREA)
        height, width, factor = sheet.shape[0], sheet.shape[1], factor * width / smaller[0]
    sheet = cv2.GaussianBlur(sheet, (0, 0), 0.42 / factor)
    out = (round(height * factor * 1.02), round(width * factor * 1.02))
    mm = dpi / 25.4
    x, y = _grid(out)
    x += 0.1 * mm * smooth_field(out, rng, wave_px=40 * mm)
    y += 0.1 * mm * smooth_field(out, rng, wave_px=40 * mm)
    scale_x, scale_y = factor * (1 + rng.uniform(-0.004, 0.004)), factor * (1 + rng.uniform(-0.004, 0.004))
    turn = np.deg2rad(askew_degrees)
    x, y = x - out[1] / 2, y - out[0] / 2
    source_x = (np.cos(turn) * x + np.sin(turn) * y) / scale_x + width / 2 + rng.uniform(-1, 1) * mm / factor
    source_y = (np.cos(turn) * y - np.sin(turn) * x) / scale_y + height / 2 + rng.uniform(-1, 1) * mm / factor
    seen = sampled(sheet, source_x, source_y, fill=250)
    tone = 26 + seen.astype(np.float32) * (222 / 255)
    return _clipped(tone + grain(out, rng, size_px=0.6) * 3.5 + smooth_field(out, rng, wave_px=60 * mm) * 1.5)


def photocopied(sheet: Bytes, rng: np.random.Generator, *, dpi: int) -> Bytes:
    """Return the next generation at the same size and dpi: hard contrast, specks, a streak, a slight turn."""
    copy = scanned(
        sheet, rng, dpi=dpi, sheet_dpi=dpi, askew_degrees=rng.uniform(-0.8, 0.8)
    ).astype(np.float32)  # fmt: skip
    copy += grain(copy.shape, rng, size_px=0.9) * 16 + smooth_field(copy.shape, rng, wave_px=90) * 5
    copy = 255 / (1 + np.exp(-(copy - rng.uniform(128, 150)) / 16))  # drum and toner
    specks = grain(copy.shape, rng, size_px=1.0) > 4.1
    copy[specks] = 40
    streak = int(rng.integers(copy.shape[1]))
    copy[:, streak : streak + 2] -= rng.uniform(10, 60)
    return cv2.GaussianBlur(_clipped(copy), (0, 0), 0.5)


def third_generation(sheet: Bytes, rng: np.random.Generator) -> Bytes:
    """Return a scan at 200 dpi of a photocopy of a photocopy of a printed page."""
    half = (sheet.shape[1] // 2, sheet.shape[0] // 2)
    copy = cv2.resize(sheet, half, interpolation=cv2.INTER_AREA)
    for _ in range(2):
        copy = photocopied(copy, rng, dpi=PRINTER_DPI // 2)
    return scanned(copy, rng, dpi=200, sheet_dpi=PRINTER_DPI // 2, askew_degrees=rng.uniform(-1, 1))


def faxed(sheet: Bytes, rng: np.random.Generator, *, lines_per_inch: int) -> NDArray[np.bool_]:
    """Return the dots (True: white) that a fax at 204 dots by so many lines per inch receives."""
    page = scanned(sheet, rng, dpi=FAX_DPI, askew_degrees=rng.uniform(-0.8, 0.8))
    rows = round(page.shape[0] * lines_per_inch / FAX_DPI)
    page = cv2.resize(page, (page.shape[1], rows), interpolation=cv2.INTER_AREA)
    dots = page > rng.uniform(140, 165)
    for row in rng.integers(0, rows, size=2):  # lost in transmission: the line before stands again
        dots[row] = dots[row - 1]
    return np.asarray(dots)


def written_over(page: Bytes, rng: np.random.Generator) -> Bytes:
    """Return a page, RGB, with scribbled notes, underlines, a circle and a strike in ball pen."""
    height, width = page.shape
    drawn = np.zeros((height, width), np.uint8)
    pen = max(2, round(width / 550))
    for _ in range(4):  # lines of handwriting, across the text
        left, top = rng.uniform(0.05, 0.45) * width, rng.uniform(0.08, 0.9) * height
        _scribble(drawn, rng, left, top, length=rng.uniform(0.3, 0.5) * width, size=width / 45, pen=pen)
    for _ in range(6):  # underlines
        left, top = rng.uniform(0.1, 0.5) * width, rng.uniform(0.1, 0.9) * height
        x = np.linspace(left, left + rng.uniform(0.15, 0.4) * width, 20)
        y = top + np.cumsum(rng.normal(0, height / 3000, 20))
        _stroke(drawn, x, y, pen)
    for _ in range(2):  # circles round a passage
        angle = np.linspace(0, 2 * np.pi * 1.1, 60)
        x = rng.uniform(0.25, 0.75) * width + rng.uniform(0.08, 0.2) * width * np.cos(angle)
        y = rng.uniform(0.15, 0.85) * height + rng.uniform(0.02, 0.05) * height * np.sin(angle)
        _stroke(drawn, x + np.linspace(0, width / 80, 60), y, pen)
    corner = rng.uniform(0.1, 0.6, 2) * (width, height)  # a hasty cross
    for slope in (-1, 1):
        x = np.linspace(0, 0.25 * width, 12)
        _stroke(drawn, corner[0] + x, corner[1] + slope * x + (slope < 0) * x[-1], pen + 1)
    cover = cv2.GaussianBlur(drawn, (0, 0), 0.7).astype(np.float32)[..., None] / 255 * 0.85
    ink = np.array([[28, 44, 140], [30, 30, 34], [150, 24, 30]], np.float32)[rng.integers(3)]
    return _clipped(page[..., None] * (1 - cover) + ink * cover)


def _scribble(
    drawn: Bytes, rng: np.random.Generator, left: float, top: float, *, length: float, size: float, pen: int
) -> None:
    t = np.linspace(0, 2 * np.pi * length / size, int(length / size * 24))
    rhythm = np.interp(t, np.linspace(0, t[-1], 40), rng.uniform(0.25, 1.0, 40))
    x = left + size * t / (2 * np.pi) + size * 0.45 * np.sin(t + 0.6) * rhythm
    y = top - size * 0.55 * rhythm * np.cos(t * rng.uniform(0.96, 1.04)) + 0.02 * (x - left)
    pause = np.interp(t, np.linspace(0, t[-1], 9), rng.uniform(0, 1, 9)) < 0.25
    for part in np.split(np.arange(len(t)), np.flatnonzero(np.diff(pause.astype(int))) + 1):
        if not pause[part[0]]:
            _stroke(drawn, x[part], y[part], pen)


def _stroke(drawn: Bytes, x: NDArray[np.float64], y: NDArray[np.float64], pen: int) -> None:
    points = np.stack([x, y], axis=1) * 16
    cv2.polylines(drawn, [points.astype(np.int32)], False, 255, pen, cv2.LINE_AA, shift=4)


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    x = np.broadcast_to(np.arange(shape[1], dtype=np.float32), shape).copy()
    y = np.broadcast_to(np.arange(shape[0], dtype=np.float32)[:, None], shape).copy()
    return x, y


def _clipped(values: NDArray[np.floating]) -> Bytes:
    return np.clip(values, 0, 255).astype(np.uint8)
