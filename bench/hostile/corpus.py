"""The corpus: test files inside the source archives of well-known libraries, fetched by pip, and our own bombs."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from tests import hostile
from tests.bombs import BOMBS

PACKAGES = (
    "pikepdf==10.17.0",
    "pypdf==7.1.0",
    "pdfminer.six==20260107",
    "pypdfium2==5.15.2",
    "pillow==13.0.0",
    "python-docx==1.2.0",
    "mail-parser==4.8.0",
)
"""Versions are fixed, so that two runs read the same files."""

SEED = 20261125
_MOST_DAMAGED_BYTES = 400_000
_PDF_WITHIN = 1024
_CODE = re.compile(r"\.(py|pyi|c|h|md|rst|txt|toml|cfg|ini|in|yml|yaml|json|sh|ttf|otf|pcf|woff2?|lut|icc)$")


def fetch(folder: Path) -> None:
    """Download and unpack the source archives into ``folder``; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        name, version = package.split("==")
        if any(folder.glob(f"{re.sub('[-_.]', '?', name)}-{version}*.tar.gz")):
            continue
        words = ["--no-binary", name, "--no-deps", "--quiet", "--dest", str(folder), package]
        subprocess.run([sys.executable, "-m", "pip", "download", *words], check=True)
    for archive in folder.glob("*.tar.gz"):
        if not (folder / archive.name.removesuffix(".tar.gz")).is_dir():
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")


def files(folder: Path) -> Iterator[Path]:
    """Yield the test files of the archives, sorted; neither sources nor fonts."""
    for path in sorted(folder.glob("*/**/*")):
        inside = path.relative_to(folder).parts[1:]
        if not path.is_file() or _CODE.search(path.name):
            continue
        if is_pdf(path) or any("test" in part.lower() or part == "resources" for part in inside[:-1]):
            yield path


def bombs(folder: Path) -> Iterator[Path]:
    """Write and yield the files that ``tests.hostile`` and ``tests.bombs`` make."""
    makers = {name: (make, suffix) for name, (make, suffix) in BOMBS.items()}
    for name, make in vars(hostile).items():
        if callable(make) and not name.startswith("_") and name not in hostile.TOOLS:
            makers[name] = (make, ".pdf")
    for name, (make, suffix) in makers.items():
        target = folder / f"{name}{suffix}"
        target.write_bytes(make())
        yield target


def damaged(paths: Sequence[Path], folder: Path, versions: int) -> Iterator[Path]:
    """Write and yield some versions of each file that are cut off or have a few bytes or lines changed."""
    for path in paths:
        whole = path.read_bytes()
        if not 0 < len(whole) <= _MOST_DAMAGED_BYTES:
            continue
        rng = np.random.default_rng([SEED, zlib.crc32(whole)])
        for version in range(versions):
            data = bytearray(whole)
            for _ in range(int(rng.integers(1, 12))):
                at = int(rng.integers(len(data)))
                if rng.random() < 0.7:
                    data[at] = int(rng.integers(256))
                else:
                    length = int(rng.integers(1, 60))
                    begin = int(rng.integers(len(data)))
                    data[at : at + length] = data[begin : begin + length]
            if rng.random() < 0.25:
                del data[int(rng.integers(1, len(data))) :]
            target = folder / f"{zlib.crc32(whole):08x}-{version}{path.suffix}"
            target.write_bytes(data)
            yield target


def is_pdf(path: Path) -> bool:
    """Tell whether a PDF signature stands near the beginning of a file, or its name ends in .pdf."""
    if path.suffix.lower() == ".pdf":
        return True
    with path.open("rb") as file:
        return b"%PDF-" in file.read(_PDF_WITHIN)
