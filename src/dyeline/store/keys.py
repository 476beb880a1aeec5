"""Secrets: one file of 32 random bytes each, readable by its owner alone."""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from dyeline.errors import BadWorkspace
from dyeline.store.files import make_folder, write_durably

SECRET_BYTES = 32
_NAME = re.compile(r"[0-9a-f]{16}\.key")


@dataclass(frozen=True, slots=True)
class Keys:
    """The key files below one folder. A lost key file makes its circulation untraceable."""

    folder: Path

    def new_secret(self) -> str:
        """Draw a secret, store it durably and return the name of its file."""
        make_folder(self.folder, private=True)
        name = f"{secrets.token_hex(8)}.key"
        write_durably(self.folder / name, secrets.token_bytes(SECRET_BYTES), mode=0o600)
        return name

    def load_secret(self, name: str) -> bytes:
        """Return the 32 bytes of a key file.

        Raises BadWorkspace when the file is missing, damaged, or open to other users: a secret
        that somebody else may have read proves nothing.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a key name is 16 hex digits and .key")
        path = self.folder / name
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
                fix="restore it from a backup; without it no copy of its circulation can be traced.",
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
                fix="restore it from a backup; without it no copy of its circulation can be traced.",
                path=str(path),
            )
        return secret
