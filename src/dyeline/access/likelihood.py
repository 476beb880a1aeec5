"""How probable a leak is for each possible source: exact sums over all that is not known.

A source publishes each fact it has with one chance and each it has not with a small one, facts apart
from each other. Summed over: how much sources publish, whether they are careful (leave out what only
few know), how much colleagues tell each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.access.model import Assumptions, Circle, Leak

TALKS_WITH = 8
"""Colleagues whom a person talks with; in a larger group the chance to be told by any one of them is less."""

LARGEST_TALKING = 600
"""Groups larger than this are not asked who told whom everything (pairs would fill the memory)."""

RARE = (0.2, 0.4, 0.6)
"""A careful source leaves out facts whose number of holders is below this quantile, each with equal weight."""

KEPT_WHEN_RARE = 0.1
"""Part of its usual chance with which a careful source publishes such a fact all the same."""


def effective_access(
    circle: Circle, known: NDArray[np.float64], *, passing: float, unlogged: float
) -> NDArray[np.float64]:
    """Return the chance (people, facts) that each had each fact, told or heard from a colleague.

    Noisy-OR: 1 - (1 - known) * product over colleagues of (1 - passing * known of theirs), with the
    logarithm of each factor linear in ``known``. Whoever shares two groups has two occasions to talk.
    """
    member = circle.member.astype(np.float64)
    talks = member * np.minimum(1.0, TALKS_WITH / np.maximum(circle.sizes - 1.0, 1.0))
    heard = talks @ (member.T @ known) - talks.sum(axis=1, keepdims=True) * known
    missed = (1.0 - known) * np.exp(np.log1p(-passing) * np.maximum(heard, 0.0))
    return np.asarray(1.0 - missed * (1.0 - unlogged))


def leak_likelihoods(circle: Circle, leak: Leak, assumed: Assumptions) -> NDArray[np.float64]:
    """Return ln P(leak | source), shape (worlds, strategies, sources); the last source is outside.

    Worlds: see ``worlds``. Strategies: plain, then one for each of ``RARE``. Outside is the same in
    all of them.
    """
    settings = worlds(assumed)
    people, rates = len(circle.people), len(assumed.publishes)
    out = np.empty((len(settings), 1 + len(RARE), _count(circle)))
    out[:, :, -1] = _outside(leak, assumed)
    for row, world in enumerate(settings):
        access = effective_access(circle, leak.known, passing=world.passing, unlogged=assumed.unlogged)
        everybody = np.concatenate([access, _pooled(circle, access), leak.carried])
        published = np.multiply.outer(assumed.publishes, _kept(access))  # (rates, strategies, facts)
        manners = published.reshape(-1, access.shape[1])
        each = _insiders(everybody, manners, leak, assumed)
        if world.wholesale:
            each[:, :people] = _told_all(circle, manners, leak, assumed, world.passing)
        out[row, :, :-1] = np.logaddexp.reduce(each.reshape(rates, -1, each.shape[1])) - np.log(rates)
    return out


@dataclass(frozen=True, slots=True)
class World:
    """How colleagues talk: the chance that one told another, and whether he then told all that he had."""

    passing: float
    wholesale: bool
    weight: float


def worlds(assumed: Assumptions) -> list[World]:
    """Return how colleagues may talk, with weights that sum to 1: fact by fact or all at once, half and half."""
    each = 1.0 / len(assumed.passing)
    found = []
    for passing in assumed.passing:
        if passing > 0:
            found += [World(passing, False, each / 2), World(passing, True, each / 2)]
        else:
            found.append(World(passing, False, each))
    return found


def strategy_weights(assumed: Assumptions) -> NDArray[np.float64]:
    """Return the weights of the strategies, summing to 1."""
    return np.array([1.0 - assumed.careful, *[assumed.careful / len(RARE)] * len(RARE)])


def _count(circle: Circle) -> int:
    return len(circle.people) + len(circle.groups) + len(circle.channels) + 1


def _insiders(
    access: NDArray[np.float64], published: NDArray[np.float64], leak: Leak, assumed: Assumptions
) -> NDArray[np.float64]:
    """Return ln P(leak | source), shape (manners, sources), from ``published`` (manners, facts)."""
    chance = access * published[:, None, :] + (1.0 - access) * assumed.without
    return _loglik(chance, leak.present, assumed.absence)


def _told_all(
    circle: Circle, published: NDArray[np.float64], leak: Leak, assumed: Assumptions, passing: float
) -> NDArray[np.float64]:
    """Return ln P(leak | person) where at most one colleague of each person told all that he had.

    ``published`` is (manners, facts), the result (manners, people). ln P is linear in what the two had
    between them (exactly so where the log is certain), which makes all pairs of a group one product.
    """
    member = circle.member
    has = _terms(np.maximum(published, assumed.without), leak.present, assumed.absence)
    lacks = _terms(np.full(len(leak.facts), assumed.without), leak.present, assumed.absence)
    known = 1.0 - (1.0 - leak.known) * (1.0 - assumed.unlogged)
    gain = has - lacks
    alone = gain @ known.T
    tellers = np.minimum(member * (circle.sizes - 1.0), TALKS_WITH).clip(min=0.0)
    told = -np.expm1(np.log1p(-passing) * tellers.sum(axis=1))  # chance that anybody told this person
    by_colleague = np.full(alone.shape, -np.inf)
    for group in range(len(circle.groups)):
        rows = np.flatnonzero(member[:, group])
        if not 2 <= rows.size <= LARGEST_TALKING:
            continue
        share = tellers[rows, group] / tellers[rows].sum(axis=1) / (rows.size - 1)
        both_have = (known[rows] * gain[:, None, :]) @ known[rows].T
        with_each = alone[:, rows, None] + alone[:, None, rows] - both_have
        with_each[:, np.arange(rows.size), np.arange(rows.size)] = -np.inf
        heard = _ln_sum(with_each) + np.log(share)
        by_colleague[:, rows] = np.logaddexp(by_colleague[:, rows], heard)
    by_colleague = np.where(np.isneginf(by_colleague), alone, by_colleague)
    with np.errstate(divide="ignore"):  # nobody to talk with: ln 0
        both = np.logaddexp(np.log1p(-told) + alone, np.log(told) + by_colleague)
    return np.asarray(both + lacks.sum())


def _ln_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln of the sum of exp along the last axis; three times faster than ``logaddexp.reduce``."""
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=-1)) + top[..., 0])


