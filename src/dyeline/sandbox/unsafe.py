"""Reading without a sandbox: how it is allowed, and the words for it on record."""

from __future__ import annotations

import os
from typing import Final

UNSAFE_NAME: Final = "DYELINE_UNSAFE_NO_SANDBOX"
"""Environment variable that allows reading without a sandbox, when it is "1"."""

UNSAFE_NOTICE: Final = (
    "The files were read without a sandbox (--unsafe-no-sandbox): a hostile file could have changed this program, "
    "and with it this result."
)


def is_unsafe() -> bool:
    """Tell whether reading without a sandbox was allowed."""
    return os.environ.get(UNSAFE_NAME) == "1"
