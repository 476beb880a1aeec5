from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dyeline.errors import BadWorkspace, StorageFailed
from dyeline.match.grams import sample_grams
from dyeline.match.index import GramIndex, load_index
from tests.unit.match.texts import make_text

TEXTS = {k: make_text(120, seed=k) for k in range(1, 30)}


def contents(index: GramIndex) -> list[tuple[int, int]]:
    pairs = [tuple(row) for s in index.segments for row in s.entries.T.tolist()]
    return sorted(pairs)


def test_one_by_one_is_the_same_as_all_at_once() -> None:
    at_once = GramIndex().extended(TEXTS)
    slowly = GramIndex()
    for number, text in TEXTS.items():
        slowly = slowly.extended({number: text})
    assert contents(slowly) == contents(at_once)
    assert slowly.versions == at_once.versions == set(TEXTS)
    assert len(slowly.segments) <= 6


def test_find_returns_every_place_of_a_key() -> None:
    index = GramIndex().extended({7: TEXTS[1]}).extended({9: TEXTS[1]})
    grams = sample_grams(TEXTS[1])
    which, values = index.find(grams.keys[:5])
    assert sorted(set(which.tolist())) == [0, 1, 2, 3, 4]
    for k, value in zip(which.tolist(), values.tolist(), strict=True):
        assert value >> 32 in (7, 9)
        hits = np.flatnonzero(grams.starts == (value & 0xFFFFFFFF))
        assert grams.keys[hits[0]] == grams.keys[k]


def test_adding_again_changes_nothing() -> None:
    index = GramIndex().extended(TEXTS)
    assert index.extended({3: "another text entirely"}) is index


def test_saved_and_loaded(tmp_path: Path) -> None:
    index = GramIndex().extended({1: TEXTS[1]}).save(tmp_path / "index")
    index = index.extended({2: TEXTS[2], 3: ""}).save(tmp_path / "index")
    for mmap in (True, False):
        loaded = load_index(tmp_path / "index", mmap=mmap)
        assert contents(loaded) == contents(index)
        assert loaded.versions == {1, 2, 3}
    assert len(list((tmp_path / "index").glob("*.npy"))) == len(index.segments)


def test_nothing_there_is_an_empty_index(tmp_path: Path) -> None:
    assert load_index(tmp_path / "none").versions == frozenset()


def test_a_crash_before_the_switch_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = GramIndex().extended({1: TEXTS[1]}).save(tmp_path)

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(StorageFailed, match="No space left"):
            old.extended({2: TEXTS[2]}).save(tmp_path)
    loaded = load_index(tmp_path)
    assert contents(loaded) == contents(old)
    # the next save clears away what the crash left
    new = loaded.extended({2: TEXTS[2]}).save(tmp_path)
    assert {p.name for p in tmp_path.glob("*.npy")} == {s.file_name for s in new.segments}


@pytest.mark.parametrize("damage", ["list", "type", "missing", "cut", "version", "outside"])
def test_damage_is_a_workspace_error(tmp_path: Path, damage: str) -> None:
    GramIndex().extended({1: TEXTS[1]}).save(tmp_path)
    segment, listed = next(tmp_path.glob("*.npy")), tmp_path / "segments.json"
    content = json.loads(listed.read_text())
    if damage == "list":
        listed.write_text("{")
    elif damage == "type":
        np.save(segment, np.zeros(3))
    elif damage == "missing":
        segment.unlink()
    elif damage == "cut":
        segment.write_bytes(segment.read_bytes()[:300])
    elif damage == "version":
        listed.write_text(json.dumps(content | {"grams": "grams/0"}))
    else:
        content["segments"][0]["file"] = "../" + segment.name
        listed.write_text(json.dumps(content))
    with pytest.raises(BadWorkspace, match="Fix: Remove the index folder"):
        load_index(tmp_path)
