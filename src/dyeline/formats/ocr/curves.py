"""Lines of text that are bent, as on curled paper: cut between words into pieces that are straight enough."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BENT: Final = 0.05
"""Departure from the straight, in line heights, up to which a line is read as one: more costs letters."""

_MOST_PIECES = 10
_LEAST_LENGTH = 6.0  # of a line, in heights, to tell bends from the shapes of letters
_PIECE_HEIGHTS = 4.0  # shortest piece
_DEGREE = 4  # of the polynomial for the middle of a line
_SEARCH_HEIGHTS = 1.5  # on either side of an even cut, for a gap between words
_GAP_HEIGHTS = 0.25  # width of a gap


def straight_pieces(outline: NDArray[Any], grey: NDArray[np.uint8], growth: float) -> NDArray[np.float32]:
    """Return one line as rectangles (n, 4, 2), in the pixels of ``grey``; none where the line is straight.

    ``outline`` surrounds the pixels marked as the line's text, which are its middle part: the line is
    higher by ``growth`` px. Cuts are put where the picture shows a gap between words.
    """
    origin, across, u, v = _along(outline)
    length = float(np.ptp(u)) + 1
    thickness = len(u) / length
    height = thickness + growth
    if length < _LEAST_LENGTH * height:
        return np.empty((0, 4, 2), dtype=np.float32)
    columns = np.round(u - u.min()).astype(int)
    count = np.bincount(columns)
    middle = np.bincount(columns, v)[count > 0] / count[count > 0]
    at = np.flatnonzero(count).astype(np.float64) + u.min()
    curve = np.polynomial.Polynomial.fit(at, middle, _DEGREE, w=np.sqrt(count[count > 0]))
    bend = _departure(curve, at[0], at[-1])
    if bend <= BENT * height:
        return np.empty((0, 4, 2), dtype=np.float32)
    # the departure of an arc from its chord falls with the square of its length
    wanted = int(np.ceil(np.sqrt(bend / (BENT * height))))
    pieces = max(1, min(wanted, _MOST_PIECES, int(length / (_PIECE_HEIGHTS * height))))
    frame = np.stack([across, (-across[1], across[0])])
    ends = np.array([at[0] - growth / 2, at[-1] + growth / 2])
    cuts = _cuts(curve, ends, pieces, height, origin, frame, grey)
    return np.stack([_piece(curve, a, b, height) for a, b in pairwise(cuts)]) @ frame.astype(
        np.float32
    ) + origin.astype(np.float32)


def _along(
    outline: NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return centre, direction of the long side, and the marked pixels' places along and across it."""
    import cv2

    left, top, wide, high = cv2.boundingRect(outline)
    inside = np.zeros((high, wide), dtype=np.uint8)
    cv2.fillPoly(inside, [outline.reshape(-1, 2) - (left, top)], 1)
    y, x = np.nonzero(inside)
    corners = cv2.boxPoints(cv2.minAreaRect(outline))
    sides = corners[1] - corners[0], corners[2] - corners[1]
    side = max(sides, key=lambda vector: float(np.hypot(*vector)))
    across = np.asarray(side, dtype=np.float64) / max(float(np.hypot(*side)), 1e-9)
    origin = corners.mean(axis=0).astype(np.float64)
    points = np.stack([x + left, y + top], axis=1) - origin
    return origin, across, points @ across, points @ np.array((-across[1], across[0]))


def _departure(curve: np.polynomial.Polynomial, start: float, end: float) -> float:
    """Return how far the curve departs from the straight line that fits it best, px."""
    at = np.linspace(start, end, 65)
    values = curve(at)
    straight = np.polynomial.Polynomial.fit(at, values, 1)
    return float(np.abs(values - straight(at)).max())


def _cuts(
    curve: np.polynomial.Polynomial,
    ends: NDArray[np.float64],
    pieces: int,
    height: float,
    origin: NDArray[np.float64],
    frame: NDArray[np.float64],
    grey: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """Return the places along the line where it is cut, its ends included: at the palest gap near even cuts."""
    import cv2

    at = np.arange(ends[0], ends[1])
    offsets = np.linspace(-0.4, 0.4, 9) * height
    places = (
        np.stack([np.broadcast_to(at, (9, len(at))), curve(at) + offsets[:, None]], axis=2) @ frame + origin
    )
    x, y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
    strip = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    window = max(1, round(_GAP_HEIGHTS * height))
    contrast = np.convolve(np.ptp(np.asarray(strip, dtype=np.float64), axis=0), np.ones(window), "same")
    cuts = [ends[0]]
    for even in np.linspace(ends[0], ends[1], pieces + 1)[1:-1]:
        near = np.flatnonzero(np.abs(at - even) <= _SEARCH_HEIGHTS * height)
        cuts.append(at[near[int(np.argmin(contrast[near]))]])
    return np.array([*cuts, ends[1]])


def _piece(curve: np.polynomial.Polynomial, start: float, end: float, height: float) -> NDArray[np.float32]:
    """Return the rectangle along the straight line that fits a part of the curve best."""
    at = np.linspace(start, end, 17)
    straight = np.polynomial.Polynomial.fit(at, curve(at), 1)
    first, last = np.array((start, straight(start))), np.array((end, straight(end)))
    direction = (last - first) / np.linalg.norm(last - first)
    normal = np.array((-direction[1], direction[0])) * height / 2
    return np.array([first - normal, last - normal, last + normal, first + normal], dtype=np.float32)
