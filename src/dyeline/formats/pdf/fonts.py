"""What placing the glyphs of a font takes: the bytes of a code, and how far each code advances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf

StandardWidths = Callable[[str], Mapping[str, float]]
"""From the name of a standard font (Helvetica) to advances by character, in em."""

_TWO_BYTES = ("/Identity-H", "UCS2-H", "UTF16-H")
_ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
MAX_CODES = 65_536
MAX_WIDTHS = 4 * MAX_CODES  # set by ranges, of which a small file can hold millions that overlap


@dataclass(slots=True)
class Font:
    """Advances by code in text space units at size 1; ``known`` is false where codes cannot be told apart."""

    resource: Any  # the font dictionary
    code_bytes: int = 1
    known: bool = True
    advances: dict[int, float] = field(default_factory=dict)
    default: float = 0.0

    def advance(self, code: int) -> float:
        """Return how far the glyph of a code moves on."""
        return self.advances.get(code, self.default)


def load_font(resource: Any, standard: StandardWidths) -> Font:
    """Return the metrics of a font dictionary. Raises what pikepdf raises for a damaged one."""
    subtype = str(resource.get("/Subtype", ""))
    if subtype == "/Type0":
        return _composite(resource)
    if subtype not in ("/Type1", "/TrueType", "/MMType1", "/Type3"):
        return Font(resource, known=False)
    font = Font(resource)
    if "/Widths" in resource:
        unit = float(resource.FontMatrix[0]) if subtype == "/Type3" else 0.001
        first = int(resource.get("/FirstChar", 0))
        for number, width in enumerate(list(resource.Widths)[:256]):
            font.advances[first + number] = float(width) * unit
        descriptor = resource.get("/FontDescriptor")
        font.default = float(descriptor.get("/MissingWidth", 0)) * unit if descriptor is not None else 0.0
        return font
    by_character = standard(str(resource.get("/BaseFont", "")).lstrip("/"))
    encoding = resource.get("/Encoding")
    base = encoding if isinstance(encoding, pikepdf.Name) else None
    if encoding is not None and base is None:
        base = encoding.get("/BaseEncoding")
    codec = _ENCODINGS.get(str(base), "ascii")
    for code in range(32, 256):
        character = bytes([code]).decode(codec, "ignore")
        if character in by_character:
            font.advances[code] = by_character[character]
    font.known = bool(font.advances)
    return font


def _composite(resource: Any) -> Font:
    font = Font(resource, code_bytes=2, default=1.0)
    encoding = resource.get("/Encoding")
    font.known = isinstance(encoding, pikepdf.Name) and str(encoding).endswith(_TWO_BYTES)
    descendant = resource.DescendantFonts[0]
    font.default = float(descendant.get("/DW", 1000)) / 1000
    if not str(encoding).startswith("/Identity"):  # codes are no CIDs, so widths by CID do not apply
        return font
    widths = list(descendant.get("/W", []))
    at, left = 0, MAX_WIDTHS
    while at + 1 < len(widths):
        first, second = int(widths[at]), widths[at + 1]
        if isinstance(second, pikepdf.Array):
            for number, width in enumerate(second):
                font.advances[first + number] = float(width) / 1000
            at += 2
            continue
        if at + 2 < len(widths):
            codes = range(max(first, 0), min(int(second) + 1, MAX_CODES))
            left -= len(codes)
            if left < 0:
                font.known = False
                break
            font.advances.update(dict.fromkeys(codes, float(widths[at + 2]) / 1000))
        at += 3
    return font
