"""Values on their way out of the confined process: written so that reading them can only build data.

A pickle can call functions, so the answer of a process that a stranger's file may have taken over is not one.
An answer is JSON (the shape) and one row of bytes (long texts, arrays, files). What it may build is written
down here: plain values, tuples and the like, numpy arrays of numbers, and our own frozen dataclasses,
enumerations and errors. Values of the same class in a row are stored by column, which keeps the
reading of a hundred thousand of them below a second.
"""

from __future__ import annotations

import builtins
import importlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from types import FunctionType
from typing import Any

from dyeline.errors import DyelineError, UnreadableFile

MOST_SHAPE_BYTES = 96 * 2**20
"""Of JSON: a byte of it can become twenty in memory."""

_PLAIN = frozenset((type(None), bool, int, float, str))
_LONG = 256  # characters or bytes; longer ones stand in the row of bytes
_MODULE = re.compile(r"dyeline(\.[a-z][a-z0-9_]*)+")
_CLOSED = ("dyeline.cli", "dyeline.store.", "dyeline.app.workspace")
_OPEN = ("dyeline.store.pages_npz",)  # plain data
_ARRAYS = re.compile(r"[<>|][biuf][1248]")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class NotSent(TypeError):
    """A value has no place in an answer."""


class Untold(Exception):
    """A fault in the confined process of a kind that is not built here; its text says which."""


def written(value: object) -> tuple[bytes, list[memoryview]]:
    """Return the shape and the pieces of the row of bytes. Raises NotSent."""
    row: list[memoryview] = []
    shape = json.dumps(_shape(value, row), separators=(",", ":"))
    return shape.encode("ascii"), row


def read(shape: bytes, row: bytearray) -> Any:
    """Return the value. Arrays are parts of ``row``, not copies. Raises UnreadableFile for what is no answer."""
    try:
        if len(shape) > MOST_SHAPE_BYTES:
            raise ValueError("too long")
        reader = _Reader(row)
        value = reader.value(json.loads(shape))
        if reader.at != len(row):
            raise ValueError("bytes are left over")
    except Exception as fault:  # whatever a dataclass makes of wrong values, too
        raise UnreadableFile(
            "The process that read the file gave an answer that is none.",
            fix="open the file in a viewer, save or print it anew, and give that.",
        ) from fault
    return value


def _shape(value: object, row: list[memoryview]) -> object:
    kind: Any = type(value)
    if kind in _PLAIN:
        if kind is str and len(value) > _LONG:  # type: ignore[arg-type]
            encoded = value.encode("utf-8", "surrogatepass")  # type: ignore[attr-defined]
            row.append(memoryview(encoded))
            return ["u", len(encoded)]
        return value
    if kind in (tuple, list):
        return _sequence(value, "t" if kind is tuple else "l", row)  # type: ignore[arg-type]
    if kind in (bytes, bytearray):
        row.append(memoryview(value))  # type: ignore[arg-type]
        return ["b", len(value)]  # type: ignore[arg-type]
    if isinstance(value, dict):
        return ["d", _shape(tuple(value), row), _shape(tuple(value.values()), row)]
    if isinstance(value, set | frozenset):
        ordered = sorted(value) if set(map(type, value)) <= {int} or set(map(type, value)) <= {str} else value
        return ["s" if kind is set else "f", _shape(tuple(ordered), row)]
    if isinstance(value, Enum):
        return ["e", _name_of(kind), value.name]
    if isinstance(value, FunctionType):
        return ["c", _name_of(value)]
    if is_dataclass(value):
        return ["o", _name_of(kind), *(_shape(one, row) for one in _values(kind)(value))]
    if isinstance(value, BaseException):
        return _fault(value, row)
    return _numbers(value, row)


