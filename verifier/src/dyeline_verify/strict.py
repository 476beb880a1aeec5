"""Reading what is signed or hashed in the one way in which it can be written, and in no other."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from dyeline_verify.refusal import Refused

HEX64: Final = re.compile(r"[0-9a-f]{64}")
_DEEPEST = 60


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hex characters."""
    return hashlib.sha256(data).hexdigest()


def from_base64(text: str) -> bytes:
    """Return what base64 stands for; refuses any but the one way to write it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("something that should be base64 is not") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Refused("base64 is written in another way than the canonical one")
    return data


def from_hex(text: object, what: str, *, size: int | None = None) -> bytes:
    """Return the bytes that lower-case hex digits stand for."""
    if not isinstance(text, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", text):
        raise Refused(f"{what} is not written in hex digits")
    data = bytes.fromhex(text)
    if size is not None and len(data) != size:
        raise Refused(f"{what} has {len(data)} bytes instead of {size}")
    return data


def text_of(data: bytes, what: str) -> str:
    """Return bytes as UTF-8 text."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{what} is not UTF-8") from None


def parse_json(data: bytes, what: str) -> Any:
    """Return a JSON value. A key that stands twice, NaN, infinities and deep nesting are refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Refused(f"{what} names the same field twice")
        return found

    def never(name: str) -> float:
        raise Refused(f"{what} holds the number {name}")

    text = text_of(data, what)
    if _depth(text) > _DEEPEST:
        raise Refused(f"{what} is nested more than {_DEEPEST} deep")
    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=never)
    except ValueError:
        raise Refused(f"{what} is not JSON") from None


def parse_object(data: bytes, what: str) -> dict[str, Any]:
    """Return a JSON object."""
    value = parse_json(data, what)
    if not isinstance(value, dict):
        raise Refused(f"{what} is not a JSON object")
    return value


def canonical_json(value: Any) -> bytes:
    """Return JSON in the form that is hashed: sorted keys, no blanks, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def parse_canonical(data: bytes, what: str) -> dict[str, Any]:
    """Return a JSON object that is written in the canonical form."""
    value = parse_object(data, what)
    if canonical_json(value) != data:
        raise Refused(f"{what} is not written in the canonical form")
    return value


def field(of: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    """Return a field of an object, which has to be there and of its kind (bool is no number)."""
    value = of.get(name)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise Refused(f"{what} has no proper field {name!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(f"{what} has a number in {name!r} that is none")
    return value


def hash_field(of: Mapping[str, Any], name: str, what: str) -> str:
    """Return a field that holds a SHA-256 in hex."""
    value: str = field(of, name, str, what)
    if not HEX64.fullmatch(value):
        raise Refused(f"{what} has no SHA-256 in {name!r}")
    return value


def _depth(text: str) -> int:
    """Return an upper bound on how deep brackets are nested (those in strings count as well)."""
    depth = most = 0
    for character in text:
        if character in "[{":
            depth += 1
            most = max(most, depth)
        elif character in "]}":
            depth -= 1
    return most