def _terms(chance: NDArray[np.float64], present: NDArray[np.bool_], absence: float) -> NDArray[np.float64]:
    return np.where(present, np.log(chance), absence * np.log1p(-chance))


def _outside(leak: Leak, assumed: Assumptions) -> float:
    facts = len(leak.facts)
    rates = [
        float(_loglik(np.full((1, facts), rate), leak.present, assumed.absence)[0])
        for rate in assumed.outside
    ]
    return float(np.logaddexp.reduce(rates) - np.log(len(rates)))


def _loglik(chance: NDArray[np.float64], present: NDArray[np.bool_], absence: float) -> NDArray[np.float64]:
    there = np.log(chance[..., present]).sum(axis=-1)
    return np.asarray(there + absence * np.log1p(-chance[..., ~present]).sum(axis=-1))


def _kept(access: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, per strategy and fact, the part of its usual chance with which a held fact is published."""
    holders = np.round(access.sum(axis=0), 9)  # equal counts stay equal in whatever order people are summed
    limits = np.quantile(holders, RARE) if holders.size else np.zeros(len(RARE))
    careful = np.where(holders < limits[:, None] - 1e-9, KEPT_WHEN_RARE, 1.0)
    return np.concatenate([np.ones((1, holders.size)), careful])


def _pooled(circle: Circle, access: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return per group and fact the best access that any member has."""
    best = [access[row].max(axis=0) if row.any() else np.zeros(access.shape[1]) for row in circle.member.T]
    return np.array(best).reshape(len(circle.groups), access.shape[1])
