"""From correlations to likelihoods: how much of the marks is left is asked of each block's neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.spread import Correlations

LARGEST_NATS = 8.0
_DEGREES_OF_FREEDOM = 6.0  # of the Student t distribution that correlations of noise are taken to follow
_LEAST_PRESENCE = 5.0  # nats by which marks of some strength must explain the correlations better than none
_LEAST_NATS = 0.02  # a reading that says less is an erasure
_GAINS = np.linspace(0.0, 1.4, 29)
_OTHERWISE = 0.05  # share of blocks whose gain is not that of their neighbours
_SHARES = (0.03, 0.1, 0.3, 0.9)  # of the blocks that show marks
_CLEARLY_NONE = 3.0  # nats by which a picture without marks must explain a block and its neighbours better
_REACH = 5  # side of the square of blocks that tells what is left in its middle


def judge(found: Correlations) -> NDArray[np.float64]:
    """Return ln-likelihoods (blocks, 2) of the signs minus and plus, capped at 8 nats; constant rows are erasures.

    A path leaves a share of the marks' strength, another one in each corner of a photo and on each ground. Its
    distribution for a block comes from the sizes of its neighbours' correlations, signs even, the block
    itself left out. One block in twenty may have a share of its own: of an average of several copies some blocks show
    nothing and others all, and parts of the original may have been put over a copy. All are erasures when
    the whole picture shows no marks.
    """
    loglik = np.zeros((found.score.shape[1], 2))
    evidence = [_Ground.of(score, full) for score, full in zip(found.score, _marked(found), strict=True)]
    if sum(ground.presence for ground in evidence) < _LEAST_PRESENCE:
        return loglik
    ratio = sum(ground.ratio(found.rows, found.columns) for ground in evidence)
    ratio = np.clip(ratio, -LARGEST_NATS, LARGEST_NATS)
    ratio[np.abs(ratio) < _LEAST_NATS] = 0.0
    loglik[:, 0], loglik[:, 1] = np.minimum(-ratio, 0.0), np.minimum(ratio, 0.0)
    return loglik


def _marked(found: Correlations) -> NDArray[np.float64]:
    """Return what full marks give, (grounds, blocks), 0 where a block and those around it rather show none.

    A block with marks of gain g has a correlation of about g times ``full`` with them, of either sign; one without,
    g times ``bare_full`` with what the picture without marks adds. Both likelihoods are of normal noise, each
    block's bounded, gains averaged over.
    """
    if found.bare is None or found.bare_full is None:
        return found.full
    kept = found.full.copy()
    for ground, (score, full, bare, bare_full) in enumerate(
        zip(found.score, found.full, found.bare, found.bare_full, strict=True)
    ):
        gain = _GAINS[1:, None]
        with_marks = (
            np.logaddexp(gain * score * full, -gain * score * full) - np.log(2) - (gain * full) ** 2 / 2
        )
        with_marks = np.logaddexp(with_marks, 0.0) - np.log(
            2
        )  # an average of copies shows none in many blocks
        without = gain * bare * bare_full - (gain * bare_full) ** 2 / 2
        marked, none = (
            _log_mean(
                np.stack(
                    [
                        _window_sums(plane.reshape(found.rows, found.columns)).ravel()
                        for plane in np.clip(values, -LARGEST_NATS, LARGEST_NATS)
                    ]
                )
            )
            for values in (with_marks, without)
        )
        kept[ground, none - marked > _CLEARLY_NONE] = 0.0
    return kept


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the correlations of one ground say: log densities (gains, blocks) under either sign."""

    seen: NDArray[np.bool_]
    minus: NDArray[np.float64]
    plus: NDArray[np.float64]

    @classmethod
    def of(cls, score: NDArray[np.float64], full: NDArray[np.float64]) -> _Ground:
        expected = _GAINS[:, None] * full[None]
        return cls(full > 0, _log_t(score + expected), _log_t(score - expected))

    @property
    def fit(self) -> NDArray[np.float64]:
        """Return the log density of each block's correlation for each gain, (gains, blocks), signs even."""
        return np.where(self.seen, np.logaddexp(self.minus, self.plus) - np.log(2), 0.0)

    @property
    def presence(self) -> float:
        """Return by how many nats marks explain all correlations better than none.

        Marks of one strength in all blocks, which may be weak, or of any strength in a share of them.
        """
        fit = self.fit
        better = _log_mean(fit) - fit[0]
        parts = [float(np.logaddexp(np.log1p(-share), np.log(share) + better).sum()) for share in _SHARES]
        return max(float((fit - fit[0]).sum(axis=1).max()), *parts)

    def ratio(self, rows: int, columns: int) -> NDArray[np.float64]:
        """Return ln P(plus) / P(minus) of each block, the gain told by its neighbours."""
        fit = self.fit
        loose = np.logaddexp(np.log1p(-_OTHERWISE) + fit, np.log(_OTHERWISE) + _log_mean(fit))
        around = np.stack([_window_sums(plane.reshape(rows, columns)) for plane in loose])
        around = around.reshape(fit.shape) - loose
        belief = np.exp(around - around.max(axis=0))
        belief /= belief.sum(axis=0)
        ln_belief = np.log((1 - _OTHERWISE) * belief + _OTHERWISE / len(_GAINS))
        ratio = np.logaddexp.reduce(self.plus + ln_belief) - np.logaddexp.reduce(self.minus + ln_belief)
        return np.where(self.seen, ratio, 0.0)


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
