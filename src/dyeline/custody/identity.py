"""The identity record of a recipient, sealed under a key of its own (AES-256-GCM).

The label and the workspace are bound in as associated data: a sealed record that is moved to another recipient
or workspace does not open. Records are padded, so that their length does not tell a short name from a long one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dyeline.errors import BadKey

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_STEP: Final = 256
_HEAD: Final = b"dyeline identity 1\n"


@dataclass(frozen=True, slots=True, repr=False)
class IdentityRecord:
    """Who a recipient is. Missing values are ""."""

    name: str
    email: str = ""
    organisation: str = ""
    role: str = ""


def new_key() -> bytes:
    """Draw the key of one record."""
    return secrets.token_bytes(KEY_BYTES)


def seal(record: IdentityRecord, key: bytes, *, label: str, workspace: str) -> bytes:
    """Return the sealed record: nonce, ciphertext, tag. A key seals one record only."""
    plain = json.dumps(asdict(record), sort_keys=True).encode()
    plain += b" " * (-len(plain) % _STEP)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(label, workspace))


def unseal(sealed: bytes, key: bytes, *, label: str, workspace: str) -> IdentityRecord:
    """Return the record. Raises BadKey for another key, label or workspace, or if a byte was changed."""
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(label, workspace))
    except (InvalidTag, ValueError) as fault:
        raise BadKey(
            f"The sealed identity of {label} does not open: it was changed, or belongs to another recipient.",
            fix="restore the workspace from a backup.",
            recipient=label,
        ) from fault
    return IdentityRecord(**json.loads(plain))


def _bound(label: str, workspace: str) -> bytes:
    return _HEAD + f"{label}|{workspace}".encode()
