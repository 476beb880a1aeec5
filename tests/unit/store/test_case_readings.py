from __future__ import annotations

import numpy as np
import pytest

from dyeline.errors import BadWorkspace
from dyeline.store.case_readings import StoredReading, dump_readings, load_readings


def test_readings_come_back_as_they_were() -> None:
    rng = np.random.default_rng(1)
    loglik = np.where(rng.random((30, 1)) < 0.5, rng.normal(size=(30, 3)), 0.0)
    stored = [
        StoredReading("X-001", loglik, np.arange(5), rng.random(5), rng.normal(size=5)),
        StoredReading("X-002", np.zeros((0, 2)), np.arange(0), np.zeros(0), np.zeros(0)),
    ]
    found = load_readings(dump_readings(stored))
    assert [one.circulation for one in found] == ["X-001", "X-002"]
    for one, other in zip(stored, found, strict=True):
        for name in ("loglik", "indices", "p_value", "mixture_nats"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
    assert load_readings(dump_readings([])) == ()


@pytest.mark.parametrize("cut", [0, 10, 200, -30])
def test_damaged_readings_are_said_to_be_damaged(cut: int) -> None:
    data = dump_readings([StoredReading("X-001", np.eye(3), np.arange(2), np.ones(2), np.ones(2))])
    with pytest.raises(BadWorkspace):
        load_readings(data[:cut])
