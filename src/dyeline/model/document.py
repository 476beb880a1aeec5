"""A document version as carriers see it: canonical text and where it may be written on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

Span = tuple[int, int]
"""Half-open range of character offsets into a canonical text."""

INSERTED_MARKS: Final = tuple("".join(marks) for marks in product("\u200c\u200d", repeat=3))
"""What may be written at an insertion: three characters, each a ZWNJ or a ZWJ.

Measured in PDF files of five producers, read by PDFium, poppler and pdf.js: three of them before a letter
arrive as surely as one (3,089 of 3,089), and a short quotation then carries three times as much. Others do
not arrive everywhere: U+200B (Chromium drops it), U+180E (MuPDF), U+00AD, U+034F and U+FE00 (words join).
"""

Style = Literal["formal", "informal", "legal"]
BlockKind = Literal[
    "paragraph", "heading", "list", "cell", "quote", "code", "note", "header", "caption", "front"
]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text (a paragraph, a heading, a table cell): ``text[start:end]``, no newline at its ends."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0  # heading level from 1; nesting depth of a list item from 0


@dataclass(frozen=True, slots=True)
class DeclaredPlace:
    """One author-declared variant as it stands in a file, before the declarations are checked.

    ``construct`` is the declaration without its braces or prefix, in the one syntax that all
    formats share: ``=id: a | b``, ``!id: 30 | 40``, ``id``, ``id.words``, ``id? x | y``.
    ``start:end`` is where its first option stands in the canonical text (for a reference the
    text is not known yet when the format is read: the canonical text holds ``shown`` there).
    """

    start: int
    end: int
    construct: str
    line: int  # line, or paragraph number where a format has no lines; counted from 1


Affine = tuple[tuple[float, float, float], ...]
"""Three rows of a matrix on (x, y, 1); the last is (0, 0, 1)."""

UNIT: Final[Affine] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class PictureArea:
    """A picture inside a document that can carry marks. ``anchor`` is where it stands in the text.

    ``page`` says where it is shown, -1 where the format has no pages; ``to_page`` is the matrix (3 x 3) from its
    pixels (corners at whole numbers) to pt of the page frame of ``model.pages``, which may turn and mirror it.
    ``blocks`` are the numbers of the blocks that can carry a mark.
    """

    anchor: int
    key: str  # the format's name for it; no colon
    width_px: int
    height_px: int
    page: int = -1
    to_page: Affine = UNIT
    blocks: tuple[int, ...] = ()

    @property
    def outline(self) -> tuple[tuple[float, float], ...]:
        """Return its corners on the page, in pt, clockwise in the picture from its first pixel."""
        width, height = self.width_px, self.height_px
        (a, b, c), (d, e, f), _ = self.to_page
        corners = ((0, 0), (width, 0), (width, height), (0, height))
        return tuple((a * x + b * y + c, d * x + e * y + f) for x, y in corners)


@dataclass(frozen=True, slots=True)
class Document:
    """The canonical text of one version, and what a carrier must know to choose mark sites.

    ``text`` is what a person who copies the whole document gets, blocks separated by newlines.
    Offsets everywhere count characters (code points) of ``text``, half-open.
    """

    text: str
    blocks: tuple[Block, ...]
    frozen: tuple[Span, ...] = ()  # nothing may be written here (code, fields, computed text)
    seams: tuple[int, ...] = ()  # a place may touch but not contain such an offset (run borders)
    style: Style = "formal"
    english: bool = True
    declared: tuple[DeclaredPlace, ...] = ()
    constraints: tuple[str, ...] = ()  # "require raids=2 -> day=2", "exclude …", "fixed …"
    insertions: tuple[int, ...] = ()  # where INSERTED_MARKS may stand, though all around is frozen
    shifts: tuple[int, ...] = ()  # first letters of words that may be moved a little on their page
    pictures: tuple[PictureArea, ...] = ()
