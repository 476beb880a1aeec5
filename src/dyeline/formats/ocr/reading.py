"""The text of a picture, whichever way up it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.ocr.contract import Recogniser
from dyeline.formats.ocr.order import reading_order
from dyeline.formats.ocr.quads import as_array, heights, lengths, turned
from dyeline.model.pages import Picture, TextLine

SURE: Final = 0.85
"""Mean confidence of the sample, from which no other way up is tried."""

_SAMPLE_LINES = 4  # read to tell the way up
_SAMPLE_HEIGHTS = 20.0  # length of a line's beginning that is read of a sample, in line heights
_Part = Callable[[NDArray[np.float32]], NDArray[np.float32]]
_LETTERS_A_HEIGHT = 1.0  # of a line, at least; text has 1.5 to 3
_WAYS = (  # half turn, mirrored, and what it must be better by than upright
    (False, False, 0.0),
    (True, False, 0.02),
    (False, True, 0.05),
    (True, True, 0.05),
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lines of a picture in reading order, quads in the picture's own pixels.

    ``rotation`` is how far the text is turned clockwise, in degrees: 0, 90, 180 or 270, for a mirrored
    picture after the mirror (left and right exchanged) is undone. ``found`` counts the lines that were
    found, whether or not they were read.
    """

    lines: tuple[TextLine, ...]
    rotation: int
    mirrored: bool
    found: int


def read_text(picture: Picture, recogniser: Recogniser, *, most_lines: int | None) -> Recognised:
    """Return the text of a picture; with ``most_lines`` only of so many long lines, spread over it
    (of up to three times as many, where they are short or bent and cut into pieces).

    Of a chosen line no more than its first 20 line heights (some 60 letters) are read: that tells
    a page, and keeps the time to a second. Upright is tried first; if a sample reads badly, the half
    turn and the mirror images of both. Text along the vertical axis is told by the shape of its lines.
    """
    upright = as_array(recogniser.find_lines(picture))
    if not len(upright):
        return Recognised((), 0, False, 0)
    chosen = np.arange(len(upright)) if most_lines is None else _spread(upright, _pieces(upright, most_lines))
    sample = chosen[_spread(upright[chosen], _SAMPLE_LINES)]
    part = (lambda quads: quads) if most_lines is None else _beginnings
    (half_turn, mirrored), read = _way_up(picture, recogniser, upright[sample], part)
    quads = turned(upright, half_turn, mirrored)
    lines = dict(zip(sample.tolist(), read, strict=True))
    missing = [k for k in chosen.tolist() if k not in lines]
    lines.update(zip(missing, recogniser.read_lines(picture, list(part(quads[missing]))), strict=True))
    order = [k for k in reading_order(quads).tolist() if k in lines and lines[k].text]
    shown = tuple(_whole_words(lines[k], quads[k]) for k in order)
    return Recognised(shown, _rotation(quads, mirrored), mirrored, len(quads))


def _way_up(
    picture: Picture, recogniser: Recogniser, quads: NDArray[np.float32], part: _Part
) -> tuple[tuple[bool, bool], list[TextLine]]:
    """Return whether the text runs backwards and whether it is mirrored, and the lines read so."""
    best, lines, most = (False, False), list[TextLine](), -1.0
    for half_turn, mirrored, margin in _WAYS:
        read = recogniser.read_lines(picture, list(part(turned(quads, half_turn, mirrored))))
        score = _certainty(read)
        if score - margin > most:
            best, lines, most = (half_turn, mirrored), read, score - margin
        if score >= SURE:
            break
    return best, lines


def _beginnings(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the quads with their far ends cut off where they are longer than a sample needs."""
    share = np.minimum(1.0, _SAMPLE_HEIGHTS * heights(quads) / np.maximum(lengths(quads), 1e-6))
    cut = quads.copy()
    cut[:, 1] += (quads[:, 1] - quads[:, 0]) * (share - 1)[:, None]
    cut[:, 2] += (quads[:, 2] - quads[:, 3]) * (share - 1)[:, None]
    return cut


def _whole_words(line: TextLine, quad: NDArray[np.float32]) -> TextLine:
    """Return a line of which only the beginning was read without its last word, which may be cut."""
    words, _, _ = line.text.rpartition(" ")
    if not words or np.array_equal(line.quad, quad):
        return line
    share = len(words) / len(line.text)
    shorter = line.quad.copy()
    shorter[1] = line.quad[0] + (line.quad[1] - line.quad[0]) * share
    shorter[2] = line.quad[3] + (line.quad[2] - line.quad[3]) * share
    return TextLine(words, shorter, line.confidence)


def _certainty(lines: list[TextLine]) -> float:
    """Return the confidence by letter over all lines, 0 to 1; low as well where hardly a letter was read."""
    quads = as_array([line.quad for line in lines])
    letters = [len(line.text) for line in lines]
    expected = _LETTERS_A_HEIGHT * float((lengths(quads) / np.maximum(heights(quads), 1e-6)).sum())
    total = sum(line.confidence * count for line, count in zip(lines, letters, strict=True))
    return total / max(sum(letters), expected, 1e-6)


def _pieces(quads: NDArray[np.float32], most_lines: int) -> int:
    """Return how many quads to read as so many lines: more where lines are short, or cut as they are bent."""
    in_heights = float(np.median(lengths(quads) / np.maximum(heights(quads), 1e-6)))
    return round(most_lines * float(np.clip(_SAMPLE_HEIGHTS / max(in_heights, 1e-6), 1.0, 3.0)))


def _spread(quads: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Return the places of the longest line in each of ``most`` equal parts of the reading order."""
    if len(quads) <= most:
        return np.arange(len(quads))
    length = lengths(quads)
    parts = np.array_split(np.arange(len(quads)), most)
    return np.array([part[int(np.argmax(length[part]))] for part in parts])


def _rotation(quads: NDArray[np.float32], mirrored: bool) -> int:
    along = (quads[:, 1] - quads[:, 0]).sum(axis=0)
    if mirrored:
        along = along * (-1, 1)
    return round(float(np.degrees(np.arctan2(along[1], along[0]))) / 90) * 90 % 360
