"""A PDF file cut into its objects, so that a copy is put together without parsing anything again.

qpdf writes the file once, with placeholder streams; what changes from copy to copy is appended to
the other objects, and a new cross-reference stream is made (PDF 32000-1, 7.5.8). The file is
whole, not an incremental update: nothing of an earlier state stays in it.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLOT_KEY = "DyelineSlot"
_SLOT = re.compile(rb" /" + SLOT_KEY.encode() + rb" (\d+)")
_HEAD = re.compile(rb"\d+ 0 obj\n<<(.*) /Length \d+(?: /Filter /FlateDecode)? >>\nstream\n", re.DOTALL)
_LEVEL = 6  # of zlib: level 9 takes twice the time for 1 % less
_TABLE_LEVEL = 1  # the table of objects is small, and level 6 took as long as five pages of text
_OFFSET_BYTES = 5
DEFLATED = b" /Filter /FlateDecode"
"""Entries of the dictionary of a deflated stream."""


@dataclass(frozen=True, slots=True)
class Container:
    """Everything of a file but its slots.

    ``body`` is the header and all constant objects; ``table`` the cross-reference rows (type,
    offset or object stream, index) of every object number; ``slots[k]`` the object number of slot k,
    and ``heads[k]`` the entries of its dictionary.
    """

    body: bytes
    table: NDArray[np.int64]
    slots: tuple[int, ...]
    heads: tuple[bytes, ...]
    root: bytes
    identity: bytes  # first half of the file identifier, the same in all copies

    def filled(
        self,
        streams: Mapping[int, bytes],
        information: bytes,
        packed_streams: Mapping[int, tuple[bytes, bytes]] | None = None,
    ) -> bytes:
        """Return a file with the content ``streams[k]`` in slot k and a document information dictionary.

        ``packed_streams`` are for further slots: dictionary entries that name a packing, and the packed bytes.
        Cost: deflating the streams.
        """
        pieces = [self.body]
        size = len(self.body)
        count = len(self.table)
        rows = np.vstack([self.table, np.zeros((2, 3), dtype=np.int64)])

        def add(number: int, written: bytes) -> None:
            nonlocal size
            rows[number] = (1, size, 0)
            pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, written))
            size += len(pieces[-1])

        def add_stream(slot: int, entries: bytes, packed: bytes) -> None:
            head = b"<<%b%b /Length %d >>" % (self.heads[slot], entries, len(packed))
            add(self.slots[slot], b"%b\nstream\n%b\nendstream" % (head, packed))

        for slot, content in streams.items():
            add_stream(slot, DEFLATED, zlib.compress(content, _LEVEL))
        for slot, (entries, packed) in (packed_streams or {}).items():
            add_stream(slot, entries, packed)
        add(count, information)
        rows[count + 1] = (1, size, 0)
        digest = hashlib.blake2b(digest_size=16)
        for piece in pieces[1:]:
            digest.update(piece)
        packed = zlib.compress(_packed_rows(rows), _TABLE_LEVEL)
        head = (
            b"<< /Type /XRef /Size %d /W [1 %d 2] /Root %b /Info %d 0 R /ID [<%b> <%b>] /Filter /FlateDecode "
            b"/Length %d >>"
        ) % (
            len(rows),
            _OFFSET_BYTES,
            self.root,
            count,
            self.identity.hex().encode(),
            digest.hexdigest().encode(),
            len(packed),
        )
        pieces.append(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (count + 1, head, packed))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % size)
        return b"".join(pieces)


def cut_file(data: bytes, slots: int) -> Container:
    """Return the container of a file that qpdf wrote with object streams and ``slots`` placeholders.

    Raises ValueError where the file is not as qpdf writes it.
    """
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    trailer, table = _cross_reference(data, start)
    offsets = sorted((int(row[1]), number) for number, row in enumerate(table) if row[0] == 1)
    ends = [offset for offset, _ in offsets[1:]] + [start]
    pieces = [data[: offsets[0][0]]]
    size = len(pieces[0])
    found: dict[int, tuple[int, bytes]] = {}
    for (offset, number), end in zip(offsets, ends, strict=True):
        if offset >= start:
            table[number] = (0, 0, 0)
            continue
        written = data[offset:end]
        head = _HEAD.match(written)
        slot = _SLOT.search(head[1]) if head else None
        if head and slot:
            found[int(slot[1])] = (number, _SLOT.sub(b"", head[1], count=1))
            continue
        table[number, 1] = size
        pieces.append(written)
        size += len(written)
    if sorted(found) != list(range(slots)):
        raise ValueError(f"{len(found)} of {slots} placeholders are in the file")
    root = re.search(rb"/Root (\d+ \d+ R)", trailer)
    identity = re.search(rb"/ID \[ ?<([0-9a-fA-F]*)>", trailer)
    if root is None:
        raise ValueError("the file has no catalog")
    return Container(
        b"".join(pieces),
        table,
        tuple(found[slot][0] for slot in range(slots)),
        tuple(found[slot][1] for slot in range(slots)),
        root[1],
        bytes.fromhex(identity[1].decode()) if identity else b"",
    )


def _cross_reference(data: bytes, start: int) -> tuple[bytes, NDArray[np.int64]]:
    """Return the dictionary of a cross-reference stream and its rows, one an object number."""
    begin = data.index(b"stream", start)
    head = data[start:begin]
    widths = [int(width) for width in _entry(head, rb"/W \[ ?([\d ]+?) ?\]").split()]
    size = int(_entry(head, rb"/Size (\d+)"))
    begin += len(b"stream\n") if data[begin + 6 : begin + 7] == b"\n" else len(b"stream\r\n")
    packed = data[begin : begin + int(_entry(head, rb"/Length (\d+)"))]
    raw = zlib.decompress(packed) if b"/FlateDecode" in head else packed
    columns = sum(widths)
    cells = np.frombuffer(raw, dtype=np.uint8)
    if b"/Predictor 12" in head:  # every row holds what it adds to the one above it
        cells = np.cumsum(cells.reshape(-1, columns + 1)[:, 1:], axis=0, dtype=np.uint8)
    cells = cells.reshape(-1, columns).astype(np.int64)
    if len(cells) != size or b"/Index" in head:
        raise ValueError("the cross-reference stream does not list every object")
    table = np.zeros((size, 3), dtype=np.int64)
    at = 0
    for column, width in enumerate(widths):
        for _ in range(width):
            table[:, column] = table[:, column] * 256 + cells[:, at]
            at += 1
    return head, table


def _entry(head: bytes, pattern: bytes) -> bytes:
    found = re.search(pattern, head)
    if found is None:
        raise ValueError("the cross-reference stream lacks an entry")
    return found[1]


def _packed_rows(rows: NDArray[np.int64]) -> bytes:
    packed = np.zeros((len(rows), 1 + _OFFSET_BYTES + 2), dtype=np.uint8)
    packed[:, 0] = rows[:, 0]
    for byte in range(_OFFSET_BYTES):
        packed[:, _OFFSET_BYTES - byte] = rows[:, 1] >> (8 * byte) & 255
    packed[:, -2] = rows[:, 2] >> 8 & 255
    packed[:, -1] = rows[:, 2] & 255
    return packed.tobytes()
