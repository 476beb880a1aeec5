"""Salted commitments: what stands in the log for things that are not to be read there.

HMAC-SHA256 under 32 random bytes hides what it is of, even where somebody can list everything it could be; and
nobody finds other bytes for it later. Opened by showing salt and bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

SALT_BYTES: Final = 32


def new_salt() -> bytes:
    """Return a fresh salt."""
    return secrets.token_bytes(SALT_BYTES)


def commitment_of(salt: bytes, data: bytes) -> str:
    """Return the commitment to bytes under a salt, 64 hex digits. Raises ValueError for a salt of another length."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hmac.digest(salt, data, hashlib.sha256).hex()


def opens(commitment: str, salt: bytes, data: bytes) -> bool:
    """Tell whether salt and bytes are those that a commitment was made of."""
    return len(salt) == SALT_BYTES and hmac.compare_digest(commitment_of(salt, data), commitment)
