"""Looking for the words of a page in a picture, from a first guess of its place to a judgement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.match.pages.agreement import agreeing, share_around, smoothed
from dyeline.match.pages.bend import Bend
from dyeline.match.pages.gate import Likeness
from dyeline.match.pages.grey import Grey
from dyeline.match.pages.plane import Matrix, apply, fit, inverse, possible
from dyeline.match.pages.templates import Templates, flattened, match, within

TRIAL_WORDS: Final = 80
"""Words on which a first guess is judged."""
LEAST_AGREED: Final = 4
"""With fewer agreeing words there is nothing to fit a map to."""
SIMILAR: Final = 0.55
"""Least normalised cross-correlation of a word recognised (blurred words at 72 dpi reach 0.7)."""
FAR_PT: Final = 10.0
NEAR_PT: Final = 2.5
"""How far from its place a word is looked for, while searching and in the end."""
ROUGH_PT: Final = 1.5
FINE_PT: Final = 0.75
"""How differently neighbouring words may be displaced, while searching and in the end."""
STRAIGHT_PT: Final = 1.0
"""Paper is flat where nine words in ten stand this close to where the map has them."""
BENDINGS: Final = 3
CREASES: Final = 8
FOLLOWED: Final = 0.8
CREASE_PT: Final = 8.0
"""A page of which less than this share is found may be creased: it is unbent by all the words found so far, and
the others looked for somewhat farther, up to eight times."""
BARE: Final = 0.35
"""Where contrast is below this share of that of recognised words there are no letters."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The words found with one map of the page. ``offsets_pt`` are from where that map has them."""

    to_page: Matrix  # picture pixels to pt
    which: NDArray[np.intp]  # templates looked for
    offsets_pt: NDArray[np.float64]
    agreed: NDArray[np.bool_]
    inverted: bool
    contrast: NDArray[np.float64]  # of the picture where each word should be, in units of the page's

    @property
    def count(self) -> int:
        """Return the number of words found where their neighbours say."""
        return int(self.agreed.sum())

    def together(self, other: Sighting) -> Sighting:
        """Return the words found here or in another sighting of the same words with the same map."""
        offsets = np.where(other.agreed[:, None], other.offsets_pt, self.offsets_pt)
        return replace(other, offsets_pt=offsets, agreed=self.agreed | other.agreed)

    def bend(self, templates: Templates) -> Bend | None:
        """Return how the paper is bent; None where the map alone is right to a fraction of a letter."""
        offsets = self.offsets_pt[self.agreed]
        if float(np.quantile(np.hypot(*offsets.T), 0.9)) < STRAIGHT_PT:
            return None
        return Bend(templates.centres_pt[self.which[self.agreed]], offsets)


def best_sighting(grey: Grey, templates: Templates, guesses: list[Matrix]) -> Sighting | None:
    """Return what is seen with the guess (map from picture to pt) under which most words agree."""
    tried = [found for guess in guesses if (found := _look(grey, templates, guess, most=TRIAL_WORDS))]
    best = max(tried, key=lambda found: found.count, default=None)
    return best if best is not None and best.count >= LEAST_AGREED else None


def refined(grey: Grey, templates: Templates, found: Sighting) -> Sighting | None:
    """Return what is seen after the map was fitted to words, twice, and bent paper was unbent."""
    for most in (2 * TRIAL_WORDS, 3 * TRIAL_WORDS):
        to_page = _fitted(templates, found)
        again = None if to_page is None else _look(grey, templates, to_page, most=most)
        if again is None or again.count < LEAST_AGREED:
            return None
        found = again
    for _ in range(BENDINGS):
        bend = found.bend(templates)
        if bend is None:
            break
        again = _look(grey, templates, found.to_page, most=3 * TRIAL_WORDS, bend=bend, radius_pt=FAR_PT / 2)
        if again is None or again.count <= found.count:
            break
        found = again
    return found


def judged(grey: Grey, templates: Templates, found: Sighting) -> tuple[Likeness, Sighting] | None:
    """Return how well all words are found close to where their neighbours say, and the map that fits them."""
    which = np.flatnonzero(within(templates, found.to_page, grey.shape))
    if len(which) < LEAST_AGREED:
        return None
    centres = templates.centres_pt[which]
    bend = found.bend(templates)
    flat = flattened(grey, found.to_page, templates, bend)
    last = _compare(flat, templates, found.to_page, which, bend, NEAR_PT, FINE_PT)
    for _ in range(CREASES):
        if not LEAST_AGREED <= last.count < FOLLOWED * len(which):
            break
        before, bend = last, Bend(centres[last.agreed], last.offsets_pt[last.agreed])
        flat = flattened(grey, found.to_page, templates, bend)
        last = before.together(_compare(flat, templates, found.to_page, which, bend, CREASE_PT, FINE_PT))
        if last.count <= 1.02 * before.count:
            break
    to_page = None if last.count < LEAST_AGREED else _fitted(templates, last)
    if to_page is None:
        return None
    own = last.offsets_pt if bend is None else last.offsets_pt - bend.at(centres + last.offsets_pt)
    apart = np.hypot(*(own - smoothed(centres, own, last.agreed, centres)).T)
    bare = ~last.agreed & (last.contrast < BARE * np.median(last.contrast[last.agreed]))
    likeness = Likeness(
        words=last.count,
        visible=len(which),
        bare=int(bare.sum()),
        foreign_around=share_around(centres, last.agreed, ~last.agreed & ~bare),
        residual_pt=float(np.median(apart[last.agreed])),
    )
    return likeness, replace(last, to_page=to_page)


def _look(
    grey: Grey,
    templates: Templates,
    to_page: Matrix,
    *,
    most: int,
    bend: Bend | None = None,
    radius_pt: float = FAR_PT,
) -> Sighting | None:
    """Return the words found with a map of the page, at most ``most`` of those within the picture."""
    inside = np.flatnonzero(within(templates, to_page, grey.shape))
    if len(inside) < LEAST_AGREED or not possible(to_page, templates.centres_pt[inside]):
        return None
    which = inside[np.unique(np.linspace(0, len(inside) - 1, min(most, len(inside))).astype(np.intp))]
    flat = flattened(grey, to_page, templates, bend)
    return _compare(flat, templates, to_page, which, bend, radius_pt, ROUGH_PT)


def _compare(
    flat: NDArray[np.uint8],
    templates: Templates,
    to_page: Matrix,
    which: NDArray[np.intp],
    bend: Bend | None,
    radius_pt: float,
    tolerance_pt: float,
) -> Sighting:
    centres = templates.centres_pt[which]
    matches = match(templates, flat, which, radius_pt)
    inverted = float(np.median(matches.light)) > float(np.median(matches.dark))
    own, similar = (matches.light_pt, matches.light) if inverted else (matches.dark_pt, matches.dark)
    offsets = own if bend is None else own + bend.at(centres + own)
    agreed = agreeing(centres, own, similar > SIMILAR, tolerance_pt)
    return Sighting(to_page, which, offsets, agreed, inverted, matches.contrast)


def _fitted(templates: Templates, found: Sighting) -> Matrix | None:
    """Return the map from picture to page that fits the words found best."""
    page_pt = templates.centres_pt[found.which[found.agreed]]
    seen_px = apply(inverse(found.to_page), page_pt + found.offsets_pt[found.agreed])
    return fit(seen_px, page_pt)
