"""Commands and JSON shown in the pages work as shown.

A ``console`` block is run line by line in one temporary folder per page; below a ``$ command`` stand lines
that its output must contain in this order, with ``…`` for anything. A block with a file name after its
language is written to that file. ``json`` blocks are parsed. What cannot run says so in a comment
``<!-- not run: why -->`` above the block.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, CodeBlock, code_blocks, pages

SHELL_LIKE = {"sh", "bash", "shell", "zsh", "shell-session", "python", "pycon"}
PROMPT = "$ "


def _runnable(page: Path) -> list[CodeBlock]:
    return [block for block in code_blocks(page) if block.language == "console" and not block.not_run]


@pytest.fixture
def shell_environment(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which `dyeline` is the one under test, whatever is installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "dyeline"
    program.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'from dyeline.cli.main import run; run()' \"$@\"\n"
    )
    program.chmod(0o755)
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


def _pattern(line: str) -> re.Pattern[str]:
    words = re.split(r"\s+", line.strip())
    return re.compile(r"\s+".join(re.escape(word).replace("…", ".*?") for word in words))


def _check_console(block: CodeBlock, folder: Path, environment: dict[str, str]) -> None:
    output, at, command = "", 0, ""
    for line in block.body.splitlines():
        if line.startswith(PROMPT):
            command = line.removeprefix(PROMPT)
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                stdin=subprocess.DEVNULL,
            )
            assert done.returncode == 0, f"line {block.line}: {command}\n{done.stdout}{done.stderr}"
            output, at = done.stdout + done.stderr, 0
        elif line.strip():
            found = _pattern(line).search(output, at)
            assert found, (
                f"line {block.line}: {command} does not print {line!r} (in this place) but\n{output}"
            )
            at = found.end()


@pytest.mark.parametrize(
    "page", [page for page in pages() if _runnable(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_of_a_page_work_in_order(
    page: Path, tmp_path: Path, shell_environment: dict[str, str]
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    for block in code_blocks(page):
        if block.file and not block.not_run:
            (folder / block.file).write_text(block.body, encoding="utf-8")
        elif block.language == "console" and not block.not_run:
            _check_console(block, folder, shell_environment)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_are_checked_or_say_that_they_are_not(page: Path) -> None:
    for block in code_blocks(page):
        if block.not_run:
            continue
        assert block.language not in SHELL_LIKE, f"line {block.line}: use console, or say that it is not run"
        if block.language == "json":
            json.loads(block.body)


def test_the_tutorial_is_among_the_pages_that_run() -> None:
    assert _runnable(ROOT / "docs" / "tutorial" / "first-circulation.md")
