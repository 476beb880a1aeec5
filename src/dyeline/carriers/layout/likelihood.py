"""From what is left of a word's displacement to ln-likelihoods of both directions."""

from __future__ import annotations

from math import lgamma, log, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

CAP_NATS: Final = 8.0  # of |ln LR|: no single word may weigh more
IMPLAUSIBLE: Final = 5.0  # so many times the noise away from both directions: something else was measured
_GAIN: Final = 0.06  # measured shifts are 0.92 to 1.07 of the true ones
_LEAST_NOISE_PT: Final = 0.01  # renderings of references differ by 0.005 pt among themselves


def shift_loglik(
    rest_pt: NDArray[np.float64],
    noise_pt: NDArray[np.float64],
    shift_pt: NDArray[np.float64],
    freedom: float,
) -> NDArray[np.float64]:
    """Return ln-likelihoods (n, 2) of "moved left" and "moved right" by ``shift_pt``, Student-t noise.

    Rows are centred on 0; a displacement that suits neither direction (another page's word, an unmarked
    one, the mean of two copies) gives an erasure.
    """
    noise_pt = np.sqrt(noise_pt**2 + _LEAST_NOISE_PT**2 + (_GAIN * shift_pt) ** 2)
    ratio = student_log_ratio(rest_pt, noise_pt, shift_pt, freedom)
    ratio = np.where(np.abs(np.abs(rest_pt) - shift_pt) > IMPLAUSIBLE * noise_pt, 0.0, ratio)
    return centred(ratio)


def student_log_ratio(
    value: NDArray[np.float64],
    scale: NDArray[np.float64],
    distance: NDArray[np.float64],
    freedom: float,
    stray: float = 0.0,
) -> NDArray[np.float64]:
    """Return ln t(value about +distance) - ln t(value about -distance), capped.

    ``stray`` is the share of values that stand where they do whatever the mark: half of them anywhere
    within three distances, half as one of the marks has it. (Measured on PDFium's grey drawings of four
    documents: strays 0.1 to 0.15, words drawn as the other mark 0.014 to 0.045.)
    """
    cores = [student_density((value - side * distance) / scale, freedom) / scale for side in (1, -1)]
    nowhere = stray * (0.5 / (6 * distance) + 0.25 * (cores[0] + cores[1]))
    right, left = ((1 - stray) * core + nowhere for core in cores)
    tiny = np.finfo(np.float64).tiny
    ratio = np.log(np.maximum(right, tiny)) - np.log(np.maximum(left, tiny))
    return np.asarray(np.clip(ratio, -CAP_NATS, CAP_NATS))


def student_density(z: NDArray[np.float64], freedom: float) -> NDArray[np.float64]:
    """Return the density of Student's t."""
    norm = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * pi)
    return np.asarray(np.exp(norm - (freedom + 1) / 2 * np.log1p(z * z / freedom)))


def centred(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows (-ratio / 2, ratio / 2): symbol 0 is left, symbol 1 right."""
    half = np.nan_to_num(ratio) / 2
    return np.stack([-half, half], axis=1)


def expected_bits(
    noise: NDArray[np.float64], distance: NDArray[np.float64], freedom: float, stray: float = 0.0
) -> NDArray[np.float64]:
    """Return the information that words with this noise carry, bits each, before looking at them."""
    grid = np.linspace(-6.0, 6.0, 49)
    weight = student_density(grid, freedom)
    value = distance[:, None] + noise[:, None] * grid
    ratio = student_log_ratio(value, noise[:, None], distance[:, None], freedom, stray)
    bits = 1 - np.logaddexp(0.0, -ratio) / np.log(2)
    # A stray word misleads as often as it helps: what it costs is taken off at one bit each.
    told = (bits * weight).sum(axis=1) / weight.sum()
    return np.asarray(np.maximum((1 - stray) * told - stray, 0.0))
