"""A text in any script never prevents a report: what no font has is written by its number, and that is said."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from dyeline.report import page_pdf as paper
from dyeline.report.letters import MOST_TRIED, NOTE, by_number, lacking
from dyeline.report.page_html import page_html

HOSTILE = "日本 😀 عربي हिन्दी 한국 <script> #let $x$ *b* @ref \\u65e5"


def _blocks(words: str) -> list[dict[str, object]]:
    table = {"kind": "table", "head": [words], "rows": [[words]], "widths": [1], "marked": []}
    return [
        {"kind": "title", "text": "Report", "sub": words},
        *({"kind": kind, "text": words} for kind in ("heading", "lead", "text")),
        {"kind": "list", "items": [words]},
        {"kind": "facts", "rows": [[words, words]]},
        table,
    ]


def _text(made: bytes) -> str:
    pdfium = pytest.importorskip("pypdfium2")
    return "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made))


@pytest.mark.parametrize("words", [HOSTILE, "日", "q̃́̂ 👩‍👩‍👧 ️", "‮evil‬ \x00\x1b\ud800 end"])
def test_any_text_is_set(words: str) -> None:
    made = paper.page_pdf(_blocks(words), {}, f"Case {words}")
    assert pikepdf.open(BytesIO(made)).pages
    assert b"<script>" not in page_html(_blocks(words), {})


def test_a_letter_that_no_font_has_is_written_by_its_number_and_others_are_not() -> None:
    shown = " ".join(_text(paper.page_pdf(_blocks("é Ж 日\U000e0100\U0003134a"), {}, "x")).split())
    assert "é Ж" in shown and "\\U0003134a" in shown
    assert NOTE[:40] in shown


def test_without_such_a_letter_nothing_is_said() -> None:
    shown = " ".join(_text(paper.page_pdf(_blocks("é Ж #let $x$ *b* @ref"), {}, "x")).split())
    assert "#let $x$ *b* @ref" in shown and NOTE[:40] not in shown


def test_the_letters_that_cannot_be_set_are_found() -> None:
    letters = frozenset("äöü日本")
    assert lacking(letters, lambda text: not set(text) & set("日本")) == frozenset("日本")
    assert lacking(frozenset(map(chr, range(0x4E00, 0x4E00 + MOST_TRIED + 1))), lambda _: True)
    assert by_number({"a": ["日x", 1, None]}, frozenset("日")) == {"a": ["\\u65e5x", 1, None]}
