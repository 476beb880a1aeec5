"""All pages that one picture shows: a spread, a stack of sheets, two windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import cv2
import numpy as np

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.plane import apply
from dyeline.match.pages.register import PictureView, register
from dyeline.model.pages import PageReference, Registration

MOST_TRIED: Final = 4
SURE_SHARE: Final = 0.8
"""With so many of its words recognised a page leaves no doubt what stands there."""
SAME_PLACE: Final = 0.3
"""Share of the smaller outline: pages side by side overlap less, even bent ones."""


def register_pages(
    view: PictureView,
    candidates: Sequence[CandidatePage],
    reference_of: Callable[[int], PageReference],
    *,
    known: Sequence[Registration] = (),
    most: int = MOST_TRIED,
) -> list[Registration]:
    """Return where pages stand in a picture, at most one at a place, those with most words first.

    ``candidates`` are tried in their order, except those whose lines stand on a page that was
    registered beyond doubt already. Pages of other documents that are ``known`` to stand there spare
    only the slow search: a page that is alike is found at once, by its lines.
    """
    found: list[Registration] = []
    elsewhere = [one for one in known if one.words_seen >= SURE_SHARE]
    for candidate in candidates[:most]:
        sure = [one for one in found if one.words_seen >= SURE_SHARE]
        if any(_holds(one, candidate) for one in sure):
            continue
        settled = any(_holds(one, candidate) for one in elsewhere)
        registration = register(view, reference_of(candidate.page), candidate, by_lines=settled)
        if registration is not None:
            found.append(registration)
    return distinct(found)


def distinct(registrations: Iterable[Registration]) -> list[Registration]:
    """Return registrations in one picture without those at the place of one with more words, best first.

    Pages can have a passage or a form in common; a picture shows one of them.
    """
    kept: list[Registration] = []
    for one in sorted(registrations, key=lambda one: -one.inliers):
        if all(_overlap(one, other) < SAME_PLACE for other in kept):
            kept.append(one)
    return kept


def _holds(registration: Registration, candidate: CandidatePage) -> bool:
    """Tell whether most points of a candidate lie on a page already registered."""
    frame = cv2.getPerspectiveTransform(
        registration.quad, np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    )
    x, y = apply(np.asarray(frame, dtype=np.float64), candidate.picture_px).T
    return float(np.mean((x > 0) & (x < 1) & (y > 0) & (y < 1))) > 0.7


def _overlap(one: Registration, other: Registration) -> float:
    """Return the area that two outlines share, as a share of the smaller one."""
    areas = [cv2.contourArea(each.quad) for each in (one, other)]
    shared, _ = cv2.intersectConvexConvex(one.quad, other.quad)
    return float(shared / max(min(areas), 1e-9))
