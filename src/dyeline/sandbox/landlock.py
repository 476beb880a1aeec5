"""Landlock: which files a process and its children may read or write from here on, decided by itself, for good.

It needs no rights and no other program; Linux 5.13 has it, where it is switched on. See landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on all machines
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_SOCKET = 1 << 9
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_ALL_OF_VERSION: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_ON_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TCP: Final = 3  # bind and connect, from version 4
_SCOPED: Final = 3  # abstract sockets and signals, from version 6


def version() -> int:
    """Return the version of Landlock that the kernel offers; 0 where it has none or it is switched off."""
    try:
        found = _call(_CREATE, None, 0, _VERSION_FLAG)
    except (OSError, AttributeError):  # not Linux: there is no syscall()
        return 0
    return found


def restrict(
    *,
    readable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    executable: Iterable[Path] = (),
    sockets: Iterable[Path] = (),
    kept: Iterable[Path] = (),
) -> None:
    """Refuse this process everything in the file system but what stands here. Raises OSError.

    Args:
        readable: files and folders, with all below them; what does not exist is left out.
        writable: the same, may be read as well.
        executable: where programs may be started from, and read.
        sockets: folders in which local sockets may be made, and nothing else.
        kept: device files that may be read and written, like /dev/null.
    """
    offered = version()
    if offered < 1:
        raise OSError("Landlock is not there")
    handled = _ALL_OF_VERSION[max(number for number in _ALL_OF_VERSION if number <= offered)]
    attributes = struct.pack("=QQQ", handled, _TCP if offered >= 4 else 0, _SCOPED if offered >= 6 else 0)
    rules = _call(_CREATE, attributes, 8 if offered < 4 else 16 if offered < 6 else 24, 0)
    try:
        reading = _READ_FILE | _READ_DIR
        for path in executable:
            _allow(rules, path, (reading | _EXECUTE) & handled)
        for path in readable:
            _allow(rules, path, reading & handled)
        for path in sockets:
            _allow(rules, path, _MAKE_SOCKET)
        for path in writable:
            _allow(rules, path, handled & ~_EXECUTE)
        for path in kept:
            _allow(rules, path, (_READ_FILE | _WRITE_FILE) & handled)
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, access: int) -> None:
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights = access if path.is_dir() else access & _ON_FILES
            _call(_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
        finally:
            os.close(opened)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Return what a system call returns. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *given))
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock")
    return result
