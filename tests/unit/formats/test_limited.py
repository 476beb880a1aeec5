"""A file is read in a process of its own: what it may use up is limited, and a crash hurts nobody."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dyeline.errors import BadInput, TooLarge, UnreadableFile
from dyeline.formats.limited import within_limits

limited = partial(within_limits, seconds=20, megabytes=500)


def test_the_result_comes_back() -> None:
    text, pixels = limited(lambda: ("text", np.full((500, 400, 3), 7, dtype=np.uint8)))
    assert text == "text" and pixels.shape == (500, 400, 3) and (pixels == 7).all()


def test_what_the_child_does_stays_in_the_child() -> None:
    seen: list[int] = []
    limited(lambda: seen.append(1))
    assert seen == []


def test_an_error_of_ours_comes_back_whole() -> None:
    def refuse() -> None:
        raise BadInput("The file has 3 heads.", fix="give one with 1.", heads=3)

    with pytest.raises(BadInput) as caught:
        limited(refuse)
    assert str(caught.value) == "The file has 3 heads. Fix: give one with 1."
    assert caught.value.facts == {"heads": 3}


def test_a_fault_comes_back_with_the_place_where_it_happened() -> None:
    def stumble() -> None:
        [][1]

    with pytest.raises(IndexError) as caught:
        limited(stumble)
    assert "in stumble" in caught.value.__notes__[0]


def test_too_much_memory() -> None:
    with pytest.raises(TooLarge, match="more than 200 MB") as caught:
        limited(lambda: bytes(10**9), megabytes=200)
    assert caught.value.fix


def test_memory_that_is_there_is_given() -> None:
    assert limited(lambda: len(bytes(10**8)), megabytes=200) == 10**8


def test_too_much_time() -> None:
    def work() -> None:
        while True:
            pass

    with pytest.raises(TooLarge, match="more than 1 s"):
        limited(work, seconds=1)


@pytest.mark.parametrize(("end", "name"), [(os.abort, "SIGABRT"), (partial(os._exit, 3), "exit status 3")])
def test_a_crash(end: object, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        limited(end)  # type: ignore[arg-type]


def test_a_result_that_does_not_pickle_is_no_crash_of_ours() -> None:
    with pytest.raises(UnreadableFile, match="exit status 1"):
        limited(lambda: lambda: None)


def _open_files() -> int:
    folder = Path("/dev/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_nothing_is_left_over() -> None:
    before = _open_files()
    for _ in range(5):
        limited(lambda: None)
    after = _open_files()
    assert after == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
