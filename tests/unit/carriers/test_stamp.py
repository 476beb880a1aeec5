from __future__ import annotations

import hashlib
import hmac

from dyeline.carriers.stamp import find_stamps, stamp_for, stamps_in

SECRET = bytes(range(32))


def test_a_stamp_is_an_hmac_of_the_copy_index() -> None:
    digest = hmac.new(SECRET, b"dyeline stamp/1 7", hashlib.sha256).hexdigest()
    assert stamp_for(SECRET, 7) == f"dy1-{digest[:32]}"


def test_stamps_tell_copies_and_circulations_apart() -> None:
    assert len({stamp_for(SECRET, k) for k in range(500)}) == 500
    assert stamp_for(SECRET, 1) != stamp_for(SECRET[::-1], 1)


def test_stamps_are_found_in_any_text_once() -> None:
    one, two = stamp_for(SECRET, 1), stamp_for(SECRET, 2)
    text = f"<meta id='{two.upper()}'> {one};{two} x{one} {one}0 dy1-123"
    assert stamps_in(text) == [two, one]


def test_find_stamps_names_the_copies() -> None:
    seen = [f"urn:{stamp_for(SECRET, 3)}", stamp_for(b"another", 4), "noise"]
    assert find_stamps(seen, SECRET, range(10)) == [3]
    assert find_stamps(["noise"], SECRET, range(10)) == []
    assert find_stamps([], SECRET, range(10)) == []
