"""Combining the exhibits of a case: bets that may go on for as long as anybody likes.

A recipient who is not a source holds symbols that are independent of every exhibit. As long as every
site is scored once only, his likelihood ratio under a fixed model, multiplied up exhibit by
exhibit, is a test martingale: given all that was seen before, the next factor has mean 1, however
the next exhibit was chosen and whether or not somebody had looked. By Ville's inequality (Ville
1939; Shafer 2021; Ramdas et al. 2023) the product ever reaches 1/a with chance at most a.

Everything that may be chosen after looking has a share of the bound that was fixed beforehand:
when to look (``share``), whom to add to the list (``share``), what to take out (``composition_share``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

COMBINE_VERSION = "case-evidence/1"

EXPECTED_SHARE = 0.75
"""What the first of a series gets, and a case from which nothing was taken out."""

E_PROCESS_SHARE = 0.5
"""Of the bound, for the running likelihood ratio; the rest is for the p-values of single looks."""


def share(number: int) -> float:
    """Return the part of the bound that is kept for number 1, 2, 3 … of a series; all add up to 1."""
    if number < 1:
        raise ValueError("a series is counted from 1")
    return EXPECTED_SHARE if number == 1 else (1.0 - EXPECTED_SHARE) / ((number - 1) * number)


def composition_share(removed: Collection[int]) -> float:
    """Return the part kept for a case without the exhibits at these positions (from 1).

    All finite sets together get at most 1: the product over i of (1 + 1/(2 i (i + 1))) is below 2.
    """
    if not removed:
        return EXPECTED_SHARE
    each = [1.0 / (2 * position * (position + 1)) for position in removed]
    return float((1.0 - EXPECTED_SHARE) * np.prod(each))


def mean_over_copies(
    nats: Sequence[NDArray[np.float64]], held: Sequence[NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """Return ln of the mean likelihood ratio of an exhibit over the copies that each recipient holds.

    One entry a circulation, ``nats`` (models, recipients) and ``held`` (recipients,). The exhibit is taken
    to descend from one copy, whichever; 0 (ratio 1) for who holds none.
    """
    count = np.sum([one.astype(np.int64) for one in held], axis=0)
    parts = [np.where(own, one, -np.inf) for one, own in zip(nats, held, strict=True)]
    whole = np.logaddexp.reduce(parts, axis=0) - np.log(np.maximum(count, 1))
    return np.asarray(np.where(count > 0, whole, 0.0))


def running_nats(weights: NDArray[np.float64], factors: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return ln of the mixture over models of the product over exhibits, one value a recipient.

    ``weights`` (models,) are fixed and add up to at most 1; every factor is (models, recipients), nats.
    """
    total = np.sum(factors, axis=0)
    return np.asarray(np.logaddexp.reduce(total + np.log(weights)[:, None], axis=0))


def family_wise(
    family: NDArray[np.float64],
    e_nats: NDArray[np.float64],
    looks: Sequence[tuple[float, NDArray[np.float64]]],
    *,
    composition: float,
) -> NDArray[np.float64]:
    """Return per recipient a chance that holds for all of them, all looks and all compositions together.

    P(any recipient who is no source ever has a value of at most a) <= a, for every a.

    Args:
        family: of how many this recipient is one, divided by the share of those who came when he did.
        e_nats: ln of the running mixture, (recipients,).
        looks: share and p-values (recipients,) of each batch, given all that was seen before it.
        composition: ``composition_share`` of what was taken out.
    """
    running = np.exp(-np.maximum(e_nats, -1.0)) / (E_PROCESS_SHARE * composition)
    least = running
    for part, p_value in looks:
        least = np.minimum(least, p_value / ((1.0 - E_PROCESS_SHARE) * part))
    return np.asarray(np.minimum(1.0, family * least))
