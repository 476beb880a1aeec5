"""The log on disk: an append-only SQLite file of its own, and beside it the last checkpoint that was given out.

Written through APSW, whose SQLite does not have the fault of versions before 3.51.3 (two connections that write
and checkpoint a write-ahead log at once can damage it), with ``synchronous=FULL``: what ``append`` has returned
survives a power cut. The checkpoint stands in a second file that is only ever moved forward; a log that
comes back from an old backup does not fit it and is refused, instead of being continued into a fork. It is there
before the first entry is: a log with entries and without it has lost it, and is refused, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import apsw

from dyeline.errors import BadWorkspace, DyelineError, LogForked, NotFound, WorkspaceBusy
from dyeline.evidence.merkle import (
    EMPTY_ROOT,
    RightEdge,
    completed,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    right_edge,
    root_of,
)
from dyeline.evidence.note import BadNote, Checkpoint, Signer, open_note, sign, signed
from dyeline.evidence.proof_file import ProofFile
from dyeline.evidence.tiles import (
    TILE_BYTES,
    TILE_HASHES,
    TILE_HEIGHT,
    TiledTree,
    UnfinishedTiles,
    grown_tiles,
)
from dyeline.store.beside import Beside
from dyeline.store.files import make_folder, storage_failed

MOST_ENTRY_BYTES: Final = 0xFFFF
"""An entry's length has two bytes in published bundles."""

BUSY_MS: Final = 20_000
_READ_AT_ONCE: Final = 1_000
_CHECKPOINT_PAGES: Final = (
    4_000  # of a write-ahead file (16 MB): one append in 1,300 then waits for the database file
)

