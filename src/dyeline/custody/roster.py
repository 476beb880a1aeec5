"""The roster key: finds a person again in sealed recipients, for somebody who has the person's name or address.

Every value is stored as HMAC-SHA256 under that key. Who has the database alone learns nothing from them; who has
the roster key too can test guesses, but read nothing. It belongs to the issuing side.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

ROSTER_KEY_BYTES = 32
Kind = Literal["email", "name", "organisation", "role"]


def new_roster_key() -> bytes:
    """Draw a roster key."""
    return secrets.token_bytes(ROSTER_KEY_BYTES)


@dataclass(frozen=True, slots=True, repr=False)
class Roster:
    """Blind values under one key."""

    key: bytes

    @property
    def fingerprint(self) -> str:
        """Return what tells this key from others, and nothing about people."""
        return hmac.new(self.key, b"dyeline roster 1", hashlib.sha256).hexdigest()

    def blind(self, kind: Kind, *values: str) -> str:
        """Return the blind value (hex) of what is given; case and runs of blanks do not matter."""
        folded = (" ".join(value.split()).casefold() for value in values)
        message = "\0".join((f"dyeline {kind} 1", *folded)).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()
