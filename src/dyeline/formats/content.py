"""What a file holds once read, and how a marked file is made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dyeline.model.document import Block, DeclaredPlace, PictureArea, Span


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file in reading order. Offsets are half-open, into ``text``.

    ``text`` holds the blocks separated by single newlines, with declared variants shown as their
    first option; ``frozen`` ranges must not be written on (code, computed fields, alternative
    renderings); no written place may contain a ``seam`` (formatting changes there).
    ``stamps`` are the identifiers that Dyeline once wrote into the file's metadata.
    ``attachments`` are files inside the file (e-mail), read as well.
    ``insertions`` are the offsets before which one of ``INSERTED_MARKS`` may be written although
    everything around them is frozen: first letters of words, in text order.
    ``shifts`` are the offsets of words that may be moved sideways on their page, each between two
    words that stay; ``pictures`` are those that can carry marks. ``survey`` is what the format keeps of how it
    found the insertions and shifts, for ``Format.template`` of the same file; b"" for nothing.
    """

    kind: str
    text: str
    blocks: tuple[Block, ...]
    frozen: tuple[Span, ...] = ()
    seams: tuple[int, ...] = ()
    declared: tuple[DeclaredPlace, ...] = ()
    constraints: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    attachments: tuple[Content, ...] = ()
    insertions: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    pictures: tuple[PictureArea, ...] = ()
    survey: bytes = b""


class Template(Protocol):
    """A file with holes: made once a circulation, filled once a copy. Must pickle (worker processes)."""

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the file with ``texts[k]`` at the k-th place, a visible notice line and a stamp.

        ``variants[k]`` is the number of the variant at the k-th place, for places whose ``mark``
        (see ``model.sites.Place``) is not empty; a format without such marks ignores it.

        ``notice`` goes where a reader sees it (last line of the text) and outside of every place;
        ``stamp`` goes into the file's metadata where the format has any, else nowhere.
        """
        ...


class Format(Protocol):
    """One kind of file. Stateless; parsing never touches the network or the file system."""

    kind: str  # "docx"; also the file name suffix without its dot
    writes: bool  # whether marked copies of this kind can be made

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes are of this kind, by content only, cheaply and without raising."""
        ...

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return the content. ``declarations`` is true for documents and false for exhibits.

        Raises UnreadableFile, UnsupportedFormat or TooLarge, never anything else.
        """
        ...

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this very file with holes at ``places`` (sorted, disjoint).

        ``marks[k]`` is the ``mark`` of the k-th place; none at all means that all are empty.
        A place with a mark is empty, and several may stand at one offset.

        Everything else of the file is carried over; author declarations are removed.
        """
        ...

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Return a template of a new, plain file of this kind made from another file's content."""
        ...
