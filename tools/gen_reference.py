"""Write docs/reference from the code; with ``--check`` say which pages are stale and change nothing.

Every page is a function without arguments that returns Markdown, listed in ``PAGES``. Nothing in a
page depends on the machine, the terminal or the time.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tools.reference import carriers, commands, errors, schema, settings  # noqa: E402

TARGET = ROOT / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "carriers.md": carriers.page,
    "cli.md": commands.page,
    "errors.md": errors.page,
    "finding-schema.md": schema.page,
    "settings.md": settings.page,
}
STAMP = "<!-- Written by tools/gen_reference.py from the code. Change the code, then run `make docs`. -->\n\n"


def rendered() -> dict[str, str]:
    """Return every page by file name."""
    return {name: STAMP + page().strip() + "\n" for name, page in PAGES.items()}


def differences() -> list[str]:
    """Return the lines in which the stored pages differ from the code; none when all is well."""
    lines: list[str] = []
    for name, text in rendered().items():
        path = TARGET / name
        stored = path.read_text(encoding="utf-8") if path.is_file() else ""
        lines += difflib.unified_diff(
            stored.splitlines(), text.splitlines(), f"docs/reference/{name}", "the code", lineterm="", n=0
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; return the exit status (1: a page is stale)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if parser.parse_args(arguments).check:
        stale = differences()
        if stale:
            sys.stderr.write("\n".join([*stale, "docs/reference is stale. Fix: run make docs.", ""]))
        return int(bool(stale))
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in rendered().items():
        (TARGET / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
