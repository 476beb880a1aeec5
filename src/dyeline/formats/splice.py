"""Templates of formats that are texts: the source, cut at the places, put together again for each copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

NOTICE, STAMP = -1, -2
"""Holes that are no places."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``into`` (constant text, or the number of a hole) where ``source[start:end]`` stands."""

    start: int
    end: int
    into: str | int


def nothing(_: str) -> str:
    """Dress of a hole that the format does not have."""
    return ""


@dataclass(frozen=True, slots=True)
class SourceTemplate:
    """``pieces[k]`` stands before ``holes[k]``; the last piece ends the file.

    ``wraps`` holds, for the number of a place that was a line break of the source (readers see a space), that
    line break: it stays one, so that a copy keeps the lines of its source.

    The three functions turn a text into source of the format; they are module-level functions,
    so that templates can be sent to worker processes.
    """

    pieces: tuple[str, ...]
    holes: tuple[int, ...]
    dress: Callable[[str], str]
    dress_notice: Callable[[str], str]
    dress_stamp: Callable[[str], str] = nothing
    mark: bytes = b""
    encoding: str = "utf-8"
    wraps: Mapping[int, str] = field(default_factory=dict)

    def render(
        self,
        texts: Sequence[str],
        *,
        variants: Sequence[int] = (),
        notice: str | None,
        stamp: str | None,
    ) -> bytes:
        """Return the file for one copy. Cost: linear in its size, no parsing."""
        dressed = [self.dress(text) for text in texts]
        for number, wrap in self.wraps.items():
            dressed[number] = dressed[number].replace(" ", wrap)
        extra = {
            NOTICE: "" if notice is None else self.dress_notice(notice),
            STAMP: "" if stamp is None else self.dress_stamp(stamp),
        }
        parts: list[str] = []
        for piece, hole in zip(self.pieces, self.holes, strict=False):
            parts += (piece, dressed[hole] if hole >= 0 else extra[hole])
        parts.append(self.pieces[-1])
        return self.mark + "".join(parts).encode(self.encoding)


def cut(source: str, edits: Iterable[Edit]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the pieces and holes of a template. Edits at one position keep their given order."""
    pieces: list[str] = []
    holes: list[int] = []
    pending: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < done:
            raise ValueError(f"two edits overlap at {edit.start}")
        pending.append(source[done : edit.start])
        done = edit.end
        if isinstance(edit.into, str):
            pending.append(edit.into)
        else:
            pieces.append("".join(pending))
            holes.append(edit.into)
            pending = []
    pieces.append("".join([*pending, source[done:]]))
    return tuple(pieces), tuple(holes)


def line_wraps(source: str, edits: Iterable[Edit]) -> dict[int, str]:
    """Return the source of every hole that is nothing but a line break (and indentation) there."""
    found = ((edit.into, source[edit.start : edit.end]) for edit in edits if isinstance(edit.into, int))
    return {number: text for number, text in found if text.isspace() and ("\n" in text or "\r" in text)}


def check_places(places: Sequence[tuple[int, int]], length: int) -> None:
    """Raise ValueError unless the places are sorted, disjoint and inside a text of that length."""
    done = 0
    for start, end in places:
        if not done <= start <= end <= length:
            raise ValueError(f"place ({start}, {end}) is not sorted, not disjoint or outside of the text")
        done = end


def one_line(text: str) -> str:
    """Return a text for a hole without line breaks, which would end its block in most formats."""
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
