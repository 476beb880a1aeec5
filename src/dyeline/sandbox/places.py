"""What of the file system a confined process may read: the program, its libraries, fonts, and nothing of the user's."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

SYSTEM: Final = tuple(map(Path, ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")))
SETTINGS: Final = tuple(
    map(
        Path,
        (
            "/etc/fonts",
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/localtime",
            "/etc/mime.types",
            "/etc/ssl/openssl.cnf",
            "/etc/alternatives",
            "/var/cache/fontconfig",
        ),
    )
)
MACHINE: Final = tuple(
    map(Path, ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/sys/devices/system/cpu"))
)
DEVICES: Final = tuple(map(Path, ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")))


def code_folders() -> list[Path]:
    """Return the folders that the running program's own code was loaded from: never home or the temporary folder.

    A folder on ``sys.path`` counts only if something was imported from it, so that starting the program in a
    folder of documents does not open that folder.
    """
    loaded = {
        os.path.realpath(file)
        for name, module in list(sys.modules.items())
        if name != "__main__" and isinstance(file := getattr(module, "__file__", None), str)
    }
    on_path = {os.path.realpath(entry or os.curdir) for entry in sys.path}
    used = {_nearest(file, on_path) for file in loaded}
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, sysconfig.get_path("stdlib"), sys.executable)
    bin_folder = str(Path(sys.executable).parent)
    every = {*used, *python, bin_folder, *map(os.path.realpath, (*python, bin_folder))}
    shut = {"", "/", os.path.realpath(Path.home()), os.path.realpath(tempfile.gettempdir())}
    wanted = sorted(one for one in every - shut if Path(one).exists())
    return [Path(one) for one in wanted if not any(one.startswith(other + os.sep) for other in wanted)]


def readable() -> list[Path]:
    """Return everything that may be read."""
    return [*code_folders(), *SYSTEM, *SETTINGS, *MACHINE]


def _nearest(file: str, folders: set[str]) -> str:
    """Return the innermost of the folders that holds a file, "" for none."""
    return max((one for one in folders if file.startswith(one + os.sep)), key=len, default="")
