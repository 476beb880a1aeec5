"""Following a content stream: which operator shows which glyph where.

Only what moves text is interpreted (PDF 32000-1, 9.3 and 9.4). Form XObjects are not entered, so
nothing in them is ever written on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import pikepdf

from dyeline.formats.pdf.fonts import Font

SHOWING = frozenset(("Tj", "TJ", "'", '"'))
INVISIBLE = frozenset((3, 7))  # text render modes: no paint, clip only

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Resources(Protocol):
    """What a content stream refers to by name."""

    def font(self, name: str) -> Font | None:
        """Return the font of a resource name ("/F1"); None where there is none."""
        ...

    def sets_font(self, name: str) -> bool:
        """Tell whether a graphics state dictionary sets a font."""
        ...

    def replaces_text(self, operands: Sequence[Any]) -> bool:
        """Tell whether the operands of a BDC operator replace the text (ActualText)."""
        ...


class Unsafe(Exception):
    """The content stream does not follow the rules, so that nothing may be changed in it."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shown code: instruction, element of its array, byte offset in it, and where it stands.

    ``x`` and ``y`` are the origin in user space (pt); ``size`` is the effective font size (pt).
    """

    instruction: int
    element: int
    offset: int
    code: int
    font: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class TextState:
    """The part of the graphics state that places text. ``font`` is a resource name, "" when unknown."""

    ctm: Matrix = _UNIT
    font: str = ""
    font_size: float = 0.0
    character_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass(slots=True)
class Interpreted:
    """What a content stream shows, and how its q and Q stand at the end.

    ``surplus`` counts Q operators without a q, ``open`` the q operators left open.
    ``shown`` maps every show operator that may be changed to (font, font size).
    """

    instructions: list[Any]
    glyphs: list[Glyph] = field(default_factory=list)
    shown: dict[int, tuple[str, float]] = field(default_factory=dict)
    surplus: int = 0
    open: int = 0


def times(a: Matrix, b: Matrix) -> Matrix:
    """Return the product of two matrices of row vectors."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def interpret(instructions: list[Any], resources: Resources) -> Interpreted:
    """Return the glyphs of a content stream, given as pikepdf parses it. Raises Unsafe."""
    return _Follower(instructions, resources).run()


class _Follower:
    def __init__(self, instructions: list[Any], resources: Resources) -> None:
        self._result = Interpreted(instructions)
        self._resources = resources
        self._state = TextState()
        self._stack: list[TextState] = []
        self._marked: list[bool] = []  # open marked content: does it replace its text?
        self._matrix = self._line = _UNIT
        self._lost = False  # the place on the line is no longer known

    def run(self) -> Interpreted:
        for number, instruction in enumerate(self._result.instructions):
            operator = str(instruction.operator)
            try:
                self._step(number, operator, instruction.operands)
            except (ValueError, TypeError, IndexError, KeyError, ArithmeticError, AttributeError) as fault:
                raise Unsafe(operator) from fault
        self._result.open = len(self._stack)
        return self._result

    def _step(self, number: int, operator: str, operands: Sequence[Any]) -> None:
        if operator in SHOWING:
            self._show(number, operator, operands)
        elif operator in _PARAMETERS:
            self._state = _PARAMETERS[operator](self._state, operands[0])
        elif operator in _PLACING:
            self._place(operator, operands)
        elif operator == "Tf":
            self._state = replace(self._state, font=str(operands[0]), font_size=float(operands[1]))
        elif operator == "q":
            self._stack.append(self._state)
        elif operator == "Q":
            if self._stack:
                self._state = self._stack.pop()
            else:
                self._result.surplus += 1
        elif operator == "cm":
            self._state = replace(self._state, ctm=times(_matrix(operands), self._state.ctm))
        elif operator == "gs" and self._resources.sets_font(str(operands[0])):
            self._state = replace(self._state, font="")
        elif operator in ("BMC", "BDC"):
            self._marked.append(operator == "BDC" and self._resources.replaces_text(operands))
        elif operator == "EMC" and self._marked:
            self._marked.pop()

    def _place(self, operator: str, operands: Sequence[Any]) -> None:
        if operator == "BT":
            self._line = _UNIT
        elif operator == "Tm":
            self._line = _matrix(operands)
        elif operator == "T*":
            self._next_line()
        else:
            x, y = float(operands[0]), float(operands[1])
            if operator == "TD":
                self._state = replace(self._state, leading=-y)
            self._line = times((1.0, 0.0, 0.0, 1.0, x, y), self._line)
        self._matrix = self._line
        self._lost = False

    def _next_line(self) -> None:
        self._line = times((1.0, 0.0, 0.0, 1.0, 0.0, -self._state.leading), self._line)
        self._matrix = self._line
        self._lost = False

    def _show(self, number: int, operator: str, operands: Sequence[Any]) -> None:
        if operator == '"':
            self._state = replace(
                self._state, word_space=float(operands[0]), character_space=float(operands[1])
            )
        if operator in ("'", '"'):
            self._next_line()
        state = self._state
        font = self._resources.font(state.font) if state.font else None
        if font is None or not font.known:
            self._lost = True
        if self._lost or font is None:
            return
        visible = state.mode not in INVISIBLE and not any(self._marked)
        if visible:
            self._result.shown[number] = (state.font, state.font_size)
        for element, part in enumerate(operands[0] if operator == "TJ" else operands[-1:]):
            if not isinstance(part, pikepdf.String):
                self._advance(-float(part) / 1000 * state.font_size * state.scale)
                continue
            shown = bytes(part)
            for offset in range(0, len(shown) - font.code_bytes + 1, font.code_bytes):
                code = int.from_bytes(shown[offset : offset + font.code_bytes], "big")
                if visible:
                    self._add(number, element, offset, code)
                advance = font.advance(code) * state.font_size + state.character_space
                if font.code_bytes == 1 and code == 32:
                    advance += state.word_space
                self._advance(advance * state.scale)

    def _add(self, number: int, element: int, offset: int, code: int) -> None:
        state = self._state
        placed = times(times((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), self._matrix), state.ctm)
        size = abs(state.font_size) * math.sqrt(abs(placed[0] * placed[3] - placed[1] * placed[2]))
        self._result.glyphs.append(
            Glyph(number, element, offset, code, state.font, placed[4], placed[5], size)
        )

    def _advance(self, distance: float) -> None:
        a, b, c, d, e, f = self._matrix
        self._matrix = (a, b, c, d, e + distance * a, f + distance * b)


_PARAMETERS: dict[str, Callable[[TextState, Any], TextState]] = {
    "Tc": lambda state, value: replace(state, character_space=float(value)),
    "Tw": lambda state, value: replace(state, word_space=float(value)),
    "Tz": lambda state, value: replace(state, scale=float(value) / 100),
    "TL": lambda state, value: replace(state, leading=float(value)),
    "Ts": lambda state, value: replace(state, rise=float(value)),
    "Tr": lambda state, value: replace(state, mode=int(value)),
}
_PLACING = frozenset(("BT", "Tm", "T*", "Td", "TD"))


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f
