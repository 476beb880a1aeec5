"""Chances of sums over independent sites on a lattice, every rounding upwards: without numpy, number by number.

The same definition as Dyeline's (docs/verify.md, "The tail"); written anew, so that one checks the other.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

STEP_NATS: Final = 0.004
_LOW: Final = round(-40.0 / STEP_NATS)
_HIGH: Final = round(40.0 / STEP_NATS)
_DIRECT_CELLS: Final = 4_000_000
_FFT_ERROR: Final = 2e-16
_SLACK: Final = 1e-9

Numbers = list[float]


@dataclass(frozen=True, slots=True)
class Tail:
    """``mass[k]`` is the chance of (first + k) steps, ``over`` that of the highest point and above."""

    first: int
    mass: Numbers
    over: float

    def at_least(self, nats: float) -> float:
        """Return an upper bound on P(score >= nats)."""
        index = math.floor((nats - _SLACK) / STEP_NATS) - self.first
        index = min(max(index, 0), len(self.mass))
        total = 0.0
        for chance in reversed(self.mass[index:]):
            total += chance
        return min(1.0, total + self.over)


POINT: Final = Tail(0, [1.0], 0.0)


def atoms(values: Iterable[float], chances: Iterable[float], over: float = 0.0) -> Tail:
    """Return the distribution of a variable that has these values, in nats, with these chances."""
    kept: dict[int, float] = {}
    for value, chance in zip(values, chances, strict=True):
        if chance <= 0:
            continue
        step = math.ceil((value - _SLACK) / STEP_NATS)
        if step >= _HIGH:
            over += chance
        else:
            step = max(step, _LOW)
            kept[step] = kept.get(step, 0.0) + chance
    if not kept:
        return Tail(0, [0.0], over)
    first = min(kept)
    mass = [0.0] * (max(kept) - first + 1)
    for step, chance in kept.items():
        mass[step - first] = chance
    return Tail(first, mass, over)


def add(one: Tail, other: Tail) -> Tail:
    """Return the distribution of the sum of two independent variables."""
    few, many = sorted((one, other), key=lambda tail: sum(1 for chance in tail.mass if chance))
    used = [k for k, chance in enumerate(few.mass) if chance]
    size = len(few.mass) + len(many.mass) - 1
    if len(used) * len(many.mass) > _DIRECT_CELLS:
        total = [max(value, 0.0) + _FFT_ERROR for value in _convolved(few.mass, many.mass, size)]
    else:
        total = [0.0] * size
        width = len(many.mass)
        for shift in used:
            chance = few.mass[shift]
            total[shift : shift + width] = [
                sum_ + chance * value
                for sum_, value in zip(total[shift : shift + width], many.mass, strict=True)
            ]
    return _clamped(one.first + other.first, total, one.over + other.over * (1.0 - one.over))


def total(parts: Iterable[Tail]) -> Tail:
    """Return the distribution of the sum of independent variables."""
    result = POINT
    for part in sorted(parts, key=lambda tail: len(tail.mass)):
        result = add(result, part)
    return result


def repeated(values: Sequence[float], chances: Sequence[float], times: int) -> Tail:
    """Return the distribution of the sum of equal, independent variables; binomial where there are two values."""
    if len(values) == 2 and times > 1:
        sums = [k * values[0] + (times - k) * values[1] for k in range(times + 1)]
        return atoms(sums, _binomial(times, chances[0]))
    one = atoms(values, chances)
    result = one
    for _ in range(times - 1):
        result = add(result, one)
    return result


def mapped(tail: Tail, rate: float) -> Tail:
    """Return the distribution of ln((1 - rate) + rate * exp(t)) where t has the given one."""
    if rate >= 1.0:
        return tail
    values = ((tail.first + k) * STEP_NATS for k in range(len(tail.mass)))
    return atoms([softened(value, rate) for value in values], tail.mass, tail.over)


def softened(nats: float, rate: float) -> float:
    """Return ln((1 - rate) + rate * exp(nats)) without overflow; nats where rate is 1."""
    if rate >= 1.0:
        return nats
    if rate <= 0.0:
        return 0.0
    return log_add(math.log1p(-rate), math.log(rate) + nats)


def log_add(a: float, b: float) -> float:
    """Return ln(exp(a) + exp(b))."""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


def log_sum(nats: Iterable[float]) -> float:
    """Return ln of the sum of exp; -inf for none."""
    values = list(nats)
    top = max(values, default=-math.inf)
    if top == -math.inf:
        return top
    return top + math.log(math.fsum(math.exp(value - top) for value in values))


def _clamped(first: int, mass: Numbers, over: float) -> Tail:
    if first < _LOW:
        cut = min(_LOW - first, len(mass) - 1)
        mass = [math.fsum(mass[: cut + 1]), *mass[cut + 1 :]]
        first = _LOW if cut == _LOW - first else first + cut
        first = max(first, _LOW)
    if first + len(mass) > _HIGH:
        keep = max(_HIGH - first, 1)
        over += math.fsum(mass[keep:])
        mass = mass[:keep]
    return Tail(first, mass, over)


def _binomial(times: int, chance: float) -> Numbers:
    ln_factorial = [math.lgamma(k + 1) for k in range(times + 1)]
    hit, miss = math.log(chance), math.log1p(-chance)
    return [
        math.exp(
            ln_factorial[times] - ln_factorial[k] - ln_factorial[times - k] + k * hit + (times - k) * miss
        )
        * (1 + 1e-12)
        for k in range(times + 1)
    ]


def _convolved(one: Numbers, other: Numbers, size: int) -> Numbers:
    """Return the convolution of two lists through the Fourier transform; both ride in one complex list."""
    points = 1 << (size - 1).bit_length()
    padded = [complex(a, 0.0) for a in one] + [0j] * (points - len(one))
    spectrum = _fourier(padded, inverse=False)
    padded = [complex(a, 0.0) for a in other] + [0j] * (points - len(other))
    product = [a * b for a, b in zip(spectrum, _fourier(padded, inverse=False), strict=True)]
    return [value.real / points for value in _fourier(product, inverse=True)[:size]]


def _fourier(values: list[complex], *, inverse: bool) -> list[complex]:
    """Return the transform of a power of two of numbers (Stockham's order, no bit reversal)."""
    count = len(values)
    turn = 2j * math.pi / count * (1 if inverse else -1)
    roots = [cmath.exp(turn * k) for k in range(count // 2)]
    half, stride = count // 2, 1
    while stride < count:
        result = [0j] * count
        groups = count // (2 * stride)
        for group in range(groups):
            root = roots[group * stride]
            low = group * stride
            a = values[low : low + stride]
            b = values[low + half : low + half + stride]
            at = 2 * low
            result[at : at + stride] = [x + y for x, y in zip(a, b, strict=True)]
            result[at + stride : at + 2 * stride] = [(x - y) * root for x, y in zip(a, b, strict=True)]
        values, stride = result, 2 * stride
    return values
