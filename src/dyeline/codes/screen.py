"""Scoring a list of any length against one exhibit, codewords made on the way and none stored.

A linear score (one number a site and symbol) is rounded to whole steps of 6 bits and summed over bit
planes of 64 sites at a time; sites of three or of five and more symbols are looked up byte by byte.
The rounded score is a score in its own right: its null distribution is known exactly, so its
p-values are as rigorous as any. What is to be shown about the best few is computed afresh from
their codewords in full precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.planes import WORD_BITS, RowLayout, open_stream, packed, row_layout

SCREEN_VERSION = "planes-screen/2"

PLANES = 6
"""Bits of a rounded weight, the highest negative: 28 steps each way, which costs under 1 % of the evidence."""

BATCH_BYTES = 1 << 20
"""Stream made at a time: it stays in the processor's cache between cipher and score."""

PIECES = 8
"""The stream is the encryption of zeros; they come in pieces, not to take that cache themselves."""

_SPARE_BYTES = 16  # a cipher asks for room for one block more

ROWS_TOGETHER = 128
"""Copies whose codes stand side by side while the compiled kernel scores them."""

RANGE = 1 << 20
"""Copies that one task of an executor scores."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A linear score made ready: weights of the packed code's bits, in steps of ``step_nats``.

    ``planes[b, w]`` is bit b of the weights of word w's 64 bits; a score is ``base`` plus the sum of
    the weights whose bits are set, plus ``by_draw[k, d]`` for every byte d drawn in place ``drawn[k]`` of the row's
    bytes (``places`` counts the row's 8-bit places).
    """

    secret: bytes
    layout: RowLayout
    planes: NDArray[np.uint64]  # (PLANES, code words)
    base: int
    step_nats: float
    values: NDArray[np.int64]  # (sites, symbols): the rounded score of every symbol, in steps
    places: NDArray[np.int64]  # (looked up,): where in a row's bytes the draw of each such site stands
    by_draw: NDArray[np.int64]  # (looked up, 256)


@dataclass(frozen=True, slots=True)
class Screened:
    """The best copies of a list by their rounded scores, best first, and how often each score occurred.

    ``count[k]`` copies had a score of ``lowest + k`` steps.
    """

    index: NDArray[np.int64]
    score: NDArray[np.int64]
    lowest: int
    count: NDArray[np.int64]


def prepare(secret: bytes, weights: NDArray[np.int64], nats: NDArray[np.float64]) -> Screen:
    """Return the screen for sites with these weights and scores, both (sites, symbols)."""
    layout = row_layout(weights)
    plain = np.where(weights > 0, nats, 0.0)
    gain = plain[:, 1] - plain[:, 0]
    quads = plain[layout.quad]
    needs = [gain[layout.even], gain[layout.low], gain[layout.high]]
    if layout.quad.size:
        both = quads[:, 3] - quads[:, 2] - quads[:, 1] + quads[:, 0]
        needs += [quads[:, 2] - quads[:, 0], quads[:, 1] - quads[:, 0], both]
    looked_up = np.where(weights[layout.byte] > 0, plain[layout.byte], plain[layout.byte, :1])
    needs.append(np.ptp(looked_up, axis=1) if looked_up.size else np.zeros(0))
    top = max((float(np.abs(part).max()) for part in needs if part.size), default=0.0)
    step = top / (2 ** (PLANES - 1) - 4) if top > 0 else 1.0
    values = _rounded(layout, plain, step)
    parts = _bit_weights(layout, values)
    steps = np.concatenate([_spread(part) for part in parts]) if parts else np.zeros(0, dtype=np.int64)
    bits = (steps[None, :] >> np.arange(PLANES)[:, None]) & 1
    shape = (PLANES, layout.code_words)
    planes = np.packbits(bits.astype(np.uint8), axis=1, bitorder="little").view("<u8").reshape(shape)
    adds = _by_draw(layout, values)
    telling = np.ptp(adds, axis=1) > 0
    base = int(np.delete(values, layout.byte, axis=0)[:, 0].sum() + adds[~telling, 0].sum())
    places = layout.byte_at + np.flatnonzero(telling)
    by_draw = np.ascontiguousarray(adds[telling])
    return Screen(secret, layout, np.ascontiguousarray(planes), base, step, values, places, by_draw)


