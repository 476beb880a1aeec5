"""Checkpoints that somebody else confirmed: kept as files beside the log, each with the time-stamps over it.

A checkpoint that a witness signed, or over which a time-stamp was obtained, is evidence that stays; the one that
the log gives out itself is overwritten. Files: ``<size>-<hash>.note``, ``….1.tsr``, ``….1.pem``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dyeline.errors import BadWorkspace
from dyeline.evidence.note import BadNote, Checkpoint, parse_checkpoint, unchecked_text
from dyeline.store.files import make_folder, storage_faults, write_durably


@dataclass(frozen=True, slots=True)
class Stamp:
    """An RFC 3161 answer over a note, and the certificates that its authority was named by (PEM, may be empty)."""

    name: str
    answer: bytes
    authority: bytes


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A signed note as it was kept, not checked here, what it states, and the stamps over its bytes."""

    name: str
    note: str
    checkpoint: Checkpoint
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The kept checkpoints below one folder."""

    folder: Path

    def keep(self, note: str) -> str:
        """Store a signed note durably and return the name that it is kept under; the same one is kept once."""
        size = parse_checkpoint(unchecked_text(note)).size
        name = f"{size:012d}-{hashlib.sha256(note.encode()).hexdigest()[:16]}"
        make_folder(self.folder, private=True)
        path = self.folder / f"{name}.note"
        with storage_faults(path):
            there = path.exists()
        if not there:
            write_durably(path, note.encode())
        return name

    def add_stamp(self, name: str, answer: bytes, authority: bytes) -> Stamp:
        """Store a stamp over a kept note, its authority's certificates first."""
        with storage_faults(self.folder):
            number = 1 + sum(1 for _ in self.folder.glob(f"{name}.*.tsr"))
        stamp = Stamp(f"{name}.{number}", answer, authority)
        if authority:
            write_durably(self.folder / f"{stamp.name}.pem", authority)
        write_durably(self.folder / f"{stamp.name}.tsr", answer)
        return stamp

    def all(self) -> list[KeptCheckpoint]:
        """Return what is kept, by size. Raises BadWorkspace for a file that is no checkpoint or cannot be read."""
        return [self._read(path) for path in sorted(self.folder.glob("*.note"))]

    def _read(self, path: Path) -> KeptCheckpoint:
        try:
            note = path.read_bytes().decode()
            stamps = tuple(
                Stamp(found.stem, found.read_bytes(), _bytes_of(found.with_suffix(".pem")))
                for found in sorted(self.folder.glob(f"{path.stem}.*.tsr"))
            )
            return KeptCheckpoint(path.stem, note, parse_checkpoint(unchecked_text(note)), stamps)
        except (OSError, UnicodeDecodeError, BadNote) as fault:
            raise BadWorkspace(
                f"The kept checkpoint {path.name} cannot be read.",
                fix=f"restore {path} from a backup, or move it away.",
                path=str(path),
            ) from fault


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
