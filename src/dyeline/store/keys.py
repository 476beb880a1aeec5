"""Secrets: one file of 32 random bytes each, readable by its owner alone."""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from dyeline.errors import BadWorkspace
from dyeline.store.files import make_folder, storage_faults, sync_folder, write_durably

SECRET_BYTES = 32
LOG_KEY = "log.key"
ROSTER_KEY = "roster.key"
_NAME = re.compile(r"[0-9a-f]{16}\.key")
_UNTRACEABLE = "without it no copy of its circulation can be traced"
_UNSIGNED = "without it the log cannot be continued"
_UNKNOWN = "without it nobody is found again in sealed recipients"


@dataclass(frozen=True, slots=True)
class Keys:
    """The key files below one folder: one for each circulation, untraceable without it; the log's; the roster's."""

    folder: Path

    def new_secret(self) -> str:
        """Draw a secret, store it durably and return the name of its file."""
        make_folder(self.folder, private=True)
        name = f"{secrets.token_hex(8)}.key"
        write_durably(self.folder / name, secrets.token_bytes(SECRET_BYTES), mode=0o600)
        return name

    def load_secret(self, name: str) -> bytes:
        """Return the 32 bytes of a circulation's key file.

        Raises BadWorkspace when the file is missing, damaged, or open to other users: a secret
        that somebody else may have read proves nothing.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a key name is 16 hex digits and .key")
        return self._loaded(name, _UNTRACEABLE)

    def new_log_key(self) -> bytes:
        """Draw the key that signs checkpoints of the log, store it durably and return its 32 bytes.

        A key that is there already is returned: it must never be replaced.
        """
        make_folder(self.folder, private=True)
        if not (self.folder / LOG_KEY).exists():
            write_durably(self.folder / LOG_KEY, secrets.token_bytes(SECRET_BYTES), mode=0o600)
        return self.load_log_key()

    def load_log_key(self) -> bytes:
        """Return the 32 bytes of the key that signs checkpoints of the log. Raises BadWorkspace as ``load_secret``."""
        return self._loaded(LOG_KEY, _UNSIGNED)

    def has(self, name: str) -> bool:
        """Tell whether the key file of a circulation is at hand."""
        return (self.folder / name).is_file()

    def erase(self, name: str) -> None:
        """Overwrite a circulation's key file and remove it. What the disk keeps of old blocks is beyond reach."""
        path = self.folder / name
        with storage_faults(path):
            with path.open("r+b") as file:
                file.write(bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self.folder)

    def restore(self, name: str, secret: bytes) -> None:
        """Store a circulation's secret under the name of its key file again."""
        make_folder(self.folder, private=True)
        write_durably(self.folder / name, secret, mode=0o600)

    def save_roster_key(self, key: bytes, outside: Path | None) -> None:
        """Store the roster key among the others, or in a file outside. One that is there already is kept."""
        path = self.folder / ROSTER_KEY if outside is None else outside
        if outside is None:
            make_folder(self.folder, private=True)
        if not path.exists():
            write_durably(path, key, mode=0o600)
        self.load_roster_key(outside)

    def load_roster_key(self, outside: Path | None) -> bytes:
        """Return the 32 bytes of the roster key. Raises BadWorkspace as ``load_secret``."""
        return self._loaded(ROSTER_KEY if outside is None else outside.absolute(), _UNKNOWN)

    def _loaded(self, name: str | Path, loss: str) -> bytes:
        path = self.folder / name  # an absolute path stands for itself
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                if mode & 0o077:
                    raise BadWorkspace(
                        f"Key file {path} is open to other users (mode {mode:04o}).",
                        fix=f"run: chmod 600 '{path}'. If somebody else may have read it, issue anew.",
                        path=str(path),
                        mode=f"{mode:04o}",
                    )
                secret = file.read(SECRET_BYTES + 1)
        except FileNotFoundError as fault:
            raise BadWorkspace(
                f"Key file {path} is missing.",
                fix=f"restore it from a backup; {loss}.",
                path=str(path),
            ) from fault
        except OSError as fault:
            raise BadWorkspace(
                f"Key file {path} cannot be read: {(fault.strerror or '').lower()}.",
                fix="run the command as the user who owns the workspace.",
                path=str(path),
            ) from fault
        if len(secret) != SECRET_BYTES:
            raise BadWorkspace(
                f"Key file {path} is damaged: it does not hold {SECRET_BYTES} bytes.",
                fix=f"restore it from a backup; {loss}.",
                path=str(path),
            )
        return secret
