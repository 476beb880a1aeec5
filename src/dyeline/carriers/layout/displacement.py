"""The reader that needs no knowledge of the path: where each word stands against those around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.field import Field, fit_field
from dyeline.carriers.layout.follow import follow_page
from dyeline.carriers.layout.joint import predict_jointly
from dyeline.carriers.layout.likelihood import centred, expected_bits, shift_log_ratio
from dyeline.carriers.layout.prediction import Prediction, Words
from dyeline.carriers.layout.view import View
from dyeline.carriers.layout.warp import Warp
from dyeline.carriers.layout.words import Displacements, blur_view, cut_patches, measure
from dyeline.model.pages import PageReference

LEAST_REFERENCES: Final = 6
_LIKENESS: Final = 0.6  # correlation below which a word is hidden, or something else
_ENOUGH_LIKENESS: Final = 0.8
_WORSE: Final = 4.0  # times what the reference leaves unexplained in most words
_FAR_PT: Final = 2.5  # a word this far from where the warp puts it was mistaken for another
_WIDE_PT: Final = 1.0  # blur of the first pass, which catches more
_NARROW_PT: Final = 0.5  # of all others, which measure better
_MOST_PASSES: Final = 6
_ROUNDS: Final = (2, 8)  # samplings at most in the passes that refine the warp; in the last
_SETTLED_PT: Final = 0.04  # mean move of the references from one pass to the next


@dataclass(frozen=True, slots=True)
class Measured:
    """All words of a page as a picture shows them. ``usable`` words may be references or be read."""

    warp: Warp
    centres_pt: NDArray[np.float64]
    shift_pt: NDArray[np.float64]  # (n, 2) from where the homography alone would put the word
    spread_pt: NDArray[np.float64]
    likeness: NDArray[np.float64]
    usable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Displaced:
    """Readings of some words: ln-likelihoods (n, 2), what they come from, and the information expected."""

    loglik: NDArray[np.float64]
    rest_pt: NDArray[np.float64]
    noise_pt: NDArray[np.float64]
    expected_bits: NDArray[np.float64]


def measure_page(view: View, reference: PageReference, play_pt: NDArray[np.float64]) -> Measured | None:
    """Return where every word of the page stands in the view, or None where the page cannot be followed.

    ``play_pt`` is by how much a copy may have moved each word: 0 for references, infinite where nobody knows.
    The warp is refined over several passes, each sampling the view itself.
    """
    fixed, known = play_pt == 0, np.isfinite(play_pt)
    if fixed.sum() < LEAST_REFERENCES:
        return None
    size = np.array([reference.words.width_pt, reference.words.height_pt])
    field = follow_page(view, reference, np.flatnonzero(known))
    if field is None:
        return None
    wide, narrow = (cut_patches(reference, blur) for blur in (_WIDE_PT, _NARROW_PT))
    blurred = blur_view(view.grey, view.px_per_pt, _WIDE_PT)
    field = _refined(
        measure(wide, Warp(view, field), blurred, size, _ROUNDS[0]), wide.centres_pt, field, play_pt
    )
    blurred = blur_view(view.grey, view.px_per_pt, _NARROW_PT)
    found = 0
    for _ in range(_MOST_PASSES):
        seen = measure(narrow, Warp(view, field), blurred, size, _ROUNDS[0])
        base = _usable(seen) & fixed
        moved = float(np.median(np.abs(seen.shift_pt[base]))) if base.any() else 0.0
        refined = _refined(seen, narrow.centres_pt, field, play_pt)
        if refined is field or (moved < _SETTLED_PT and base.sum() <= 1.01 * found):
            break
        field, found = refined, int(base.sum())
    seen = measure(narrow, Warp(view, field), blurred, size, _ROUNDS[1])
    usable = _usable(seen)
    if (usable & fixed).sum() < LEAST_REFERENCES:
        return None
    usable &= seen.likeness > _asked_likeness(seen.likeness[usable & fixed])
    total = seen.shift_pt + field.at(narrow.centres_pt + seen.shift_pt)
    return Measured(Warp(view, field), narrow.centres_pt, total, seen.spread_pt, seen.likeness, usable)


def _refined(
    seen: Displacements, centres_pt: NDArray[np.float64], field: Field, play_pt: NDArray[np.float64]
) -> Field:
    """Return the field fitted anew to what was measured through it, or itself where too little was."""
    base = _usable(seen) & np.isfinite(play_pt)
    if (base & (play_pt == 0)).sum() < LEAST_REFERENCES:
        return field
    shift, centres = seen.shift_pt[base], centres_pt[base]
    return fit_field(centres, shift + field.at(centres + shift), field.size_pt, play_pt=play_pt[base])


def read_displacements(
    measured: Measured,
    lines: NDArray[np.int32],
    fixed: NDArray[np.bool_],
    words: NDArray[np.int64],
    shift_pt: NDArray[np.float64],
) -> Displaced:
    """Return what the displacements of ``words`` (indexes), moved by ``shift_pt`` either way, say."""
    n = len(words)
    nothing = Displaced(np.zeros((n, 2)), np.full(n, np.nan), np.full(n, np.inf), np.zeros(n))
    base = np.flatnonzero(measured.usable & fixed)
    if not n or len(base) < LEAST_REFERENCES:
        return nothing
    everything = Words(
        measured.centres_pt,
        lines.astype(np.int64),
        measured.shift_pt[:, 0],
        measured.spread_pt,
        measured.likeness,
        np.ones(len(lines)),
        np.zeros(len(lines)),
    )
    there = measured.usable[words]
    found = predict_jointly(everything.at(words[there]), shift_pt[there], everything.at(base))
    return _judge(nothing, there, found, shift_pt[there])


def _judge(
    nothing: Displaced, there: NDArray[np.bool_], found: Prediction, shift_pt: NDArray[np.float64]
) -> Displaced:
    ratio, unmoved = shift_log_ratio(found.rest_pt, found.noise_pt, shift_pt, found.freedom)
    loglik = centred(ratio)
    bits = (1 - unmoved) * expected_bits(found.noise_pt, shift_pt, found.freedom)
    lonely = found.near < LEAST_REFERENCES
    loglik[lonely], bits[lonely] = 0.0, 0.0
    nothing.loglik[there] = loglik
    nothing.rest_pt[there] = found.rest_pt
    nothing.noise_pt[there] = found.noise_pt
    nothing.expected_bits[there] = bits
    return nothing


def _asked_likeness(references: NDArray[np.float64]) -> float:
    """Return the likeness below which a word of this picture may have been mistaken for its surroundings.

    Measured: on strongly curled paper (median 0.95), errors of 0.5 pt all come from words below 0.78.
    """
    unexplained = float(np.median(1.0 - references**2))
    return float(np.sqrt(np.clip(1.0 - _WORSE * unexplained, _LIKENESS**2, _ENOUGH_LIKENESS**2)))


def _usable(seen: Displacements) -> NDArray[np.bool_]:
    near = np.abs(seen.shift_pt).max(axis=1) < _FAR_PT
    return np.asarray(seen.shown & (seen.likeness > _LIKENESS) & near & np.isfinite(seen.spread_pt))
