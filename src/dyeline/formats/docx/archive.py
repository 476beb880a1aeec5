"""ZIP archives from strangers: read with limits, and copied entry by entry without recompressing.

Nothing that a header claims is believed: sizes are counted while inflating. ZIP64, spanned and
encrypted archives are refused; no word processor writes them for a document.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.limits import MAX_ENTRY_BYTES, RATIO_FROM_BYTES
from dyeline.sandbox.limits import limits

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40
_SIZES_FOLLOW, _UTF8 = 0x8, 0x800
_CHUNK = 1 << 20
_DENSE = (".png", ".jpg", ".jpeg")  # deflating them again gains nothing
_EPOCH = (1 << 5) | 1, 0  # 1980-01-01 00:00 as DOS date and time


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the central directory lists it."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int  # bytes as stored in the archive
    size: int  # bytes inflated, as claimed
    header_offset: int


class Archive:
    """A ZIP archive in memory. Raises UnreadableFile or TooLarge."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.entries = {entry.name: entry for entry in self._directory()}

    def read(self, name: str) -> bytes:
        """Return one entry inflated, at most ``MAX_ENTRY_BYTES``, its checksum verified."""
        entry = self.entries.get(name)
        if entry is None:
            raise _broken("lacks a part that every Word document has", name)
        packed = self._packed(entry)
        if entry.method == _STORED:
            content = bytes(packed)
        else:
            content = b"".join(_inflated(packed, name, MAX_ENTRY_BYTES))
        if zlib.crc32(content) != entry.crc:
            raise _broken("has an entry that fails its checksum", name)
        return content

    def check_total(self) -> None:
        """Raise TooLarge when all entries together inflate beyond the limits of size or ratio."""
        allowed = limits()
        largest = allowed.expanded_mb * 2**20
        by_ratio = max(RATIO_FROM_BYTES, allowed.ratio * len(self._data))
        most = budget = min(largest, by_ratio)
        for entry in self.entries.values():
            packed = self._packed(entry)
            if entry.method == _STORED:
                budget -= len(packed)
                continue
            for chunk in _inflated(packed, entry.name, most + _CHUNK):
                budget -= len(chunk)
                if budget < 0:
                    break
            if budget < 0:
                break
        if budget < 0:
            raise _bomb(most) if most == largest else _too_dense(allowed.ratio)

    def base(self, names: list[str]) -> Base:
        """Return an archive of the named entries, their packed bytes as they stand."""
        chunks: list[bytes] = []
        records: list[bytes] = []
        length = 0
        for name in names:
            entry = self.entries[name]
            packed = self._packed(entry)
            local, record = _records(entry, len(packed), entry.size, length)
            chunks += (local, bytes(packed))
            records.append(record)
            length += len(local) + len(packed)
        return Base((b"".join(chunks),), tuple(records), length)

    def _directory(self) -> Iterator[Entry]:
        data = self._data
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
        if at < 0 or at + _END.size > len(data):
            raise _broken("has no directory at its end")
        _, disk, _, _, count, _size, offset, _ = _END.unpack_from(data, at)
        if disk or count == 0xFFFF or offset == 0xFFFFFFFF:
            raise _broken("is split over several files or a ZIP64 archive")
        if count > (most := limits().members):
            raise TooLarge(
                f"The archive has {count:,} entries; at most {most:,} are read.",
                fix="open it in a word processor and save it again.",
                limit="members",
                members=count,
            )
        seen: set[str] = set()
        for _ in range(count):
            if data[offset : offset + 4] != b"PK\x01\x02" or offset + _CENTRAL.size > at:
                raise _broken("has a damaged directory")
            fields = _CENTRAL.unpack_from(data, offset)
            lengths = fields[10:13]
            raw_name = data[offset + _CENTRAL.size : offset + _CENTRAL.size + lengths[0]]
            offset += _CENTRAL.size + sum(lengths)
            entry = _entry(fields, raw_name)
            folded = entry.name.casefold()
            if folded in seen:
                raise _broken("holds two entries of one name")
            seen.add(folded)
            if not entry.name.endswith("/"):
                yield entry

    def _packed(self, entry: Entry) -> memoryview:
        at = entry.header_offset
        if at + _LOCAL.size > len(self._data) or self._data[at : at + 4] != b"PK\x03\x04":
            raise _broken("has an entry where its directory has none")
        name_length, extra_length = struct.unpack_from("<2H", self._data, at + 26)
        start = at + _LOCAL.size + name_length + extra_length
        if start + entry.packed > len(self._data):
            raise _broken("ends within an entry")
        if self._data[at + _LOCAL.size : at + _LOCAL.size + name_length] != entry.raw_name:
            raise _broken("calls an entry by two names")
        return memoryview(self._data)[start : start + entry.packed]


