from __future__ import annotations

import sys

import pytest

from dyeline.cli.progress import progress, watching


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


def test_what_is_being_done_is_not_told_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with watching() as watch:
        watch("Reading pages", 2, 17)
    assert capsys.readouterr() == ("", "")


def test_what_is_being_done_is_told_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")  # the console asks the file itself
    with watching() as watch:
        watch("Reading pages", 2, 17)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Reading pages: 3 of 17" in printed.err
