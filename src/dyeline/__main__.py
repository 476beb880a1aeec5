"""``python -m dyeline``: the same as the command ``dyeline``."""

from __future__ import annotations

from dyeline.cli.main import run

if __name__ == "__main__":
    run()
