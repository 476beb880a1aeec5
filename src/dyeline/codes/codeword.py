"""Codewords from a keyed PRF: symbols of recipient index j at site i, nothing stored but the secret.

AES-256 in counter mode under a key derived from the circulation's secret; the recipient's index is
the high half of the counter, so codewords are independent blocks of one keystream and any subset
can be made alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

CODE_VERSION = "aes256ctr-symbols/1"


def _draws(secret: bytes, index: int, sites: int) -> NDArray[np.uint8]:
    key = hmac.digest(secret, b"dyeline codeword 1", "sha256")
    counter = index.to_bytes(8, "big") + bytes(8)
    stream = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor().update(bytes(sites))
    return np.frombuffer(stream, dtype=np.uint8)


def codewords(secret: bytes, indices: Sequence[int], weights: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the symbols of the copies with these indices, shape (indices, sites), uint8.

    Args:
        secret: the circulation's 32 bytes.
        indices: copy indices within the circulation, each below 2**63.
        weights: as from ``design.site_weights``; column sums decide the symbol per PRF byte.
    """
    sites = weights.shape[0]
    draws = np.empty((len(indices), sites), dtype=np.uint8)
    for row, index in enumerate(indices):
        draws[row] = _draws(secret, index, sites)
    symbols = np.zeros((len(indices), sites), dtype=np.uint8)
    last_draws = (np.cumsum(weights, axis=1) - 1).astype(np.uint8)
    for symbol in range(weights.shape[1] - 1):
        # a draw past the last one of the symbols so far belongs to a later symbol
        symbols += draws > last_draws[:, symbol]
    return symbols


def commitment(secret: bytes, index: int, symbols: NDArray[np.uint8], statement: str) -> str:
    """Return a hiding, binding commitment to one codeword and what it stands for, 64 hex characters.

    SHA-256 over a per-copy salt derived from the secret, the index, the symbols, and ``statement``:
    whose copy it is, and what the symbols mean (the sites and their bias). Opened by showing the salt
    (``commitment_salt``), the symbols and the statement.
    """
    body = commitment_salt(secret, index) + index.to_bytes(8, "big")
    body += len(symbols).to_bytes(8, "big") + symbols.tobytes() + statement.encode()
    return hashlib.sha256(b"dyeline commitment 2" + body).hexdigest()


def commitment_salt(secret: bytes, index: int) -> bytes:
    """Return the 32-byte salt of a copy's commitment."""
    return hmac.digest(secret, b"dyeline salt 1" + index.to_bytes(8, "big"), "sha256")
