"""A disk that loses its power: an APSW VFS that holds what was not synced, and lets a random part of it survive.

What is written stays in memory until the file is synced. When the power fails, of every file a random subset of the
sectors (512 bytes) that were pending reaches the disk: none, all, those before a moment, or any, torn and in another
order. The rest is gone, as it is after a power cut; SQLite's own crash tests work the same way.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The machine has no power: nothing after this reaches the disk."""


@dataclass
class Disk:
    """Pending changes by file: (offset, bytes) or ("size", new size). ``cut_at`` is the operation at which it ends."""

    rng: random.Random
    operations: int = 0
    cut_at: int | None = None
    dark: bool = False
    pending: dict[str, list[tuple[int | str, bytes | int]]] = field(default_factory=lambda: defaultdict(list))

    def step(self) -> None:
        """Count an operation; raise PowerCut from the chosen one on."""
        self.operations += 1
        if self.dark or (self.cut_at is not None and self.operations >= self.cut_at):
            self.dark = True
            raise PowerCut

    def lose_power(self) -> None:
        """Let what the disk had written by chance of the pending changes stand, and forget the rest."""
        for name, changes in self.pending.items():
            if changes and Path(name).exists():
                self._partly_written(name, changes)
        self.pending.clear()
        self.operations, self.cut_at, self.dark = 0, None, False

    def _partly_written(self, name: str, changes: list[tuple[int | str, bytes | int]]) -> None:
        mode = self.rng.choice(("none", "all", "before", "any"))
        moment = self.rng.randrange(len(changes) + 1)
        handle = os.open(name, os.O_RDWR)
        try:
            for number, (where, what) in enumerate(changes):
                if mode == "none" or (mode == "before" and number >= moment):
                    continue
                if isinstance(what, int):
                    if mode != "any" or self.rng.random() < 0.5:
                        os.ftruncate(handle, what)
                    continue
                assert isinstance(where, int)
                for begin in range(0, len(what), SECTOR):
                    if mode != "any" or self.rng.random() < 0.5:
                        os.pwrite(handle, what[begin : begin + SECTOR], where + begin)
        finally:
            os.close(handle)


class PowerVFS(apsw.VFS):
    """The file system over a ``Disk``."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk, self.registered = disk, name
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return PowerFile(name, flags, self.disk)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.disk.step()
        self.disk.pending.pop(filename, None)
        super().xDelete(filename, syncdir)


class PowerFile(apsw.VFSFile):
    """A file whose unsynced changes are in memory."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], disk: Disk) -> None:
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._disk = disk
        super().__init__("", name, flags)

    @property
    def _pending(self) -> list[tuple[int | str, bytes | int]]:
        return self._disk.pending[self._name]

    def xFileSize(self) -> int:  # noqa: N802
        size = super().xFileSize()
        for where, what in self._pending:
            size = what if isinstance(what, int) else max(size, int(where) + len(what))
        return size

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        on_disk = super().xFileSize()
        data = super().xRead(min(amount, on_disk - offset), offset) if offset < on_disk else b""
        read = bytearray(data.ljust(amount, b"\0"))
        for where, what in self._pending:
            if isinstance(what, int):
                if what < offset + amount:
                    kept = max(0, what - offset)
                    read[kept:] = bytes(amount - kept)
                continue
            first, last = max(int(where), offset), min(int(where) + len(what), offset + amount)
            if first < last:
                read[first - offset : last - offset] = what[first - int(where) : last - int(where)]
        return bytes(read[: max(0, min(amount, self.xFileSize() - offset))])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.step()
        self._pending.append((offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.step()
        self._pending.append(("size", newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.step()
        for where, what in self._pending:
            if isinstance(what, int):
                super().xTruncate(what)
            else:
                super().xWrite(what, int(where))
        self._pending.clear()
        super().xSync(flags)

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0
