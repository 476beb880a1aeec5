"""Signed notes: what is written is read back, and nothing else is."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.evidence.merkle import leaf_hash
from dyeline.evidence.note import (
    COSIGNATURE,
    ED25519,
    BadNote,
    Checkpoint,
    Signer,
    open_note,
    parse_checkpoint,
    parse_verifier,
    sign,
    signed,
    unchecked_text,
)

LOG = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = Signer(
    "witness.example.org", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
)
CHECKPOINT = Checkpoint("example.org/log", 7, leaf_hash(b"seven"))
NOTE = signed(
    CHECKPOINT.text, [sign(CHECKPOINT.text, LOG), sign(CHECKPOINT.text, WITNESS, time_s=1_700_000_000)]
)


def test_a_checkpoint_comes_back_with_who_signed_it_and_when() -> None:
    text, signatures = open_note(NOTE, [LOG.verifier, WITNESS.verifier])
    assert parse_checkpoint(text) == CHECKPOINT
    assert {s.verifier.name: s.time for s in signatures} == {
        "example.org/log": None,
        "witness.example.org": 1_700_000_000,
    }
    assert unchecked_text(NOTE) == CHECKPOINT.text


def test_strangers_signatures_are_passed_over_but_do_not_suffice() -> None:
    assert len(open_note(NOTE, [LOG.verifier])[1]) == 1
    stranger = Signer("other.example.org", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(BadNote, match="nobody"):
        open_note(NOTE, [stranger.verifier])


def test_a_key_is_read_back_from_its_line() -> None:
    for signer in (LOG, WITNESS):
        line = str(signer.verifier)
        assert parse_verifier(line) == signer.verifier
        for changed in (line[:-1], line.replace("+", "-", 1), "x" + line, line + "="):
            with pytest.raises(BadNote):
                parse_verifier(changed)


def test_every_changed_byte_is_noticed() -> None:
    """Of a note that both have signed, no byte can be changed, added or taken away."""
    both = [LOG.verifier, WITNESS.verifier]
    data = NOTE.encode()
    accepted = []
    for at in range(len(data)):
        for changed in (
            data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
            data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :],
            data[:at] + data[at + 1 :],
            data[:at] + b" " + data[at:],
            data[:at] + b"\n" + data[at:],
            data[:at] + b"\x0b" + data[at:],
        ):
            try:
                text, signatures = open_note(changed.decode(), both)
                parse_checkpoint(text)
            except (BadNote, UnicodeDecodeError):
                continue
            if len(signatures) == 2:
                accepted.append((at, changed))
    assert accepted == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAA==\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        CHECKPOINT.text + "more\n",
        "\n" + CHECKPOINT.text,
    ],
)
def test_other_texts_are_no_checkpoint(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text)


def test_a_cosignature_states_its_time() -> None:
    with pytest.raises(ValueError, match="time"):
        sign(CHECKPOINT.text, WITNESS)
