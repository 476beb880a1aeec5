"""What holds for all tests: how hypothesis runs."""

from __future__ import annotations

import os

from hypothesis import settings

# As the command line does: small matrices, whose threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No deadline: a shared machine is slow at times. In CI the examples are the same in every run.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