def _by_draw(layout: RowLayout, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what every draw of a byte adds, (sites drawn by a byte, 256)."""
    symbol = (np.arange(256)[None, :, None] > layout.last_draws[:, None, :]).sum(axis=2)
    return np.take_along_axis(values[layout.byte], symbol, axis=1)


def _rounded(layout: RowLayout, plain: NDArray[np.float64], step: float) -> NDArray[np.int64]:
    """Return every symbol's score in steps; for a site of four, differences stay within the planes."""
    values = np.rint(plain / step).astype(np.int64)
    binary = np.concatenate([layout.even, layout.low, layout.high])
    values[binary, 1] = values[binary, 0] + np.rint((plain[binary, 1] - plain[binary, 0]) / step).astype(
        np.int64
    )
    return values


def _bit_weights(layout: RowLayout, values: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the weights of the bits of a packed code, one array for each of its parts that is not empty."""
    gain = values[:, 1] - values[:, 0]
    parts = [gain[layout.even]]
    if layout.quad.size:
        quads = values[layout.quad]
        parts += [
            quads[:, 2] - quads[:, 0],
            quads[:, 1] - quads[:, 0],
            quads[:, 3] - quads[:, 2] - quads[:, 1] + quads[:, 0],
        ]
    return [part for part in [*parts, gain[layout.low], gain[layout.high]] if part.size]


def _spread(part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the weights of whole words: zeros behind the last site."""
    return np.pad(part, (0, -part.size % WORD_BITS))


class _Scorer:
    """Scores stream rows into a buffer of its own and counts the scores."""

    def __init__(self, screen: Screen) -> None:
        layout = screen.layout
        row_bytes = layout.row_words * 8
        self._screen = screen
        self._kernel = _kernel()
        self._words = np.array(layout.words, dtype=np.int64)
        self._code = np.zeros((layout.code_words, ROWS_TOGETHER), dtype=np.uint64)
        self.batch = PIECES * max(1, BATCH_BYTES // PIECES // row_bytes)
        self._zeros = bytes(self.batch // PIECES * row_bytes)
        self._buffer = bytearray(self.batch * row_bytes + _SPARE_BYTES)
        self._room = memoryview(self._buffer)
        words = np.frombuffer(self._buffer, dtype="<u8", count=self.batch * layout.row_words)
        self._drawn = words.reshape(self.batch, layout.row_words)
        self._out = np.empty(self.batch, dtype=np.int64)
        in_planes = np.delete(screen.values, layout.byte, axis=0)
        rest = screen.base - int(in_planes[:, 0].sum())
        self._lowest_in_planes = int(in_planes.min(axis=1, initial=0).sum()) + rest
        highest_in_planes = int(in_planes.max(axis=1, initial=0).sum()) + rest
        self._planes_count = np.zeros(highest_in_planes - self._lowest_in_planes + 1, dtype=np.int64)
        self.lowest = self._lowest_in_planes + int(screen.by_draw.min(axis=1, initial=0).sum())
        highest = highest_in_planes + int(screen.by_draw.max(axis=1, initial=0).sum())
        self._more = np.zeros(highest - self.lowest + 1, dtype=np.int64)

    @property
    def count(self) -> NDArray[np.int64]:
        """Return how many copies had each score from ``lowest`` on."""
        return self._more if self._screen.places.size else self._planes_count

    def scores(self, first: int, last: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield (index, scores of the copies from that index on), batch by batch, in a buffer that is used again."""
        screen, out = self._screen, self._out
        encryptor = open_stream(screen.secret, screen.layout, first).encryptor()
        for begin in range(first, last, self.batch):
            for start in range(0, len(self._buffer) - _SPARE_BYTES, len(self._zeros)):
                encryptor.update_into(self._zeros, self._room[start:])
            rows = min(self.batch, last - begin)
            if self._kernel is None:
                out[:rows] = _score_rows_numpy(screen, self._drawn[:rows])
                np.add.at(self._planes_count, out[:rows] - self._lowest_in_planes, 1)
            else:
                self._kernel(
                    self._drawn, rows, self._words, screen.planes, screen.base, self._code, out,
                    self._lowest_in_planes, self._planes_count,
                )  # fmt: skip
            self._look_up(out[:rows])
            yield begin, out[:rows]

    def _look_up(self, out: NDArray[np.int64]) -> None:
        """Add what the sites drawn by a byte say, and count the whole scores."""
        if not self._screen.places.size:
            return
        draws = self._drawn.view(np.uint8)[: out.size]
        for place, adds in zip(self._screen.places.tolist(), self._screen.by_draw, strict=True):
            out += adds[draws[:, place]]
        self._more += np.bincount(out - self.lowest, minlength=self._more.size)


def _kernel() -> Callable[..., None] | None:
    """Return the compiled scoring of rows; None where there is no compiler."""
    try:
        from dyeline.codes.kernels import score_rows
    except ImportError:
        return None
    return score_rows


def _score_rows_numpy(screen: Screen, drawn: NDArray[np.uint64]) -> NDArray[np.int64]:
    code = packed(screen.layout, drawn)
    total = np.full(drawn.shape[0], screen.base, dtype=np.int64)
    for b in range(PLANES):
        count = np.bitwise_count(code & screen.planes[b]).sum(axis=1, dtype=np.int64) << b
        total += -count if b == PLANES - 1 else count
    return total


def screen_range(
    screen: Screen, first: int, last: int, keep: int, held: NDArray[np.bool_] | None = None
) -> Screened:
    """Return the best ``keep`` copies of the indices from ``first`` to before ``last``, ties by the lower index.

    ``held[k]`` tells whether index ``first + k`` is on the list; without it all are. Others are not counted.
    """
    scorer = _Scorer(screen)
    index, score = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    floor = scorer.lowest - 1
    for begin, found in scorer.scores(first, last):
        above = found > floor
        if held is not None:
            own = held[begin - first : begin - first + found.size]
            np.subtract.at(scorer.count, found[~own] - scorer.lowest, 1)
            above &= own
        over = np.flatnonzero(above)
        if over.size:
            index = np.concatenate([index, begin + over])
            score = np.concatenate([score, found[over]])
        if index.size > 4 * keep + 4096:
            index, score = _best(index, score, keep)
            floor = int(score[-1])  # a later copy with the same score has a higher index
    index, score = _best(index, score, keep)
    return Screened(index, score, scorer.lowest, scorer.count)


def _best(
    index: NDArray[np.int64], score: NDArray[np.int64], keep: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((index, -score))[:keep]
    return index[order], score[order]


def screen_list(
    screen: Screen,
    copies: int,
    keep: int,
    executor: Executor | None = None,
    held: NDArray[np.bool_] | None = None,
) -> Screened:
    """Return the best ``keep`` of the copies with indices 0 … copies - 1, or of those among them that are ``held``.

    With an executor (``concurrent.futures``; Dask's ``Client.get_executor()`` is one) the list is cut
    into ranges of ``RANGE`` copies; the result is the same, bit for bit, whoever computes it.
    """
    firsts = range(0, max(copies, 1), RANGE)
    lasts = [min(first + RANGE, copies) for first in firsts]
    tasks = len(lasts)
    own = [None if held is None else held[first:last] for first, last in zip(firsts, lasts, strict=True)]
    do = map if executor is None else executor.map
    parts = list(do(screen_range, [screen] * tasks, firsts, lasts, [keep] * tasks, own))
    index, score = _best(
        np.concatenate([part.index for part in parts]), np.concatenate([part.score for part in parts]), keep
    )
    return Screened(index, score, parts[0].lowest, np.sum([part.count for part in parts], axis=0))
