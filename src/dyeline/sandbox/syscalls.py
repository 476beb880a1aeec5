"""Numbers of the system calls that a process which reads a stranger's file never makes.

Source: ``asm/unistd_64.h`` and ``asm-generic/unistd.h`` of Linux 6.1. Calls newer than these are refused as
a whole (``NEWEST``), so the table need not grow with the kernel.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MACHINES: Final = MappingProxyType({"x86_64": 0xC000003E, "aarch64": 0xC00000B7})
"""The machines that are known here, with what the kernel calls them (AUDIT_ARCH)."""

NEWEST: Final = 450
"""Highest number in use in the source above, on both machines."""

NEVER: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        # name: x86_64, aarch64 (-1: does not exist there)
        # other processes
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "kcmp": (312, 272),
        "pidfd_getfd": (438, 438),
        "process_madvise": (440, 440),
        "process_mrelease": (448, 448),
        "perf_event_open": (298, 241),
        # the kernel itself
        "kexec_load": (246, 104),
        "kexec_file_load": (320, 294),
        "init_module": (175, 105),
        "finit_module": (313, 273),
        "delete_module": (176, 106),
        "bpf": (321, 280),
        "userfaultfd": (323, 282),
        "keyctl": (250, 219),
        "add_key": (248, 217),
        "request_key": (249, 218),
        "reboot": (169, 142),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "acct": (163, 89),
        "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
        "syslog": (103, 116),
        "iopl": (172, -1),
        "ioperm": (173, -1),
        "modify_ldt": (154, -1),
        "lookup_dcookie": (212, 18),
        "nfsservctl": (180, 42),
        "vhangup": (153, 58),
        "sethostname": (170, 161),
        "setdomainname": (171, 162),
        "settimeofday": (164, 170),
        "clock_settime": (227, 112),
        "clock_adjtime": (305, 266),
        "adjtimex": (159, 171),
        # other roots and names
        "mount": (165, 40),
        "umount2": (166, 39),
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "setns": (308, 268),
        "unshare": (272, 97),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "move_mount": (429, 429),
        "open_tree": (428, 428),
        "mount_setattr": (442, 442),
        "open_by_handle_at": (304, 265),
        "name_to_handle_at": (303, 264),
        "mknod": (133, -1),
        "mknodat": (259, 33),
        "fanotify_init": (300, 262),
        "fanotify_mark": (301, 263),
        "inotify_init": (253, -1),
        "inotify_init1": (294, 26),
        # calls that go round the others
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
        "personality": (135, 92),
        "vmsplice": (278, 75),
        "move_pages": (279, 239),
        "migrate_pages": (256, 238),
        "memfd_secret": (447, 447),
        # the network and its like
        "socket": (41, 198),
        "socketpair": (53, 199),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
        "sendto": (44, 206),
        "recvfrom": (45, 207),
        "sendmsg": (46, 211),
        "recvmsg": (47, 212),
        "sendmmsg": (307, 269),
        "recvmmsg": (299, 243),
        "shmget": (29, 194),
        "shmat": (30, 196),
        "shmctl": (31, 195),
        "semget": (64, 190),
        "semop": (65, 193),
        "semctl": (66, 191),
        "semtimedop": (220, 192),
        "msgget": (68, 186),
        "msgsnd": (69, 189),
        "msgrcv": (70, 188),
        "msgctl": (71, 187),
        "mq_open": (240, 180),
        "mq_unlink": (241, 181),
        "mq_timedsend": (242, 182),
        "mq_timedreceive": (243, 183),
        "mq_notify": (244, 184),
        "mq_getsetattr": (245, 185),
        # files that are not open, which Landlock does not guard
        "truncate": (76, 45),
        "chmod": (90, -1),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "chown": (92, -1),
        "fchown": (93, 55),
        "lchown": (94, -1),
        "fchownat": (260, 54),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "utime": (132, -1),
        "utimes": (235, -1),
        "utimensat": (280, 88),
        "futimesat": (261, -1),
        # another user
        "setuid": (105, 146),
        "setgid": (106, 144),
        "setreuid": (113, 145),
        "setregid": (114, 143),
        "setresuid": (117, 147),
        "setresgid": (119, 149),
        "setgroups": (116, 159),
        "setfsuid": (122, 151),
        "setfsgid": (123, 152),
        "capset": (126, 91),
        # scheduling of others
        "setpriority": (141, 140),
        "ioprio_set": (251, 30),
        "sched_setscheduler": (144, 119),
        "sched_setattr": (314, 274),
        "sched_setparam": (142, 118),
    }
)
"""What neither the reader nor its jobs may call."""

NOT_IN_A_JOB: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        # name: x86_64, aarch64 (-1: does not exist there)
        # processes
        "execve": (59, 221),
        "execveat": (322, 281),
        "fork": (57, -1),
        "vfork": (58, -1),
        "kill": (62, 129),
        "tkill": (200, 130),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "pidfd_send_signal": (424, 424),
        "pidfd_open": (434, 434),
        "setsid": (112, 157),
        "setpgid": (109, 154),
    }
)
"""What the reader itself needs, to start and end jobs, and a job does not."""

BY_ARGUMENTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        # name: x86_64, aarch64 (-1: does not exist there)
        "clone": (56, 220),
        "clone3": (435, 435),
        "prlimit64": (302, 261),
        "tgkill": (234, 131),
        "ioctl": (16, 29),
    }
)
"""What is allowed with some arguments only; see ``seccomp``."""


def machine() -> str:
    """Return the name of this machine, which may not be one of ``MACHINES``."""
    return platform.machine()


def numbers(names: Mapping[str, tuple[int, int]], on: str) -> dict[str, int]:
    """Return the numbers of calls on a machine, without those that it does not have."""
    column = list(MACHINES).index(on)
    return {name: pair[column] for name, pair in names.items() if pair[column] >= 0}
