"""From what is left of a word's displacement to ln-likelihoods of both directions."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

CAP_NATS: Final = 8.0  # of |ln LR|: no single word may weigh more
LEAST_NATS: Final = 0.25  # of |ln LR|: a word that says less says nothing
IMPLAUSIBLE: Final = 5.0  # so many times the noise away from both directions: something else was measured
_GAIN: Final = 0.06  # measured shifts are 0.92 to 1.07 of the true ones
_LEAST_NOISE_PT: Final = 0.01  # renderings of references differ by 0.005 pt among themselves
_SHARES: Final = (0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 0.97, 1.0)  # of a picture's words, unmoved
_PRIOR: Final = (0.95, 0.01, 0.005, 0.005, 0.005, 0.005, 0.01, 0.01)
_ANYWHERE: Final = 0.01  # of the words are taken to be something else, so that no single one decides


@dataclass(frozen=True, slots=True)
class Unmoved:
    """The third possibility, that words stand as on the unmarked page: where each would be seen then, and
    the share of the picture's words of which that holds (a picture of the original: 1).
    """

    at: NDArray[np.float64]
    share: float


def shift_log_ratio(
    rest_pt: NDArray[np.float64],
    noise_pt: NDArray[np.float64],
    shift_pt: NDArray[np.float64],
    freedom: float,
) -> tuple[NDArray[np.float64], float]:
    """Return ln P(rest | moved right) - ln P(rest | moved left) of a picture's words, and the share unmoved.

    Student-t noise. A displacement that suits neither direction (another page's word, the mean of two
    copies) tells nothing: 0.
    """
    scale = np.sqrt(noise_pt**2 + _LEAST_NOISE_PT**2 + (_GAIN * shift_pt) ** 2)
    unmoved = unmoved_among(rest_pt, scale, shift_pt, freedom, np.zeros(len(rest_pt)))
    ratio = student_log_ratio(rest_pt, scale, shift_pt, freedom, unmoved=unmoved)
    return np.where(np.abs(np.abs(rest_pt) - shift_pt) > IMPLAUSIBLE * scale, 0.0, ratio), unmoved.share


def unmoved_among(
    value: NDArray[np.float64],
    scale: NDArray[np.float64],
    distance: NDArray[np.float64],
    freedom: float,
    at: NDArray[np.float64],
) -> Unmoved:
    """Return the expected share of words that stand at ``at`` and not at + or - ``distance``.

    Its prior is fixed: 0.95 that next to all words were moved, the rest spread over ``_SHARES``. No
    direction enters: left and right are averaged in every word.
    """
    right, left, plain = (
        student_density((value - place) / scale, freedom) / scale for place in (distance, -distance, at)
    )
    anywhere = _ANYWHERE / (6 * distance)
    moved, stayed = (right + left) / 2 + anywhere, plain + anywhere
    shares = np.array(_SHARES)
    score = np.log(shares[:, None] * stayed + (1 - shares[:, None]) * moved).sum(axis=1) + np.log(_PRIOR)
    weight = np.exp(score - score.max())
    return Unmoved(at, float((weight * shares).sum() / weight.sum()))


def student_log_ratio(
    value: NDArray[np.float64],
    scale: NDArray[np.float64],
    distance: NDArray[np.float64],
    freedom: float,
    stray: float = 0.0,
    unmoved: Unmoved | None = None,
) -> NDArray[np.float64]:
    """Return ln t(value about +distance) - ln t(value about -distance), capped; 0 where it is next to nothing.

    ``stray`` is the share of values that stand where they do whatever the mark: half of them anywhere
    within three distances, half as one of the marks has it. (Measured on PDFium's grey drawings of four
    documents: strays 0.1 to 0.15, words drawn as the other mark 0.014 to 0.045.)
    """
    cores = [student_density((value - side * distance) / scale, freedom) / scale for side in (1, -1)]
    nowhere = stray * (0.5 / (6 * distance) + 0.25 * (cores[0] + cores[1]))
    right, left = ((1 - stray) * core + nowhere for core in cores)
    if unmoved is not None:
        plain = unmoved.share * student_density((value - unmoved.at) / scale, freedom) / scale
        right, left = ((1 - unmoved.share) * moved + plain for moved in (right, left))
    tiny = np.finfo(np.float64).tiny
    ratio = np.log(np.maximum(right, tiny)) - np.log(np.maximum(left, tiny))
    return np.asarray(np.where(np.abs(ratio) < LEAST_NATS, 0.0, np.clip(ratio, -CAP_NATS, CAP_NATS)))


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
