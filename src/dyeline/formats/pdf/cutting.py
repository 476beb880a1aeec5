"""Cutting a content stream at what differs: fonts of marked letters, places of moved words, other words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf

from dyeline.formats.pdf.interpret import Layer
from dyeline.formats.pdf.moves import Fragment, Move
from dyeline.formats.pdf.spots import Spot
from dyeline.formats.pdf.template import Stream


@dataclass(frozen=True, slots=True)
class Mark:
    """One place of the template where a letter is marked: its number, the letter and its glyph."""

    place: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class Shift:
    """One place of the template where a word moves: its number, the word, and how far either way (pt)."""

    place: int
    move: Move
    distance: float


@dataclass(frozen=True, slots=True)
class Swap:
    """What stands, for each symbol of a place, in the array of a show operator from ``begin`` to before ``end``.

    Both are (element of the array, byte offset in it); where they are equal nothing is taken out.
    """

    place: int
    layer: int
    instruction: int
    begin: tuple[int, int]
    end: tuple[int, int]
    choices: tuple[bytes, ...]


@dataclass(slots=True)
class _Edits:
    """What happens within one show operator, by element of its array and byte offset."""

    letters: dict[tuple[int, int], Mark] = field(default_factory=dict)
    begins: dict[tuple[int, int], tuple[Shift, Fragment]] = field(default_factory=dict)
    ends: set[tuple[int, int]] = field(default_factory=set)
    swaps: dict[tuple[int, int], list[Swap]] = field(default_factory=dict)

    def cuts(self, element: int) -> list[int]:
        """Return the byte offsets in an element of the array where something happens."""
        swapped = [
            place for swaps in self.swaps.values() for swap in swaps for place in (swap.begin, swap.end)
        ]
        found = (*self.letters, *self.begins, *self.ends, *swapped)
        return sorted({offset for there, offset in found if there == element})


def cut_layer(
    number: int,
    layer: Layer,
    marks: Sequence[Mark],
    shifts: Sequence[Shift],
    swaps: Sequence[Swap],
    names: Mapping[str, Sequence[bytes]],
) -> Stream | None:
    """Return the content stream of the ``number``-th layer with holes; None where nothing in it changes.

    ``names`` holds, by font resource, the names that show a letter with each of ``template.SYMBOLS``.
    """
    edits: defaultdict[int, _Edits] = defaultdict(_Edits)
    for mark in marks:
        glyph = mark.spot.glyph
        if glyph.layer == number:
            edits[glyph.instruction].letters[glyph.element, glyph.offset] = mark
    for shift in shifts:
        for fragment in shift.move.fragments:
            if fragment.layer == number:
                edits[fragment.instruction].begins[fragment.begin] = (shift, fragment)
                edits[fragment.instruction].ends.add(fragment.end)
    for swap in swaps:
        if swap.layer == number:
            edits[swap.instruction].swaps.setdefault(swap.begin, []).append(swap)
    if not edits:
        return None
    writer = _Writer(layer, names)
    for at, instruction in enumerate(layer.instructions):
        if at in edits:
            writer.show(instruction, edits[at], at)
        else:
            writer.plain.append(instruction)
    return writer.finished()


class _Writer:
    def __init__(self, layer: Layer, names: Mapping[str, Sequence[bytes]]) -> None:
        self.plain: list[Any] = []  # instructions that stay as they are
        self._layer = layer
        self._names = names
        self._pieces: list[list[bytes]] = [[]]
        self._holes: list[int] = []
        self._choices: list[tuple[bytes, ...]] = []
        self._open = False  # within an array
        self._moved: tuple[Shift, Fragment] | None = None
        self._resume: tuple[int, int] | None = None  # where what is shown goes on behind a swap

    def finished(self) -> Stream:
        self._flush()
        pieces = tuple(b"".join(piece) for piece in self._pieces)
        return Stream(pieces, tuple(self._holes), tuple(self._choices))

    def show(self, instruction: Any, edits: _Edits, number: int) -> None:
        """Write what shows the same as an operator, its letters and words behind holes."""
        operator, operands = str(instruction.operator), instruction.operands
        if operator == '"':
            self.plain += [_instruction(operands[:1], "Tw"), _instruction(operands[1:2], "Tc")]
        if operator in ("'", '"'):
            self.plain.append(_instruction([], "T*"))
        self._flush()
        shown = self._layer.shown[number]
        font = self._layer.resources.font(shown.font)
        assert font is not None  # the operator has shown glyphs
        parts = list(operands[0]) if operator == "TJ" else [operands[-1]]
        for element, part in enumerate(parts):
            if not isinstance(part, pikepdf.String):
                if self._resume is None:
                    self._array(_number(part))
                continue
            text, done = bytes(part), 0
            for offset in edits.cuts(element):
                self._codes(text[done:offset])
                done = offset
                place = (element, offset)
                if place == self._resume:
                    self._resume = None
                for swap in edits.swaps.get(place, ()):
                    self._swap(swap)
                if place in edits.ends:
                    self._stay()
                if place in edits.begins:
                    self._move(edits.begins[place])
                if place in edits.letters:
                    done += font.code_bytes
                    self._letter(edits.letters[place], text[offset:done], shown.font, shown.font_size)
            self._codes(text[done:])
        self._close()
        self._moved = self._resume = None

    def _flush(self) -> None:
        if self.plain:
            self._write(pikepdf.unparse_content_stream(self.plain) + b"\n")
            self.plain = []

    def _write(self, written: bytes) -> None:
        self._pieces[-1].append(written)

    def _hole(self, place: int, choices: tuple[bytes, ...]) -> None:
        """Leave a hole; what fills it is made equally long, as white space between tokens does not count."""
        longest = max(map(len, choices))
        self._holes.append(place)
        self._choices.append(tuple(choice.ljust(longest) for choice in choices))
        self._pieces.append([])

    def _array(self, written: bytes) -> None:
        if not self._open:
            self._open = True
            self._write(b"[")
            self._shift(back=False)
        self._write(written)

    def _codes(self, codes: bytes) -> None:
        if codes and self._resume is None:
            self._array(bytes(pikepdf.String(codes).unparse()))

    def _close(self) -> None:
        if self._open:
            self._shift(back=True)
            self._write(b"] TJ\n")
            self._open = False

    def _move(self, moved: tuple[Shift, Fragment]) -> None:
        self._moved = moved
        if self._open:
            self._shift(back=False)

    def _stay(self) -> None:
        if self._open:
            self._shift(back=True)
        self._moved = None

    def _shift(self, *, back: bool) -> None:
        """Leave a hole for the number that moves what follows by as much as the word, or back again."""
        if self._moved is None:
            return
        shift, fragment = self._moved
        amount = shift.distance * fragment.units  # positive numbers move to the left
        if back:
            amount = -amount
        self._hole(shift.place, tuple(b" %+09.3f " % value for value in (amount, -amount, 0.0)))

    def _swap(self, swap: Swap) -> None:
        self._array(b"")
        self._hole(swap.place, swap.choices)
        if swap.end != swap.begin:
            self._resume = swap.end

    def _letter(self, mark: Mark, code: bytes, font: str, size: float) -> None:
        """Show one letter in the font that says what is copied with it."""
        self._close()
        self._write(b"/")
        self._hole(mark.place, tuple(self._names[font]))
        self._write(b" %b Tf\n" % _number(size))
        self._codes(code)
        self._close()
        self._write(b"%b %b Tf\n" % (pikepdf.Name(font).unparse(), _number(size)))


def _instruction(operands: Sequence[Any], operator: str) -> Any:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))


def _number(value: Any) -> bytes:
    """Return a number as content streams write it, with all the digits that it has."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").encode()
    return b"%b " % format(Decimal(value), "f").encode()
