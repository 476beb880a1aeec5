"""A line that leads in to a list or table stays on one page with its beginning."""

from __future__ import annotations

import pypdfium2
import pytest

from dyeline.report.blocks import Block
from dyeline.report.page_pdf import page_pdf

LIST: Block = {"kind": "list", "items": ["First of all. " * 12, "Second. " * 12]}
ROWS = [[str(number), "what was found there"] for number in range(20)]
TABLE: Block = {"kind": "table", "head": ["number", "what"], "rows": ROWS, "widths": [1, 2], "marked": []}
SHORT: Block = {**TABLE, "rows": ROWS[:8]}


@pytest.mark.parametrize(
    ("follows", "begins"), [(LIST, "First of all."), (TABLE, "number"), (SHORT, "number")]
)
def test_what_leads_in_is_never_alone_at_the_end_of_a_page(follows: Block, begins: str) -> None:
    broken = 0
    for lines in range(24, 44, 2):
        filler: list[Block] = [{"kind": "text", "text": "Filler."}] * lines
        heads: list[Block] = [
            {"kind": "heading", "text": "Heading"},
            {"kind": "lead_in", "text": "It leads in:"},
        ]
        pages = _pages([{"kind": "title", "text": "T", "sub": "S"}, *filler, *heads, follows])
        (own,) = (page for page in pages if "It leads in:" in page)
        assert "Heading" in own and begins in own.partition("It leads in:")[2]
        broken += "It leads in:" not in pages[0]
    assert 0 < broken < 10  # some of these pages had room for it, and some had not


def _pages(shown: list[Block]) -> list[str]:
    document = pypdfium2.PdfDocument(page_pdf(shown, {}, "footer"))
    return [page.get_textpage().get_text_range() for page in document]