@dataclass(frozen=True, slots=True)
class Base:
    """An archive under construction: entries so far, and their directory records."""

    chunks: tuple[bytes, ...]
    records: tuple[bytes, ...]
    length: int

    def add(self, changed: list[tuple[Entry, bytes]]) -> Base:
        """Return the archive with further entries, deflated here (level 6) if no pictures, behind the others."""
        chunks, records, length = list(self.chunks), list(self.records), self.length
        for entry, content in changed:
            method = _STORED if entry.name.lower().endswith(_DENSE) else _DEFLATED
            packed = content
            if method == _DEFLATED:
                deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
                packed = deflate.compress(content) + deflate.flush()
            fresh = replace(entry, flags=entry.flags & _UTF8, method=method, crc=zlib.crc32(content))
            local, record = _records(fresh, len(packed), len(content), length)
            chunks += (local, packed)
            records.append(record)
            length += len(local) + len(packed)
        return Base(tuple(chunks), tuple(records), length)

    def close(self) -> bytes:
        """Return the finished archive."""
        count, directory = len(self.records), b"".join(self.records)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self.length, 0)
        return b"".join([*self.chunks, directory, end])


def new_entry(name: str) -> Entry:
    """Return the entry of a part that the archive lacked, dated 1980 so that copies do not differ."""
    date, time = _EPOCH
    return Entry(name, name.encode(), _UTF8, _DEFLATED, time, date, 0, 0, 0, 0)


def entry_names(data: bytes) -> list[str]:
    """Return the names in an archive's directory; empty when it cannot be read."""
    try:
        return list(Archive(data).entries)
    except (UnreadableFile, TooLarge):
        return []


def _entry(fields: tuple[int, ...], raw_name: bytes) -> Entry:
    flags, method, time, date, crc, packed, size = fields[3:10]
    if flags & _ENCRYPTED:
        raise UnreadableFile("The DOCX is encrypted.", fix="open it, remove its password and save it again.")
    if method not in (_STORED, _DEFLATED):
        raise _broken(f"is compressed by method {method}")
    if method == _STORED and packed != size:
        raise _broken("states two sizes for a stored entry")
    name = raw_name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or "\x00" in name:
        raise _broken("has an entry whose name leads out of it")
    return Entry(name, raw_name, flags, method, time, date, crc, packed, size, fields[16])


def _records(entry: Entry, packed: int, size: int, offset: int) -> tuple[bytes, bytes]:
    """Return local header and directory record; sizes stand in the header, no extra fields."""
    common = (entry.flags & ~_SIZES_FOLLOW, entry.method, entry.time, entry.date, entry.crc, packed, size)
    name = entry.raw_name
    local = _LOCAL.pack(b"PK\x03\x04", 20, *common, len(name), 0) + name
    central = _CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, len(name), 0, 0, 0, 0, 0, offset) + name
    return local, central


def _inflated(packed: memoryview, name: str, limit: int) -> Iterator[bytes]:
    """Yield inflated chunks; memory stays at one chunk when the caller drops them."""
    inflate = zlib.decompressobj(-15)
    pending: bytes | memoryview = packed
    total = 0
    try:
        while not inflate.eof:
            chunk = inflate.decompress(pending, _CHUNK)
            pending = inflate.unconsumed_tail
            if not chunk and not pending and not inflate.eof:
                raise _broken("ends within a compressed entry")
            total += len(chunk)
            if total > limit:
                raise _bomb(limit)
            yield chunk
    except zlib.error as error:
        raise _broken("cannot be inflated", name) from error


def _bomb(limit: int) -> TooLarge:
    return TooLarge(
        f"The archive inflates to more than {limit / 2**20:,.0f} MB.",
        fix="check where it comes from; if it is sound, save it again with smaller pictures.",
        limit="expanded_mb",
        bytes=limit,
    )


def _too_dense(ratio: int) -> TooLarge:
    return TooLarge(
        f"The archive inflates to more than {ratio:,} times its size.",
        fix="check where it comes from; if it is sound, save it again, or raise limits.ratio in dyeline.toml.",
        limit="ratio",
        ratio=ratio,
    )


def _broken(what: str, name: str = "") -> UnreadableFile:
    return UnreadableFile(
        f"The archive {what}.",
        fix="open it in a word processor and save it again as DOCX.",
        entry=name,
    )
