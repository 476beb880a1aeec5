from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.errors import BadWorkspace
from dyeline.store.keys import Keys


def test_secrets_are_32_bytes_all_different_and_private(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    names = [keys.new_secret() for _ in range(5)]
    secrets = {keys.load_secret(name) for name in names}
    assert len(set(names)) == len(secrets) == 5
    assert {len(secret) for secret in secrets} == {32}
    assert {(tmp_path / "keys" / name).stat().st_mode & 0o777 for name in names} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_open_to_others_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    keys = Keys(tmp_path)
    name = keys.new_secret()
    (tmp_path / name).chmod(mode)
    with pytest.raises(BadWorkspace, match=f"mode 0{mode:o}") as caught:
        keys.load_secret(name)
    assert f"chmod 600 '{tmp_path / name}'" in caught.value.fix


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_damaged(tmp_path: Path, length: int) -> None:
    keys = Keys(tmp_path)
    name = keys.new_secret()
    (tmp_path / name).write_bytes(bytes(length))
    with pytest.raises(BadWorkspace, match="does not hold 32 bytes"):
        keys.load_secret(name)


def test_a_lost_key_says_what_is_lost_with_it(tmp_path: Path) -> None:
    with pytest.raises(BadWorkspace, match="missing") as caught:
        Keys(tmp_path).load_secret("0123456789abcdef.key")
    assert "cannot be traced" in caught.value.fix or "no copy" in caught.value.fix


def test_a_name_that_is_no_key_never_reaches_the_disk(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="key name"):
        Keys(tmp_path).load_secret("../dyeline.toml")
