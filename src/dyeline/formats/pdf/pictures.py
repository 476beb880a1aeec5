"""Pictures of a PDF that can carry marks: found, given to readers, and encoded for all copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pikepdf

from dyeline.formats.pdf.building import UnknownPicture
from dyeline.formats.pdf.frame import Frame, page_frame
from dyeline.formats.pdf.pages import FAULTS, pdf_opened
from dyeline.formats.pdf.pixels import (
    CodedPicture,
    Unmarkable,
    Why,
    coded,
    decoded,
    is_black_and_white,
    picture_key,
    pixels_of,
    prepared,
)
from dyeline.formats.pdf.placing import Placed, placed_pictures
from dyeline.formats.pdf.reading import opened
from dyeline.formats.picturemarks.embed import Pixels, markable, usable_blocks
from dyeline.formats.picturemarks.grid import block_count
from dyeline.model.document import Affine, PictureArea

_LEAST_PT2 = 1e-12  # that a pixel of a picture takes on its page: one without extent is not shown
MOST_PIXELS = 400_000_000  # of all marked pictures of a file: a hundred scanned pages at 200 dpi in grey


@dataclass(frozen=True, slots=True)
class PictureStreams:
    """One picture of a file opened for editing: the objects that show it, and what goes into them."""

    key: str
    objects: tuple[Any, ...]
    content: CodedPicture


def find_pictures(data: bytes, page_starts: Sequence[int]) -> tuple[PictureArea, ...]:
    """Return the pictures that can carry marks, one area a use, in page order.

    ``page_starts[p]`` is the offset in the document's text at which page p begins. A file that cannot be edited
    has none.
    Cost: decoding every picture, and 0.3 s a million pixels. Raises UnreadableFile.
    """
    areas: list[PictureArea] = []
    known: dict[str, PictureArea | None] = {}
    left = MOST_PIXELS
    try:
        for use in _uses(data):
            key = picture_key(use.stream)
            if key not in known:
                known[key] = found = _area_if_markable(use.stream, key, left)
                left -= _cost(use.stream, found) if found else 0
            area = known[key]
            if area is not None:
                areas.append(replace(area, anchor=page_starts[use.page], page=use.page, to_page=use.to_page))
    except FAULTS:
        return ()
    return tuple(areas)


def shown_pictures(data: bytes) -> tuple[PictureArea, ...]:
    """Return all pictures of a size that can carry marks, one area a use, in page order.

    Nothing is decoded: blocks and places in the text are not told. A file that cannot be edited has none.
    Raises UnreadableFile.
    """
    areas: list[PictureArea] = []
    try:
        for use in _uses(data):
            width, height = int(use.stream.get("/Width", 0)), int(use.stream.get("/Height", 0))
            if block_count(width, height):
                areas.append(PictureArea(0, picture_key(use.stream), width, height, use.page, use.to_page))
    except FAULTS:
        return ()
    return tuple(areas)


def why_unmarked(data: bytes, marked: Iterable[str], least_share: float) -> dict[str, int]:
    """Return how many pictures carry no marks, by the reason (``pixels.Why``).

    ``marked`` are the keys of those that do, ``least_share`` is what others must take of a page to count. A file that
    cannot be edited has none. Cost: decoding the pictures.
    """
    seen = set(marked)
    found: dict[str, int] = {}
    try:
        for use in _uses(data):
            key = picture_key(use.stream)
            if key in seen or use.share < least_share:
                continue
            seen.add(key)
            why: Why = "plain"
            try:
                decoded(use.stream)
            except Unmarkable as fault:
                why = fault.why
            found[why] = found.get(why, 0) + 1
    except FAULTS:
        return {}
    return found


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """One use of a picture, on a page of ``width_pt`` x ``height_pt``."""

    area: PictureArea
    width_pt: float
    height_pt: float


def picture_places(data: bytes, keys: Iterable[str]) -> tuple[PicturePlace, ...]:
    """Return where pages show pictures, in the order in which they are drawn. Raises UnreadableFile."""
    wanted = set(keys)
    found: list[PicturePlace] = []
    for use in _uses(data):
        key = picture_key(use.stream)
        if key in wanted:
            width, height = int(use.stream.Width), int(use.stream.Height)
            area = PictureArea(0, key, width, height, use.page, use.to_page)
            found.append(PicturePlace(area, use.frame.width, use.frame.height))
    return tuple(found)


def picture_pixels(data: bytes, keys: Iterable[str]) -> dict[str, Pixels]:
    """Return the unmarked pixels of pictures, grey or RGB, by their keys; those not in the file are left out."""
    wanted = set(keys)
    found: dict[str, Pixels] = {}
    try:
        with pdf_opened(data) as pdf:
            for key, objects in _pictures(pdf).items():
                pixels = pixels_of(objects[0]) if key in wanted else None
                if pixels is not None:
                    found[key] = pixels
    except FAULTS:
        return found
    return found


def picture_numbers(data: bytes, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return which picture objects, in page order, each counted once, show a key: the same ones in every copy."""
    wanted = set(keys)
    found: dict[str, tuple[int, ...]] = {}
    try:
        with pdf_opened(data) as pdf:
            for number, stream in enumerate(_objects(pdf)):
                key = picture_key(stream)
                if key in wanted:
                    found[key] = (*found.get(key, ()), number)
    except FAULTS:
        return found
    return found


