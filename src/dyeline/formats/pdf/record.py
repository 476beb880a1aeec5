"""What a survey of a PDF has proven, as bytes: so that a template is made without looking for it again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

from dyeline.formats.pdf.interpret import Glyph
from dyeline.formats.pdf.moves import Fragment, Move
from dyeline.formats.pdf.spots import Spot

RECORD = f"survey/2 pikepdf/{pikepdf.__version__}"
"""A record made otherwise is none: another number where the survey changes; glyphs are counted as pikepdf parses."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Page and letter, and page and word, by their offset in the document's text, in text order."""

    letters: Mapping[int, tuple[int, Spot]]
    words: Mapping[int, tuple[int, Move]]


def dump_survey(survey: Survey) -> bytes:
    """Return a survey as a compressed numpy archive."""
    letters = [(at, page, spot) for at, (page, spot) in survey.letters.items()]
    words = [(at, page, move) for at, (page, move) in survey.words.items()]
    fragments = [fragment for _, _, move in words for fragment in move.fragments]
    glyphs = [spot.glyph for _, _, spot in letters]
    columns = {
        "record": np.array(RECORD),
        "letters": _table(((at, page, spot.index, ord(spot.letter)) for at, page, spot in letters), 4),
        "glyphs": _table(((g.instruction, g.element, g.offset, g.code, g.layer) for g in glyphs), 5),
        "glyphs_pt": np.array([(g.x, g.y, g.size) for g in glyphs], dtype=np.float64).reshape(-1, 3),
        "fonts": np.array([g.font for g in glyphs], dtype=np.str_),
        "words": _table(
            ((at, page, move.word, move.index, len(move.fragments)) for at, page, move in words), 5
        ),
        "fragments": _table(((f.layer, f.instruction, *f.begin, *f.end) for f in fragments), 6),
        "units": np.array([fragment.units for fragment in fragments], dtype=np.float64),
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def load_survey(data: bytes) -> Survey | None:
    """Return the survey that ``dump_survey`` wrote; None where the bytes are none of this version."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if str(archive["record"]) != RECORD:
                return None
            columns: dict[str, NDArray[Any]] = {name: archive[name] for name in archive.files}
        return Survey(_letters(columns), _words(columns))
    except (ValueError, KeyError, IndexError, OSError, EOFError, zipfile.BadZipFile):
        return None


def _letters(columns: Mapping[str, NDArray[Any]]) -> dict[int, tuple[int, Spot]]:
    rows = zip(
        columns["letters"].tolist(),
        columns["glyphs"].tolist(),
        columns["glyphs_pt"].tolist(),
        columns["fonts"].tolist(),
        strict=True,
    )
    found: dict[int, tuple[int, Spot]] = {}
    for (at, page, index, letter), (instruction, element, offset, code, layer), (x, y, size), font in rows:
        glyph = Glyph(instruction, element, offset, code, font, x, y, size, layer)
        found[at] = (page, Spot(index, chr(letter), glyph))
    return found


def _words(columns: Mapping[str, NDArray[Any]]) -> dict[int, tuple[int, Move]]:
    rows = zip(columns["fragments"].tolist(), columns["units"].tolist(), strict=True)
    fragments = [
        Fragment(layer, instruction, (element, offset), (last, end), units)
        for (layer, instruction, element, offset, last, end), units in rows
    ]
    found: dict[int, tuple[int, Move]] = {}
    begin = 0
    for at, page, word, index, count in columns["words"].tolist():
        found[at] = (page, Move(word, index, tuple(fragments[begin : begin + count])))
        begin += count
    return found


def _table(rows: Iterable[Sequence[int]], width: int) -> NDArray[np.int64]:
    return np.array(list(rows), dtype=np.int64).reshape(-1, width)
