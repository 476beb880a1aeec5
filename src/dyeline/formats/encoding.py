"""Bytes to text: which encoding a text file is in, and how to write it again."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from dyeline.errors import UnreadableFile
from dyeline.formats.limits import check_bytes, check_characters

_SAMPLE_BYTES = 65_536
_MARKS = (  # the UTF-32 mark begins like the UTF-16 one, so it comes first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WESTERN_SHARE = 0.1  # share of bytes above 127 up to which an unmarked 8-bit text is taken as Western


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the encoding and byte order mark to write it with.

    8-bit encodings cannot hold invisible marks, so their texts are written as UTF-8.
    """

    text: str
    mark: bytes
    encoding: str


def decode(data: bytes, *, named: str | None = None) -> Decoded:
    """Return the text of a file. ``named`` is the encoding that the file itself declares, if any.

    Raises UnreadableFile when the bytes are empty or not text, TooLarge when there are too many.
    """
    check_bytes(data)
    if not data.strip():
        raise UnreadableFile("The file is empty.", fix="give a file that holds some text.", size=len(data))
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(_checked(data[len(mark) :].decode(encoding)), mark, encoding)
            except UnicodeDecodeError as error:
                raise _unreadable(f"is marked as {encoding} but byte {error.start:,} is not") from error
    if b"\x00" in data:
        raise _unreadable(f"has a NUL byte at {data.index(0):,}, so it is no text")
    return Decoded(_checked(_decode_unmarked(data, named)), b"", "utf-8")


def _decode_unmarked(data: bytes, named: str | None) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    high = sum(byte > 127 for byte in data[:_SAMPLE_BYTES]) / min(len(data), _SAMPLE_BYTES)
    guesses = [named] if named else []
    if high > _WESTERN_SHARE:
        best = from_bytes(data[:_SAMPLE_BYTES]).best()
        guesses += [best.encoding] if best else []
    for guess in (*guesses, "cp1252"):
        try:
            text = data.decode(guess)
        except (LookupError, ValueError):
            continue
        if isinstance(text, str):
            return text
    return data.decode("latin-1")


def _checked(text: str) -> str:
    check_characters(len(text))
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls > len(text) / 200:
        raise _unreadable(f"has {controls:,} control characters in {len(text):,}, so it is no text")
    if not text.strip():
        raise UnreadableFile("The file is empty.", fix="give a file that holds some text.")
    return text


def _unreadable(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file {what}.", fix="save it as UTF-8 text, or give it as DOCX, HTML, PDF or e-mail."
    )
