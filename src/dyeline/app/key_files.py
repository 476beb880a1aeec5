"""Key files of people: read from where they are kept, written once and never over another file."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dyeline.custody.agekeys import (
    MAX_KEY_FILE_BYTES,
    Identity,
    Recipient,
    key_file,
    new_identity,
    read_key_file,
)
from dyeline.errors import BadInput, BadKey, NotFound
from dyeline.store.files import write_durably


def make_key_file(path: Path, *, phrase: str = "") -> Recipient:
    """Write a new age key to a file that only its owner can read, and return its public half.

    Raises BadInput where a file is there already: it may be somebody's only key.
    """
    if path.exists() or not path.absolute().parent.is_dir():
        what = "is there already" if path.exists() else "lies in a folder that does not exist"
        raise BadInput(f"{path} {what}.", fix="name a new file in a folder that exists.", path=str(path))
    identity = new_identity()
    made = datetime.now(UTC).isoformat(timespec="seconds")
    write_durably(path, key_file(identity, made=made, phrase=phrase), mode=0o600)
    return identity.recipient


def read_identity(path: Path, *, phrase: str = "") -> Identity:
    """Return the key in a file. Raises NotFound, or BadKey if it holds none or others can read it."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(MAX_KEY_FILE_BYTES)
    except OSError as fault:
        raise NotFound(
            f"The key file {path} cannot be read: {(fault.strerror or '').lower()}.",
            fix="name the file of your own age key.",
            path=str(path),
        ) from fault
    if mode & 0o077:
        raise BadKey(
            f"The key file {path} is open to other users (mode {mode:04o}).",
            fix=f"run: chmod 600 '{path}'. If somebody else may have read it, have the key replaced.",
            path=str(path),
        )
    return read_key_file(data, phrase=phrase)


def read_identities(paths: Sequence[Path], *, phrase: str = "") -> list[Identity]:
    """Return the keys in several files."""
    return [read_identity(path, phrase=phrase) for path in paths]