def numbered_pixels(data: bytes, numbers: Iterable[int]) -> dict[int, Pixels]:
    """Return the pixels of picture objects by their number; those that are missing or damaged are left out."""
    wanted = set(numbers)
    found: dict[int, Pixels] = {}
    try:
        with pdf_opened(data) as pdf:
            for number, stream in enumerate(_objects(pdf)):
                pixels = pixels_of(stream) if number in wanted else None
                if pixels is not None:
                    found[number] = pixels
    except FAULTS:
        return found
    return found


def picture_streams(pdf: pikepdf.Pdf, keys: Iterable[str]) -> list[PictureStreams]:
    """Return what goes into the pictures' objects, whose dictionaries are made ready for it.

    Raises UnknownPicture for a key that is none of the file's pictures or cannot be marked.
    """
    pictures = _pictures(pdf)
    streams = []
    for key in keys:
        if key not in pictures:
            raise UnknownPicture("the file does not hold the picture")
        objects = pictures[key]
        pixels = pixels_of(objects[0])
        ready = None if pixels is None else markable(pixels, key)
        if pixels is None or ready is None:
            raise UnknownPicture("the picture cannot be marked")
        content = coded(ready, pixels, objects[0])
        for stream in objects:
            prepared(stream, bilevel=ready.bilevel)
        streams.append(PictureStreams(key, tuple(objects), content))
    return streams


@dataclass(frozen=True, slots=True)
class _Use:
    """A picture object as a page shows it; ``to_page`` as in PictureArea."""

    stream: Any
    page: int
    frame: Frame
    to_page: Affine

    @property
    def share(self) -> float:
        """Return the share of the page that the picture takes."""
        pt2 = abs(np.linalg.det(self.to_page)) * int(self.stream.Width) * int(self.stream.Height)
        return float(pt2 / (self.frame.width * self.frame.height))


def _uses(data: bytes) -> Iterator[_Use]:
    """Yield what pages show; the objects live until the next one is asked for."""
    with opened(data) as shown, pdf_opened(data) as pdf:
        for number, page in enumerate(pdf.pages):
            used = placed_pictures(page)
            if not used:
                continue
            frame = page_frame(shown[number])
            for placed in used:
                to_page = _to_page(placed, frame)
                if abs(float(np.linalg.det(to_page))) > _LEAST_PT2:  # not NaN either
                    yield _Use(placed.stream, number, frame, to_page)


def _to_page(placed: Placed, frame: Frame) -> Affine:
    width, height = int(placed.stream.get("/Width", 0)), int(placed.stream.get("/Height", 0))
    a, b, c, d, e, f = placed.matrix
    to_user = np.array([[a, c, e], [b, d, f], [0, 0, 1.0]])  # of the unit square, which stands on its foot
    to_unit = np.array([[1 / max(1, width), 0, 0], [0, -1 / max(1, height), 1], [0, 0, 1.0]])
    to_frame = np.vstack([np.column_stack([frame.linear, frame.offset]), [0, 0, 1.0]])
    return tuple((x, y, z) for x, y, z in (to_frame @ to_user @ to_unit).tolist())


def _cost(stream: Any, area: PictureArea) -> int:
    """Return what a picture takes off ``MOST_PIXELS``: one of black and white takes a third of the time."""
    bilevel = is_black_and_white(stream)
    return area.width_px * area.height_px // (3 if bilevel else 1)


def _area_if_markable(stream: Any, key: str, left: int) -> PictureArea | None:
    """Return what is to be said of a picture that can carry marks, but for where it is shown."""
    pixels = pixels_of(stream)
    if pixels is None or pixels.shape[0] * pixels.shape[1] > left:
        return None
    ready = markable(pixels, key)
    blocks = () if ready is None else usable_blocks(ready)
    if not blocks:
        return None
    height, width = pixels.shape[:2]
    return PictureArea(0, key, width, height, blocks=blocks)


def _pictures(pdf: pikepdf.Pdf) -> dict[str, list[Any]]:
    """Return the picture objects that pages show, by key, each once."""
    found: dict[str, list[Any]] = {}
    for stream in _objects(pdf):
        found.setdefault(picture_key(stream), []).append(stream)
    return found


def _objects(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the picture objects that pages show, in page order, each once."""
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        for placed in placed_pictures(page):
            number = placed.stream.objgen
            if number not in seen:
                seen.add(number)
                yield placed.stream
