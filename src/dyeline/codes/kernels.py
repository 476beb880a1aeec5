"""Machine code for long lists. Importing this module loads the compiler: only ``codes.screen`` does, when it is used.

Where numba is not installed the import fails and the caller takes its numpy version, which gives the
same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    """Return the function as machine code, kept on disk for the next process where there is a place for it."""
    try:
        kernel = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # a read-only installation without a cache folder
        kernel = numba.njit(nogil=True)(function)
    return cast(Function, kernel)


@_compiled
def _bit_count(x: Any) -> Any:
    """Return how many bits of a 64-bit word are set; the compiler knows this form and makes it one instruction."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@_compiled
def _pack(drawn: Any, begin: int, size: int, words: Any, code: Any) -> None:
    """Write the packed codes of ``size`` rows side by side: ``code`` is (code words, rows)."""
    even, quad, low, high = words[0], words[1], words[2], words[3]
    for w in range(even):
        for r in range(size):
            code[w, r] = drawn[begin + r, w]
    at, seat = even, even
    for w in range(quad):
        for r in range(size):
            top, bottom = drawn[begin + r, seat + w], drawn[begin + r, seat + quad + w]
            code[at + w, r] = top
            code[at + quad + w, r] = bottom
            code[at + 2 * quad + w, r] = top & bottom
    at, seat = at + 3 * quad, seat + 2 * quad
    for w in range(low):
        for r in range(size):
            row = begin + r
            code[at + w, r] = (
                drawn[row, seat + w] & drawn[row, seat + low + w] & drawn[row, seat + 2 * low + w]
            )
    at, seat = at + low, seat + 3 * low
    for w in range(high):
        for r in range(size):
            row = begin + r
            code[at + w, r] = (
                drawn[row, seat + w] | drawn[row, seat + high + w] | drawn[row, seat + 2 * high + w]
            )


@_compiled
def score_rows(
    drawn: Any, rows: int, words: Any, planes: Any, base: int, code: Any, out: Any, lowest: int, count: Any
) -> None:
    """Write the rounded scores of stream rows to ``out``; the innermost loop runs over copies and becomes vectors.

    There are six planes (``codes.screen.PLANES``). ``code`` is room for (code words, rows that stand side by
    side); ``count[s - lowest]`` goes up for every score s.
    """
    wide = code.shape[1]
    sums = np.empty(wide, np.int64)
    for begin in range(0, rows, wide):
        size = min(wide, rows - begin)
        _pack(drawn, begin, size, words, code)
        sums[:] = base
        for w in range(code.shape[0]):
            p0, p1, p2 = planes[0, w], planes[1, w], planes[2, w]
            p3, p4, p5 = planes[3, w], planes[4, w], planes[5, w]
            for r in range(wide):
                x = code[w, r]
                part = (
                    _bit_count(x & p0)
                    + (_bit_count(x & p1) << np.uint64(1))
                    + (_bit_count(x & p2) << np.uint64(2))
                    + (_bit_count(x & p3) << np.uint64(3))
                    + (_bit_count(x & p4) << np.uint64(4))
                )
                sums[r] += np.int64(part) - np.int64(_bit_count(x & p5) << np.uint64(5))
        for r in range(size):
            out[begin + r] = sums[r]
            count[sums[r] - lowest] += 1
