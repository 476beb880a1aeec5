"""From a page's lines to paragraphs, and back from a letter of the page to its place in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dyeline.formats.pdf.flow import page_flow

PIECES = st.lists(
    st.sampled_from(
        [
            "plan",
            "thirty",
            " ",
            " ",
            "\r\n",
            "\r\n\r\n",
            "-\r\n",
            "\x02",
            "\ufffe\r\n",
            "\x00",
            ".",
            "A",
            "\u200c",
        ]
    )
)


def test_lines_become_paragraphs_and_broken_words_whole() -> None:
    page = (
        "A first line of the usual length re-\r\nports things.\r\n\r\nA second paragraph is as long as that"
    )
    assert page_flow(page).paragraphs == (
        "A first line of the usual length reports things.",
        "A second paragraph is as long as that",
    )


def test_marks_do_not_count_for_the_length_of_a_line() -> None:
    page = "A line of the usual length here\r\nand a shorter one, it ends.\r\nAnother of the usual length"
    marked = page.replace("and", "\u200c\u200d\u200cand").replace("it", "\u200d\u200d\u200dit")
    stripped = [p.replace("\u200c", "").replace("\u200d", "") for p in page_flow(marked).paragraphs]
    assert tuple(stripped) == page_flow(page).paragraphs


@given(PIECES)
def test_every_letter_is_found_where_it_went(pieces: list[str]) -> None:
    page = "".join(pieces)
    flow = page_flow(page)
    starts = [0]
    for paragraph in flow.paragraphs:
        starts.append(starts[-1] + len(paragraph) + 1)
    text = "\n".join(flow.paragraphs)
    offsets = flow.offsets(starts, len(page)).tolist()
    shown = [offset for offset in offsets if offset >= 0]
    assert shown == sorted(set(shown))
    for character, offset in zip(page, offsets, strict=True):
        if offset >= 0:
            assert text[offset] == character or (character in "\x02\ufffe" and text[offset] == "-")
        else:
            assert not character.isalpha()
