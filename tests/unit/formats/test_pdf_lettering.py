"""Codes that show letters, from what a font says of itself and what a page shows."""

from __future__ import annotations

from collections import Counter

import pikepdf

from dyeline.formats.pdf.fonts import Font
from dyeline.formats.pdf.lettering import Lettering, lettering

CMAP = b"""1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfchar <01> <0041> <02> <00660069> <03> <0042> endbfchar
2 beginbfrange <10> <12> <0061> <20> <21> [<0078> <0079>] endbfrange
2 beginbfchar <30> <0042> <31> <007A> endbfchar"""


PDF = pikepdf.new()


def font(cmap: bytes = CMAP) -> Font:
    resource = pikepdf.Dictionary(ToUnicode=PDF.make_stream(cmap))
    return Font(resource, advances={1: 0.7, 0x10: 0.5, 0x11: 0.4}, default=0.3)


def test_a_letter_with_one_code_is_known_and_a_ligature_is_none() -> None:
    codes = lettering(font(), {}, {}).codes
    assert codes == {"A": 1, "a": 0x10, "b": 0x11, "c": 0x12, "x": 0x20, "y": 0x21, "z": 0x31}


def test_of_several_codes_the_one_that_a_page_uses_is_taken() -> None:
    seen = {3: Counter({"B": 4})}
    assert lettering(font(), seen, {}).codes["B"] == 3
    both = {3: Counter({"B": 4}), 0x30: Counter({"B": 1})}
    assert "B" not in lettering(font(), both, {}).codes


def test_a_word_is_as_wide_as_its_letters_and_what_is_between_them() -> None:
    made = Lettering(font(), {"A": 1, "a": 0x10, "b": 0x11}, {(1, 0x10): -0.05})
    word = made.set_word("Aab")
    assert word == [(1, -0.05), (0x10, 0.0), (0x11, 0.0)]
    assert abs(made.width(word) - 1.55) < 1e-9
    assert made.set_word("Aq") is None


def test_a_damaged_map_knows_nothing() -> None:
    for cmap in (b"", b"1 beginbfchar <01> endbfchar", b"1 beginbfrange <01> <02> endbfrange"):
        assert lettering(font(cmap), {}, {}).codes == {}
    assert lettering(Font(pikepdf.Dictionary()), {}, {}).codes == {}
