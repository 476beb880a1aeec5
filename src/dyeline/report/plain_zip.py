"""A zip file in the one form that bundles have: stored, sorted, no dates or extras, so that no byte of it is free."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_VERSION: Final = 20
_UTF8: Final = 0x800
_FIRST_DAY: Final = 0x21  # 1 January 1980
_UNIX: Final = 3 << 8
_MODE: Final = 0o100644 << 16
MOST_BYTES: Final = 0xFFFFFFFF
MOST_FILES: Final = 0xFFFF


def plain_zip(files: Mapping[str, bytes]) -> bytes:
    """Return the zip file of these files. Raises ValueError beyond 4 GB or 65,535 files."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) + 200 * len(files) > MOST_BYTES:
        raise ValueError("too much for a plain zip file")
    body, directory = bytearray(), bytearray()
    for name, data in sorted(files.items()):
        encoded = name.encode()
        stored = len(data)
        common = (_VERSION, _UTF8, 0, 0, _FIRST_DAY, zlib.crc32(data), stored, stored, len(encoded), 0)
        directory += _CENTRAL.pack(0x02014B50, _UNIX | _VERSION, *common, 0, 0, 0, _MODE, len(body)) + encoded
        body += _LOCAL.pack(0x04034B50, *common) + encoded + data
    end = _END.pack(0x06054B50, 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)
