"""Which codes of a font show which letters, and how far it sets them apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

import pikepdf

from dyeline.formats.pdf.fonts import Font
from dyeline.formats.pdf.interpret import Glyph, Interpreted

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end(?:bfchar|bfrange)", re.DOTALL)
_HEX = re.compile(rb"<\s*([0-9A-Fa-f\s]*)>|(\[)|(\])")
_MOST_CODES = 65_536
_MOST_BYTES = 2**20
_EXACT_EM = 0.003  # by which a glyph may be off where advances and numbers put it


@dataclass(slots=True)
class Lettering:
    """How a font sets letters. ``codes`` has those that are sure; ``kerns`` what is added between two codes (em)."""

    font: Font
    codes: Mapping[str, int]
    kerns: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def set_word(self, word: str) -> list[tuple[int, float]] | None:
        """Return each code of a word with what is added behind it (em); None where a letter is missing."""
        codes = [self.codes.get(letter) for letter in word]
        known = [code for code in codes if code is not None]
        if len(known) < len(codes):
            return None
        behind = [self.kerns.get(pair, 0.0) for pair in pairwise(known)]
        return list(zip(known, [*behind, 0.0], strict=True))

    def width(self, codes: Iterable[tuple[int, float]]) -> float:
        """Return the width of a word (em)."""
        return sum(self.font.advance(code) + behind for code, behind in codes)


def lettering(
    font: Font, seen: Mapping[int, Counter[str]], kerns: Mapping[tuple[int, int], float]
) -> Lettering:
    """Return how a font sets letters; ``seen`` counts the letters that a page shows with each code."""
    by_letter: defaultdict[str, list[int]] = defaultdict(list)
    for code, text in _to_unicode(font.resource).items():
        if len(text) == 1:
            by_letter[text].append(code)
    codes: dict[str, int] = {}
    for letter, found in by_letter.items():
        used = sorted(found, key=lambda code: -seen.get(code, Counter())[letter])
        if len(found) == 1 or (seen.get(used[0]) and not seen.get(used[1])):
            codes[letter] = used[0]
    return Lettering(font, codes, kerns)


def _to_unicode(resource: Any) -> dict[int, str]:
    stream = resource.get("/ToUnicode")
    if not isinstance(stream, pikepdf.Stream):
        return {}
    written = stream.read_bytes()
    found: dict[int, str] = {}
    for section in _SECTION.finditer(written) if len(written) <= _MOST_BYTES else ():
        tokens = [match.groups() for match in _HEX.finditer(section.group(2))]
        values = [
            b"".join(value.split()) if value is not None else opening or closing
            for value, opening, closing in tokens
        ]
        _read_section(section.group(1) == b"bfchar", values, found)
    return found


def _read_section(single: bool, values: list[bytes], found: dict[int, str]) -> None:
    at = 0
    while at + (1 if single else 2) < len(values):
        if single:
            found[int(values[at], 16)] = _text(values[at + 1])
            at += 2
            continue
        low, high = int(values[at], 16), int(values[at + 1], 16)
        span = range(low, min(high, low + _MOST_CODES) + 1)
        if values[at + 2] == b"[":
            end = values.index(b"]", at)
            found |= {code: _text(value) for code, value in zip(span, values[at + 3 : end], strict=False)}
            at = end + 1
            continue
        first = _text(values[at + 2])
        for code in span if first else ():
            found[code] = first[:-1] + chr(min(ord(first[-1]) + code - low, 0x10FFFF))
        at += 3


def _text(value: bytes) -> str:
    return bytes.fromhex(value.decode("ascii")).decode("utf-16-be", "replace")


def kerns_of(shown: Interpreted) -> dict[tuple[str, int], dict[tuple[int, int], float]]:
    """Return what a page adds between two codes (em), by font resource name and layer: the usual amount."""
    found: defaultdict[tuple[str, int], defaultdict[tuple[int, int], list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for before, glyph in pairwise(shown.glyphs):
        gap = gap_em(shown, before, glyph)
        if gap is not None:
            found[glyph.font, glyph.layer][before.code, glyph.code].append(gap)
    return {key: {pair: median(gaps) for pair, gaps in pairs.items()} for key, pairs in found.items()}


def gap_em(shown: Interpreted, before: Glyph, glyph: Glyph) -> float | None:
    """Return what stands between two glyphs of one operator beside the advance (em); None for others."""
    if (before.layer, before.instruction) != (glyph.layer, glyph.instruction):
        return None
    layer = shown.layers[glyph.layer]
    font = layer.resources.font(glyph.font)
    across, up = layer.shown[glyph.instruction].along
    length = across * across + up * up
    if font is None or not length:
        return None
    step = ((glyph.x - before.x) * across + (glyph.y - before.y) * up) / length
    return step - font.advance(before.code)


def has_own_spacing(shown: Interpreted, glyphs: Iterable[int]) -> bool:
    """Tell whether anything but advances and the numbers between them places the glyphs (by number)."""
    for number in glyphs:
        glyph = shown.glyphs[number]
        before = shown.glyphs[number - 1] if number else None
        gap = None if before is None else gap_em(shown, before, glyph)
        if before is not None and gap is not None and abs(gap + _numbers(shown, before, glyph)) > _EXACT_EM:
            return True
    return False


def _numbers(shown: Interpreted, before: Glyph, glyph: Glyph) -> float:
    """Return the sum of the numbers that stand between two glyphs of an operator's array (em)."""
    instruction = shown.layers[glyph.layer].instructions[glyph.instruction]
    if str(instruction.operator) != "TJ" or before.element == glyph.element:
        return 0.0
    between = list(instruction.operands[0])[before.element + 1 : glyph.element]
    return sum(float(part) for part in between if not isinstance(part, pikepdf.String)) / 1000