def _sequence(values: Sequence[Any], tag: str, row: list[memoryview]) -> object:
    kinds = set(map(type, values))
    if kinds <= _PLAIN and not (str in kinds and any(len(one) > _LONG for one in values if type(one) is str)):
        return [tag, "", *values]
    if len(kinds) == 1 and len(values) > 1:
        kind = kinds.pop()
        if kind is bytes:
            joined = b"".join(values)
            row.append(memoryview(joined))
            return [tag, "b", *map(len, values)]
        if kind is tuple and len(set(map(len, values))) == 1 and values[0]:
            return [tag, "t", *(_shape(column, row) for column in zip(*values, strict=True))]
        if is_dataclass(kind) and fields(kind):
            columns = zip(*map(_values(kind), values), strict=True)
            return [tag, "o", _name_of(kind), *(_shape(column, row) for column in columns)]
    return [tag, "*", *(_shape(one, row) for one in values)]


def _numbers(value: object, row: list[memoryview]) -> object:
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray) and _ARRAYS.fullmatch(value.dtype.str):
        whole = numpy.ascontiguousarray(value)
        row.append(memoryview(whole.reshape(-1).view(numpy.uint8)))
        return ["a", value.dtype.str, list(value.shape), whole.nbytes]
    if numpy is not None and isinstance(value, numpy.generic) and _ARRAYS.fullmatch(value.dtype.str):
        return ["n", value.dtype.str, value.item()]
    raise NotSent(f"{type(value).__module__}.{type(value).__qualname__}")


def _fault(fault: BaseException, row: list[memoryview]) -> object:
    notes = [str(note) for note in getattr(fault, "__notes__", ())]
    if isinstance(fault, DyelineError):
        return ["x", _name_of(type(fault)), fault.problem, fault.fix, _shape(_told(fault.facts), row), notes]
    return ["y", type(fault).__name__, str(fault)[:2000], notes]


def _told(facts: dict[str, object]) -> dict[str, object]:
    """Return the facts of an error; those that cannot be sent as their text."""
    told: dict[str, object] = {}
    for name, value in facts.items():
        try:
            _shape(value, [])
            told[name] = value
        except NotSent:
            told[name] = str(value)
    return told


@lru_cache(maxsize=256)
def _values(kind: Any) -> Callable[[object], tuple[object, ...]]:
    """Return what gives the values of the fields of a dataclass."""
    names = [field.name for field in fields(kind)]
    if len(names) > 1:
        getter: Callable[[object], tuple[object, ...]] = attrgetter(*names)
        return getter
    return lambda one: tuple(getattr(one, name) for name in names)


def _name_of(thing: Any) -> str:
    name = f"{thing.__module__}:{thing.__qualname__}"
    if not _MODULE.fullmatch(thing.__module__) or "<" in name:
        raise NotSent(name)
    return name


