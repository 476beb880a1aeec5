"""What a confined process may read is the program, never a folder where anybody's files lie."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

import dyeline
from dyeline.sandbox.places import code_folders


@pytest.mark.parametrize("shut", ["temporary", "home"])
def test_code_that_lies_among_other_files_does_not_open_them(
    shut: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside_the_letters.py").touch()
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "elsewhere.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "code")
    for name in ("beside_the_letters", "elsewhere"):
        __import__(name)
    if shut == "home":
        monkeypatch.setenv("HOME", str(tmp_path))
    else:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = code_folders()
    assert tmp_path.resolve() not in folders
    assert (tmp_path / "code").resolve() in folders
    assert any(Path(dyeline.__file__ or "").resolve().is_relative_to(folder) for folder in folders)
    for name in ("beside_the_letters", "elsewhere"):
        del sys.modules[name]
