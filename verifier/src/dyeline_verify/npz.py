"""Columns of numbers that numpy wrote (.npz), read without numpy."""

from __future__ import annotations

import ast
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from dyeline_verify.refusal import Refused

MOST_BYTES: Final = 400_000_000
_KINDS: Final = {"<f8": "d", "<i8": "q"}


@dataclass(frozen=True, slots=True)
class Column:
    """One array: its shape and its values in order; texts for an array of texts."""

    shape: tuple[int, ...]
    values: tuple[float, ...] | tuple[str, ...]


def read_npz(data: bytes, what: str) -> dict[str, Column]:
    """Return the arrays of an archive by name. Refuses other kinds of numbers than it has to hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise Refused(f"{what} would unpack to more than {MOST_BYTES:,} bytes")
            names = [member.filename for member in members]
            if len(set(names)) != len(names):
                raise Refused(f"{what} holds two arrays of one name")
            return {name.removesuffix(".npy"): _array(archive.read(name), what) for name in names}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Refused(f"{what} is not an archive of arrays") from None


def _array(data: bytes, what: str) -> Column:
    if data[:6] != b"\x93NUMPY" or len(data) < 12 or data[6] not in (1, 2):
        raise Refused(f"{what} holds something that is no array")
    length = 2 if data[6] == 1 else 4
    begin = 8 + length
    size = int.from_bytes(data[8:begin], "little")
    try:
        head = ast.literal_eval(data[begin : begin + size].decode("latin-1"))
        kind, shape = str(head["descr"]), tuple(head["shape"])
        if head["fortran_order"] and len(shape) > 1:
            raise Refused(f"{what} holds an array in another order of its axes")
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise Refused(f"{what} holds an array whose head cannot be read") from None
    if not all(isinstance(one, int) and 0 <= one < 2**40 for one in shape):
        raise Refused(f"{what} holds an array of an impossible shape")
    count = 1
    for one in shape:
        count *= one
    body = data[begin + size :]
    if kind in _KINDS and len(body) == 8 * count:
        return Column(shape, struct.unpack(f"<{count}{_KINDS[kind]}", body))
    if kind.startswith("<U") and kind[2:].isdecimal() and len(body) == 4 * int(kind[2:]) * count:
        width = 4 * int(kind[2:])
        try:
            texts = [body[k * width : (k + 1) * width].decode("utf-32-le") for k in range(count)]
        except UnicodeDecodeError:
            raise Refused(f"{what} holds a text that is none") from None
        return Column(shape, tuple(text.rstrip("\x00") for text in texts))
    raise Refused(f"{what} holds an array of a kind that does not belong there")
