"""A DOCX with holes: parsed and cut once, filled for each copy by joining strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from dyeline.formats.docx.archive import Base, Entry
from dyeline.formats.docx.reading import NOTICE_BOOKMARK
from dyeline.formats.splice import NOTICE, STAMP, one_line

if TYPE_CHECKING:
    from dyeline.formats.docx.pictures import MarkedEntry

_SPECIAL = re.compile("[&<>\r\n\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DC = "http://purl.org/dc/elements/1.1/"


def dress(text: str) -> str:
    """Return a text as XML character data; what XML cannot hold is left out."""
    return escape(_FORBIDDEN.sub("", one_line(text)), quote=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One changed part: ``pieces[k]`` stands before ``holes[k]``, the last piece ends the part."""

    entry: Entry
    pieces: tuple[str, ...]
    holes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DocxTemplate:
    """The unchanged entries packed as they were, and the parts that differ between copies."""

    base: Base
    parts: tuple[Part, ...]
    namespace: str
    bookmark: int
    pictures: tuple[MarkedEntry, ...]
    identifier: str  # the document's own dc:identifier, for copies without a stamp

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the file for one copy. Cost: joining and deflating the changed parts.

        Without ``variants`` pictures stay unmarked.
        """
        dressed = texts
        if _SPECIAL.search("".join(texts)):
            dressed = [dress(text) for text in texts]
        stamped = self.identifier if stamp is None else _identifier(stamp)
        extra = {NOTICE: self._notice(notice), STAMP: stamped}
        changed: list[tuple[Entry, bytes]] = []
        for part in self.parts:
            filled = [dressed[hole] if hole >= 0 else extra[hole] for hole in part.holes]
            joined: list[str] = [""] * (2 * len(filled) + 1)
            joined[0::2] = part.pieces
            joined[1::2] = filled
            changed.append((part.entry, "".join(joined).encode()))
        changed += [(picture.entry, picture.filled(variants)) for picture in self.pictures]
        return self.base.add(changed).close()

    def _notice(self, notice: str | None) -> str:
        if notice is None:
            return ""
        number = self.bookmark
        return (
            f'<w:p xmlns:w="{self.namespace}"><w:bookmarkStart w:id="{number}" w:name="{NOTICE_BOOKMARK}_{number}"/>'
            f'<w:r><w:rPr><w:i/><w:sz w:val="16"/></w:rPr><w:t xml:space="preserve">{dress(notice)}</w:t></w:r>'
            f'<w:bookmarkEnd w:id="{number}"/></w:p>'
        )


def cut_part(entry: Entry, serialised: str, sentinel: str) -> Part:
    """Return a part cut at its holes, each written as sentinel, number, sentinel."""
    found = re.split(f"{sentinel}(-?[0-9]+){sentinel}", serialised)
    return Part(entry, tuple(found[0::2]), tuple(int(number) for number in found[1::2]))


def identifier_markup(identifiers: Sequence[str]) -> str:
    """Return the markup of the document's own identifiers."""
    return "".join(_identifier(text) for text in identifiers)


def _identifier(text: str) -> str:
    return f'<dc:identifier xmlns:dc="{_DC}">{dress(text)}</dc:identifier>'
