from __future__ import annotations

import sys

import pytest

from dyeline.cli.progress import progress


def test_silent_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("copies") as report:
        report(1, 10)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_it_is_drawn_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress("copies") as report:
        report(5, 10)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "copies" in printed.err
    assert "5/10" in printed.err
