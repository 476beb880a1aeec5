"""Pictures of pages for tests: rendered, bent, put in perspective; and lines as an OCR engine would give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.words import page_words
from dyeline.match.align import align
from dyeline.match.pages.candidates import CandidatePage, candidate_pages
from dyeline.match.pages.plane import apply, raster_of
from dyeline.model.pages import PageReference, PageWords, Picture, PlacedLine
from dyeline.text.fold import fold
from tests.pdfs import LONG, by_typst

Points = NDArray[np.float64]


class Book:
    """A document with pages: words, text, references."""

    def __init__(self, data: bytes) -> None:
        content = Pdf().read(data, declarations=False)
        self.text = content.text
        self.words = page_words(data, content)
        self._pdf = pypdfium2.PdfDocument(data)

    def drawn(self, number: int, px_per_pt: float) -> NDArray[np.uint8]:
        return np.ascontiguousarray(
            self._pdf[number].render(scale=px_per_pt, rev_byteorder=True).to_numpy()[..., :3]
        )

    @lru_cache(maxsize=4)  # noqa: B019 (books live as long as the tests)
    def reference(self, number: int) -> PageReference:
        large = cv2.cvtColor(self.drawn(number, 6.0), cv2.COLOR_RGB2GRAY)
        half = (large.shape[1] // 2, large.shape[0] // 2)
        return PageReference(self.words[number], cv2.resize(large, half, interpolation=cv2.INTER_AREA))


@lru_cache(maxsize=1)
def book() -> Book:
    return Book(by_typst(LONG))


@dataclass(frozen=True)
class Shot:
    """A picture, and where points of the page stand in it."""

    pixels: NDArray[np.uint8]
    page: int
    where: Callable[[Points], Points]

    @property
    def picture(self) -> Picture:
        return Picture(0, self.pixels, "test")


def screenshot(book: Book, number: int, px_per_pt: float = 96 / 72) -> Shot:
    matrix = raster_of(px_per_pt)
    return Shot(book.drawn(number, px_per_pt), number, lambda points: apply(matrix, points))


def photograph(
    book: Book,
    number: int,
    *,
    seed: int,
    shape: tuple[int, int] = (1200, 950),
    degrees: float = 0.0,
    fill: float = 0.9,
    mirrored: bool = False,
    curl_pt: float = 0.0,
    centre: tuple[float, float] = (0.5, 0.5),
    on: NDArray[np.uint8] | None = None,
) -> Shot:
    """Return a page seen in perspective on a rough desk (or ``on`` a picture), unevenly lit, with noise."""
    rng = np.random.default_rng(seed)
    words = book.words[number]
    size = np.array([words.width_pt, words.height_pt])
    height, width = shape
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    scale = fill * min(np.array([width, height]) / (np.abs(rotation) @ size))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size
    flipped = (corners - size / 2) * ([-1, 1] if mirrored else [1, 1])
    seen = flipped @ rotation.T * scale + np.array(centre) * [width, height]
    seen += rng.uniform(-0.05, 0.05, (4, 2)) * size[0] * scale
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))

    def bent(points: Points) -> Points:
        x, y = points[..., 0] / size[0], points[..., 1] / size[1]
        down = curl_pt * np.sin(3.5 * x + 0.5) * (0.7 + 0.3 * y)
        across = 0.4 * curl_pt * np.sin(5.3 * x + 0.4)
        return points + np.stack([across, down], axis=-1)

    rows, columns = np.mgrid[0:height, 0:width]
    flat = apply(np.linalg.inv(matrix), np.stack([columns.ravel(), rows.ravel()], axis=1).astype(float))
    page = flat
    for _ in range(8 if curl_pt else 0):
        page = page - (bent(page) - flat)
    sheet = cv2.GaussianBlur(book.drawn(number, 3.0), (0, 0), 0.7)
    at = (3.0 * page - 0.5).astype(np.float32).reshape(height, width, 2)
    seen_sheet = cv2.remap(sheet, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = ((page > 0) & (page < size)).all(axis=1).reshape(height, width)
    desk = (
        cv2.resize(rng.normal(110, 20, (height // 8, width // 8, 3)), (width, height)) if on is None else on
    )
    light = np.linspace(0.55, 1.0, width)[None, :, None]
    noisy = np.where(inside[..., None], seen_sheet, desk) * (light if on is None else 1.0)
    noisy += rng.normal(0, 4, (height, width, 1))
    return Shot(np.clip(noisy, 0, 255).astype(np.uint8), number, lambda points: apply(matrix, bent(points)))


def read_lines(
    book: Book, shot: Shot, *, seed: int, most: int = 1000, at: int = 0
) -> tuple[str, list[PlacedLine]]:
    """Return what an OCR engine would give: 3 % of letters wrong, boxes shaky, some lines missed.

    ``at`` is where the text begins in that of the whole exhibit.
    """
    rng = np.random.default_rng(seed)
    words = book.words[shot.page]
    height, width = shot.pixels.shape[:2]
    ends = [shot.where(_middles(words)[:, k].astype(float)) for k in (0, 1)]
    visible = np.all([(e > 5).all(axis=1) & (e < [width - 5, height - 5]).all(axis=1) for e in ends], axis=0)
    found: list[tuple[str, NDArray[np.float32]]] = []
    for line in np.unique(words.lines[visible]):
        on_it = np.flatnonzero(visible & (words.lines == line))
        box = words.boxes[on_it]
        left, top, right, bottom = box[:, 0].min(), box[:, 1].min(), box[:, 2].max(), box[:, 3].max()
        quad = shot.where(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float))
        quad = quad + rng.normal(0, 0.08 * np.hypot(*(quad[3] - quad[0])), (4, 2))
        text = " ".join(book.text[words.starts[k] : words.ends[k]] for k in on_it)
        wrong = rng.random(len(text)) < 0.03
        letters = [str(rng.choice(list("aeotln1"))) if w else c for c, w in zip(text, wrong, strict=True)]
        if rng.random() > 0.1:
            found.append(("".join(letters), quad.astype(np.float32)))
    chosen = np.unique(np.linspace(0, len(found) - 1, min(most, len(found))).astype(int))
    placed = []
    for text, quad in (found[k] for k in chosen):
        placed.append(PlacedLine(0, at, at + len(text), quad))
        at += len(text) + 1
    return "\n".join(found[k][0] for k in chosen), placed


def candidates(book: Book, text: str, lines: list[PlacedLine]) -> list[CandidatePage]:
    return candidate_pages(lines, align(fold(text), fold(book.text)), book.words)


def centres(words: PageWords) -> Points:
    return _middles(words).mean(axis=1)


def _middles(words: PageWords) -> Points:
    boxes = words.boxes.astype(np.float64)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    return np.stack([boxes[:, [0]], middle[:, None], boxes[:, [2]], middle[:, None]], axis=1).reshape(
        -1, 2, 2
    )
