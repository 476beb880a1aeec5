"""From offsets of a version's text to those of its rendition, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.words import page_words
from dyeline.formats.typeset.mapping import NOWHERE, map_text, map_words, pdf_sites
from dyeline.model.sites import Place, Site
from tests.unit.formats.typeset.renditions import DEMO, rendition

VERSION = (
    "The first heading\nSome words stand here, and others follow them.\nAn item of a list\nThe end of it all"
)
PDF = "The first heading Some words stand here, and others fol low them.\n1\n• An item of a list The end of it all\n2"


def test_words_are_found_on_both_sides_of_what_a_page_adds() -> None:
    mapping = map_text(VERSION, PDF)
    for word in ("heading", "stand", "others", "item", "end"):
        at, there = VERSION.index(word), PDF.index(word)
        assert mapping.pdf_offset(at) == there and mapping.version_offset(there) == at
    assert mapping.version_offset(PDF.index("•")) == NOWHERE
    assert mapping.version_offset(PDF.index("1")) == NOWHERE


def test_a_word_that_is_cut_in_two_is_not_mapped() -> None:
    mapping = map_text(VERSION, PDF)
    assert mapping.pdf_offset(VERSION.index("follow")) == NOWHERE
    assert mapping.version_offset(PDF.index("low")) == NOWHERE


def test_offsets_beyond_the_texts_are_nowhere() -> None:
    mapping = map_text(VERSION, PDF)
    assert mapping.pdf_offset(len(VERSION)) == mapping.pdf_offset(-1) == NOWHERE
    assert mapping.version_offset(len(PDF) + 5) == NOWHERE


def test_a_range_is_the_same_words() -> None:
    mapping = map_text(VERSION, PDF)
    start = VERSION.index("words stand")
    found = mapping.pdf_range(start, start + 11)
    assert found is not None and PDF[slice(*found)] == "words stand"
    end = VERSION.index(",")
    assert mapping.pdf_range(end + 1, end + 1) == (PDF.index(",") + 1,) * 2
    assert mapping.pdf_range(VERSION.index("others follow"), VERSION.index(" them")) is None


@given(
    st.lists(st.sampled_from("alpha beta gamma delta the of a".split()), min_size=1, max_size=60),
    st.randoms(),
)
def test_what_is_mapped_is_the_same_letter_in_the_same_order(words: list[str], rng: object) -> None:
    version = " ".join(words)
    pdf = " ".join(piece for word in words for piece in ((word, "7") if rng.random() < 0.1 else (word,)))  # type: ignore[attr-defined]
    mapping = map_text(version, pdf)
    mapped = np.flatnonzero(mapping.to_pdf != NOWHERE)
    there = mapping.to_pdf[mapped]
    assert [version[k] for k in mapped] == [pdf[k] for k in there]
    assert (np.diff(there) > 0).all()
    assert (mapping.to_version[there] == mapped).all()


def test_page_words_point_into_the_version() -> None:
    content, data = rendition("md", (DEMO / "briefing.md").read_bytes())
    seen = Pdf().read(data, declarations=False)
    pages = page_words(data, seen)
    words = map_words(pages, map_text(content.text, seen.text))
    for page, before in zip(words, pages, strict=True):
        known = page.starts >= 0
        assert known.sum() >= len(known) - 1  # all but the page's number
        for start, end, own, own_end in zip(page.starts, page.ends, before.starts, before.ends, strict=True):
            if start >= 0:
                assert content.text[start:end] == seen.text[own:own_end]
        assert (page.ends[~known] == NOWHERE).all()


def test_sites_move_into_the_rendition() -> None:
    start = VERSION.index("others")
    site = Site("x", "wording/1", "phrase", (Place(start, start + 6, ("others", "more")),))
    (moved,) = pdf_sites([site], map_text(VERSION, PDF))
    place = moved.places[0]
    assert PDF[place.start : place.end] == "others" and place.texts == ("others", "more")
    nowhere = Site("y", "wording/1", "phrase", (Place(VERSION.index("follow"), start + 13, ("a", "b")),))
    with pytest.raises(ValueError, match="does not stand"):
        pdf_sites([nowhere], map_text(VERSION, PDF))


def test_a_passage_that_stands_in_a_document_many_times_keeps_its_order() -> None:
    paragraph = "The same words stand in this form again and again, once for each of the parties. "
    version = paragraph * 30
    pdf = "".join(f"{paragraph}{page} " for page in range(1, 31))
    mapping = map_text(version, pdf)
    words = [k for k in range(len(version)) if version[k : k + 4] == "form"]
    there = [k for k in range(len(pdf)) if pdf[k : k + 4] == "form"]
    assert [mapping.pdf_offset(k) for k in words] == there


def test_a_note_that_stands_elsewhere_on_the_page_is_found() -> None:
    note = "This note explains at some length what the sentence above it leaves open."
    rest = [f"Sentence number {k} says something about matter {k * 7} of the list." for k in range(40)]
    version = "\n".join([*rest, note])
    pdf = "\n".join([*rest[:10], note, *rest[10:]])
    mapping = map_text(version, pdf)
    assert mapping.pdf_offset(version.index("explains")) == pdf.index("explains")
    assert mapping.pdf_offset(version.index("number 39")) == pdf.index("number 39")


def test_white_space_is_mapped_with_the_words_beside_it() -> None:
    mapping = map_text(VERSION, PDF)
    start = VERSION.index(" words stand ")
    found = mapping.pdf_range(start, start + 13)
    assert found is not None and PDF[slice(*found)] == " words stand "
    gap = VERSION.index(" stand")
    assert mapping.pdf_range(gap, gap + 1) == (PDF.index(" stand"), PDF.index(" stand") + 1)
    across = VERSION.index("\nAn")  # a bullet and the page's number stand between the words
    assert mapping.pdf_range(across, across + 1) is None