_LOG_TABLES = """
CREATE TABLE IF NOT EXISTS entry(number INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tile(level INTEGER, number INTEGER, hashes BLOB NOT NULL,
                                PRIMARY KEY(level, number)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS head(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL,
                                root BLOB NOT NULL) STRICT;
"""
_HEAD_TABLE = """
CREATE TABLE IF NOT EXISTS checkpoint(id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL,
                                      root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Appended:
    """Entries that now stand in the log: the first one's number, and the checkpoint over all, as a note."""

    first: int
    count: int
    note: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What reading the whole log again gave: how many entries, and the root that they have."""

    size: int
    root: bytes


class EvidenceLog:
    """The log below one folder. ``signer`` gives the log's key, and its name, the origin of checkpoints."""

    def __init__(self, folder: Path, signer: Callable[[], Signer], *, vfs: str | None = None) -> None:
        self._folder, self._signer = folder, signer
        make_folder(folder, private=True)
        self._log = _opened(folder / "log.sqlite3", _LOG_TABLES, vfs)
        self._head = _opened(folder / "checkpoint.sqlite3", _HEAD_TABLE, vfs)
        self._beside = Beside()
        self._edge: RightEdge | None = None
        self._unfilled: list[bytes] | None = None  # hashes of the lowest tile that is not full, where known
        self._continued: tuple[int, bytes] | None = None
        self._key_fits = False

    def close(self) -> None:
        """Close both files."""
        self._beside.close()
        try:
            self._log.close()
        finally:
            self._head.close()

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        return self._last()[0]

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of a tile (``evidence.tiles.TileSource``).

        Of the lowest level only full tiles are kept; the last one is made from its entries, at most 255.
        """
        found = self._rows("SELECT hashes FROM tile WHERE level = ? AND number = ?", (level, number))
        kept = _bytes(found[0][0]) if found else b""
        if level or len(kept) == TILE_BYTES:
            return kept
        return b"".join(leaf_hash(entry) for entry in self.entries(number * TILE_HASHES, TILE_HASHES))

    def entry(self, number: int) -> bytes:
        """Return an entry. Raises NotFound."""
        found = self._rows("SELECT data FROM entry WHERE number = ?", (number,))
        if not found:
            raise NotFound(
                f"The log has no entry {number}; it has {self.size}, counted from 0.",
                fix="name an entry that is there.",
                entry=number,
            )
        return _bytes(found[0][0])

    def entries(self, first: int = 0, count: int | None = None) -> Iterator[bytes]:
        """Yield entries in order, a thousand read at a time."""
        end = self.size if count is None else min(self.size, first + count)
        for begin in range(first, end, _READ_AT_ONCE):
            stop = min(end, begin + _READ_AT_ONCE)
            rows = self._rows(
                "SELECT data FROM entry WHERE number >= ? AND number < ? ORDER BY number", (begin, stop)
            )
            yield from (_bytes(row[0]) for row in rows)

    def holding(self, pieces: Sequence[bytes], first: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of the entries from ``first`` on that hold all of these pieces. Reads them all."""
        where = "".join(" AND instr(data, ?)" for _ in pieces)
        query = f"SELECT number, data FROM entry WHERE number >= ?{where} ORDER BY number"  # noqa: S608 - no input in it
        for number, data in self._rows(query, (first, *pieces)):
            yield _number(number), _bytes(data)

    def append(self, entries: Sequence[bytes]) -> Appended:
        """Put entries behind the others, all or none, durably, and return their place and the checkpoint.

        Raises LogForked where the log does not continue the checkpoint that was given out last,
        StorageFailed where the disk refuses, WorkspaceBusy where another process keeps it locked.
        """
        if any(not entry or len(entry) > MOST_ENTRY_BYTES for entry in entries):
            raise ValueError(f"an entry has 1 to {MOST_ENTRY_BYTES} bytes")
        signer = self._signer()  # without its key nothing is appended
        self._check_key(signer)
        if self._edge is None and self.size == 0:
            self._signed(signer)
        with self._writing(self._head):
            given = self._given()
            with self._writing(self._log):
                size, root = self._last()
                self._check_continues(size, given)
                leaves = [leaf_hash(entry) for entry in entries]
                before = self._edge_of(size, root)
                edge = before.grown(leaves)
                self._put(entries, leaves, before, edge)
                signing = self._beside.begin(partial(_note, signer, edge.size, edge.root))
            # the log is on disk now, and only after it the checkpoint over it
            note = signing.result()
            self._put_checkpoint(edge.size, edge.root, note)
            self._edge, self._unfilled = edge, self._left_unfilled(leaves, edge.size)
            self._continued = edge.size, edge.root
        return Appended(size, len(entries), note)

    def _put(
        self, entries: Sequence[bytes], leaves: Sequence[bytes], before: RightEdge, after: RightEdge
    ) -> None:
        size = before.size
        if size % TILE_HASHES + len(leaves) >= TILE_HASHES:
            self._log.executemany(
                "INSERT INTO tile VALUES(?, ?, ?) "
                "ON CONFLICT(level, number) DO UPDATE SET hashes = excluded.hashes",
                [
                    (level, number, hashes)
                    for level, number, hashes in self._grown_tiles(leaves, before)
                    if level or len(hashes) == TILE_BYTES
                ],
            )
        self._log.executemany(
            "INSERT INTO entry VALUES(?, ?)", [(size + k, entry) for k, entry in enumerate(entries)]
        )
        self._log.execute(
            "INSERT INTO head VALUES(1, ?, ?) "
            "ON CONFLICT(id) DO UPDATE SET size = excluded.size, root = excluded.root",
            (after.size, after.root),
        )

    def _grown_tiles(self, leaves: Sequence[bytes], before: RightEdge) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, number and hashes of every tile that changes (``grown_tiles``).

        One leaf that fills a tile of known hashes costs eight hashes, not the 510 of its entries and nodes.
        """
        size = before.size
        if len(leaves) > 1 or self._unfilled is None:
            yield from grown_tiles(self, size, leaves)
            return
        yield 0, size // TILE_HASHES, b"".join([*self._unfilled, *leaves])
        above = completed(before, leaves[0], TILE_HEIGHT)
        yield from grown_tiles(self, size // TILE_HASHES, [above], level=1)

    def _left_unfilled(self, leaves: Sequence[bytes], size: int) -> list[bytes] | None:
        """Return the hashes of the lowest tile that is not full, once these leaves make the log ``size`` entries."""
        begun = size % TILE_HASHES
        if begun <= len(leaves):
            return list(leaves[len(leaves) - begun :])
        return None if self._unfilled is None else [*self._unfilled, *leaves]

    def checkpoint(self) -> str:
        """Return the checkpoint over all entries, signed, and move the one on record up to it."""
        return self._signed(self._signer())

    def renew_checkpoint(self) -> str:
        """Return a checkpoint like ``checkpoint``, also where the record of the last one is lost.

        Nothing then shows that the log was not cut short or written anew before.
        """
        return self._signed(self._signer(), lost=self.given() is None)

    def _signed(self, signer: Signer, *, lost: bool = False) -> str:
        self._check_key(signer)
        with self._writing(self._head):
            given = self._given()
            size, root = self._last()
            if not lost:
                self._check_continues(size, given)
            if given is not None and given[0] == size:
                return given[2]
            note = _note(signer, size, root)
            self._put_checkpoint(size, root, note)
            return note

    def _put_checkpoint(self, size: int, root: bytes, note: str) -> None:
        self._head.execute(
            "INSERT INTO checkpoint VALUES(1, ?, ?, ?) ON CONFLICT(id) DO UPDATE "
            "SET size = excluded.size, root = excluded.root, note = excluded.note",
            (size, root, note),
        )

    def prove(self, number: int, note: str, size: int) -> ProofFile:
        """Return the proof that an entry stands in the log of this checkpoint of ``size`` entries."""
        self.entry(number)
        return ProofFile(number, tuple(inclusion_proof(TiledTree(self), number, size)), note)

    def continues_from(self, earlier: int, later: int) -> list[bytes]:
        """Return the proof that the log of ``later`` entries begins with that of ``earlier``."""
        return consistency_proof(TiledTree(self), earlier, later)

    def given(self) -> str | None:
        """Return the checkpoint that was given out last, as a note; None before the first."""
        found = self._given()
        return found[2] if found else None

    def root_at(self, size: int) -> bytes:
        """Return the root over the first ``size`` entries, all of which have to be there. Raises LogForked."""
        try:
            return root_of(TiledTree(self), size)
        except LookupError as fault:
            raise _forked("its tiles do not reach as far as its entries") from fault

    def audit(
        self,
        visit: Callable[[int, bytes], None] = lambda number, entry: None,
        *,
        progress: Callable[[int], None] = lambda done: None,
    ) -> Audit:
        """Read every entry and compute all hashes anew. Raises LogForked where anything does not fit.

        ``visit`` is given every entry with its number, in order. Cost: about 3 s for a million entries.
        """
        given = self._given()  # first, for another process may append meanwhile
        size, root = self._last()
        self._check_continues(size, given)

        edge, unfinished = RightEdge(), UnfinishedTiles()
        for first in range(0, size, _READ_AT_ONCE):
            progress(first)
            entries = list(self.entries(first, _READ_AT_ONCE))
            for number, entry in enumerate(entries, first):
                visit(number, entry)
            leaves = [leaf_hash(entry) for entry in entries]
            edge = edge.grown(leaves)
            self._check_tiles(unfinished.add(leaves))
        self._check_tiles(unfinished.rest())
        counted = self._rows("SELECT count(*), coalesce(max(number) + 1, 0) FROM entry", ())[0]
        if counted != (size, size) or edge.root != root:
            raise _forked("its entries do not have the root that stands at its head")
        return Audit(size, root)

    def _check_tiles(self, tiles: Iterator[tuple[int, int, bytes]]) -> None:
        for level, number, hashes in tiles:
            if self.tile(level, number) != hashes:
                raise _forked(f"its tile {level}/{number} is not that of its entries")

    def _last(self) -> tuple[int, bytes]:
        found = self._rows("SELECT size, root FROM head", ())
        return (_number(found[0][0]), _bytes(found[0][1])) if found else (0, EMPTY_ROOT)

    def _edge_of(self, size: int, root: bytes) -> RightEdge:
        """Return the tree's right edge: the one remembered, or, where another process has written, from the tiles."""
        if self._edge is not None and (self._edge.size, self._edge.root) == (size, root):
            return self._edge
        self._unfilled = None
        try:
            edge = right_edge(TiledTree(self), size)
        except LookupError as fault:
            raise _forked("its tiles do not reach as far as its entries") from fault
        if edge.root != root:
            raise _forked("its tiles do not have the root that stands at its head")
        return edge

    def _given(self) -> tuple[int, bytes, str] | None:
        """Return size, root and note of the checkpoint that was given out last; None before the first."""
        found = self._rows("SELECT size, root, note FROM checkpoint", (), self._head)
        return (_number(found[0][0]), _bytes(found[0][1]), str(found[0][2])) if found else None

    def _check_continues(self, size: int, last: tuple[int, bytes, str] | None) -> None:
        """Raise LogForked unless the log holds everything that a checkpoint (``_given``) was given out over.

        The checkpoint that was found to be continued last is not compared with the tiles a second time.
        """
        if last is None:
            if size:
                raise _lost(size)
            return
        given, root, _ = last
        if given > size:
            raise _forked(f"it has {size} entries, but a checkpoint over {given} was given out")
        if self._continued != (given, root) and self.root_at(given) != root:
            raise _forked(f"its first {given} entries are not those that a checkpoint was given out over")
        self._continued = given, root

    def _check_key(self, signer: Signer) -> None:
        """Raise LogForked unless the checkpoint that was given out last is signed with this key. Looked at once."""
        note = None if self._key_fits else self.given()
        if note is not None:
            try:
                open_note(note, [signer.verifier])
            except BadNote as fault:
                raise LogForked(
                    "The last checkpoint of the log is not signed with the key that is in use now: it was replaced.",
                    fix="restore keys/log.key from a backup; nothing is appended with another key.",
                    reason="the last checkpoint is signed with another key",
                ) from fault
        self._key_fits = True

    def _rows(
        self, query: str, values: tuple[object, ...], database: apsw.Connection | None = None
    ) -> list[tuple[object, ...]]:
        try:
            return list((database or self._log).execute(query, values))
        except apsw.Error as fault:
            raise _translated(self._folder, fault) from fault

    @contextmanager
    def _writing(self, database: apsw.Connection) -> Iterator[None]:
        try:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield
                database.execute("COMMIT")
            finally:
                if database.in_transaction:  # after a fault of the disk SQLite has rolled back by itself
                    database.execute("ROLLBACK")
        except apsw.Error as fault:
            raise _translated(self._folder, fault) from fault


