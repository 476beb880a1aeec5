"""Descriptions of pages and their index on disk: kept, and refused when damaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dyeline.errors import BadWorkspace
from dyeline.match.pages.feature_index import DescribedPage, FeatureIndex
from dyeline.store.feature_files import load_feature_index, save_feature_index
from dyeline.store.features_npz import dump_features, load_features


def pages(seed: int, count: int = 2) -> list[DescribedPage]:
    rng = np.random.default_rng(seed)
    return [DescribedPage(k - 1, rng.integers(0, 2**32, (5 + k, 6), dtype=np.uint32)) for k in range(count)]


def same(one: FeatureIndex, other: FeatureIndex) -> bool:
    pairs = zip(one.segments, other.segments, strict=True)
    return all(a.files == b.files and np.array_equal(a.words, b.words) for a, b in pairs)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_description_comes_back(count: int) -> None:
    before = pages(1, count)
    after = load_features(dump_features(before))
    assert after is not None and len(after) == count
    for one, other in zip(before, after, strict=True):
        assert one.number == other.number and np.array_equal(one.features, other.features)


def test_a_description_of_another_kind_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump_features(pages(1))
    monkeypatch.setattr("dyeline.store.features_npz.FEATURES_VERSION", "other/1")
    assert load_features(data) is None


def test_bytes_that_are_no_description_are_refused() -> None:
    for data in (b"", b"PK\x03\x04", dump_features(pages(1))[:200]):
        with pytest.raises(BadWorkspace):
            load_features(data)


def test_an_index_comes_back_and_what_is_not_used_goes(tmp_path: Path) -> None:
    folder = tmp_path / "looks"
    assert load_feature_index(folder).segments == ()
    first = save_feature_index(FeatureIndex().extended({2: pages(2)}), folder)
    assert same(load_feature_index(folder), first)
    both = save_feature_index(load_feature_index(folder).extended({4: pages(3)}), folder)
    assert same(load_feature_index(folder), both) and both.files == {2, 4}
    assert len(list(folder.glob("*.words"))) == len(both.segments)


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "looks"
    saved = save_feature_index(FeatureIndex().extended({2: pages(2)}), folder)
    name = folder / str(saved.segments[0].name)
    whole = name.read_bytes()
    for damage in (whole[:-4], whole[:5], b""):
        name.chmod(0o600)
        name.write_bytes(damage)
        with pytest.raises(BadWorkspace):
            load_feature_index(folder)
    name.unlink()
    with pytest.raises(BadWorkspace):
        load_feature_index(folder)
    (folder / "segments.json").write_text("{")
    with pytest.raises(BadWorkspace):
        load_feature_index(folder)


def test_an_index_over_another_kind_of_features_is_empty(tmp_path: Path) -> None:
    save_feature_index(FeatureIndex().extended({2: pages(2)}), tmp_path)
    listed = json.loads((tmp_path / "segments.json").read_text())
    (tmp_path / "segments.json").write_text(json.dumps(listed | {"features": "other/1"}))
    assert load_feature_index(tmp_path).segments == ()
