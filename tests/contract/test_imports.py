"""Who may import whom: the contracts of pyproject.toml, and what importing a package really loads."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import dyeline

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    *(
        "issue",
        "trace",
        "forecast",
        "carriers",
        "formats",
        "codes",
        "match",
        "stats",
        "facts",
        "access",
        "text",
    ),
    *("evidence", "custody", "model"),
)
KITS = ("testing",)
EDGE = ("django", "typer", "rich", "click", "dyeline.store", "dyeline.app", "dyeline.cli")
SLOW = ("django", "numpy", "spacy", "lxml", "docx", "pypdfium2", "cryptography", "pyrage")


def _modules(package: str) -> list[str]:
    folder = Path(dyeline.__file__).parent / package
    inside = pkgutil.walk_packages([str(folder)], prefix=f"dyeline.{package}.")
    return [f"dyeline.{package}", *(module.name for module in inside)]


def _loaded(modules: list[str], watched: tuple[str, ...]) -> list[str]:
    """Return which of ``watched`` a fresh process has loaded after importing ``modules``."""
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(*[name for name in {watched!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT / "src"))
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_importing_the_core_loads_no_database_and_no_terminal() -> None:
    modules = [name for package in (*CORE, *KITS) for name in _modules(package)]
    assert len(modules) > 30
    assert _loaded(modules, EDGE) == []


def test_the_command_line_starts_without_what_only_some_commands_need() -> None:
    assert _loaded(["dyeline.cli.main"], SLOW) == []
