"""Exact screenshots: which of the two drawings of every word is the one in the picture.

Viewers put glyphs on whole, third or quarter pixels, so that a word's shift shows as a jump or not at all.
Where a picture is a drawing of the page by an engine we know, the page is drawn with all its sites one way
and all the other way, and each site is compared with both. A 5 x 5 filter for what came
after the drawing (scaling, JPEG) and the noise are found on unmarked words alone.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.displacement import Displaced, Measured
from dyeline.carriers.layout.frames import LEAST_WORDS, Match, Patch, cut_words, find_engine, first_frame
from dyeline.carriers.layout.likelihood import (
    Unmoved,
    centred,
    expected_bits,
    student_density,
    student_log_ratio,
    unmoved_among,
)
from dyeline.model.pages import PageRenderer, SeenPage

_ALIKE: Final = 6.0  # energy of the two drawings' difference, in noise variances
_WORST_NOISE: Final = 0.45  # of the distance between the drawings (measured on five exhibits)
_GAIN: Final = 0.06
_FILTER: Final = 5
_NOISES: Final = (0.02, 0.04, 0.06, 0.09, 0.13, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0)
_FACTORS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_STRAYS: Final = (0.002, 0.01, 0.03, 0.06, 0.1, 0.15, 0.22, 0.3)  # share of words drawn somewhere else
_FREEDOM: Final = 6.0
_STRAY_REACH: Final = 3.0  # width of where strays are looked for, in distances of the two drawings


def read_drawing(
    page: SeenPage, measured: Measured, words: NDArray[np.int64], shift_pt: NDArray[np.float64]
) -> tuple[str, Displaced] | None:
    """Return the engine that drew the picture and what its drawings tell of ``words``; None if none did.

    ``noise_pt`` of the result is in pt as elsewhere: the noise of the comparison times the distance.
    """
    renderer = page.renderer
    first = first_frame(page, measured) if renderer is not None else None
    if renderer is None or first is None:
        return None
    picture = cv2.cvtColor(page.picture.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if page.registration.inverted:
        picture = 255.0 - picture
    unmarked = np.flatnonzero(measured.usable & page.fixed)
    match = find_engine(renderer, page, picture, unmarked, first)
    if match is None:
        return None
    read = _compare(renderer, page, picture, match, unmarked, words[measured.usable[words]], shift_pt)
    if read is None:
        return None
    ratio, noise, bits = (np.zeros(len(page.fixed)) for _ in range(3))
    noise[:] = np.inf
    rows, (ratio[rows], noise[rows], bits[rows]) = read[0], read[1:]
    return match.engine, Displaced(
        centred(ratio[words]), np.full(len(words), np.nan), noise[words] * 2 * shift_pt, bits[words]
    )


def _compare(
    renderer: PageRenderer,
    page: SeenPage,
    picture: NDArray[np.float32],
    match: Match,
    unmarked: NDArray[np.int64],
    words: NDArray[np.int64],
    shift_pt: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None:
    """Return words and, for each, ln LR, noise (in distances of the two drawings) and expected bits."""
    frame = match.frame
    plain, right, left = (
        renderer.draw(match.engine, side, [(frame.width_px, frame.height_px)])[0].astype(np.float32)
        for side in (0, 1, -1)
    )
    base = cut_words(page, frame, unmarked, picture.shape, _FILTER)
    sites = cut_words(page, frame, words, picture.shape, _FILTER)
    if len(base.words) < LEAST_WORDS or not len(sites.words):
        return None
    kernel, bias, variance = _fit_filter(plain, picture, base)
    plain, right, left = (cv2.filter2D(image, -1, kernel) + bias for image in (plain, right, left))
    step_px = float(np.median(shift_pt)) * frame.width_px / page.reference.words.width_pt
    factor, noise, stray = _null_noise(plain, picture, base, step_px, variance)
    if noise > _WORST_NOISE:
        return None
    apart = right[sites.drawn] - left[sites.drawn]
    middle = (right[sites.drawn] + left[sites.drawn]) / 2
    energy = _sums(apart * apart, sites.starts)
    place = _sums((picture[sites.seen] - middle) * apart, sites.starts) / np.maximum(energy, 1e-9)
    told = energy > _ALIKE * variance
    scale = np.sqrt(factor * variance / np.maximum(energy, 1e-9) + noise**2 + (_GAIN / 2) ** 2)
    half = np.full(len(place), 0.5)
    stayed = _sums((plain[sites.drawn] - middle) * apart, sites.starts) / np.maximum(energy, 1e-9)
    unmoved = unmoved_among(place[told], scale[told], half[told], _FREEDOM, stayed[told])
    ratio = student_log_ratio(place, scale, half, _FREEDOM, stray, Unmoved(stayed, unmoved.share))
    told &= np.abs(place) < 0.5 + 5 * scale
    bits = np.where(told, (1 - unmoved.share) * expected_bits(scale, half, _FREEDOM, stray), 0.0)
    return sites.words, np.where(told, ratio, 0.0), np.where(told, scale, np.inf), bits


def _fit_filter(
    drawing: NDArray[np.float32], picture: NDArray[np.float32], patch: Patch
) -> tuple[NDArray[np.float64], float, float]:
    """Return the 5 x 5 filter and the bias that turn the drawing into the picture, and the rest's variance."""
    reach = _FILTER // 2
    rows, columns = patch.drawn
    shifted = [
        drawing[rows + dy, columns + dx] for dy in range(-reach, reach + 1) for dx in range(-reach, reach + 1)
    ]
    design = np.stack([*shifted, np.full(len(rows), 255.0, dtype=np.float32)], axis=1).astype(np.float64)
    seen = picture[patch.seen].astype(np.float64)
    gram = design.T @ design + 0.5 * len(rows) * np.eye(design.shape[1])
    solved = np.asarray(np.linalg.solve(gram, design.T @ seen), dtype=np.float64)
    rest = seen - design @ solved
    variance = max(float(rest @ rest) / len(rest), 0.3)
    return solved[:-1].reshape(_FILTER, _FILTER), float(255.0 * solved[-1]), variance


def _null_noise(
    drawing: NDArray[np.float32],
    picture: NDArray[np.float32],
    patch: Patch,
    step_px: float,
    variance: float,
) -> tuple[float, float, float]:
    """Return the noise that unmarked words show, as if they had been shifted by nothing.

    What is compared with them is how their own drawing changes when it moves by the marks' distance. The
    best of a grid by likelihood: factor on the pixels' variance, further noise, and the share of words
    that are somewhere else (measured: PDFium in grey moves one unmarked word in five when its neighbours
    are marked, so that a copy is drawn neither as all-left nor as all-right).
    """
    slope = cv2.sepFilter2D(
        drawing, cv2.CV_32F, np.array([1.0, 0.0, -1.0], dtype=np.float32), np.ones(1, dtype=np.float32)
    )
    apart = step_px * slope[patch.drawn]
    energy = np.maximum(_sums(apart * apart, patch.starts), 1e-9)
    strayed = _sums((picture[patch.seen] - drawing[patch.drawn]) * apart, patch.starts) / energy
    best, best_score = (1.0, 1.0, 0.3), -np.inf
    for factor in _FACTORS:
        for noise in _NOISES:
            scale = np.sqrt(factor * variance / energy + noise**2)
            density = student_density(strayed / scale, _FREEDOM) / scale
            for stray in _STRAYS:
                score = float(np.log((1 - stray) * density + stray / _STRAY_REACH).sum())
                if score > best_score:
                    best, best_score = (factor, noise, stray), score
    return best


def _sums(values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.add.reduceat(values, starts), dtype=np.float64)
