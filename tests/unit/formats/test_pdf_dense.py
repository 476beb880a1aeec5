"""Marks at every word of a PDF: more of them, everything else as with the usual ones."""

from __future__ import annotations

import re

import pytest

from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.spots import phrase_starts
from dyeline.model.document import INSERTED_MARKS
from tests.pdfs import PRODUCERS, by_hand

LINE = (
    "BT /F1 12 Tf 72 700 Td (Alpha beta, gamma delta.) Tj 0 -20 Td (Every word here counts, even hyphen-) Tj "
    "0 -20 Td (ated ones.) Tj ET"
)


def test_every_word_but_the_second_half_of_a_broken_one() -> None:
    assert (
        "".join("one two-\r\nthree, four"[k] for k in phrase_starts("one two-\r\nthree, four", every=True))
        == "otf"
    )
    data = by_hand(LINE)
    content = Pdf().at_every_word(data, Pdf().read(data, declarations=True))
    words = [re.match(r"\w+", content.text[at:]) for at in content.insertions]
    assert [word[0] for word in words if word] == (
        "Alpha beta gamma delta Every word here counts even hyphenated ones".split()
    )


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_usual_places_stay_and_everything_comes_back(producer: str) -> None:
    data = PRODUCERS[producer]()
    usual = Pdf().read(data, declarations=True)
    dense = Pdf().at_every_word(data, usual)
    assert set(usual.insertions) < set(dense.insertions)
    assert len(dense.insertions) > 0.9 * len(dense.text.split())
    assert (dense.text, dense.shifts, dense.pictures) == (usual.text, usual.shifts, usual.pictures)
    places = sorted([(at, "") for at in dense.insertions] + [(at, "shift:0.2") for at in dense.shifts])
    template = Pdf().template(data, dense, [(at, at) for at, _ in places], marks=[mark for _, mark in places])
    texts = ["" if mark else INSERTED_MARKS[k % 8] for k, (_, mark) in enumerate(places)]
    copy = template.render(texts, variants=[k % 2 for k in range(len(places))], notice=None, stamp=None)
    wanted = dense.text
    for (at, _), text in reversed(list(zip(places, texts, strict=True))):
        wanted = wanted[:at] + text + wanted[at:]
    assert Pdf().read(copy, declarations=False).text == wanted
