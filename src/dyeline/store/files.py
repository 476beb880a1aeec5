"""Writing files so that a power cut or a full disk leaves either the old state or the new one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dyeline.errors import StorageFailed

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def storage_failed(path: Path, reason: str, *, full: bool = False, refused: bool = False) -> StorageFailed:
    """Return the error for a write near ``path`` that did not happen."""
    if full:
        fix = f"free space on the disk that holds {path}, then repeat the command."
    elif refused:
        fix = f"make {path} writable for this user, or work in a folder that is."
    else:
        fix = f"check the disk that holds {path}, then repeat the command."
    return StorageFailed(
        f"{path} could not be written: {reason}; what was stored before is unchanged.",
        fix=fix,
        path=str(path),
        reason=reason,
    )


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Turn any OSError inside into StorageFailed about ``path``."""
    try:
        yield
    except OSError as fault:
        reason = (fault.strerror or type(fault).__name__).lower()
        raise storage_failed(
            path, reason, full=fault.errno in _FULL, refused=fault.errno in _REFUSED
        ) from fault


def make_folder(path: Path, *, private: bool) -> None:
    """Make a folder and its parents; ``private`` folders are open to this user only. Existing ones stay."""
    with storage_faults(path):
        path.mkdir(parents=True, exist_ok=True)
        if private:
            path.chmod(0o700)


def write_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write ``data`` to ``path`` whole or not at all: temporary file, fsync, rename, fsync of the folder.

    Raises StorageFailed; a file that stood at ``path`` before is then unchanged.
    """
    with storage_faults(path):
        handle, temporary = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let a rename or a removal in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
