"""A file is read in a confined process: what it may use up is limited, and a crash hurts nobody."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dyeline.errors import BadInput, TooLarge, UnreadableFile
from dyeline.formats import limited as doors
from dyeline.formats.limited import within_limits
from dyeline.sandbox.answers import Untold

limited = partial(within_limits, seconds=20, megabytes=500)
seen: list[int] = []


def text_and_pixels() -> tuple[str, object]:
    return "text", np.full((500, 400, 3), 7, dtype=np.uint8)


def refuse() -> None:
    raise BadInput("The file has 3 heads.", fix="give one with 1.", heads=3)


def stumble() -> None:
    [][1]


def see() -> None:
    seen.append(1)


def how_often() -> int:
    return len(seen)


def use(size: int) -> int:
    return len(bytes(size))


def spin() -> None:
    while True:
        pass


def nothing() -> None:
    pass


def unsent() -> object:
    return nothing


def test_the_result_comes_back() -> None:
    text, pixels = limited(text_and_pixels)
    assert text == "text" and pixels.shape == (500, 400, 3) and (pixels == 7).all()


def test_what_a_job_does_stays_in_the_job() -> None:
    limited(see)
    assert seen == [] and limited(how_often) == 0


def test_an_error_of_ours_comes_back_whole() -> None:
    with pytest.raises(BadInput) as caught:
        limited(refuse)
    assert str(caught.value) == "The file has 3 heads. Fix: give one with 1."
    assert caught.value.facts == {"heads": 3}


def test_a_fault_comes_back_with_the_place_where_it_happened() -> None:
    with pytest.raises(IndexError) as caught:
        limited(stumble)
    assert "in stumble" in caught.value.__notes__[0]


def test_too_much_memory() -> None:
    with pytest.raises(TooLarge, match="more than 200 MB") as caught:
        limited(partial(use, 10**9), megabytes=200)
    assert caught.value.fix and caught.value.facts["limit"] == "memory"


def test_memory_that_is_there_is_given() -> None:
    assert limited(partial(use, 10**8), megabytes=200) == 10**8


def test_too_much_time() -> None:
    with pytest.raises(TooLarge, match="more than 1 s") as caught:
        limited(spin, seconds=1)
    assert caught.value.facts["limit"] == "seconds"


def test_too_large_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "ANSWER_BYTES", 2**20)
    with pytest.raises(TooLarge, match="more than 1 MB") as caught:
        limited(partial(bytes, 2**21))
    assert caught.value.facts["limit"] == "answer"


@pytest.mark.parametrize(("end", "name"), [(os.abort, "SIGABRT"), (partial(os._exit, 3), "exit status 3")])
def test_a_crash(end: object, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        limited(end)  # type: ignore[arg-type]


def test_a_result_that_cannot_be_sent_is_a_fault_that_names_its_class() -> None:
    with pytest.raises(Untold, match="test_limited"):
        limited(unsent)


def _open_files() -> int:
    folder = Path("/dev/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_nothing_is_left_over() -> None:
    limited(nothing)
    before = _open_files()
    for _ in range(5):
        limited(nothing)
    assert _open_files() == before
