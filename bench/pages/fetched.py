"""What the page benchmarks need from package registries: fetched once into a cache folder, never installed.

The cache is the folder named by ``DYELINE_BENCH_CACHE``, else ``dyeline-bench`` in the folder for
temporary files. Deleting it costs a few minutes and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zlib
from collections.abc import Sequence
from pathlib import Path


class NotAvailable(Exception):
    """Something that a measurement needs cannot be had here; the message says what."""


def cache(*parts: str) -> Path:
    """Return a path in the cache; its folder exists."""
    root = Path(os.environ.get("DYELINE_BENCH_CACHE") or Path(tempfile.gettempdir()) / "dyeline-bench")
    path = root.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def run(*words: str | Path, cwd: Path | None = None, timeout_s: float = 600) -> str:
    """Run a program and return what it prints. Raises NotAvailable where it is missing or fails."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as fault:
        raise NotAvailable(f"the program {words[0]} is not installed") from fault
    except subprocess.TimeoutExpired as fault:
        raise NotAvailable(f"{words[0]} did not end within {timeout_s:.0f} s") from fault
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NotAvailable(f"{words[0]} failed: {lines[-1] if lines else done.returncode}")
    return done.stdout


def from_debian(package: str, member: str) -> Path:
    """Return a file of a Debian package, the version that this machine's release has."""
    folder = cache("debian", package)
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
            run("apt-get", "download", "-qq", package, cwd=Path(workplace))
            (archive,) = Path(workplace).glob("*.deb")
            run("dpkg", "-x", archive, Path(workplace) / "unpacked")
            (Path(workplace) / "unpacked").rename(folder)
    return _unpacked(folder / member)


def from_sdist(project: str, version: str, member: str) -> Path:
    """Return a file of a source distribution on PyPI; ``member`` without the archive's top folder."""
    folder = cache("sdist", f"{project}-{version}")
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
            run(
                sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:",
                "-d", workplace, f"{project}=={version}",
            )  # fmt: skip
            (archive,) = Path(workplace).glob("*.tar.gz")
            with tarfile.open(archive) as packed:
                packed.extractall(Path(workplace) / "unpacked", filter="data")
            (top,) = (Path(workplace) / "unpacked").iterdir()
            top.rename(folder)
    return _unpacked(folder / member)


def from_pypi(project: str, version: str) -> Path:
    """Return the folder of a package on PyPI as ``pip`` would unpack it, without what it depends on."""
    folder = cache("pypi", f"{project}-{version}")
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
            target = Path(workplace) / "unpacked"
            run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "-t", target,
                f"{project}=={version}")  # fmt: skip
            target.rename(folder)
    return folder


def from_npm(package: str, version: str) -> Path:
    """Return the folder of an npm package."""
    folder = cache("npm", f"{package}-{version}")
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
            run("npm", "pack", "--silent", f"{package}@{version}", cwd=Path(workplace))
            (archive,) = Path(workplace).glob("*.tgz")
            with tarfile.open(archive) as packed:
                packed.extractall(workplace, filter="data")
            (Path(workplace) / "package").rename(folder)
    return folder


def environment(name: str, *requirements: str, bare: Sequence[str] = ()) -> Path:
    """Return the interpreter of a virtual environment with these requirements, made on first use.

    Environments of their own, because third-party tools pin versions that clash with ours and
    with each other. ``bare``: packages to install without what they ask for.
    """
    stamp = hashlib.sha256("\n".join((*requirements, *bare)).encode()).hexdigest()[:12]
    folder = cache("environments", f"{name}-{stamp}")
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        run(python, "-m", "pip", "install", "-q", *requirements, timeout_s=1800)
        if bare:
            run(python, "-m", "pip", "install", "-q", "--no-deps", *bare)
        (folder / "complete").touch()
    return python


def _unpacked(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    if not path.exists() and packed.exists():
        path.write_bytes(zlib.decompress(packed.read_bytes(), wbits=31))
    if not path.exists():
        raise NotAvailable(f"the package has no {path.name}")
    return path
