"""A PDF with holes: content streams cut once, filled for each copy by joining bytes and deflating them.

A mark is a second font resource of the same font program, whose ToUnicode puts invisible
characters before the letter: the page looks the same, and copied text carries the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.formats.pdf.container import Container
from dyeline.formats.pdf.notice import Foot
from dyeline.formats.pdf.reading import STAMP_KEY
from dyeline.model.document import INSERTED_MARKS

SYMBOLS = ("", *INSERTED_MARKS)
"""What can stand before a letter."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One content stream: ``pieces[k]`` stands before ``holes[k]`` (numbers of places).

    ``fonts[k]`` holds the names of the font that shows hole k, one for each of ``SYMBOLS``.
    """

    pieces: tuple[bytes, ...]
    holes: tuple[int, ...]
    fonts: tuple[tuple[bytes, ...], ...]

    def filled(self, symbols: Sequence[int]) -> bytes:
        """Return the stream with ``symbols[p]`` at place p."""
        parts = [b""] * (2 * len(self.holes) + 1)
        parts[0::2] = self.pieces
        parts[1::2] = [fonts[symbols[hole]] for hole, fonts in zip(self.holes, self.fonts, strict=True)]
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class PdfTemplate:
    """The unchanged objects of the file, and the content streams that differ between copies.

    Stream k fills slot k of the container; the last one is that of the last page, where the notice
    goes. ``information`` is the document information without its closing bracket.
    """

    container: Container
    streams: tuple[Stream, ...]
    foot: Foot
    information: bytes

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the file for one copy. A place takes one of ``SYMBOLS``; anything else is a ValueError."""
        symbols = [SYMBOLS.index(text) for text in texts]
        filled = {number: stream.filled(symbols) for number, stream in enumerate(self.streams)}
        if notice is not None:
            filled[len(filled) - 1] += self.foot.operators(notice)
        written = b"" if stamp is None else f" /{STAMP_KEY} {_text_string(stamp)}".encode()
        return self.container.filled(filled, self.information + written + b" >>")


def _text_string(text: str) -> str:
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"
