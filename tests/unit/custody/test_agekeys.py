from __future__ import annotations

import pyrage
import pytest

from dyeline.custody.agekeys import key_file, new_identity, read_key_file, read_recipient
from dyeline.errors import BadInput, BadKey


def test_a_key_file_reads_back_and_is_one_of_the_age_tool() -> None:
    identity = new_identity()
    lines = key_file(identity, made="2026-03-01").decode().splitlines()
    assert lines[0] == "# created: 2026-03-01"
    assert lines[1] == f"# public key: {identity.recipient.text}"
    assert read_key_file("\r\n".join(lines).encode()) == identity
    sealed = read_recipient(f" {identity.recipient.text}\n").encrypt(b"word")
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(lines[2])]) == b"word"


def test_a_locked_key_file_needs_its_passphrase() -> None:
    identity = new_identity()
    locked = key_file(identity, made="2026-03-01", phrase="correct horse")
    assert identity.secret.encode() not in locked
    assert read_key_file(locked, phrase="correct horse") == identity
    with pytest.raises(BadKey, match="passphrase"):
        read_key_file(locked, phrase="wrong horse")


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"AGE-SECRET-KEY-1QQQ", b"age-encryption.org/v1\n-> junk", b"# public key: age1\n"],
)
def test_a_file_without_one_sound_key_is_refused(data: bytes) -> None:
    with pytest.raises(BadKey):
        read_key_file(data)


def test_a_file_of_two_keys_is_refused() -> None:
    two = key_file(new_identity(), made="") + key_file(new_identity(), made="")
    with pytest.raises(BadKey, match="2 secret"):
        read_key_file(two)


@pytest.mark.parametrize(
    "text", ["", "age1", "age1" + "q" * 58, "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQ", "\udc80"]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_recipient(text)


def test_no_secret_shows_in_what_is_printed_of_a_key() -> None:
    identity = new_identity()
    assert identity.secret not in repr(identity)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadKey):
        new_identity().decrypt(new_identity().recipient.encrypt(b"word"))
