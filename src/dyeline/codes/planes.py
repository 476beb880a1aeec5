"""Codewords as bit planes of one keyed stream: 64 sites at a time, for lists of a million.

AES-256 in counter mode under a key derived from the circulation's secret is one long stream; row j
of it belongs to copy index j. A row is made of 64-bit words:

    E words    even binary sites: the bit is the symbol
    2 Q words  even sites of four symbols: high bits, then low bits
    3 L words  sites whose symbol is 1 with chance 1/8: the AND of three words
    3 H words  sites whose symbol is 1 with chance 7/8: the OR of three words
    B words    one byte for each remaining site, compared with its bias as ``codes.codeword`` does

With the design 1:2:1 that is two stream bits a site instead of eight (facts of the design: measured in
``bench.million``). Every symbol is still drawn exactly from its bias.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

PLANES_VERSION = "aes256ctr-planes/1"

WORD_BITS = 64
_AES_BLOCK_BYTES = 16


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Which bits of a row make the symbol of which site. Follows from the sites' weights alone.

    ``even``, ``quad``, ``low``, ``high`` and ``byte`` list the sites of each kind, in order.
    """

    sites: int
    even: NDArray[np.int64]
    quad: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    byte: NDArray[np.int64]
    last_draws: NDArray[np.uint8]  # (byte sites, symbols - 1)

    @property
    def words(self) -> tuple[int, int, int, int]:
        """Return how many words one plane of even, quad, low and high sites takes."""
        return _words(self.even), _words(self.quad), _words(self.low), _words(self.high)

    @property
    def byte_at(self) -> int:
        """Return which byte of a row is the first of those that ``byte`` sites are drawn by."""
        return sum(n * k for n, k in zip(self.words, (1, 2, 3, 3), strict=True)) * 8

    @property
    def row_words(self) -> int:
        """Return the words of a row, an even number (a row is whole AES blocks)."""
        even, quad, low, high = self.words
        need = even + 2 * quad + 3 * low + 3 * high + -(-self.byte.size // 8)
        return max(2, need + need % 2)

    @property
    def code_words(self) -> int:
        """Return the words of a copy's packed code: even, quad high, quad low, quad high AND low, low, high."""
        even, quad, low, high = self.words
        return even + 3 * quad + low + high


def row_layout(weights: NDArray[np.int64]) -> RowLayout:
    """Return the layout of rows for sites with these weights (as from ``design.site_weights``)."""
    width = weights.shape[1]

    def are(*pattern: int) -> NDArray[np.bool_]:
        if len(pattern) > width:
            return np.zeros(weights.shape[0], dtype=np.bool_)
        whole = np.array([*pattern, *[0] * (width - len(pattern))])
        return np.asarray((weights == whole).all(axis=1))

    even, quad, low, high = are(128, 128), are(64, 64, 64, 64), are(224, 32), are(32, 224)
    byte = np.flatnonzero(~(even | quad | low | high))
    last_draws = (np.cumsum(weights[byte], axis=1) - 1).astype(np.uint8)[:, :-1]
    return RowLayout(
        weights.shape[0],
        np.flatnonzero(even),
        np.flatnonzero(quad),
        np.flatnonzero(low),
        np.flatnonzero(high),
        byte,
        last_draws,
    )


def _words(sites: NDArray[np.int64]) -> int:
    return -(-sites.size // WORD_BITS)


def open_stream(secret: bytes, layout: RowLayout, first: int) -> Cipher[modes.CTR]:
    """Return the cipher whose stream begins with the row of copy index ``first``."""
    key = hmac.digest(secret, b"dyeline codeword planes 1", "sha256")
    block = first * layout.row_words * 8 // _AES_BLOCK_BYTES
    return Cipher(algorithms.AES(key), modes.CTR(block.to_bytes(_AES_BLOCK_BYTES, "big")))


def rows(secret: bytes, layout: RowLayout, indices: Sequence[int]) -> NDArray[np.uint64]:
    """Return the stream's rows of these copy indices, shape (indices, row words)."""
    wanted = np.asarray(indices, dtype=np.int64)
    if wanted.size and (np.diff(wanted) == 1).all():
        data = bytes(wanted.size * layout.row_words * 8)
        stream = open_stream(secret, layout, int(wanted[0])).encryptor().update(data)
        return np.frombuffer(stream, dtype="<u8").reshape(wanted.size, layout.row_words)
    empty = bytes(layout.row_words * 8)
    parts = [open_stream(secret, layout, int(k)).encryptor().update(empty) for k in wanted]
    return np.frombuffer(b"".join(parts), dtype="<u8").reshape(wanted.size, layout.row_words)


def packed(layout: RowLayout, drawn: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the packed code of every row, shape (rows, code words)."""
    even, quad, low, high = layout.words
    cuts = np.cumsum([even, quad, quad, low, low, low, high, high, high])
    e, q1, q0, a, b, c, f, g, h, _ = np.split(drawn, cuts, axis=1)
    return np.concatenate([e, q1, q0, q1 & q0, a & b & c, f | g | h], axis=1)


def plane_codewords(secret: bytes, indices: Sequence[int], weights: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the symbols of the copies with these indices, shape (indices, sites), uint8."""
    layout = row_layout(weights)
    drawn = rows(secret, layout, indices)
    bits = np.unpackbits(
        np.ascontiguousarray(packed(layout, drawn)).view(np.uint8), axis=1, bitorder="little"
    )
    even, quad, low, _ = (words * WORD_BITS for words in layout.words)
    symbols = np.zeros((len(indices), layout.sites), dtype=np.uint8)
    symbols[:, layout.even] = bits[:, : layout.even.size]
    tops, rest = bits[:, even:], bits[:, even + quad :]
    symbols[:, layout.quad] = 2 * tops[:, : layout.quad.size] + rest[:, : layout.quad.size]
    leaning = bits[:, even + 3 * quad :]
    symbols[:, layout.low] = leaning[:, : layout.low.size]
    symbols[:, layout.high] = leaning[:, low : low + layout.high.size]
    if layout.byte.size:
        begin = layout.byte_at
        draws = np.ascontiguousarray(drawn).view(np.uint8)[:, begin : begin + layout.byte.size]
        over = draws[:, :, None] > layout.last_draws[None]
        symbols[:, layout.byte] = over.sum(axis=2, dtype=np.uint8)
    return symbols
