"""Entries have one way to be written, state what their kind demands, and hide what must not be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.evidence.commitment import commitment_of, new_salt, opens
from dyeline.evidence.entries import BadEntry, canonical_json, entry_bytes, parse_entry

AT = datetime(2026, 11, 22, 10, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
FACTS = {"circulation": "X-001", "copies": 40, "commitment": "ab"}


def test_an_entry_is_written_as_the_format_says() -> None:
    data = entry_bytes("circulation.issued", FACTS, at=AT, actor="A-1", role="issuer")
    assert data == (
        b'{"at":"2026-11-22T09:30:00.123Z","by":{"actor":"A-1","role":"issuer"},'
        b'"facts":{"circulation":"X-001","commitment":"ab","copies":40},"kind":"circulation.issued","v":1}'
    )
    entry = parse_entry(data)
    assert (entry.kind, entry.actor, entry.role, entry.facts) == (
        "circulation.issued",
        "A-1",
        "issuer",
        FACTS,
    )


@pytest.mark.parametrize(
    ("kind", "facts", "role"),
    [
        ("copy.burnt", FACTS, "issuer"),
        ("circulation.issued", FACTS, "owner"),
        ("circulation.issued", {"circulation": "X-001"}, "issuer"),
        ("circulation.issued", {**FACTS, "copies": float("nan")}, "issuer"),
    ],
)
def test_what_is_no_entry_is_not_written(kind: str, facts: dict[str, Any], role: Any) -> None:
    with pytest.raises(ValueError, match=r"entr|Out of range"):
        entry_bytes(kind, facts, at=AT, actor="A-1", role=role)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v": 1'),
        (b'"kind":"circulation.issued"', b'"kind":7'),
        (b"09:30:00.123Z", b"09:30:00Z"),
        (b'"role":"issuer"', b'"role":null'),
        (b',"role":"issuer"', b""),
        (b'"facts":{', b'"facts":{"copies":41,'),
        (b"40", b"4e1"),
        (b"}", b""),
        (b"ab", b"\xff"),
        (b"ab", b"\\u0061b"),
    ],
)
def test_another_way_to_write_it_is_no_entry(old: bytes, new: bytes) -> None:
    data = entry_bytes("circulation.issued", FACTS, at=AT, actor="A-1", role="issuer")
    with pytest.raises(BadEntry):
        parse_entry(data.replace(old, new))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_refused(data: bytes) -> None:
    with pytest.raises(BadEntry):
        parse_entry(data)


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    with pytest.raises(BadEntry):
        parse_entry(b"[" * 100_000)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.floats(allow_nan=False, allow_infinity=False)
    )
)
def test_canonical_json_survives_a_reading_program(value: dict[str, float]) -> None:
    import json

    assert canonical_json(json.loads(json.dumps(value))) == canonical_json(value)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_a_commitment_opens_for_its_bytes_alone(data: bytes, other: bytes) -> None:
    salt = new_salt()
    commitment = commitment_of(salt, data)
    assert opens(commitment, salt, data)
    assert opens(commitment, salt, other) == (other == data)
    assert not opens(commitment, new_salt(), data)
    assert not opens(commitment, salt[:31], data)


def test_the_moment_is_in_universal_time() -> None:
    entry = parse_entry(entry_bytes("circulation.issued", FACTS, at=AT, actor="A-1", role="issuer"))
    assert datetime.fromisoformat(entry.at) == datetime(2026, 11, 22, 9, 30, 0, 123_000, tzinfo=UTC)
