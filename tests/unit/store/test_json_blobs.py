from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.errors import BadWorkspace
from dyeline.model.document import Block
from dyeline.model.sites import Place, Site
from dyeline.store.blocks_json import dump_blocks, load_blocks
from dyeline.store.sites_json import dump_sites, load_sites

_OFFSETS = st.integers(0, 2**40)
_PLACES = st.integers(2, 5).flatmap(
    lambda variants: st.lists(
        st.builds(Place, _OFFSETS, _OFFSETS, st.tuples(*[st.text(max_size=3)] * variants)),
        min_size=1,
        max_size=3,
    ).map(tuple)
)
_SITES = st.builds(
    Site,
    st.text(max_size=8),
    st.sampled_from(["wording/1", "character/1"]),
    st.sampled_from(["phrase", "intro-comma"]),
    _PLACES,
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
    st.booleans(),
)


@given(st.lists(_SITES, max_size=20))
def test_sites_come_back_as_they_were(sites: list[Site]) -> None:
    data = dump_sites(sites)
    assert load_sites(data) == sites
    assert dump_sites(load_sites(data)) == data


def test_invisible_variants_and_lone_surrogates_survive() -> None:
    sites = [Site("s", "character/1", "zw", (Place(3, 3, ("", "\u200c", "\ud800", "\ufe00\u034f")),))]
    data = dump_sites(sites)
    assert data.isascii()
    assert load_sites(data) == sites


def _broken() -> list[bytes]:
    sites = [Site("s", "a/1", "c", (Place(0, 1, ("a", "b")), Place(2, 3, ("a", "b"))))]
    good = json.loads(dump_sites(sites))
    changes = [
        {"places": [1]},
        {"places": [3]},
        {"text": [0]},
        {"text": [0, 9]},
        {"version": "sites/9"},
        {"id": 5},
    ]
    return [json.dumps({**good, **change}).encode() for change in changes] + [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"null",
    ]


@pytest.mark.parametrize("data", _broken())
def test_bytes_that_are_not_sites_are_refused(data: bytes) -> None:
    with pytest.raises(BadWorkspace):
        load_sites(data)


def test_blocks_come_back_as_they_were() -> None:
    blocks = (Block(0, 5, "heading", 1), Block(6, 9, "paragraph"))
    assert load_blocks(dump_blocks(blocks)) == blocks
    for data in (b"", b"{}", b"null", b'{"version":"blocks/9"}'):
        with pytest.raises(BadWorkspace):
            load_blocks(data)
