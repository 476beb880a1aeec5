"""Sampled grams: the 12-letter runs by which a text is found again, a fixed quarter of them.

Only letters and digits count, so line breaks, punctuation and spacing on the way do not matter;
letters that readers and scanners confuse (i, j, l, 1; o, 0; s, 5; b, 8; z, 2; g, q, 9) are one
symbol. Twelve symbols of 5 bits are an exact 60-bit key. Whether a gram is kept depends on its own
key alone, so noise elsewhere never changes which grams two texts have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRAMS_VERSION = "grams/1"
GRAM_SYMBOLS = 12
SAMPLING = 4

_SYMBOL_BITS = 5
_SKIP = 255
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio (Fibonacci hashing)
_CONFUSED = {**dict.fromkeys("ij1|", "l"), "q": "g", "9": "g", "0": "o", "2": "z", "5": "s", "8": "b"}


def _ascii_symbols() -> NDArray[np.uint8]:
    table = np.full(128, _SKIP, dtype=np.uint8)
    classes = sorted({_CONFUSED.get(c, c) for c in "abcdefghijklmnopqrstuvwxyz0123456789"})
    number = {name: k for k, name in enumerate(classes)}
    for character in "abcdefghijklmnopqrstuvwxyz0123456789|":
        table[ord(character)] = number[_CONFUSED.get(character, character)]
    return table


_ASCII = _ascii_symbols()


@dataclass(frozen=True, slots=True)
class Grams:
    """The sampled grams of one folded text, in text order.

    ``keys`` uint64; ``starts`` and ``ends`` int64, half-open range in the folded text.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _symbols(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the symbols (0..31) of a text and the offset each one stands at.

    A letter outside ASCII is hashed to one symbol; an ideograph, which says more than a letter,
    to two, so that six of them are a gram.
    """
    symbols = np.full(codes.size, _SKIP, dtype=np.uint8)
    plain = codes < 128
    symbols[plain] = _ASCII[codes[plain]]
    width = (symbols != _SKIP).astype(np.int64)
    second = np.zeros(0, dtype=np.uint8)
    wide = np.zeros(codes.size, dtype=np.bool_)
    other = np.flatnonzero(~plain)
    if other.size:
        alphabet, which = np.unique(codes[other], return_inverse=True)
        is_letter = np.array([chr(int(c)).isalnum() for c in alphabet], dtype=np.bool_)
        is_wide = is_letter & (((alphabet >= 0x3400) & (alphabet < 0xA000)) | (alphabet >= 0x20000))
        mixed = (alphabet.astype(np.uint64) * _SPREAD) >> np.uint64(64 - 2 * _SYMBOL_BITS)
        symbols[other] = np.where(is_letter, mixed & np.uint64(31), _SKIP).astype(np.uint8)[which]
        width[other] = np.where(is_wide, 2, is_letter.astype(np.int64))[which]
        wide[other] = is_wide[which]
        second = (mixed >> np.uint64(_SYMBOL_BITS)).astype(np.uint8)[which][is_wide[which]]
    offsets = np.repeat(np.arange(codes.size, dtype=np.int64), width)
    result = symbols[offsets]
    if second.size:
        last = np.cumsum(width) - 1
        result[last[wide]] = second
    return result.astype(np.uint64), offsets


def sample_grams(text: str, *, sampling: int = SAMPLING) -> Grams:
    """Return the grams of a folded text that the sampling keeps, about one in ``sampling``.

    Texts of fewer than 12 symbols have none. Cost: linear.
    """
    symbols, offsets = _symbols(code_points(text))
    count = symbols.size - GRAM_SYMBOLS + 1
    if count <= 0:
        none = np.zeros(0, dtype=np.int64)
        return Grams(np.zeros(0, dtype=np.uint64), none, none)
    keys = np.zeros(count, dtype=np.uint64)
    for k in range(GRAM_SYMBOLS):
        keys <<= np.uint64(_SYMBOL_BITS)
        keys |= symbols[k : k + count]
    if sampling > 1:
        kept = np.flatnonzero(keys * _SPREAD < np.uint64(2**64 // sampling))
    else:
        kept = np.arange(count)
    return Grams(keys[kept], offsets[kept], offsets[kept + GRAM_SYMBOLS - 1] + 1)
