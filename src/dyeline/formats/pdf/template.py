"""A PDF with holes: content streams cut once, filled for each copy by joining bytes and deflating them.

A marked letter is shown by a second font resource of the same font program, whose ToUnicode puts
invisible characters before the letter: the page looks the same, and copied text carries the mark.
A moved word has numbers before and behind it that shift it, and undo the shift, in one operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import getitem
from typing import TYPE_CHECKING, cast

from dyeline.formats.pdf.container import DEFLATED, Container
from dyeline.formats.pdf.notice import Foot
from dyeline.formats.pdf.reading import STAMP_KEY
from dyeline.model.document import INSERTED_MARKS

if TYPE_CHECKING:
    from dyeline.formats.pdf.packing import PackedStreams
    from dyeline.formats.pdf.pixels import CodedPicture

SYMBOLS = ("", *INSERTED_MARKS)
"""What can stand before a letter."""

UNMOVED = 2
"""Symbol of a moved word that stands where it stood; 0 is to the left, 1 to the right."""

_SYMBOL_OF = {text: symbol for symbol, text in enumerate(SYMBOLS)}


@dataclass(frozen=True, slots=True)
class Stream:
    """One content stream: ``pieces[k]`` stands before ``holes[k]`` (numbers of places).

    ``choices[k]`` holds what fills hole k, one entry for each symbol of its place.
    """

    pieces: tuple[bytes, ...]
    holes: tuple[int, ...]
    choices: tuple[tuple[bytes, ...], ...]

    def filled(self, symbols: Sequence[int]) -> bytes:
        """Return the stream with ``symbols[p]`` at place p."""
        parts = [b""] * (2 * len(self.holes) + 1)
        parts[0::2] = self.pieces
        parts[1::2] = map(getitem, self.choices, map(symbols.__getitem__, self.holes))
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class MarkedPicture:
    """A picture of the file: ``places[b]`` is the number of the place that is its block b, -1 for none.

    ``slots`` of the container are the objects that show it.
    """

    content: CodedPicture
    places: tuple[int, ...]
    slots: tuple[int, ...]

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return its bytes with ``variants[p]`` at place p; blocks without a place, or without variants, have 0."""
        chosen = [variants[place] if variants and place >= 0 else 0 for place in self.places]
        if not set(chosen) <= {0, 1}:
            raise ValueError("a block of a picture has variant 0 or 1")
        return self.content.filled(tuple(chosen))


@dataclass(frozen=True, slots=True)
class PdfTemplate:
    """The unchanged objects of the file, and the content streams that differ between copies.

    Stream k fills slot k of the container and shows on page ``pages[k]``; the last one is that of the
    last page, where the notice goes. ``information`` is the document information without its closing
    bracket. ``moved`` holds the places where a word moves, ``swapped`` those where words are others,
    ``pictures`` those that are blocks of pictures; at all others a letter is marked. ``ready`` are streams
    that need not be deflated for every copy (see ``packing``).
    """

    container: Container
    streams: tuple[Stream, ...]
    pages: tuple[int, ...]
    foot: Foot
    information: bytes
    moved: frozenset[int]
    swapped: frozenset[int] = frozenset()
    pictures: tuple[MarkedPicture, ...] = ()
    ready: PackedStreams | None = None

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the file for one copy.

        A letter takes one of ``SYMBOLS``, a word its variant (0 to the left, 1 to the right) and "", words
        that are swapped and blocks of pictures their variant and ""; without ``variants`` no word moves, the
        first of the swapped ones stand, and all blocks have variant 0. Anything else is a ValueError.
        """
        symbols = self._symbols(texts, variants)
        joined = self.ready.joined(symbols) if self.ready else {}
        filled = {
            number: stream.filled(symbols)
            for number, stream in enumerate(self.streams)
            if number not in joined
        }
        if notice is not None:
            filled[len(self.streams) - 1] += self.foot.operators(notice)
        written = b"" if stamp is None else f" /{STAMP_KEY} {_text_string(stamp)}".encode()
        deflated = {number: (DEFLATED, stream) for number, stream in joined.items()}
        return self.container.filled(
            filled, self.information + written + b" >>", deflated | self._packed(variants)
        )

    def page_alone(self, page: int, shift: int) -> bytes:
        """Return the file with the marks of one page only, the other marked pages left blank.

        All letters have their first mark, as every copy has some; words stand to the left where ``shift``
        is -1, to the right where it is 1, and where they stood for 0; pictures have variant 0 everywhere.
        Cost: deflating one page, and packing the pictures.
        """
        letter, word = 1, {-1: 0, 0: UNMOVED, 1: 1}[shift]
        count = 1 + max((place for stream in self.streams for place in stream.holes), default=-1)
        symbols = [word if place in self.moved else letter for place in range(count)]
        for place in self.swapped:
            symbols[place] = 0
        last = len(self.streams) - 1
        filled = {
            number: stream.filled(symbols) if self.pages[number] == page or number == last else b""
            for number, stream in enumerate(self.streams)
        }
        return self.container.filled(filled, self.information + b" >>", self._packed(()))

    def _packed(self, variants: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
        packed: dict[int, tuple[bytes, bytes]] = {}
        for picture in self.pictures:
            shown = picture.content.entries, picture.filled(variants)
            packed.update(dict.fromkeys(picture.slots, shown))
        return packed

    def _symbols(self, texts: Sequence[str], variants: Sequence[int]) -> list[int]:
        """Return the symbol of every place. Raises ValueError for what a place cannot show."""
        found = list(map(_SYMBOL_OF.get, texts))
        blocks = [place for picture in self.pictures for place in picture.places if place >= 0]
        if None in found or any(map(texts.__getitem__, (*self.moved, *self.swapped, *blocks))):
            raise ValueError(
                "a letter takes an inserted mark or nothing, a place where a word moves or changes, or that is "
                "a block of a picture, takes no text"
            )
        for place in self.swapped:
            found[place] = variants[place] if variants else 0
        for place in self.moved:
            found[place] = variants[place] if variants else UNMOVED
        if not {found[place] for place in self.moved} <= {0, 1, UNMOVED}:
            raise ValueError("a word moves to the left (0) or to the right (1)")
        return cast(list[int], found)


def _text_string(text: str) -> str:
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"
