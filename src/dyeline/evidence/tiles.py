"""Tiles of the log: 256 hashes of one height each, as C2SP tlog-tiles v1 lays them out.

A tile of level L holds hashes over 256**L entries each; what stands in it never changes, it only grows until it
is full. So a log can be published as files that nobody has to trust, and served without a program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from dyeline.evidence.merkle import HASH_BYTES, node_hash

TILE_HEIGHT: Final = 8
TILE_HASHES: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_HASHES * HASH_BYTES


class TileSource(Protocol):
    """Where tiles are kept."""

    def tile(self, level: int, number: int) -> bytes:
        """Return the tile's hashes, one after the other; fewer than 256 while it is not full, b"" if not begun."""
        ...


class TiledTree:
    """Subtree hashes read from tiles (``merkle.Subtrees``)."""

    def __init__(self, source: TileSource) -> None:
        self._source = source

    def subtree(self, height: int, number: int) -> bytes:
        """Return the hash of a complete subtree. Raises LookupError where the tiles do not hold it."""
        level, inside = divmod(height, TILE_HEIGHT)
        count = 1 << inside
        first = number * count
        tile = self._source.tile(level, first // TILE_HASHES)
        offset = (first % TILE_HASHES) * HASH_BYTES
        hashes = split_hashes(tile[offset : offset + count * HASH_BYTES])
        if len(hashes) != count:
            raise LookupError(f"tile {level}/{first // TILE_HASHES} does not hold subtree {height}/{number}")
        return full_hash(hashes)


def split_hashes(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[k : k + HASH_BYTES] for k in range(0, len(tile), HASH_BYTES)]


def full_hash(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over a power of two of hashes of one height."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[k], row[k + 1]) for k in range(0, len(row), 2)]
    return row[0]


def grown_tiles(
    source: TileSource, size: int, leaves: Sequence[bytes], *, level: int = 0
) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, number and hashes of every tile that changes when leaves follow the first ``size`` entries.

    With ``level`` the hashes of full tiles of the level below follow the first ``size`` ones.
    """
    first, added = size, list(leaves)
    while added:
        number, above = first // TILE_HASHES, list[bytes]()
        tile = bytearray(source.tile(level, number) if first % TILE_HASHES else b"")
        upper_first = number
        for hashed in added:
            tile += hashed
            if len(tile) == TILE_BYTES:
                yield level, number, bytes(tile)
                above.append(full_hash(split_hashes(bytes(tile))))
                number, tile = number + 1, bytearray()
        if tile:
            yield level, number, bytes(tile)
        level, first, added = level + 1, upper_first, above


class UnfinishedTiles:
    """The tiles that are not full yet, one a level at most, while leaves are added from the first one on."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._size = 0

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of an unfinished tile (``TileSource``)."""
        return self._tiles.get((level, number), b"")

    def add(self, leaves: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, number and hashes of every tile that leaves make full."""
        for level, number, hashes in list(grown_tiles(self, self._size, leaves)):
            if len(hashes) == TILE_BYTES:
                self._tiles.pop((level, number), None)
                yield level, number, hashes
            else:
                self._tiles[level, number] = hashes
        self._size += len(leaves)

    def rest(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, number and hashes of the tiles that are left unfinished."""
        for (level, number), hashes in self._tiles.items():
            yield level, number, hashes


def tile_path(level: int | str, number: int, hashes: int = TILE_HASHES) -> str:
    """Return where a tile is published: ``tile/0/x001/234`` and, while it is not full, ``….p/17``.

    ``level`` "entries" names the bundle of the entries themselves.
    """
    digits = f"{number % 1000:03d}"
    rest = number // 1000
    while rest:
        digits = f"x{rest % 1000:03d}/{digits}"
        rest //= 1000
    return f"tile/{level}/{digits}" + (f".p/{hashes}" if hashes != TILE_HASHES else "")


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as a bundle: each with its length in two bytes, big-endian, before it."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
