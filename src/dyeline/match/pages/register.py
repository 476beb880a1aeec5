"""Registration: the exact place of a page in a picture, or the statement that it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np

from dyeline.match.pages.candidates import CandidatePage
from dyeline.match.pages.gate import Likeness, passes
from dyeline.match.pages.grey import Grey, letters_are_dark
from dyeline.match.pages.hough import Features, by_voting, features_of
from dyeline.match.pages.hypotheses import from_lines, is_sure
from dyeline.match.pages.plane import TO_REFERENCE, Matrix, apply, inverse, local_px_per_pt, outline
from dyeline.match.pages.search import Sighting, best_sighting, judged, refined
from dyeline.match.pages.templates import Templates, templates_of
from dyeline.model.pages import PageReference, Picture, Registration

LEAST_SIDE_PX: Final = 16
DOUBTFUL_WORDS: Final = 12
"""A page with fewer words read is not worth comparing image features when its lines led nowhere."""
FEATURES_PX: Final = 1500


class PictureView:
    """A picture made ready for registration: what every page that is looked for in it needs, made once."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._features: dict[bool, tuple[Features, Matrix]] = {}

    @cached_property
    def grey(self) -> Grey:
        """Return the picture in grey."""
        return Grey(self.picture.pixels)

    def features(self, *, mirrored: bool) -> tuple[Features, Matrix]:
        """Return its features, of the picture mirrored if so wished, and the map from its pixels to theirs. 1 s."""
        if mirrored not in self._features:
            small = self.grey.reduced(max(self.grey.shape) / FEATURES_PX)
            pixels = small.pixels if letters_are_dark(small.pixels) else 255 - small.pixels
            turn = np.eye(3)
            if mirrored:
                pixels = np.ascontiguousarray(pixels[:, ::-1])
                turn = np.array([[-1.0, 0, pixels.shape[1] - 1], [0, 1, 0], [0, 0, 1]])
            self._features[mirrored] = features_of(pixels), turn @ small.reduce
        return self._features[mirrored]


def register(
    view: PictureView,
    reference: PageReference,
    candidate: CandidatePage | None = None,
    *,
    by_lines: bool = False,
) -> Registration | None:
    """Return where the page stands in the picture; None when the picture does not show this page.

    ``candidate`` gives the recognised lines that belong to the page: 0.2 s. Without it, or when
    its lines are many but do not fit together, image features are compared: 2 s or 3 s, unless ``by_lines``.
    """
    if min(view.picture.pixels.shape[:2]) < LEAST_SIDE_PX or not reference.raster.size:
        return None
    templates = templates_of(reference)
    if not len(templates.centres_pt):
        return None
    for guesses, by_strokes in _guesses(view, reference, candidate, by_lines=by_lines):
        looked_for = templates.by_strokes() if by_strokes else templates
        result = _seen(view.grey, looked_for, guesses)
        if result is not None and passes(result[0], read=candidate is not None and candidate.read):
            return _registration(view.picture, reference, templates, *result)
    return None


def _seen(grey: Grey, templates: Templates, guesses: list[Matrix]) -> tuple[Likeness, Sighting] | None:
    found = best_sighting(grey, templates, guesses)
    better = None if found is None else refined(grey, templates, found)
    return None if better is None else judged(grey, templates, better)


def _guesses(
    view: PictureView, reference: PageReference, candidate: CandidatePage | None, *, by_lines: bool
) -> Iterator[tuple[list[Matrix], bool]]:
    """Yield groups of first guesses and whether to look for dark strokes only, the cheap ones first."""
    mirrored: tuple[bool, ...] = (False, True)
    if candidate is not None:
        guesses = from_lines(candidate)
        yield guesses, False
        if by_lines:
            return
        if is_sure(guesses, candidate):
            yield guesses, True
            return
        if candidate.words < DOUBTFUL_WORDS:
            return
        mirrored = (bool(np.median([np.linalg.det(guess[:2, :2]) for guess in guesses] or [1.0]) < 0),)
    page = features_of(reference.raster)
    to_page = inverse(TO_REFERENCE)
    for flip in mirrored:
        seen, to_seen = view.features(mirrored=flip)
        yield [to_page @ guess @ to_seen for guess in by_voting(seen, page)], False


def _registration(
    picture: Picture, reference: PageReference, templates: Templates, likeness: Likeness, found: Sighting
) -> Registration:
    to_picture = inverse(found.to_page)
    seen = templates.centres_pt[found.which[found.agreed]]
    homography = TO_REFERENCE @ found.to_page
    words = reference.words
    return Registration(
        picture=picture.number,
        page=words.number,
        homography=homography / homography[2, 2],
        inliers=likeness.words,
        residual_pt=likeness.residual_pt,
        words_seen=likeness.share,
        mirrored=bool(np.median(local_px_per_pt(to_picture, seen)) < 0),
        inverted=found.inverted,
        quad=apply(to_picture, outline(words.width_pt, words.height_pt)).astype(np.float32),
    )
