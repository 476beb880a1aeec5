"""Canonical text collected from a source text, with the way back to it.

Formats that are written by splicing (txt, md, html) collect what a reader sees on a ``Tape``; the
tape knows, for every stretch of canonical text, the stretch of source that shows it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from dyeline.formats.limits import check_characters
from dyeline.model.document import Block, BlockKind, Span

_LINKS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)


def link_spans(text: str) -> list[Span]:
    """Return where addresses stand in a text (web, mail): one changed letter would break them."""
    if "://" not in text and "@" not in text and "www." not in text.lower():
        return []
    return [match.span() for match in _LINKS.finditer(text)]


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """Return the spans sorted, overlapping and touching ones united, empty ones dropped."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


@dataclass(slots=True)
class _Segment:
    """``length`` characters of text from ``at`` that ``source[start:end]`` shows.

    ``verbatim``: character by character; otherwise the source shows the whole segment at once.
    ``after`` is where the source goes on behind it when nothing may be written inside.
    """

    at: int
    length: int
    start: int
    end: int
    after: int
    verbatim: bool
    frozen: bool


class Tape:
    """Collects blocks of canonical text. Blocks are separated by single newlines, empty ones dropped."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._segments: list[_Segment] = []
        self._length = 0
        self._block_start: int | None = None
        self._last = ""
        self._text: str | None = None
        self.blocks: list[Block] = []
        self.frozen: list[Span] = []
        self.seams: list[int] = []

    @property
    def position(self) -> int:
        """Where the next added character will stand."""
        return self._length + (1 if self.blocks and self._block_start is None else 0)

    @property
    def in_block(self) -> bool:
        """Tell whether the open block has text."""
        return self._block_start is not None

    @property
    def last(self) -> str:
        """The last character of the open block, "" when it has none."""
        return self._last if self._block_start is not None else ""

    def add(self, text: str, start: int, end: int, *, after: int | None = None, frozen: bool = False) -> None:
        """Add text of the open block that ``source[start:end]`` shows."""
        if not text:
            return
        if self._block_start is None:
            if self.blocks:
                self._pieces.append("\n")
                self._length += 1
            self._block_start = self._length
        verbatim = end - start == len(text) and not frozen
        left = self._segments[-1] if self._segments else None
        if (
            verbatim
            and left is not None
            and left.verbatim
            and left.end == start
            and left.at + left.length == self._length
        ):
            left.length += len(text)
            left.end = left.after = end
        else:
            behind = end if after is None else after
            self._segments.append(_Segment(self._length, len(text), start, end, behind, verbatim, frozen))
        if frozen or (not verbatim and len(text) > 1):
            self.frozen.append((self._length, self._length + len(text)))
        self._pieces.append(text)
        self._length += len(text)
        self._last = text[-1]
        if len(self._pieces) % 4096 == 0:
            check_characters(self._length)

    def drop_last(self) -> None:
        """Take back the last added character (white space that turned out to end its block)."""
        segment = self._segments[-1]
        self._length -= 1
        starts: list[int] = []
        while self.frozen and self.frozen[-1][1] > self._length:
            starts.append(self.frozen.pop()[0])
        self.frozen += [(start, self._length) for start in starts if start < self._length]
        segment.length -= 1
        if segment.verbatim:
            segment.end -= 1
            segment.after = segment.end
        if not segment.length:
            self._segments.pop()
        self._pieces[-1] = self._pieces[-1][:-1]
        while self._pieces and not self._pieces[-1]:
            self._pieces.pop()
        self._last = self._pieces[-1][-1] if self._pieces else ""

    def freeze_from(self, start: int) -> None:
        """Freeze the text from an offset up to here."""
        if start < self._length:
            self.frozen.append((start, self._length))

    def seam(self) -> None:
        """Mark that formatting changes here."""
        if self._block_start is not None:
            self.seams.append(self._length)

    def close_block(self, kind: BlockKind = "paragraph", level: int = 0) -> None:
        """End the open block, if it has text."""
        if self._block_start is not None:
            self.blocks.append(Block(self._block_start, self._length, kind, level))
            self._block_start = None

    def text(self) -> str:
        """Return the canonical text, once all blocks are closed. Raises TooLarge."""
        if self._text is None:
            check_characters(self._length)
            self._text = "".join(self._pieces)
        return self._text

    def tight_blocks(self) -> tuple[Block, ...]:
        """Return the blocks without newlines at their ends."""
        text = self.text()
        result: list[Block] = []
        for block in self.blocks:
            start, end = block.start, block.end
            while start < end and text[start] == "\n":
                start += 1
            while start < end and text[end - 1] == "\n":
                end -= 1
            if start < end:
                result.append(Block(start, end, block.kind, block.level))
        return tuple(result)

    def inner_seams(self) -> tuple[int, ...]:
        """Return the seams that have text of their block on both sides, sorted."""
        edges = {block.start for block in self.blocks} | {block.end for block in self.blocks}
        return tuple(sorted(set(self.seams) - edges))

    def locate(self, place: Span) -> Span:
        """Return the source range that a place is written into.

        An insertion between two stretches of source (``**bold** plain``) goes behind the left one,
        or before the right one when the left one ends in a space or may not be written on.
        """
        start, end = place
        if not 0 <= start <= end <= self._length:
            raise ValueError(f"place {place} is outside of the text ({self._length} characters)")
        return self._gap(start) if start == end else (self._edge(start, 0), self._edge(end - 1, 1))

    def _segment(self, offset: int) -> _Segment | None:
        """Return the segment that shows the character at an offset; None for a block separator."""
        index = bisect_right(self._segments, offset, key=lambda segment: segment.at) - 1
        if index < 0 or offset >= self._segments[index].at + self._segments[index].length:
            return None
        return self._segments[index]

    def _edge(self, offset: int, side: int) -> int:
        segment = self._segment(offset)
        if segment is None:
            raise ValueError(f"a place contains the border of two blocks at {offset}")
        if segment.verbatim:
            return segment.start + offset - segment.at + side
        return segment.end if side else segment.start

    def _gap(self, offset: int) -> Span:
        left = self._segment(offset - 1) if offset else None
        right = self._segment(offset)
        if left is right and left is not None:
            at = left.start + offset - left.at if left.verbatim else left.after
            return at, at
        takes_left = left is not None and not left.frozen
        if takes_left and right is not None and not right.frozen and left is not None:
            takes_left = left.end == right.start or not self.text()[offset - 1].isspace()
        if left is not None and (takes_left or right is None):
            at = left.after if left.frozen else left.end
        elif right is not None and not (right.frozen and left is not None):
            at = right.start
        elif left is not None:
            at = left.after
        else:
            raise ValueError(f"nothing can be inserted at {offset}: no block is there")
        return at, at

    def found(self, source_offset: int) -> int:
        """Return the text offset of the first character that the source shows at or after an offset."""
        index = bisect_right(self._segments, source_offset, key=lambda segment: segment.start) - 1
        if index < 0:
            return self._segments[0].at if self._segments else 0
        segment = self._segments[index]
        if segment.verbatim and source_offset < segment.end:
            return segment.at + source_offset - segment.start
        if source_offset == segment.start:
            return segment.at
        end = segment.at + segment.length
        following = self._segments[index + 1] if index + 1 < len(self._segments) else None
        if source_offset <= segment.end or following is None:
            return end
        return end if following.at != end else following.at
