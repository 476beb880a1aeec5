"""Second font resources that show the same glyphs and say that invisible characters stand before them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

from dyeline.formats.pdf.template import SYMBOLS

_MOST_ENTRIES = 100  # of one bfchar section (CMap specification, 5.4)


@dataclass(slots=True)
class FontMarks:
    """The cloned fonts of a file. ``letters`` holds, by font, the letters by code that marks are written on."""

    pdf: pikepdf.Pdf
    letters: dict[object, dict[int, str]] = field(default_factory=dict)
    _clones: dict[object, tuple[Any, ...]] = field(default_factory=dict)

    def use(self, font: object, code: int, letter: str) -> None:
        """Say that a letter of a font will be marked. Only codes in use get an entry in the clones."""
        self.letters.setdefault(font, {})[code] = letter

    def clones(self, font: object, resource: Any, code_bytes: int) -> tuple[Any, ...]:
        """Return the font dictionaries of a font for all symbols but the first (which is the font itself)."""
        if font not in self._clones:
            made = []
            for symbol in SYMBOLS[1:]:
                clone = pikepdf.Dictionary(resource)
                mapping = {code: symbol + letter for code, letter in self.letters[font].items()}
                clone.ToUnicode = self.pdf.make_stream(_to_unicode(mapping, code_bytes))
                made.append(self.pdf.make_indirect(clone))
            self._clones[font] = tuple(made)
        return self._clones[font]


def _to_unicode(mapping: dict[int, str], code_bytes: int) -> bytes:
    digits = 2 * code_bytes
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<{'0' * digits}> <{'F' * digits}>",
        "endcodespacerange",
    ]
    entries = sorted(mapping.items())
    for start in range(0, len(entries), _MOST_ENTRIES):
        section = entries[start : start + _MOST_ENTRIES]
        lines.append(f"{len(section)} beginbfchar")
        lines += [f"<{code:0{digits}X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in section]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()
