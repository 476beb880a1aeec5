import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.codes import screen as screening
from dyeline.codes.design import probabilities, site_weights
from dyeline.codes.planes import plane_codewords, row_layout
from dyeline.codes.screen import prepare, screen_list, screen_range

SECRET = bytes(range(32))
VARIANTS = [2] * 300 + [4] * 70 + [3] * 5 + [5] * 3


def _weights() -> NDArray[np.int64]:
    return site_weights(VARIANTS, SECRET)


def test_any_copy_can_be_made_alone() -> None:
    together = plane_codewords(SECRET, range(50), _weights())
    assert np.array_equal(plane_codewords(SECRET, [7, 49, 3], _weights()), together[[7, 49, 3]])
    far = plane_codewords(SECRET, [10**12], _weights())
    assert np.array_equal(plane_codewords(SECRET, [10**12, 10**12 + 1], _weights())[:1], far)


def test_symbols_have_the_chances_of_the_design() -> None:
    # 20,000 words of 378 sites; the standard error of a share is at most 0.0035, five of them are allowed
    words = plane_codewords(SECRET, range(20_000), _weights())
    prior = probabilities(_weights())
    for symbol in range(5):
        assert np.abs((words == symbol).mean(axis=0) - prior[:, symbol]).max() < 0.018


def test_copies_and_secrets_are_unrelated() -> None:
    even = site_weights([2] * 128, SECRET)
    one, other = plane_codewords(SECRET, range(400), even), plane_codewords(bytes(32), range(400), even)
    # 51,200 even bits each: a share of agreements off by 0.011 is 5 standard errors
    assert abs((one == other).mean() - 0.5) < 0.011
    assert abs((one[:-1] == one[1:]).mean() - 0.5) < 0.011


def test_the_design_takes_two_stream_bits_a_site() -> None:
    weights = np.array([[128, 128], [224, 32], [32, 224], [128, 128]] * 256)
    assert row_layout(weights).row_words * 64 == 2 * 1024


def _screen() -> screening.Screen:
    return prepare(SECRET, _weights(), np.random.default_rng(2).normal(size=(len(VARIANTS), 5)))


def test_rounded_scores_are_sums_over_sites() -> None:
    made = _screen()
    words = plane_codewords(SECRET, range(1_000), _weights())
    want = made.values[np.arange(len(VARIANTS)), words].sum(axis=1)
    found = screen_range(made, 0, 1_000, 20)
    order = np.lexsort((np.arange(1_000), -want))[:20]
    assert np.array_equal(found.index, order) and np.array_equal(found.score, want[order])
    assert np.array_equal(np.repeat(np.arange(found.count.size) + found.lowest, found.count), np.sort(want))


def test_sites_of_three_and_five_symbols_alone_rank_a_list() -> None:
    weights = site_weights([3, 5] * 30, SECRET)
    word = plane_codewords(SECRET, [777], weights)[0].astype(np.int64)
    nats = np.full(weights.shape, -2.0)
    nats[np.arange(60), word] = 1.0
    nats[40:] = 0.25  # not read: what every copy gets
    found = screen_range(prepare(SECRET, weights, nats), 0, 2_000, 3)
    assert found.index[0] == 777 and found.score[0] > found.score[1] + 20
    assert found.count.sum() == 2_000


def test_the_compiled_kernel_and_numpy_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("numba") is None:
        pytest.skip("numba is not installed")
    compiled = screen_range(_screen(), 100, 1_100, 30)
    monkeypatch.setitem(sys.modules, "dyeline.codes.kernels", None)  # as if numba were not there
    plain = screen_range(_screen(), 100, 1_100, 30)
    assert np.array_equal(compiled.index, plain.index) and np.array_equal(compiled.count, plain.count)


def test_a_list_cut_into_ranges_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = screen_list(_screen(), 5_000, 50)
    monkeypatch.setattr(screening, "RANGE", 700)
    with ThreadPoolExecutor(2) as pool:
        parts = screen_list(_screen(), 5_000, 50, pool)
    assert np.array_equal(whole.index, parts.index) and np.array_equal(whole.count, parts.count)


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    whole = screen_list(_screen(), 5_000, 50)
    monkeypatch.setattr(screening, "RANGE", 1_300)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        parts = screen_list(_screen(), 5_000, 50, client.get_executor())
    assert np.array_equal(whole.index, parts.index) and np.array_equal(whole.score, parts.score)
    assert np.array_equal(whole.count, parts.count)
