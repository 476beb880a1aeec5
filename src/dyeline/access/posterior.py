"""Posterior over the possible sources, the set that holds 90 % of it, and who cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.access.likelihood import effective_access, leak_likelihoods, strategy_weights, worlds
from dyeline.access.model import Assumptions, Circle, Leak

LEVEL = 0.9
"""Mass that a credible set is to hold."""

SLACK = 0.03
"""It may hold this much less, where one more class of twins would overshoot by more than is missing."""


UNDER_EACH, SLACK_UNDER_EACH = 0.88, 0.05
"""The same two where a set has to hold under each rate of passing-on by itself: sets that hold 90 % of the mixture
cover 93 % where nothing is passed on and 86 % where much is; these 88 to 93 % either way (bench/access)."""


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """Posteriors in the order of ``sources``, each summing to 1: over all assumptions, and by rate of passing-on.

    ``mass`` is (sources,), ``under`` (rates, sources) in the order of ``Assumptions.passing``.
    """

    mass: NDArray[np.float64]
    under: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CredibleSet:
    """The likeliest sources that together hold about ``LEVEL``; a class is in it as a whole or not at all.

    ``rows`` index the order of ``sources``; ``mass`` is what they really hold.
    """

    rows: NDArray[np.int64]
    mass: float


def posterior(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> NDArray[np.float64]:
    """Return P(source | leaks) in the order of ``sources``, summing to 1."""
    return believe(circle, leaks, assumed).mass


def believe(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> Belief:
    """Return the posterior over the sources, over all assumptions and by rate of passing-on.

    Several leaks are taken as the work of one source, except for a share ``stray`` of them; that
    share counts as published from outside. No leak at all returns the prior.
    """
    strategies = strategy_weights(assumed)
    talk = np.array([world.weight for world in worlds(assumed)])
    total = np.zeros((talk.size, strategies.size, _prior(circle, assumed).size))
    with np.errstate(divide="ignore"):  # a weight or prior of 0 is allowed: ln 0 = -inf
        for leak in leaks:
            single = leak_likelihoods(circle, leak, assumed)
            if len(leaks) > 1:
                outside = np.log(assumed.stray) + single[:, :, -1:]
                single = np.logaddexp(np.log1p(-assumed.stray) + single, outside)
            total += single
        weights = np.log(talk)[:, None, None] + np.log(strategies)[None, :, None]
        ln_joint = np.logaddexp.reduce(total + weights, axis=1) + np.log(_prior(circle, assumed))
    rates = np.array([world.passing for world in worlds(assumed)])
    return Belief(
        _normalised(ln_joint), np.stack([_normalised(ln_joint[rates == rate]) for rate in assumed.passing])
    )


def credible_set(belief: Belief, classes: NDArray[np.int64] | None = None) -> CredibleSet:
    """Return the likeliest sources whose posterior together comes nearest to ``LEVEL``, and at least near it.

    Where several rates of passing-on are assumed, the set holds nearly as much under each of them: those who can
    be the source only if colleagues talked are not crowded out by those who can be it in any case.
    Sources of one class (a number for each source; without it each is by itself), and sources that are
    exactly as likely as each other, are in or out together; a class stands where its likeliest member does.
    Classes make the mass jump; a set that always went past the level would hold 92 % on average
    (bench/access), so the last class is left out where the set without it is at least ``level - SLACK``
    and nearer.
    """
    level, slack = (UNDER_EACH, SLACK_UNDER_EACH) if len(belief.under) > 1 else (LEVEL, SLACK)
    likeliest = belief.under.max(axis=0)
    rank = likeliest if classes is None else _likeliest_of_class(likeliest, classes)
    order = np.argsort(-rank, kind="stable")
    ranked = rank[order]
    ends = np.flatnonzero(np.append(ranked[1:] < ranked[:-1] * (1 - 1e-9), True))
    held = np.cumsum(belief.under[:, order], axis=1)[:, ends].min(axis=0)
    past = min(int(np.searchsorted(held, level * (1 - 1e-12))), ends.size - 1)
    short = past - 1
    if short >= 0 and held[short] >= level - slack and level - held[short] < held[past] - level:
        past = short
    rows = np.sort(order[: ends[past] + 1])
    return CredibleSet(rows, float(belief.mass[rows].sum()))


def inseparable(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> list[tuple[str, ...]]:
    """Return the classes of two or more people whom none of these leaks, whatever it carried, could tell apart.

    They had been told the same, and so had the colleagues they talk with. Largest class first.
    """
    classes: dict[int, list[str]] = {}
    for label, of in zip(circle.people, person_classes(circle, leaks, assumed).tolist(), strict=True):
        classes.setdefault(of, []).append(label)
    found = [tuple(members) for members in classes.values() if len(members) > 1]
    return sorted(found, key=lambda members: (-len(members), members))


def person_classes(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions) -> NDArray[np.int64]:
    """Return the number of each person's class: the same for people whom none of these leaks could tell apart."""
    rows = [np.zeros((len(circle.people), 0))]
    for leak in leaks:
        for passing in assumed.passing:
            rows.append(effective_access(circle, leak.known, passing=passing, unlogged=assumed.unlogged))
    _, number = np.unique(np.round(np.concatenate(rows, axis=1), 9), axis=0, return_inverse=True)
    return np.ravel(number).astype(np.int64)


def group_mass(circle: Circle, mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return per group the posterior that the source is one of its members, or several together."""
    people, groups = len(circle.people), len(circle.groups)
    return np.asarray(mass[:people] @ circle.member + mass[people : people + groups])


def _likeliest_of_class(mass: NDArray[np.float64], classes: NDArray[np.int64]) -> NDArray[np.float64]:
    most = np.zeros(int(classes.max()) + 1)
    np.maximum.at(most, classes, mass)
    return np.asarray(most[classes])


def _normalised(ln_joint: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the posterior from ln P(world, source, leaks), (worlds, sources)."""
    ln_post = np.logaddexp.reduce(ln_joint, axis=0)
    parts = np.exp(ln_post - ln_post.max())
    return np.asarray(parts / parts.sum())


def _prior(circle: Circle, assumed: Assumptions) -> NDArray[np.float64]:
    people, groups, channels = len(circle.people), len(circle.groups), len(circle.channels)
    of_groups = assumed.prior_groups if groups else 0.0
    of_channels = assumed.prior_channels if channels else 0.0
    of_people = max(1.0 - assumed.prior_outside - of_groups - of_channels, 0.0) if people else 0.0
    prior = np.concatenate(
        [
            np.full(people, of_people / max(people, 1)),
            np.full(groups, of_groups / max(groups, 1)),
            np.full(channels, of_channels / max(channels, 1)),
            [assumed.prior_outside],
        ]
    )
    return np.asarray(prior / prior.sum())