class _Reader:
    """Builds values; ``at`` is how far the row of bytes is used."""

    def __init__(self, row: bytearray) -> None:
        self._row = row
        self._view = memoryview(row)
        self.at = 0

    def value(self, shape: object) -> Any:
        """Return the value of a shape. Raises anything for a shape that is none."""
        if type(shape) is not list:
            if type(shape) in _PLAIN:
                return shape
            raise ValueError("shape")
        tag, *rest = shape
        return getattr(self, f"_{_TAGS[tag]}")(*rest)

    def _part(self, length: int) -> memoryview:
        if type(length) is not int or not 0 <= length <= len(self._row) - self.at:
            raise ValueError("length")
        self.at += length
        return self._view[self.at - length : self.at]

    def _text(self, length: int) -> str:
        return str(self._part(length), "utf-8", "surrogatepass")

    def _bytes(self, length: int) -> bytes:
        return bytes(self._part(length))

    def _tuple(self, how: str, *shapes: Any) -> tuple[Any, ...]:
        return tuple(self._items(how, shapes))

    def _list(self, how: str, *shapes: Any) -> list[Any]:
        return list(self._items(how, shapes))

    def _items(self, how: str, shapes: tuple[Any, ...]) -> Any:
        if how == "":
            if not set(map(type, shapes)) <= _PLAIN:
                raise ValueError("plain")
            return shapes
        if how == "b":
            return [bytes(self._part(length)) for length in shapes]
        if how == "t":
            return zip(*self._columns(shapes), strict=True)
        if how == "o":
            return map(_class_named(shapes[0]), *self._columns(shapes[1:]))
        if how == "*":
            return [self.value(shape) for shape in shapes]
        raise ValueError("sequence")

    def _columns(self, shapes: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        columns = [self.value(shape) for shape in shapes]
        if not columns or any(type(one) is not tuple or len(one) != len(columns[0]) for one in columns):
            raise ValueError("columns")
        return columns

    def _dict(self, keys: Any, values: Any) -> dict[Any, Any]:
        return dict(zip(self.value(keys), self.value(values), strict=True))

    def _set(self, items: Any) -> set[Any]:
        return set(self.value(items))

    def _frozenset(self, items: Any) -> frozenset[Any]:
        return frozenset(self.value(items))

    def _object(self, name: str, *values: Any) -> Any:
        return _class_named(name)(*(self.value(one) for one in values))

    def _member(self, name: str, member: str) -> Any:
        found = _found(name)
        if not (isinstance(found, type) and issubclass(found, Enum)):
            raise ValueError("enumeration")
        return found[member]

    def _function(self, name: str) -> Any:
        if name not in DRESSES:
            raise ValueError("function")
        return _found(name)

    def _array(self, kind: str, shape: list[int], length: int) -> Any:
        import numpy as np

        if not _ARRAYS.fullmatch(kind) or any(type(size) is not int or size < 0 for size in shape):
            raise ValueError("array")
        return np.frombuffer(self._part(length), dtype=np.dtype(kind)).reshape(shape)

    def _number(self, kind: str, value: float) -> Any:
        import numpy as np

        if not _ARRAYS.fullmatch(kind) or type(value) not in (bool, int, float):
            raise ValueError("number")
        return np.dtype(kind).type(value)

    def _error(self, name: str, problem: str, fix: str, facts: Any, notes: list[str]) -> DyelineError:
        kind = _found(name)
        if not (isinstance(kind, type) and issubclass(kind, DyelineError)):
            raise ValueError("error")
        named = {str(key): value for key, value in self.value(facts).items()}
        named = {key: value for key, value in named.items() if key not in ("problem", "fix", "self")}
        error = kind(_clean(problem), fix=_clean(fix), **named)
        _note(error, notes)
        return error

    def _other(self, name: str, text: str, notes: list[str]) -> Exception:
        kind = getattr(builtins, name, None)
        simple = isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError)
        fault: Exception = kind(_clean(text)) if simple else Untold(_clean(f"{name}: {text}"))  # type: ignore[misc]
        _note(fault, notes)
        return fault


_TAGS = {
    "u": "text",
    "t": "tuple",
    "l": "list",
    "b": "bytes",
    "d": "dict",
    "s": "set",
    "f": "frozenset",
    "e": "member",
    "c": "function",
    "o": "object",
    "x": "error",
    "y": "other",
    "a": "array",
    "n": "number",
}

DRESSES: frozenset[str] = frozenset(
    f"dyeline.formats.{name}"
    for name in (
        "splice:nothing",
        "plain:same",
        "plain:notice_lines",
        "plain:notice_lines_crlf",
        "markdown:escape_markdown",
        "markdown:notice_paragraph",
        "html:escape_html",
        "html:notice_paragraph",
        "html:stamp_meta",
    )
)
"""The functions that a template of a text format may name."""


def _note(fault: Exception, notes: list[str]) -> None:
    for note in notes:
        fault.add_note(_clean(str(note)))


def _clean(text: str) -> str:
    """Return a text without what would steer a terminal."""
    return _CONTROLS.sub("?", text)


@lru_cache(maxsize=256)
def _class_named(name: str) -> Any:
    """Return a dataclass of ours. Raises ValueError for anything else."""
    found = _found(name)
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ValueError("class")
    if any(not field.init or field.kw_only for field in fields(found)):
        raise ValueError("class with other fields")
    return found


def _found(name: str) -> Any:
    module, _, inside = name.partition(":")
    closed = module not in _OPEN and module.startswith(_CLOSED)
    if not _MODULE.fullmatch(module) or closed or not inside.isidentifier():
        raise ValueError("name")
    found = vars(importlib.import_module(module))[inside]
    if getattr(found, "__module__", None) != module:
        raise ValueError("name of another module")
    return found
