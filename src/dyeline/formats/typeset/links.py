"""Addresses that a link on a page may lead to."""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 2_000
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x20\x7f<>\"\\]+", re.IGNORECASE)


def safe_link(address: str) -> str:
    """Return an address of the web, of mail or of a telephone; "" for any other, which gets no link."""
    address = address.strip()
    return address if len(address) <= MAX_LENGTH and _SAFE.fullmatch(address) else ""
