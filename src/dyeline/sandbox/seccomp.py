"""Refusing system calls: a small seccomp program, assembled here and put in force for this process and its children.

The program names what is refused, as libraries for fonts, pictures and recognition call much that differs
between their versions; what keeps files safe is Landlock or bubblewrap. See seccomp(2), ``linux/filter.h``.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable, Sequence
from typing import Final

from dyeline.sandbox.syscalls import BY_ARGUMENTS, MACHINES, NEVER, NEWEST, NOT_IN_A_JOB, machine, numbers

_LOAD, _EQUAL, _AT_LEAST, _ABOVE, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x25, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000  # calls of the x32 way, on x86_64
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type into a terminal
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""


def reader_program(on: str) -> bytes:
    """Return what the reader may not do: nothing of ``NEVER``; it may start processes."""
    return _program(on, [_refused(numbers(NEVER, on).values()), *_common(on)])


def job_program(on: str, pid: int) -> bytes:
    """Return what a job may not do: what the reader may not, no processes, no signals to others than itself."""
    calls = numbers(BY_ARGUMENTS, on)
    refused = (*numbers(NEVER, on).values(), *numbers(NOT_IN_A_JOB, on).values())
    threads_only = [
        (_EQUAL, 0, 3, calls["clone"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        _returning(_REFUSE | errno.EPERM),
    ]
    to_itself = [
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 3, calls["tgkill"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 1, 0, pid),
        _returning(_REFUSE | errno.EPERM),
    ]
    no_clone3 = _refused([calls["clone3"]], errno.ENOSYS)  # the C library goes on with clone
    return _program(on, [_refused(refused), no_clone3, threads_only, to_itself, *_common(on)])


def program_program(on: str) -> bytes:
    """Return what another program may not do: as the reader, but local sockets are allowed.

    Changes of rights, owners and times of files look as if they were made, and are not: programs give up without,
    and Landlock does not keep them to the program's own files.
    """
    never = numbers(NEVER, on)
    refused = [number for name, number in never.items() if name not in (*_OF_LOCAL_SOCKETS, *_OF_RIGHTS)]
    ignored = [never[name] for name in _OF_RIGHTS if name in never]
    local_only = [
        (_EQUAL, 0, 3, never["socket"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 1, 0, _AF_UNIX),
        _returning(_REFUSE | errno.EPERM),
    ]
    return _program(on, [_refused(refused), _refused(ignored, 0), local_only, *_common(on)])


_OF_LOCAL_SOCKETS: Final = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "recvfrom", "sendmsg",
    "recvmsg", "sendmmsg", "recvmmsg", "inotify_init1",
)  # fmt: skip
_OF_RIGHTS: Final = (
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "utimensat", "futimesat",
)  # fmt: skip


def install(program: bytes) -> None:
    """Put a program in force for this process and all that it starts, for good. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    held = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(held)), 16
    )
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header), 0, 0),
    ):
        if libc.prctl(arguments[0], *(ctypes.c_ulong(argument) for argument in arguments[1:])):
            number = ctypes.get_errno()
            raise OSError(number, "seccomp")


def is_known() -> bool:
    """Tell whether programs can be made for this machine."""
    return machine() in MACHINES


def _program(on: str, parts: Iterable[Sequence[Instruction]]) -> bytes:
    begin: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, MACHINES[on]),
        _returning(_KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if on == "x86_64":
        begin += [(_AT_LEAST, 0, 1, _X32), _returning(_KILL)]
    begin += [(_ABOVE, 0, 1, NEWEST), _returning(_REFUSE | errno.ENOSYS)]
    whole = [*begin, *(step for part in parts for step in part), _returning(_ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in whole)


def _common(on: str) -> list[list[Instruction]]:
    """Return the parts by argument that hold for all: limits of others, and typing into a terminal."""
    calls = numbers(BY_ARGUMENTS, on)
    own_limits: list[Instruction] = [
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 3, calls["prlimit64"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 1, 0, 0),
        _returning(_REFUSE | errno.EPERM),
    ]
    typing: list[Instruction] = [(_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, 4, calls["ioctl"])]
    typing += [(_LOAD, 0, 0, _ARGUMENTS + 8)]
    typing += [(_EQUAL, 1, 0, _TERMINAL_INPUT[0]), (_EQUAL, 0, 1, _TERMINAL_INPUT[1])]
    typing += [_returning(_REFUSE | errno.EPERM)]
    return [own_limits, typing]


def _refused(calls: Iterable[int], error: int = errno.EPERM) -> list[Instruction]:
    return [step for number in calls for step in ((_EQUAL, 0, 1, number), _returning(_REFUSE | error))]


def _returning(value: int) -> Instruction:
    return _RETURN, 0, 0, value
