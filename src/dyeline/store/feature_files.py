"""The feature index on disk: one memory-mapped file a segment, and a list of the living ones.

``segments.json`` is replaced in one step: a crash leaves the index before or after, never between.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Final

import numpy as np

from dyeline.errors import BadWorkspace
from dyeline.match.pages.feature_index import FEATURES_VERSION, KEYS, TABLES, FeatureIndex, Segment
from dyeline.store.files import make_folder, write_durably

_MANIFEST: Final = "segments.json"
_KIND: Final = f"{FEATURES_VERSION} in {TABLES} tables"


def save_feature_index(index: FeatureIndex, folder: Path) -> FeatureIndex:
    """Write what is not on disk yet, switch over, remove what is no longer used. One writer at a time.

    Returns the index with the names of its files. Raises StorageFailed; the index stored before is then unchanged.
    """
    make_folder(folder, private=True)
    segments = []
    for segment in index.segments:
        name = segment.name or f"{uuid.uuid4().hex}.words"
        if segment.name is None:
            write_durably(folder / name, segment.words.tobytes())
        segments.append(Segment(segment.words, segment.files, name))
    listed = [{"file": one.name, "holds": sorted(one.files)} for one in segments]
    write_durably(folder / _MANIFEST, json.dumps({"features": _KIND, "segments": listed}).encode())
    living = {segment.name for segment in segments}
    for path in folder.glob("*.words"):
        if path.name not in living:
            path.unlink(missing_ok=True)
    return FeatureIndex(tuple(segments))


def load_feature_index(folder: Path) -> FeatureIndex:
    """Return the index stored in a folder; an empty one where there is none, or one of another kind of features.

    Raises BadWorkspace when the files contradict each other.
    """
    for _ in range(3):  # a writer may merge away a segment between our two reads
        index = _load_once(folder)
        if index is not None:
            return index
    raise _bad("lacks a file that it names")


def _load_once(folder: Path) -> FeatureIndex | None:
    """Return the stored index, or None when a segment named by the list is not there."""
    try:
        content = json.loads((folder / _MANIFEST).read_bytes())
    except FileNotFoundError:
        return FeatureIndex()
    except (OSError, ValueError) as fault:
        raise _bad("has a list that cannot be read") from fault
    try:
        if content["features"] != _KIND:
            return FeatureIndex()
        segments = []
        for listed in content["segments"]:
            name = str(listed["file"])
            if Path(name).name != name:
                raise _bad("names a file outside of its folder")
            words = np.memmap(folder / name, dtype="<u4", mode="r").view(np.ndarray)
            segment = Segment(words, frozenset(map(int, listed["holds"])), name)
            if len(words) < 2 or len(words) != _length(segment):
                raise _bad("holds a file that was cut off")
            segments.append(segment)
        return FeatureIndex(tuple(segments))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _bad("cannot be read") from fault


def _length(segment: Segment) -> int:
    return 3 + 3 * segment.pages + 6 * segment.count + TABLES * (KEYS + 1 + segment.count)


def _bad(how: str) -> BadWorkspace:
    return BadWorkspace(
        f"The index of what pages look like {how}.",
        fix="remove the folder index/looks of the workspace; it is built again.",
    )
