"""Where a mark can be written: which letter begins a word that may carry one, and which glyph shows it."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.formats.pdf.flow import SOFT_HYPHENS
from dyeline.formats.pdf.interpret import Glyph, Interpreted
from dyeline.formats.pdf.reading import PageCharacters

NEAR = 0.12  # of the font size: how far PDFium's origin of a glyph may be from ours (it rounds widths)
CELL_PT = 4.0  # of the grid in which glyphs are looked up; larger than NEAR of any usual font size
CROWD = 30  # letters in one cell: nothing that is read; they are not told apart
SAME_LETTER = 0.95  # share of the occurrences of a code that must show the letter at hand

_PAUSES = frozenset(".,;:)?!")
_HYPHENS = frozenset("-\u00ad\u2010\u2011" + SOFT_HYPHENS)
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN")
"""Scripts whose letters look the same behind a ZWNJ or ZWJ, also in the program that the text is pasted to."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One letter that can carry a mark: ``index`` in the page's text, the glyph that shows it."""

    index: int
    letter: str
    glyph: Glyph


def phrase_starts(text: str, *, every: bool = False) -> list[int]:
    """Return the first letters of lines, and of words behind . , ; : ) ? or ! in a page's text.

    A search for a phrase seldom spans such a place, so that marks there do not hinder it. A word
    behind a hyphen at a line's end is none: readers would no longer join the two halves. ``every`` word
    begins a phrase for those who would rather have more marks than be found by searching.
    """
    starts: list[int] = []
    before = ""  # what stands before the word at hand
    fresh = True  # a line begins here
    gap = True  # the last character was white space
    for index, character in enumerate(text):
        if character in "\r\n":
            fresh = gap = True
        elif character.isspace():
            gap = True
        else:
            if (
                gap
                and (every or fresh or before in _PAUSES)
                and before not in _HYPHENS
                and _carries(text, index)
            ):
                starts.append(index)
            before, gap, fresh = character, False, False
    return starts


def font_key(shown: Interpreted, layer: int, name: str) -> object:
    """Return what tells the font of a resource name from the other fonts that a page shows."""
    font = shown.layers[layer].resources.font(name)
    number = None if font is None else font.resource.objgen
    return (layer, name) if number in (None, (0, 0)) else number


def _carries(text: str, index: int) -> bool:
    letter = text[index]
    following = text[index + 1 : index + 2]
    if not letter.isalpha() or unicodedata.normalize("NFKC", letter) != letter:
        return False
    if following and unicodedata.category(following)[0] not in "LPZCN":
        return False
    return unicodedata.name(letter, "").startswith(_SCRIPTS)


def find_spots(
    text: str, characters: PageCharacters, shown: Interpreted, *, every: bool = False
) -> list[Spot]:
    """Return the letters of ``phrase_starts`` whose glyph is known beyond doubt, in text order.

    A glyph is the one of a character when it is the only one at its origin, and when its code
    shows that very letter wherever it occurs on the page.
    """
    glyphs = shown.glyphs
    if not glyphs or not characters.index.size:
        return []
    fonts = {
        (number, name): font_key(shown, number, name) for number, name in {(g.layer, g.font) for g in glyphs}
    }
    matched = _matched(characters, glyphs)
    letters: defaultdict[tuple[object, int], Counter[str]] = defaultdict(Counter)
    for row, glyph in matched.items():
        letters[fonts[glyph.layer, glyph.font], glyph.code][chr(int(characters.code[row]))] += 1
    row_of: dict[int, int] = {index: row for row, index in enumerate(characters.index.tolist())}
    spots: list[Spot] = []
    for index in phrase_starts(text, every=every):
        found = matched.get(row_of.get(index, -1))
        if found is None or not shown.layers[found.layer].editable:
            continue
        seen = letters[fonts[found.layer, found.font], found.code]
        if seen[text[index]] >= SAME_LETTER * seen.total():
            spots.append(Spot(index, text[index], found))
    return spots


def _matched(characters: PageCharacters, glyphs: Sequence[Glyph]) -> dict[int, Glyph]:
    """Return the glyph of every character (row) that has exactly one, which has no other character."""
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, glyph in enumerate(glyphs):
        cells[int(glyph.x // CELL_PT), int(glyph.y // CELL_PT)].append(number)
    owners: defaultdict[int, list[int]] = defaultdict(list)
    places = zip(characters.x.tolist(), characters.y.tolist(), strict=True)
    for row, (x, y) in enumerate(places):
        column, line = int(x // CELL_PT), int(y // CELL_PT)
        around = [
            (across, along)
            for across in (column - 1, column, column + 1)
            for along in (line - 1, line, line + 1)
        ]
        if any(len(cells.get(cell, ())) > CROWD for cell in around):
            continue
        near = [
            number
            for cell in around
            for number in cells.get(cell, ())
            if max(abs(glyphs[number].x - x), abs(glyphs[number].y - y)) <= NEAR * glyphs[number].size
        ]
        if len(near) == 1:
            owners[near[0]].append(row)
    return {rows[0]: glyphs[number] for number, rows in owners.items() if len(rows) == 1}
