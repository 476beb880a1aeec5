"""Content-addressed blobs: a file is named by the SHA-256 of what it holds, and never changes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from dyeline.errors import BadWorkspace
from dyeline.store.files import make_folder, storage_faults, write_durably

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs below one folder, at ``ab/cdef…`` for the hash ``abcdef…``."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its SHA-256 (hex). Storing the same bytes again changes nothing.

        A damaged file under that name is replaced. Raises StorageFailed.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        if _read(path) != data:
            make_folder(path.parent, private=True)
            write_durably(path, data, mode=0o400)
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes whose SHA-256 is ``name``, checked. Raises BadWorkspace if lost or damaged."""
        data = _read(self._path(name))
        if data is None or hashlib.sha256(data).hexdigest() != name:
            state = "missing" if data is None else "damaged"
            raise BadWorkspace(
                f"The stored blob {name[:12]}… is {state}.",
                fix=f"restore {self._path(name)} from a backup of the workspace.",
                blob=name,
                state=state,
            )
        return data

    def remove(self, name: str) -> None:
        """Remove a blob; nothing happens if it is not there."""
        with storage_faults(self._path(name)):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a blob name is 64 lower-case hex digits")
        return self.folder / name[:2] / name[2:]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        reason = (fault.strerror or "").lower()
        raise BadWorkspace(
            f"{path} cannot be read: {reason}.",
            fix="give this user read access to the workspace, or restore the file from a backup.",
            path=str(path),
            reason=reason,
        ) from fault
