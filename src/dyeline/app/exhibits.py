"""Taking an exhibit in: one or several files become text, pictures, and the stamps that they carry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.content import Content
from dyeline.formats.pdf.words import page_words
from dyeline.formats.pictures.intake import pictures_of
from dyeline.formats.pictures.kinds import picture_kind
from dyeline.formats.pictures.pdf import pdf_pictures
from dyeline.formats.registry import detect, read_file
from dyeline.model.finding import ExhibitFacts
from dyeline.model.pages import PageWords, Picture, PlacedLine
from dyeline.text.words import count_words
from dyeline.trace.exhibit import Exhibit

MOST_PICTURES = 40
"""Pictures and PDF pages of an exhibit that are looked at; the text of further pages is still read."""


LEAST_WORDS = 50
"""With so many words of its own, a DOCX is no cover for a picture of a page: its pictures are not read as text."""


@dataclass(frozen=True, slots=True)
class ExhibitFile:
    """One file of an exhibit. ``suffix`` (".md") only tells Markdown from plain text."""

    data: bytes
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An exhibit ready to be examined, the stamps in its files, and sentences on what was left out or mended."""

    exhibit: Exhibit
    stamps: tuple[str, ...]
    notices: tuple[str, ...]


def take_in(files: Sequence[ExhibitFile], *, look: bool) -> TakenIn:
    """Return the exhibit that these files make. Without ``look``, PDF pages with text are not drawn.

    Raises what ``read_file`` raises, for the first file that cannot be read.
    """
    texts: list[str] = []
    stamps: list[str] = []
    pictures: list[Picture] = []
    lines: list[PlacedLine] = []
    kinds: list[str] = []
    complete: set[int] = set()
    notices: list[str] = []
    at = 0
    for file in files:
        kinds.append(detect(file.data, file.suffix).kind)
        content = read_file(file.data, declarations=False, hint_suffix=file.suffix)
        stamps += _stamps(content)
        text = "\n".join(_texts(content))
        first = pictures[-1].number + 1 if pictures else 0
        already, room = len(pictures), MOST_PICTURES - len(pictures)
        if picture_kind(file.data):
            pictures += islice(pictures_of(file.data, first_number=first, notice=notices.append), room)
        elif content.kind == "pdf" and (look or not text):
            words = page_words(file.data, content)
            pictures += islice(pdf_pictures(file.data, first_number=first, notice=notices.append), room)
            for picture in pictures[already:]:  # a damaged page is left out, and so is its number
                own = list(_lines(picture, words[picture.number - first], at))
                lines += own
                complete |= {picture.number} if own else set()
        elif content.kind == "docx":
            from dyeline.formats.docx.pictures import embedded_pictures  # loads a library of 60 MB

            embedded = islice(embedded_pictures(file.data), room)
            for number, (name, pixels) in enumerate(embedded, start=first):
                pictures.append(Picture(number, _rgb(pixels), name))
                complete |= {number} if count_words(text) >= LEAST_WORDS else set()
        if text:
            texts.append(text)
            at += len(text) + 1
    own_text = "\n".join(texts)
    facts = ExhibitFacts(
        exhibit_sha256(files), kinds[0] if len(set(kinds)) == 1 else "several", count_words(own_text)
    )
    exhibit = Exhibit(facts, own_text, tuple(pictures), tuple(lines), complete=frozenset(complete))
    return TakenIn(exhibit, tuple(stamps), tuple(notices))


def _lines(picture: Picture, page: PageWords, at: int) -> Iterator[PlacedLine]:
    """Yield the lines of a PDF page with text, as they stand in its picture."""
    height, width = picture.pixels.shape[:2]
    scale = np.array([width / page.width_pt, height / page.height_pt], dtype=np.float32)
    shown = np.flatnonzero(page.starts >= 0)
    for line in np.unique(page.lines[shown]):
        rows = shown[page.lines[shown] == line]
        left, top = page.boxes[rows, :2].min(axis=0) * scale
        right, bottom = page.boxes[rows, 2:].max(axis=0) * scale
        quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32) - 0.5
        start, end = int(page.starts[rows].min()), int(page.ends[rows].max())
        yield PlacedLine(picture.number, at + start, at + end, quad)


def _rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def exhibit_sha256(files: Sequence[ExhibitFile]) -> str:
    """Return the hash of an exhibit: its file's, or of several the hash over their hashes, one a line."""
    hashes = [hashlib.sha256(file.data).hexdigest() for file in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _texts(content: Content) -> Iterator[str]:
    if content.text:
        yield content.text
    for attachment in content.attachments:
        yield from _texts(attachment)


def _stamps(content: Content) -> Iterator[str]:
    yield from content.stamps
    for attachment in content.attachments:
        yield from _stamps(attachment)
