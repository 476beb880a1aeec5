"""``python -m dyeline_verify``."""

from dyeline_verify.cli import run

run()
