"""Following a content stream: which operator shows which glyph where.

What moves text is interpreted (PDF 32000-1, 9.3 and 9.4), and how far other marks on the paper reach.
Form XObjects are entered: each use of one is a layer of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import pikepdf

from dyeline.formats.pdf.fonts import Font

SHOWING = frozenset(("Tj", "TJ", "'", '"'))
INVISIBLE = frozenset((3, 7))  # text render modes: no paint, clip only
MAX_DEPTH = 8  # of forms in forms
MAX_LAYERS = 200  # uses of forms on one page
MAX_SHAPES = 20_000  # drawn on one page

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

    def form(self, name: str) -> FormContent | None:
        """Return the form XObject of a resource name; None for an image or where there is none."""
        ...


class Unsafe(Exception):
    """The content stream does not follow the rules, so that nothing may be changed in it."""


@dataclass(frozen=True, slots=True)
class FormContent:
    """A form XObject: ``key`` tells it from others of the file."""

    key: object
    stream: Any
    instructions: list[Any]
    resources: Resources
    matrix: Matrix
    box: tuple[float, float, float, float]  # what it shows is clipped to


class Glyph(NamedTuple):
    """One shown code: instruction of a layer, element of its array, byte offset in it, and where it stands.

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
    layer: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A show operator that may be changed: its font resource and size, and the vector of one em.

    ``along`` is in user space, in the direction of the text, stretched as the text is. ``clips`` tells that
    the text is part of the clipping path, so that moving it would show elsewhere.
    """

    font: str
    font_size: float
    along: tuple[float, float]
    clips: bool


@dataclass(slots=True)
class Layer:
    """One content stream as it is used on a page: the page's own (``form`` None), or a form's."""

    form: FormContent | None
    instructions: list[Any]
    resources: Resources
    shown: dict[int, Shown] = field(default_factory=dict)
    editable: bool = True


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
    """What a page shows, and how q and Q of its own content stand at the end.

    ``layers[0]`` is the page's content. ``shapes`` are boxes (user space: left, bottom, right, top) of
    what is drawn or clipped to; they are ``partial`` where a limit was met or a form could not be read.
    ``surplus`` counts Q operators without a q, ``open`` the q operators left open.
    """

    layers: list[Layer]
    glyphs: list[Glyph] = field(default_factory=list)
    shapes: list[tuple[float, float, float, float]] = field(default_factory=list)
    partial: bool = False
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
    """Return what a page shows, its content given as pikepdf parses it. Raises Unsafe.

    The layers of a form that is used more than once are not editable.
    """
    result = Interpreted([Layer(None, instructions, resources)])
    follower = _Follower(result, 0, TextState(), ())
    follower.run()
    result.open = follower.depth
    result.surplus = follower.surplus
    uses = Counter(layer.form.key for layer in result.layers if layer.form)
    for layer in result.layers:
        layer.editable = layer.form is None or uses[layer.form.key] == 1
    return result


class _Follower:
    def __init__(self, result: Interpreted, layer: int, state: TextState, within: tuple[object, ...]) -> None:
        self._result = result
        self._number = layer
        self._layer = result.layers[layer]
        self._resources = self._layer.resources
        self._within = within  # forms that this one is used in
        self._state = state
        self._stack: list[TextState] = []
        self._marked: list[bool] = []  # open marked content: does it replace its text?
        self._matrix = self._line = _UNIT
        self._lost = False  # the place on the line is no longer known
        self._path: list[tuple[float, float, float, float]] = []
        self._clips = False
        self.surplus = 0

    @property
    def depth(self) -> int:
        """Return how many q operators are open."""
        return len(self._stack)

    def run(self) -> None:
        for number, instruction in enumerate(self._layer.instructions):
            operator = str(instruction.operator)
            try:
                self._step(number, operator, instruction.operands)
            except (ValueError, TypeError, IndexError, KeyError, ArithmeticError, AttributeError) as fault:
                raise Unsafe(operator) from fault

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
                self.surplus += 1
        elif operator == "cm":
            self._state = replace(self._state, ctm=times(_matrix(operands), self._state.ctm))
        elif operator == "gs" and self._resources.sets_font(str(operands[0])):
            self._state = replace(self._state, font="")
        elif operator in ("BMC", "BDC"):
            self._marked.append(operator == "BDC" and self._resources.replaces_text(operands))
        elif operator == "EMC":
            if self._marked:
                self._marked.pop()
        elif operator in _DRAWING:
            self._draw(operator, operands)
        elif operator == "Do":
            self._use(str(operands[0]))
        elif operator == "INLINE IMAGE":
            self._keep(_UNIT_SQUARE)

    def _draw(self, operator: str, operands: Sequence[Any]) -> None:
        """Collect a path, and keep how far its parts reach once it is painted or clipped to."""
        if operator in ("W", "W*"):
            self._clips = True
        elif operator in _PAINTING:
            if operator != "n" or self._clips:
                for part in self._path:
                    self._keep(part)
            self._path, self._clips = [], False
        elif len(self._path) >= MAX_SHAPES:
            self._result.partial = True
        elif operator == "re":
            x, y, width, height = (float(value) for value in operands)
            self._path.append((x, y, x + width, y + height))
        else:
            points = [float(value) for value in operands]
            xs, ys = points[0::2], points[1::2]
            if operator == "m":
                self._path.append((xs[0], ys[0], xs[0], ys[0]))
            elif self._path:
                left, low, right, high = self._path[-1]
                self._path[-1] = (min(left, *xs), min(low, *ys), max(right, *xs), max(high, *ys))

    def _keep(self, box: tuple[float, float, float, float]) -> None:
        if len(self._result.shapes) >= MAX_SHAPES:
            self._result.partial = True
            return
        a, b, c, d, e, f = self._state.ctm
        xs = [a * x + c * y + e for x in box[0::2] for y in box[1::2]]
        ys = [b * x + d * y + f for x in box[0::2] for y in box[1::2]]
        self._result.shapes.append((min(xs), min(ys), max(xs), max(ys)))

    def _use(self, name: str) -> None:
        """Follow a form where it is used; anything else is a picture."""
        result = self._result
        if len(self._within) >= MAX_DEPTH or len(result.layers) > MAX_LAYERS:
            result.partial = True
            return
        try:
            form = self._resources.form(name)
        except Unsafe:
            result.partial = True
            return
        if form is None:
            self._keep(_UNIT_SQUARE)
            return
        if form.key in self._within:
            result.partial = True
            return
        result.layers.append(Layer(form, form.instructions, form.resources))
        state = replace(self._state, ctm=times(form.matrix, self._state.ctm))
        inner = _Follower(result, len(result.layers) - 1, state, (*self._within, form.key))
        inner._marked = [True] if any(self._marked) else []
        inner._keep(form.box)
        known = len(result.glyphs)
        try:
            inner.run()
        except Unsafe:
            del result.glyphs[known:]
            result.partial = True

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
            a, b, c, d, _, _ = state.ctm
            x, y = (state.font_size * state.scale * value for value in self._matrix[:2])
            along = (x * a + y * c, x * b + y * d)
            self._layer.shown[number] = Shown(state.font, state.font_size, along, state.mode >= _CLIPPING)
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
            Glyph(number, element, offset, code, state.font, placed[4], placed[5], size, self._number)
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
_PAINTING = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"))
_DRAWING = _PAINTING | {"m", "l", "c", "v", "y", "re", "W", "W*"}
_CLIPPING = 4  # the first text render mode that adds to the clipping path
_UNIT_SQUARE = (0.0, 0.0, 1.0, 1.0)


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f
