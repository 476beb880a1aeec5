"""Resolve every requirement anew in a fresh environment and write the pins to constraints.txt.

Run by `make constraints`. Needs nothing but the standard library and a reachable package index;
addresses, hashes and local paths are left out of the file on purpose.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "constraints.txt"
HEADER = """\
# Exact versions of all that `make setup` installs, the build backend included.
# Ranges are in pyproject.toml. Refresh with `make constraints`, then `make test` (CONTRIBUTING.md).
"""


def requirements() -> list[str]:
    """Return every requirement of pyproject.toml: build backend, run time, all extras."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"].values()
    return [
        *settings["build-system"]["requires"],
        *settings["project"]["dependencies"],
        *(requirement for extra in extras for requirement in extra),
    ]


def resolve(directory: Path) -> list[str]:
    """Return ``name==version`` of all that pip installs for the requirements, sorted."""
    venv.create(directory, with_pip=True)
    python = directory / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *requirements()], check=True)
    frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    pins = [line for line in frozen.splitlines() if "==" in line]
    return sorted(pins, key=str.casefold)


def main() -> int:
    """Write the file; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="dyeline-pins-") as directory:
        pins = resolve(Path(directory) / "venv")
    TARGET.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(pins)} pins\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
