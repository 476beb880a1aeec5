"""What the log says about the one recipient whose copy a mark has named: shown beside the mark, never into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dyeline.access.channels import behind_channels, classes
from dyeline.access.model import Assumptions, Circle, Leak
from dyeline.access.posterior import believe, credible_set


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts published and, of these, had by this recipient in time; whether the 90 % set has him.

    ``ratio`` is P(leaks | this recipient) / P(leaks | another person, on average): above 1 the log
    speaks for the recipient as the source, below 1 against.
    """

    published: int
    had: int
    in_set: bool
    ratio: float


def beside_mark(circle: Circle, leaks: Sequence[Leak], assumed: Assumptions, person: str) -> Beside:
    """Return what access says about ``person``, a label of the circle."""
    row = circle.people.index(person)
    belief = believe(circle, leaks, assumed)
    people = belief.mass[: len(circle.people)]  # the same prior for each: proportional to the likelihood
    others = np.delete(people, row)
    average = float(others.mean()) if others.size else 0.0
    chosen = credible_set(belief, classes(circle, leaks, assumed, behind_channels(circle, leaks)))
    had = sum(int((leak.known[row, leak.present] > 0).sum()) for leak in leaks)
    return Beside(
        published=sum(int(leak.present.sum()) for leak in leaks),
        had=had,
        in_set=bool(row in chosen.rows),
        ratio=float(people[row]) / average if average > 0 else 1.0,
    )
