"""The gram index of all versions: sorted flat arrays in a few segments, kept as .npy files.

A segment is one uint64 array of two rows, sorted by its first: keys, and version << 32 | position.
Adding versions writes one small segment; segments are merged when they have grown alike, so n
additions cost O(n log n) in all and a search looks into O(log n) segments. ``segments.json`` names
the living ones and is replaced in one step: a crash leaves the index before or after, never between.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import BadWorkspace, StorageFailed
from dyeline.match.grams import GRAMS_VERSION, SAMPLING, sample_grams

_MANIFEST = "segments.json"


@dataclass(frozen=True, slots=True)
class Segment:
    """Entries of some versions: uint64 (2, n), sorted keys above version << 32 | position."""

    entries: NDArray[np.uint64]
    versions: frozenset[int]
    file_name: str | None = None  # None: not on disk yet


@dataclass(frozen=True, slots=True)
class GramIndex:
    """An immutable index; ``extended`` returns the next one and shares the untouched segments."""

    segments: tuple[Segment, ...] = ()
    sampling: int = SAMPLING

    @property
    def versions(self) -> frozenset[int]:
        """Return the numbers of all versions inside."""
        return frozenset().union(*(segment.versions for segment in self.segments))

    def extended(self, texts: Mapping[int, str]) -> GramIndex:
        """Return an index that also holds ``texts`` (version number -> folded text).

        Versions already inside are left as they are, so that a repeated call changes nothing.
        """
        known = self.versions
        fresh = {number: text for number, text in texts.items() if number not in known}
        if not fresh:
            return self
        segments = [*self.segments, _segment_of(fresh, self.sampling)]
        while len(segments) > 1 and segments[-2].entries.shape[1] < 2 * segments[-1].entries.shape[1]:
            last, before = segments.pop(), segments.pop()
            segments.append(_merged(before, last))
        return GramIndex(tuple(segments), self.sampling)

    def find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return (which, value): entry ``value[k]`` of the index has the key ``keys[which[k]]``."""
        order = np.argsort(keys, kind="stable")  # neighbours in the question are neighbours in memory
        asked = keys[order]
        which, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        for segment in self.segments:
            column = segment.entries[0]
            first = np.searchsorted(column, asked, side="left")
            count = np.searchsorted(column, asked, side="right") - first
            hit = np.repeat(np.arange(asked.size), count)
            inner = np.arange(hit.size) - np.repeat(np.cumsum(count) - count, count)
            which.append(order[hit])
            values.append(np.asarray(segment.entries[1][first[hit] + inner]))
        return np.concatenate(which), np.concatenate(values)

    def save(self, folder: Path) -> GramIndex:
        """Write what is not on disk yet, switch over, remove what is no longer used.

        Returns this index with the file names filled in. Raises StorageFailed when the disk
        refuses; the index stored before is then unchanged. One writer at a time.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            segments = tuple(_stored(segment, folder) for segment in self.segments)
            listed = [{"file": s.file_name, "versions": sorted(s.versions)} for s in segments]
            content = {"grams": GRAMS_VERSION, "sampling": self.sampling, "segments": listed}
            _replace(folder / _MANIFEST, json.dumps(content).encode())
            living = {segment.file_name for segment in segments}
            for path in folder.glob("*.npy"):
                if path.name not in living:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(
                f"The gram index could not be written ({error.strerror}).",
                fix="Free some space or correct the permissions, then run the command again.",
            ) from error
        return GramIndex(segments, self.sampling)


def load_index(folder: Path, *, mmap: bool = True) -> GramIndex:
    """Return the index stored in a folder; an empty one where there is none.

    Raises BadWorkspace when the files contradict each other or were made by another gram version.
    """
    for _ in range(3):  # a writer may merge away a segment between our two reads
        index = _load_once(folder, mmap)
        if index is not None:
            return index
    raise _bad("lacks a file that it names")


def _load_once(folder: Path, mmap: bool) -> GramIndex | None:
    """Return the stored index, or None when a segment named by the list is not there."""
    try:
        content = json.loads((folder / _MANIFEST).read_bytes())
        if content["grams"] != GRAMS_VERSION:
            raise _bad(f"was made as {content['grams']!r}, this version reads {GRAMS_VERSION!r}")
        segments = []
        for listed in content["segments"]:
            name = str(listed["file"])
            if Path(name).name != name:
                raise _bad("names a file outside of its folder")
            entries = np.load(folder / name, mmap_mode="r" if mmap else None, allow_pickle=False)
            if entries.dtype != np.uint64 or entries.ndim != 2 or entries.shape[0] != 2:
                raise _bad(f"holds a segment of type {entries.dtype} and shape {entries.shape}")
            # a plain view of the mapping: indexing an np.memmap costs ten times as much
            segments.append(Segment(entries.view(np.ndarray), frozenset(map(int, listed["versions"])), name))
        return GramIndex(tuple(segments), int(content["sampling"]))
    except FileNotFoundError as error:
        if Path(str(error.filename)).name == _MANIFEST:
            return GramIndex()
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise _bad("cannot be read") from error


def _segment_of(texts: Mapping[int, str], sampling: int) -> Segment:
    keys, values = [], []
    for number, text in texts.items():
        if not 0 <= number < 2**32:
            raise ValueError(f"version number: want 0..2**32-1, got {number}")
        grams = sample_grams(text, sampling=sampling)
        keys.append(grams.keys)
        values.append(grams.starts.astype(np.uint64) | np.uint64(number << 32))
    return Segment(_by_key(np.stack([np.concatenate(keys), np.concatenate(values)])), frozenset(texts))


def _merged(one: Segment, other: Segment) -> Segment:
    entries = np.concatenate([one.entries, other.entries], axis=1)
    return Segment(_by_key(entries), one.versions | other.versions)


def _by_key(entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # a stable sort of two sorted runs is a merge: linear
    order = np.argsort(entries[0], kind="stable")
    return np.ascontiguousarray(entries[:, order])


def _stored(segment: Segment, folder: Path) -> Segment:
    if segment.file_name is not None:
        return segment
    name = f"{uuid.uuid4().hex}.npy"
    with (folder / name).open("xb") as file:
        np.save(file, segment.entries, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return Segment(segment.entries, segment.versions, name)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bad(how: str) -> BadWorkspace:
    return BadWorkspace(
        f"The gram index {how}.",
        fix="Remove the index folder; it is built again from the stored documents.",
    )
