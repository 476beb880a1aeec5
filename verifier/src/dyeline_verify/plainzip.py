"""Zip files in one form only: stored, no dates, no extras, nothing before, between or behind."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from dyeline_verify.refusal import Refused

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_DATE = 0x21  # 1 January 1980, the first that a zip file can state
_UTF8 = 0x800
_MODE = 0o100644 << 16


def plain_zip(files: Mapping[str, bytes]) -> bytes:
    """Return the one zip file that holds these files."""
    body, directory = bytearray(), bytearray()
    for name in sorted(files):
        data, encoded = files[name], name.encode()
        head = (20, _UTF8, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(encoded), 0)
        directory += _CENTRAL.pack(0x02014B50, 3 << 8 | 20, *head, 0, 0, 0, _MODE, len(body)) + encoded
        body += _LOCAL.pack(0x04034B50, *head) + encoded + data
    count = len(files)
    end = _END.pack(0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + end


def looks_like_zip(path: Path) -> bool:
    """Tell whether a file begins as a zip file, or could be read as one all the same."""
    with path.open("rb") as file:
        return file.read(2) == b"PK" or zipfile.is_zipfile(file)


def read_plain_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip file, which has to be the very bytes that ``plain_zip`` makes of them."""
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\x03\x04":
        if at + _LOCAL.size > len(data):
            raise Refused("the zip file is cut off")
        size, length = _LOCAL.unpack_from(data, at)[8:10]
        begin = at + _LOCAL.size
        try:
            name = data[begin : begin + length].decode()
        except UnicodeDecodeError:
            raise Refused("a name in the zip file is not UTF-8") from None
        if name in files:
            raise Refused("the zip file holds two files of one name")
        files[name] = data[begin + length : begin + length + size]
        at = begin + length + size
    if not files or plain_zip(files) != data:
        raise Refused(
            "the zip file is not written in the plain form of a bundle (stored, sorted, nothing beside the files); "
            "if somebody packed it anew, unpack it and check the folder"
        )
    return files
