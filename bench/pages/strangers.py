"""Pictures that must not lead to anybody: small ones, many of them, each decided by its number.

Unmarked pages, copies of nobody on the list, pages of other documents, code on screens, charts, photographs,
patterns and noise; most go through JPEG, blur, noise, rotation, a slight perspective, uneven light.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from bench.pages import documents
from bench.pages.documents import NAMES, SCANS, load
from bench.pages.fetched import cache as kept
from bench.pages.fetched import from_sdist
from bench.pages.office import Office, cut, cut_range
from bench.pages.renderings import by_pdfium
from bench.pages.texture import Bytes, smooth_field

Rng = np.random.Generator
T = TypeVar("T")
Make = Callable[[Office, Rng], Bytes]


def unmarked(where: Office, rng: Rng) -> Bytes:
    """Return part of a page of a registered document, as it was before it was issued."""
    document = _any(where.documents, rng)
    return _part(by_pdfium(_original(document.name), _any(document.pages, rng), _dpi(rng)), rng)


def of_nobody(where: Office, rng: Rng) -> Bytes:
    """Return part of a page of an issued copy; it is held against lists that it is not on."""
    document = _any(where.documents, rng)
    path = document.path(_any(document.copies, rng))
    return _part(by_pdfium(path, _any(document.pages, rng), _dpi(rng)), rng)


def other_page(where: Office, rng: Rng) -> Bytes:
    """Return part of a page that is not registered: other pages of the same books, other files."""
    path, pages = _any(_elsewhere(), rng)
    return _part(by_pdfium(path, _any(pages, rng), _dpi(rng)), rng)


def code(where: Office, rng: Rng) -> Bytes:
    """Return source code on a screen, light or dark."""
    from PIL import Image, ImageDraw, ImageFont

    lines = _any(_sources(), rng).read_text(encoding="utf-8").splitlines()
    start = int(rng.integers(max(1, len(lines) - 25)))
    dark = bool(rng.integers(2))
    image = Image.new(
        "RGB", (int(rng.integers(500, 900)), int(rng.integers(250, 500))), (30, 30, 34) if dark else "white"
    )
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(int(rng.integers(12, 17)))
    for row, line in enumerate(lines[start : start + 30]):
        colour = tuple(int(n) for n in (rng.integers(150, 255, 3) if dark else rng.integers(0, 120, 3)))
        draw.text((12, 8 + 19 * row), line, fill=colour, font=font)
    return np.array(image)


def chart(where: Office, rng: Rng) -> Bytes:
    """Return bars or lines with axes and figures."""
    height, width = int(rng.integers(240, 420)), int(rng.integers(320, 640))
    picture = np.full((height, width, 3), 255, np.uint8)
    cv2.line(picture, (40, 10), (40, height - 30), (60, 60, 60), 1)
    cv2.line(picture, (40, height - 30), (width - 10, height - 30), (60, 60, 60), 1)
    values = np.cumsum(rng.normal(0, 1, 12))
    values = (values - values.min()) / (np.ptp(values) + 1e-9)
    spots = [
        (int(55 + k * (width - 80) / 12), int(height - 40 - value * (height - 80)))
        for k, value in enumerate(values.tolist())
    ]
    colour = tuple(int(n) for n in rng.integers(0, 200, 3))
    if rng.integers(2):
        cv2.polylines(picture, [np.array(spots, np.int32)], False, colour, 2, cv2.LINE_AA)
    else:
        for x, y in spots:
            cv2.rectangle(picture, (x, y), (x + 14, height - 31), colour, -1)
    for k in range(5):
        text = f"{rng.uniform(0, 100):.1f}"
        at = (4, int(height - 34 - k * (height - 60) / 5))
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.35, (40, 40, 40), 1, cv2.LINE_AA)
    return picture


def photograph(where: Office, rng: Rng) -> Bytes:
    """Return a piece of a real photograph, flipped, turned and scaled."""
    picture = _any(_photographs(), rng)
    height, width = (int(rng.uniform(0.5, 1.0) * n) for n in picture.shape[:2])
    top, left = (
        int(rng.integers(whole - n + 1)) for n, whole in zip((height, width), picture.shape, strict=False)
    )
    piece = np.rot90(picture[top : top + height, left : left + width], int(rng.integers(4)))
    longest = int(rng.integers(200, 600))
    scale = longest / max(piece.shape)
    return cv2.resize(np.ascontiguousarray(piece), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def pattern(where: Office, rng: Rng) -> Bytes:
    """Return noise, stripes, dots or a smooth field."""
    shape = (int(rng.integers(40, 500)), int(rng.integers(40, 500)))
    kind = int(rng.integers(4))
    if kind == 0:
        return rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    if kind == 1:
        field = smooth_field(shape, rng, wave_px=rng.uniform(8, 80))
        return np.clip(128 + 50 * field, 0, 255).astype(np.uint8)
    y, x = np.mgrid[: shape[0], : shape[1]]
    angle, period = rng.uniform(0, np.pi), rng.uniform(4, 40)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    if kind == 2:
        wave = wave * np.sin(2 * np.pi * (y * np.cos(angle) - x * np.sin(angle)) / period)
    return np.clip(128 + 120 * wave, 0, 255).astype(np.uint8)


MAKERS: dict[str, Make] = {
    "unmarked page": unmarked,
    "copy of nobody on the list": of_nobody,
    "page that is not registered": other_page,
    "source code": code,
    "chart": chart,
    "photograph": photograph,
    "pattern, noise": pattern,
}
OURS = ("unmarked page", "copy of nobody on the list")
"""The kinds that show pages of registered documents; of the others nothing may be recognised."""

TEXTS = (*OURS, "page that is not registered", "source code")


def picture(kind: str, where: Office, rng: Rng) -> bytes:
    """Return a file, PNG or JPEG."""
    pixels = _travelled(MAKERS[kind](where, rng), rng)
    bgr = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    if rng.integers(2):
        return cv2.imencode(".png", bgr)[1].tobytes()
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])[1].tobytes()


def _any(choices: Sequence[T], rng: Rng) -> T:
    return choices[int(rng.integers(len(choices)))]


def _dpi(rng: Rng) -> float:
    return float(rng.uniform(80, 130))


def _part(page: Bytes, rng: Rng) -> Bytes:
    """Return a strip of a page, mostly its full width."""
    height = int(rng.uniform(0.12, 0.32) * page.shape[0])
    top = int(rng.integers(int(0.06 * page.shape[0]), page.shape[0] - height))
    left, right = (int(rng.uniform(0, 0.1) * page.shape[1]) for _ in range(2))
    return np.ascontiguousarray(page[top : top + height, left : page.shape[1] - right])


def _travelled(picture: Bytes, rng: Rng) -> Bytes:
    if rng.random() < 0.25:
        return picture
    seen = picture.astype(np.float32)
    height, width = seen.shape[:2]
    if rng.random() < 0.4:
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        moved = corners + rng.normal(0, 0.012 * width, (4, 2)).astype(np.float32)
        warp = cv2.getPerspectiveTransform(corners, moved)
        seen = cv2.warpPerspective(seen, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.4:
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 1.2))
    if rng.random() < 0.4:
        light = 1 + 0.12 * smooth_field((height, width), rng, wave_px=width / 2)
        seen = seen * (light if seen.ndim == 2 else light[..., None])
    if rng.random() < 0.5:
        seen = seen + rng.normal(0, rng.uniform(2, 14), seen.shape)
    if rng.random() < 0.1:
        seen = 255 - seen
    return np.clip(seen, 0, 255).astype(np.uint8)


@cache
def _original(name: str) -> Path:
    path = kept("office-originals", f"{name}.pdf")
    path.write_bytes(cut(name).data)
    return path


@cache
def _elsewhere() -> tuple[tuple[Path, tuple[int, ...]], ...]:
    """Return files with their pages of text that are not among the registered ones."""
    found = []
    for name in NAMES:
        document = load(name)
        pages = tuple(page for page in document.pages if page not in cut_range(document))
        if pages and name not in SCANS:
            found.append((document.path, pages))
    samples = from_sdist("pypdf", "7.1.0", "resources/crazyones.pdf").parent
    for path in sorted(samples.glob("*.pdf")):
        try:
            counts = documents.page_words(path)
        except Exception:  # a test file, broken on purpose
            continue
        pages = tuple(page for page, words in enumerate(counts[:20]) if words >= 60)
        if pages and "GeoBase" not in path.name:
            found.append((path, pages))
    return tuple(found)


@cache
def _sources() -> tuple[Path, ...]:
    return tuple(
        sorted(path for path in Path(__file__).parents[1].rglob("*.py") if path.stat().st_size > 3000)
    )


@cache
def _photographs() -> tuple[Bytes, ...]:
    """Return the photographs that scikit-image brings along."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    read = (cv2.imread(str(path)) for path in sorted([*folder.glob("*.png"), *folder.glob("*.jpg")]))
    return tuple(
        np.ascontiguousarray(picture[..., ::-1])
        for picture in read
        if picture is not None and min(picture.shape[:2]) >= 200
    )
