"""From correlations to likelihoods: how much of the marks is left is asked of each block's neighbours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.spread import Correlations

LARGEST_NATS = 8.0
_DEGREES_OF_FREEDOM = 6.0  # of the Student t distribution that correlations of noise are taken to follow
_LEAST_PRESENCE = 4.0  # nats by which marks of some strength must explain the correlations better than none
_LEAST_NATS = 0.02  # a reading that says less is an erasure
_GAINS = np.linspace(0.0, 1.4, 29)
_REACH = 5  # side of the square of blocks that tells what is left in its middle


def judge(found: Correlations) -> NDArray[np.float64]:
    """Return ln-likelihoods (blocks, 2) of the signs minus and plus, capped at 8 nats; constant rows are erasures.

    A path leaves a share of the marks' strength, another one in each corner of a photo. Its
    distribution for a block comes from the sizes of its neighbours' correlations, signs even, the block
    itself left out. All are erasures when the whole picture shows no marks.
    """
    seen = found.full > 0
    loglik = np.zeros((len(found.score), 2))
    expected = _GAINS[:, None] * found.full[None]
    minus, plus = _log_t(found.score + expected), _log_t(found.score - expected)
    fit = np.where(seen, np.logaddexp(minus, plus) - np.log(2), 0.0)
    total = fit.sum(axis=1)
    if total.max() - total[0] < _LEAST_PRESENCE:
        return loglik
    around = np.stack([_window_sums(plane.reshape(found.rows, found.columns)) for plane in fit])
    around = around.reshape(fit.shape) - fit
    belief = around - around.max(axis=0)
    ratio = _log_mean(plus + belief) - _log_mean(minus + belief)
    ratio = np.clip(np.where(seen, ratio, 0.0), -LARGEST_NATS, LARGEST_NATS)
    ratio[np.abs(ratio) < _LEAST_NATS] = 0.0
    loglik[:, 0], loglik[:, 1] = np.minimum(-ratio, 0.0), np.minimum(ratio, 0.0)
    return loglik


def _window_sums(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(
        cv2.boxFilter(plane, -1, (_REACH, _REACH), normalize=False, borderType=cv2.BORDER_CONSTANT)
    )


def _log_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    top = values.max(axis=0)
    return np.asarray(top + np.log(np.exp(values - top).mean(axis=0)))


def _log_t(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log density, up to a constant, of Student's t distribution."""
    nu = _DEGREES_OF_FREEDOM
    return np.asarray(-(nu + 1) / 2 * np.log1p(values * values / nu))
