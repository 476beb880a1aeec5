from __future__ import annotations

import io

import numpy as np
import pytest

from dyeline.errors import BadWorkspace
from dyeline.store.case_readings import WITHOUT_PAIRS, StoredReading, dump_readings, load_readings

PAIRS = np.array([[1, 3]])
NO_PAIRS = np.zeros((0, 2), dtype=np.int64)


def test_readings_from_before_pairs_were_kept_have_none() -> None:
    one = StoredReading("X-001", np.eye(3), np.arange(4), np.ones(4), np.ones(4), PAIRS, np.array([9.5]))
    with np.load(io.BytesIO(dump_readings([one]))) as archive:
        columns = {name: archive[name] for name in archive.files if not name.startswith("pair_")}
    old = io.BytesIO()
    np.savez_compressed(old, allow_pickle=False, **columns | {"format": np.array(WITHOUT_PAIRS)})
    (found,) = load_readings(old.getvalue())
    assert found.pair_rows.shape == (0, 2) and found.pair_nats.size == 0
    assert np.array_equal(found.loglik, one.loglik)


def test_readings_come_back_as_they_were() -> None:
    rng = np.random.default_rng(1)
    loglik = np.where(rng.random((30, 1)) < 0.5, rng.normal(size=(30, 3)), 0.0)
    stored = [
        StoredReading(
            "X-001", loglik, np.arange(5), rng.random(5), rng.normal(size=5), PAIRS, np.array([9.5])
        ),
        StoredReading(
            "X-002", np.zeros((0, 2)), np.arange(0), np.zeros(0), np.zeros(0), NO_PAIRS, np.zeros(0)
        ),
    ]
    found = load_readings(dump_readings(stored))
    assert [one.circulation for one in found] == ["X-001", "X-002"]
    for one, other in zip(stored, found, strict=True):
        for name in ("loglik", "indices", "p_value", "mixture_nats", "pair_rows", "pair_nats"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
    assert load_readings(dump_readings([])) == ()


@pytest.mark.parametrize("cut", [0, 10, 200, -30])
def test_damaged_readings_are_said_to_be_damaged(cut: int) -> None:
    one = StoredReading("X-001", np.eye(3), np.arange(2), np.ones(2), np.ones(2), NO_PAIRS, np.zeros(0))
    data = dump_readings([one])
    with pytest.raises(BadWorkspace):
        load_readings(data[:cut])
