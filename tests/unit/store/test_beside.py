"""Work beside the caller comes back, with its faults, to whoever began it, in forked processes too."""

from __future__ import annotations

import os
import threading
from functools import partial

import pytest

from dyeline.store.beside import Beside


def test_each_outcome_is_that_of_its_own_work() -> None:
    beside = Beside()
    outcomes = [beside.begin(partial(pow, 2, number)) for number in range(50)]
    outcomes[3].result()
    del outcomes[7]  # nobody waits for it
    assert [outcome.result() for outcome in outcomes[7:]] == [2**number for number in range(8, 50)]
    beside.close()


def test_a_fault_is_raised_where_the_result_is_asked_for() -> None:
    beside = Beside()
    broken, whole = beside.begin(lambda: 1 // 0), beside.begin(lambda: 5)
    assert whole.result() == 5
    with pytest.raises(ZeroDivisionError):
        broken.result()
    beside.close()


def test_it_works_in_a_thread_that_ends_when_it_is_closed_and_again_afterwards() -> None:
    beside = Beside()
    beside.close()
    before = threading.active_count()
    other = beside.begin(threading.get_ident).result()
    assert other != threading.get_ident() and threading.active_count() == before + 1
    beside.close()
    assert threading.active_count() == before
    assert beside.begin(lambda: 7).result() == 7
    beside.close()


def test_a_forked_process_has_a_thread_of_its_own() -> None:
    beside = Beside()
    assert beside.begin(lambda: 1).result() == 1
    child = os.fork()
    if not child:
        beside.close()
        os._exit(beside.begin(lambda: 9).result())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert beside.begin(lambda: 2).result() == 2
    beside.close()