def _note(signer: Signer, size: int, root: bytes) -> str:
    text = Checkpoint(signer.name, size, root).text
    return signed(text, [sign(text, signer)])


def _opened(path: Path, tables: str, vfs: str | None) -> apsw.Connection:
    try:
        path.touch(mode=0o600)
        database = apsw.Connection(str(path), vfs=vfs)
        database.set_busy_timeout(BUSY_MS)
        if vfs is not None:  # of a test: no shared memory between processes
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        database.execute(tables)
    except apsw.Error as fault:
        raise _translated(path, fault) from fault
    except OSError as fault:
        raise storage_failed(path, (fault.strerror or type(fault).__name__).lower(), refused=True) from fault
    return database


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)  # the tables are STRICT
    return value


def _number(value: object) -> int:
    assert isinstance(value, int)  # the tables are STRICT
    return value


def _forked(how: str) -> LogForked:
    return LogForked(
        f"The log is not the one that it was: {how}.",
        fix="restore the newest backup of the folder log/, or keep this one as evidence and run: dyeline log verify.",
        reason=how,
    )


def _lost(size: int) -> LogForked:
    return LogForked(
        f"The record of the last checkpoint, log/checkpoint.sqlite3, is lost, while the log has {size} entries.",
        fix="restore it from a backup; if there is none, compare the log with a checkpoint that somebody else keeps, "
        "then run: dyeline log checkpoint --renew.",
        reason="the record of the last checkpoint is lost",
    )


def _translated(path: Path, fault: apsw.Error) -> DyelineError:
    message = str(fault)
    if isinstance(fault, apsw.BusyError | apsw.LockedError):
        return WorkspaceBusy(
            f"The log in {path} was locked by another command for more than {BUSY_MS // 1000} seconds.",
            fix="wait until it ends, then repeat the command.",
            path=str(path),
        )
    if isinstance(fault, apsw.CorruptError | apsw.NotADBError):
        return BadWorkspace(
            f"The log in {path} is damaged: {message}.",
            fix="restore the workspace from a backup.",
            path=str(path),
        )
    return storage_failed(
        path,
        message,
        full=isinstance(fault, apsw.FullError),
        refused=isinstance(fault, apsw.ReadOnlyError | apsw.CantOpenError),
    )
