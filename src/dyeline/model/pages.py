"""Pages: where the words of a document stand on them, and pictures that may show them.

Two frames of reference. A page's is in pt (1/72 inch) from the top left corner of the page as a viewer
shows it, y downwards. A picture's is in pixels, (0, 0) being the centre of its first pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

REFERENCE_PX_PER_PT: Final = 3.0
"""Resolution of a page's reference raster; page point (x, y) lies at pixel (3 x - 0.5, 3 y - 0.5)."""

LARGEST_PAGE_PT2: Final = 11_000_000
"""Area of the largest page that is measured: 1.4 square metres, in 99 million pixels of the reference raster."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of one page in reading order. Arrays have one entry (or row) a word."""

    number: int  # from 0
    width_pt: float
    height_pt: float
    boxes: NDArray[np.float32]  # (n, 4): left, top, right, bottom, pt; tight across, font height up and down
    starts: NDArray[np.int64]  # half-open range in the canonical text; -1 where the word is not in it
    ends: NDArray[np.int64]
    lines: NDArray[np.int32]  # words of one line have one number

    @property
    def measurable(self) -> bool:
        """Tell whether the page has a size, and none too large to be drawn for measuring."""
        return 0.0 < self.width_pt * self.height_pt <= LARGEST_PAGE_PT2


@dataclass(frozen=True, slots=True)
class PageReference:
    """A page as its unmarked document shows it: smooth grey picture, and where its words are.

    ``raster`` is (height, width) uint8 at ``REFERENCE_PX_PER_PT``, rendered without snapping of
    glyphs to pixels (larger, then shrunk).
    """

    words: PageWords
    raster: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of an exhibit, upright as its file says (EXIF orientation applied)."""

    number: int  # from 0, over all files of the exhibit
    pixels: NDArray[np.uint8]  # (height, width, 3), RGB
    source: str  # for people: "page 3", "frame 2"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One recognised line. ``quad`` is (4, 2) picture pixels: top left, then clockwise as the text sees itself."""

    text: str
    quad: NDArray[np.float32]
    confidence: float  # 0 to 1, as the engine says


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of an exhibit's text: ``start:end`` there, and its quad in a picture (as in ``TextLine``)."""

    picture: int
    start: int
    end: int
    quad: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Registration:
    """Where a page of a document stands in a picture: passed the page-match gate.

    ``homography`` maps picture pixels to reference pixels (before any refinement). ``quad`` is the
    page's outline in picture pixels, (4, 2), from the page's own top left, clockwise.
    """

    picture: int
    page: int
    homography: NDArray[np.float64]
    inliers: int
    residual_pt: float
    words_seen: float  # share of the page's words within the picture that were recognised as themselves
    mirrored: bool
    inverted: bool  # light text on dark
    quad: NDArray[np.float32]


class PageRenderer(Protocol):
    """Draws one page of a circulation with all its word shifts alike, as viewers draw it."""

    @property
    def engines(self) -> tuple[str, ...]:
        """Return the names of the ways of drawing that ``draw`` knows."""
        ...

    def draw(self, engine: str, shift: int, sizes: Sequence[tuple[int, int]]) -> list[NDArray[np.uint8]]:
        """Return the whole page in exactly as many pixels as each size (across, down) says, grey, (height, width).

        ``shift`` is 0 for the unmarked page, 1 with every site at its symbol 1, -1 at its symbol 0.
        """
        ...


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page seen in a picture, with all that reading its marks takes.

    ``fixed[k]`` tells that word k stands at the same place in every copy of the circulation (no
    mark of any carrier moves it), so that it may serve as a reference.
    """

    picture: Picture
    registration: Registration
    reference: PageReference
    fixed: NDArray[np.bool_]
    renderer: PageRenderer | None
