"""What happens to a leaked page on its way to us: every kind of exhibit, by name, from the issued PDF file on.

A leak is one page of one issued copy. Everything is decided by the leak's seed and the attack's name. What
several attacks begin with (the print at 600 dpi, the browser's window) is kept in the cache.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache as cached
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from bench.pages import camera, paper, third_party
from bench.pages.browser import Browser
from bench.pages.camera import Sheet, Shot, jpeg, photographed
from bench.pages.fetched import NotAvailable, cache
from bench.pages.renderings import by_pdfium, by_poppler, text_rows
from bench.pages.texture import Bytes

CAPTURED = 2  # part of the names of kept pictures: another number where the making changes


@dataclass(frozen=True, slots=True)
class Leak:
    """One page (from 0) of one issued copy, and another page for what lies around it."""

    path: Path
    page: int
    seed: int
    other_path: Path
    other_page: int

    def rng(self, attack: str) -> np.random.Generator:
        """Return the generator for one attack."""
        return np.random.default_rng([self.seed, zlib.crc32(attack.encode())])


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file as it reaches us. ``pixels`` is the same picture, RGB, for tools that take arrays."""

    data: bytes
    suffix: str
    pixels: Bytes


Attack = Callable[[Leak, np.random.Generator], Bytes]
"""Makes the picture, grey or RGB."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of exhibit, the least share to be attributed rightly, and how its file is stored."""

    title: str
    make: Attack
    target: float = 0.99
    stored: str = "png"  # png, jpg:QUALITY or fax:LINES


def exhibit(cell: Cell, leak: Leak) -> Exhibit:
    """Return the exhibit of a kind. Raises NotAvailable where a tool for it is missing."""
    pixels = cell.make(leak, leak.rng(cell.title))
    kind, _, parameter = cell.stored.partition(":")
    if kind == "fax":
        data, suffix = _fax_file(pixels, int(parameter)), ".tiff"
    else:
        bgr = pixels if pixels.ndim == 2 else pixels[..., ::-1]
        options = [cv2.IMWRITE_JPEG_QUALITY, int(parameter)] if kind == "jpg" else []
        data, suffix = cv2.imencode(f".{kind}", bgr, options)[1].tobytes(), f".{kind}"
    if kind == "jpg":
        pixels = jpeg(pixels, int(parameter))
    return Exhibit(data, suffix, pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))


def _fax_file(dots: Bytes, lines_per_inch: int) -> bytes:
    """Return a TIFF as a fax server stores it: one bit, group 4, resolution on record, dots not square."""
    from PIL import Image

    file = io.BytesIO()
    image = Image.fromarray(dots).convert("1")
    image.save(file, "TIFF", compression="group4", dpi=(paper.FAX_DPI, lines_per_inch))
    return file.getvalue()


# What several attacks begin with


def _kept(leak: Leak, what: str, make: Callable[[], Bytes]) -> Bytes:
    """Return a picture from the cache, made when it is not there."""
    key = f"{_hash(leak.path)}-{leak.page}-{leak.seed}-{what}-{CAPTURED}.png"
    path = cache("pictures", key)
    if not path.exists():
        made = make()
        bgr = made if made.ndim == 2 else made[..., ::-1]
        part = path.with_suffix(f".part-{os.getpid()}")  # another worker may be making the same
        part.write_bytes(cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 3])[1].tobytes())
        part.replace(path)
        return made
    kept = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert kept is not None
    return kept if kept.ndim == 2 else np.ascontiguousarray(kept[..., ::-1])


@lru_cache(maxsize=256)
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]


def _print(leak: Leak) -> Bytes:
    def make() -> Bytes:
        raster = by_pdfium(leak.path, leak.page, paper.PRINTER_DPI, grey=True)
        return paper.printed(raster, leak.rng("print"))

    return _kept(leak, "print", make)


