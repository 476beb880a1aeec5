"""The bundle as a container: a BagIt folder (RFC 8493) or the same as a plain zip, every file hashed, none besides."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dyeline_verify.plainzip import looks_like_zip, read_plain_zip
from dyeline_verify.refusal import NotABundle, Refused
from dyeline_verify.strict import sha256, text_of

MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
MOST_BYTES: Final = 4_000_000_000
MOST_FILES: Final = 20_000

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


@dataclass(frozen=True, slots=True)
class Bag:
    """The checked files: ``payload`` by their path below ``data/``, ``tags`` by their path."""

    payload: Mapping[str, bytes]
    tags: Mapping[str, bytes]

    def file(self, name: object) -> bytes:
        """Return a file of the payload. Refuses a name that is not there."""
        if not isinstance(name, str) or name not in self.payload:
            raise Refused(f"the report speaks of the file {name!r}, which is not in the bundle")
        return self.payload[name]

    @property
    def manifest_sha256(self) -> str:
        """Return the hash of the manifest: what the log has to hold."""
        return sha256(self.tags[MANIFEST])


def read_files(path: Path) -> dict[str, bytes]:
    """Return the files of a folder or zip file by their path; an empty folder as its path and a slash, without bytes.

    Links and special files are refused. Raises NotABundle for a file that is no zip file.
    """
    if path.is_file():
        if not looks_like_zip(path):
            raise NotABundle("this is not a bundle: it is neither a folder nor a zip file")
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"the bundle has more than {MOST_BYTES:,} bytes")
        return read_plain_zip(path.read_bytes())
    files: dict[str, bytes] = {}
    size = 0
    for entry in sorted(path.rglob("*")):
        mode = entry.lstat().st_mode
        folder = stat.S_ISDIR(mode)
        if folder and any(entry.iterdir()):
            continue
        name = entry.relative_to(path).as_posix()
        if not folder and not stat.S_ISREG(mode):
            raise Refused(f"{name!r} is not an ordinary file")
        size += 0 if folder else entry.stat().st_size
        if size > MOST_BYTES or len(files) >= MOST_FILES:
            raise Refused("the bundle is larger than a bundle can be")
        files[f"{name}/" if folder else name] = b"" if folder else entry.read_bytes()
    return files


def check_bag(files: Mapping[str, bytes]) -> Bag:
    """Return the bundle's files after every one was found in a manifest with its hash, and nothing else there."""
    for name in files:
        if name.endswith("/"):
            raise Refused(f"the bundle holds the empty folder {name!r}, which no manifest names")
        if not all(_NAME.fullmatch(part) for part in name.split("/")):
            raise Refused(f"the bundle holds a file of the name {name!r}")
    if files.get("bagit.txt") != _DECLARATION:
        raise Refused("bagit.txt is missing or not as it has to be")
    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    tags = {name: data for name, data in files.items() if name not in payload and name != TAG_MANIFEST}
    _compare(_lines(files, MANIFEST), payload, MANIFEST)
    _compare(_lines(files, TAG_MANIFEST), tags, TAG_MANIFEST)
    return Bag({name.removeprefix("data/"): data for name, data in payload.items()}, tags)


def _lines(files: Mapping[str, bytes], manifest: str) -> dict[str, str]:
    text = text_of(files.get(manifest, b""), manifest)
    if not text.endswith("\n"):
        raise Refused(f"{manifest} is missing or does not end with a line")
    hashes: dict[str, str] = {}
    for line in text[:-1].split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in hashes:
            raise Refused(f"{manifest} has a line that is not of the form HASH  FILE, or names a file twice")
        hashes[match[2]] = match[1]
    if list(hashes) != sorted(hashes):
        raise Refused(f"{manifest} is not sorted")
    return hashes


def _compare(hashes: Mapping[str, str], files: Mapping[str, bytes], manifest: str) -> None:
    missing, extra = sorted(hashes.keys() - files.keys()), sorted(files.keys() - hashes.keys())
    if missing:
        raise Refused(f"{manifest} names {missing[0]!r}, which is missing")
    if extra:
        raise Refused(f"the bundle holds {extra[0]!r}, which {manifest} does not name")
    for name, data in files.items():
        if sha256(data) != hashes[name]:
            raise Refused(f"{name!r} does not have the hash that {manifest} states")
