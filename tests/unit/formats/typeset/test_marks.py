"""Marks written into a rendition, asked for in offsets of the version's text."""

from __future__ import annotations

import pickle
import re

import pytest

from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.words import page_words
from dyeline.formats.typeset.marks import make_rendition_template, rendition_content
from dyeline.model.document import INSERTED_MARKS
from tests.unit.formats.typeset.renditions import DEMO, rendition


def test_insertions_and_shifts_come_back_where_the_version_has_them() -> None:
    content, data = rendition("md", (DEMO / "briefing.md").read_bytes())
    offered = rendition_content(content, data)
    assert len(offered.insertions) > 20 and len(offered.shifts) > 50
    letters, words = offered.insertions[::2], offered.shifts[::3]
    marked = sorted([(at, "") for at in letters] + [(at, "shift:0.4") for at in words])
    places, marks = [(at, at) for at, _ in marked], [mark for _, mark in marked]
    template = pickle.loads(pickle.dumps(make_rendition_template(content, data, places, marks)))
    texts = ["" if mark else INSERTED_MARKS[k % 8] for k, (_, mark) in enumerate(marked)]
    copy = template.render(texts, variants=[k % 2 for k in range(len(marked))], notice="For R-1", stamp="s-1")

    seen = Pdf().read(copy, declarations=False)
    assert re.sub("[\u200c\u200d]", "", seen.text) == f"{offered.pdf.text}\nFor R-1"
    assert seen.stamps == ("s-1",)
    mapping = offered.mapping
    for k, (at, mark) in enumerate(marked):
        if not mark:
            before = [n for n, (_, m) in enumerate(marked[:k]) if not m]
            there = mapping.pdf_offset(at) + sum(len(texts[n]) for n in before)
            assert seen.text[there : there + 3] == texts[k]
    plain, moved = page_words(data, offered.pdf)[0], page_words(copy, seen)[0]
    steps = moved.boxes[:, 0][: len(plain.boxes)] - plain.boxes[:, 0]
    at_word = {mapping.version_offset(int(start)): k for k, start in enumerate(plain.starts)}
    for k, (at, mark) in enumerate(marked):
        if mark:
            assert steps[at_word[at]] == pytest.approx(0.4 if k % 2 else -0.4, abs=0.05)


def test_a_place_that_begins_no_word_of_the_rendition_is_refused() -> None:
    content, data = rendition("md", (DEMO / "briefing.md").read_bytes())
    for place in ((3, 3 + 1), (content.text.index(" "), content.text.index(" "))):
        with pytest.raises(ValueError, match="does not begin a word"):
            make_rendition_template(content, data, [place])