def _sheet_picture(leak: Leak) -> Bytes:
    """Return the printed page for a camera, at 300 dpi, grey."""
    sheet = _print(leak)
    return cv2.resize(sheet, (sheet.shape[1] // 2, sheet.shape[0] // 2), interpolation=cv2.INTER_AREA)


def _beneath(leak: Leak) -> Bytes:
    """Return another printed page to lie around."""
    return by_pdfium(leak.other_path, leak.other_page, 200, grey=True)


_OPEN = ExitStack()


@cached
def _browser(scale: float) -> Browser:
    """Return a browser that stays open until the program ends, or ``close_browsers`` is called."""
    size = (1920, 1080) if scale == 1 else (3840, 2160)
    return _OPEN.enter_context(Browser(scale=scale, screen_px=size))


def close_browsers() -> None:
    """Close the browsers; the next screenshot opens one anew."""
    _OPEN.close()
    _browser.cache_clear()


def _window(leak: Leak, zoom_percent: int, scale: float = 1.0, *, pdfjs: bool = False) -> Bytes:
    def make() -> Bytes:
        shown = cache(f"shown-{os.getpid()}", "report.pdf")  # no name of a copy in the address bar
        shown.write_bytes(leak.path.read_bytes())
        browser = _browser(scale)
        draw = browser.pdfjs if pdfjs else browser.viewer
        return draw(shown, leak.page, zoom_percent=zoom_percent)

    return _kept(leak, f"{'pdfjs' if pdfjs else 'viewer'}-{zoom_percent}-{scale:g}", make)


def _window_attack(zoom_percent: int, scale: float = 1.0, *, pdfjs: bool = False) -> Attack:
    return lambda leak, rng: _window(leak, zoom_percent, scale, pdfjs=pdfjs)


# Screens


def _dark_mode(leak: Leak, rng: np.random.Generator) -> Bytes:
    """The page light on dark, as a reader's night theme shows it: #e8e8e8 on #1c1c1e."""
    page = by_pdfium(leak.path, leak.page, 120).astype(np.float32) / 255
    dark, light = np.array([28, 28, 30], np.float32), np.array([232, 232, 232], np.float32)
    return _in_window((dark + (1 - page) * (light - dark)).astype(np.uint8), rng, background=20)


def _night_shift(leak: Leak, rng: np.random.Generator) -> Bytes:
    warm = np.array([1.0, rng.uniform(0.76, 0.86), rng.uniform(0.48, 0.62)], np.float32)
    return (_window(leak, 125) * warm).astype(np.uint8)


def _in_window(page: Bytes, rng: np.random.Generator, *, background: int) -> Bytes:
    """Return a page drawn in a plain window with margins."""
    top, left, right = (int(n) for n in rng.integers(20, 220, 3))
    framed = cv2.copyMakeBorder(page, top, 30, left, right, cv2.BORDER_CONSTANT, value=(background,) * 3)
    framed[: top // 2] = background + 24
    return framed


def _two_pages(leak: Leak, rng: np.random.Generator) -> Bytes:
    """The page beside its neighbour, as viewers show two pages, on a large screen."""
    import pypdfium2

    with pypdfium2.PdfDocument(leak.path) as pdf:
        last = len(pdf) - 1
    first = min(leak.page, last - 1) if leak.page % 2 == 0 else leak.page - 1
    pages = [by_pdfium(leak.path, number, 110) for number in (first, first + 1)]
    height = max(page.shape[0] for page in pages)
    gap = int(rng.integers(4, 24))
    both = np.full((height, sum(page.shape[1] for page in pages) + gap, 3), 82, np.uint8)
    both[: pages[0].shape[0], : pages[0].shape[1]] = pages[0]
    both[: pages[1].shape[0], pages[0].shape[1] + gap :] = pages[1]
    return _in_window(both, rng, background=82)


# Crops


def _paragraph(leak: Leak, rng: np.random.Generator) -> Bytes:
    """18 % of the page's height, full width, where there is most text, from a rendering at 120 dpi."""
    page = by_pdfium(leak.path, leak.page, 120)
    height = int(0.18 * page.shape[0])
    inked = text_rows(leak.path, leak.page, page.shape[0])
    if not inked.any():  # a scan
        inked = (page.min(axis=2)[:, ::4] < 140).sum(axis=1).astype(float)
    summed = np.cumsum(np.r_[0.0, inked])
    held = summed[height:] - summed[:-height]
    top = int(rng.choice(np.flatnonzero(held >= 0.9 * held.max())))
    left, right = (int(rng.uniform(0.02, 0.07) * page.shape[1]) for _ in range(2))
    return np.ascontiguousarray(page[top : top + height, left : page.shape[1] - right])


def _third(leak: Leak, rng: np.random.Generator) -> Bytes:
    """A near photograph in which only a third of the page's height is to be seen."""
    picture = _sheet_picture(leak)
    part = int(rng.integers(0, 2))  # upper or middle third: the lower one is empty on many pages
    height = 215.9 * picture.shape[0] / picture.shape[1]
    shot = Shot(size_px=(1240, 1800), seen_mm=height / 3 * 1.35, tilt_degrees=rng.uniform(-6, 6),
                turn_degrees=rng.uniform(-4, 4))  # fmt: skip
    at = (0.0, height * (1 / 3 - part / 3))
    return photographed([Sheet(picture, 215.9, camera.flat, at_mm=at)], rng, shot)


# Paper and scanner


def _scan(leak: Leak, rng: np.random.Generator) -> Bytes:
    askew = rng.uniform(1, 3) * rng.choice([-1, 1])
    return paper.scanned(_print(leak), rng, dpi=200, askew_degrees=askew)


def _fax(lines_per_inch: int) -> Attack:
    def make(leak: Leak, rng: np.random.Generator) -> Bytes:
        return paper.faxed(_print(leak), rng, lines_per_inch=lines_per_inch).astype(np.uint8) * 255

    return make


def _handwriting(leak: Leak, rng: np.random.Generator) -> Bytes:
    scan = paper.scanned(_print(leak), rng, dpi=200, askew_degrees=rng.uniform(-1, 1))
    return paper.written_over(scan, rng)


# Cameras


def _any_shot(rng: np.random.Generator) -> Shot:
    return Shot(
        seen_mm=rng.uniform(285, 320),
        distance_mm=rng.uniform(380, 480),
        tilt_degrees=rng.uniform(-14, 14),
        turn_degrees=rng.normal(0, 4),
        lens=rng.uniform(-0.05, 0.03),
        blur_px=rng.uniform(0.6, 1.1),
        tremor_px=rng.uniform(1, 3),
        shade=rng.uniform(0.4, 0.7),
    )


def _photo(surface: Callable[[np.random.Generator], camera.Surface]) -> Attack:
    def make(leak: Leak, rng: np.random.Generator) -> Bytes:
        at = (rng.uniform(120, 170) * rng.choice([-1, 1]), rng.uniform(-120, 120))
        beneath = Sheet(_beneath(leak), 212.0, camera.flat, at, rng.uniform(-40, 40))
        page = Sheet(
            _sheet_picture(leak), 215.9, surface(rng), (rng.normal(0, 5), rng.normal(0, 6)), rng.normal(0, 3)
        )
        return photographed([beneath, page], rng, _any_shot(rng))

    return make


def _upside_down(leak: Leak, rng: np.random.Generator) -> Bytes:
    return np.ascontiguousarray(_photo(lambda _: camera.flat)(leak, rng)[::-1, ::-1])


def _screen_photo(leak: Leak, rng: np.random.Generator) -> Bytes:
    shot = Shot(size_px=(1560, 2080), blur_px=0.6, tilt_degrees=rng.uniform(-9, 9), turn_degrees=rng.normal(0, 2.5),
                lens=rng.uniform(-0.05, 0.02), noise=1.2)  # fmt: skip
    return camera.photographed_screen(_window(leak, 125), rng, shot)


def _by_pipeline(name: str, dpi: int = 150) -> Attack:
    def make(leak: Leak, rng: np.random.Generator) -> Bytes:
        page = by_pdfium(leak.path, leak.page, dpi)
        seed = int(rng.integers(1 << 31))
        return _kept(leak, name.replace(": ", "-"), lambda: third_party.pipeline(name, page, seed))

    return make


def _drawn(dpi: int, *, grey: bool = False) -> Attack:
    return lambda leak, rng: by_pdfium(leak.path, leak.page, dpi, grey=grey)


def _drawn_by_poppler(dpi: int) -> Attack:
    return lambda leak, rng: by_poppler(leak.path, leak.page, dpi)


def _reduced(leak: Leak, rng: np.random.Generator) -> Bytes:
    page = by_pdfium(leak.path, leak.page, 200)
    size = (round(page.shape[1] * 0.36), round(page.shape[0] * 0.36))
    return cv2.resize(page, size, interpolation=cv2.INTER_AREA)


def _mirrored(leak: Leak, rng: np.random.Generator) -> Bytes:
    return np.ascontiguousarray(_window(leak, 125)[:, ::-1])


CELLS: dict[str, Cell] = {
    "chromium_100": Cell("Chromium window, 100 %", _window_attack(100)),
    "chromium_125": Cell("Chromium window, 125 %", _window_attack(125)),
    "chromium_x2": Cell("Chromium window, scale factor 2", _window_attack(100, 2.0)),
    "pdfjs": Cell("pdf.js, 100 %", _window_attack(100, pdfjs=True)),
    "pdfium_96": Cell("pdfium, colour, 96 dpi", _drawn(96)),
    "pdfium_110": Cell("pdfium, colour, 110 dpi", _drawn(110)),
    "pdfium_150": Cell("pdfium, colour, 150 dpi", _drawn(150)),
    "pdfium_grey_96": Cell("pdfium, grey (whole pixels), 96 dpi", _drawn(96, grey=True), 0.90),
    "pdfium_grey_110": Cell("pdfium, grey (whole pixels), 110 dpi", _drawn(110, grey=True)),
    "pdfium_grey_150": Cell("pdfium, grey (whole pixels), 150 dpi", _drawn(150, grey=True)),
    "poppler_96": Cell("poppler, 96 dpi", _drawn_by_poppler(96)),
    "poppler_110": Cell("poppler, 110 dpi", _drawn_by_poppler(110)),
    "poppler_150": Cell("poppler, 150 dpi", _drawn_by_poppler(150)),
    "jpeg_30": Cell("pdfium 110 dpi, JPEG quality 30", _drawn(110), stored="jpg:30"),
    "down_72": Cell("200 dpi reduced to 72 dpi, JPEG 75", _reduced, stored="jpg:75"),
    "scan_200": Cell("scan 200 dpi, 1-3 degrees askew", _scan, stored="jpg:80"),
    "third_copy": Cell("scan of a copy of a copy", lambda leak, rng: paper.third_generation(_print(leak), rng),
                       stored="jpg:80"),
    "fax_fine": Cell("fax 204 x 196", _fax(196), stored="fax:196"),
    "fax_standard": Cell("fax 204 x 98", _fax(98), stored="fax:98"),
    "photo": Cell("photo of a flat page on a table", _photo(lambda rng: camera.flat), stored="jpg:85"),
    "photo_screen": Cell("photo of a screen, moire", _screen_photo, stored="jpg:85"),
    "photo_curled": Cell("photo, strongly curled", _photo(lambda rng: camera.curled(rng, degrees=34)), 0.90, "jpg:85"),
    "photo_book": Cell("photo, bound like a book", _photo(camera.bound), 0.90, "jpg:85"),
    "photo_crumpled": Cell("photo, crumpled", _photo(camera.crumpled), 0.90, "jpg:85"),
    "photo_folded": Cell("photo, folded twice", _photo(camera.folded), 0.90, "jpg:85"),
    "handwriting": Cell("scan with handwriting over it", _handwriting, stored="jpg:80"),
    "paragraph": Cell("one paragraph, 120 dpi", _paragraph, 0.90),
    "third": Cell("photo of a third of the page", _third, 0.90, "jpg:85"),
    "upside_down": Cell("photo, upside down", _upside_down, stored="jpg:85"),
    "mirrored": Cell("Chromium window, mirrored", _mirrored),
    "dark_mode": Cell("dark mode, 120 dpi", _dark_mode),
    "night_shift": Cell("Chromium window, night colours", _night_shift),
    "two_pages": Cell("two pages side by side, 110 dpi", _two_pages),
    "aug_print": Cell("augraphy: print", _by_pipeline("augraphy: print"), stored="jpg:80"),
    "aug_badcopy": Cell("augraphy: bad copy", _by_pipeline("augraphy: bad copy"), stored="jpg:80"),
    "aug_folding": Cell("augraphy: folding", _by_pipeline("augraphy: folding"), 0.90, "jpg:80"),
    "aug_moire": Cell("augraphy: moire", _by_pipeline("augraphy: moire"), stored="jpg:80"),
    "aug_fax": Cell("augraphy: fax", _by_pipeline("augraphy: fax", 200), 0.90, "jpg:80"),
    "alb_camera": Cell("albumentations: camera", _by_pipeline("albumentations: camera"), stored="jpg:80"),
}  # fmt: skip
"""Targets: 99 %; 90 % for whole-pixel rendering at 96 dpi, paper that is not flat, crops, and augraphy's fax."""


def missing() -> dict[str, str]:
    """Return what cannot be made here, and why, by cell."""
    reasons: dict[str, str] = {}
    for name in ("chromium_100", "poppler_96", "aug_print"):
        try:
            {"chromium_100": lambda: _browser(1.0), "poppler_96": _try_poppler, "aug_print": _try_worker}[
                name
            ]()
        except NotAvailable as fault:
            reasons[name] = str(fault)
    users = {
        "chromium_100": ("chromium_125", "chromium_x2", "pdfjs", "photo_screen", "mirrored", "night_shift"),
        "poppler_96": ("poppler_110", "poppler_150"),
        "aug_print": ("aug_badcopy", "aug_folding", "aug_moire", "aug_fax", "alb_camera"),
    }
    for name, others in users.items():
        if name in reasons:
            reasons.update(dict.fromkeys(others, reasons[name]))
    return reasons


def _try_poppler() -> None:
    from bench.pages.fetched import run

    run("pdftoppm", "-v")


def _try_worker() -> None:
    third_party.pipeline("augraphy: moire", np.full((200, 200, 3), 255, np.uint8), 1)
