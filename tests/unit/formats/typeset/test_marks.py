"""Marks written into a rendition: letters, shifts, and other words, all in one copy."""

from __future__ import annotations

import pickle
import re
from functools import lru_cache

import numpy as np
import pytest

from dyeline.carriers.replace import ordered_places
from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.words import page_words
from dyeline.formats.typeset.mapping import pdf_sites
from dyeline.formats.typeset.marks import RenditionContent, make_rendition_template, rendition_content
from dyeline.formats.typeset.rewording import find_setting
from dyeline.model.document import INSERTED_MARKS
from dyeline.model.sites import Place, Site
from tests.unit.formats.typeset.renditions import DEMO, rendition

SOURCE = (DEMO / "article.txt").read_bytes()


def word_site(content: Content, word: str, *texts: str, carrier: str = "wording/1") -> Site:
    """Return a site at the first place of a stretch of text, which is its first variant."""
    start = content.text.index(word)
    return Site(f"{start}-{carrier}", carrier, "phrase", (Place(start, start + len(word), (word, *texts)),))


@lru_cache(maxsize=1)
def offered() -> tuple[Content, bytes, RenditionContent]:
    content, data = rendition("txt", SOURCE)
    words = re.findall(r"(?<= )[a-z]{5,}(?= )", content.text)[::4]
    sites = [word_site(content, f" {word} ", f" {word[:-1]} ") for word in dict.fromkeys(words)]
    return content, data, rendition_content(content, data, sites, lines_share=0.4)


def all_sites() -> list[Site]:
    _, _, found = offered()
    letters = [
        Site(f"l{at}", "textlayer/1", "letter", (Place(at, at, ("", INSERTED_MARKS[at % 8])),))
        for at in found.insertions
    ]
    shifts = [
        Site(f"s{at}", "layout/1", "shift", (Place(at, at, ("", ""), "shift:0.3"),)) for at in found.shifts
    ]
    return [*found.sites, *letters, *shifts]


def test_a_copy_with_all_kinds_of_marks_reads_back_as_written() -> None:
    _, data, found = offered()
    sites = pdf_sites(all_sites(), found.mapping)
    assert len(found.sites) > 5 and len(found.shifts) > 30 and len(found.insertions) > 10
    ordered = ordered_places(sites)
    template = make_rendition_template(data, found.pdf, [place for _, place in ordered])
    template = pickle.loads(pickle.dumps(template))
    for seed in (1, 2):
        symbols = np.random.default_rng(seed).integers(0, 2, len(sites))
        texts = [place.texts[symbols[index]] for index, place in ordered]
        variants = [int(symbols[index]) for index, _ in ordered]
        copy = template.render(texts, variants=variants, notice="For R-1", stamp="s-1")
        seen = Pdf().read(copy, declarations=False)
        pieces, done = [], 0
        for (_, place), text in zip(ordered, texts, strict=True):
            pieces += [found.pdf.text[done : place.start], text]
            done = place.end
        wanted = "".join([*pieces, found.pdf.text[done:]])
        assert seen.text.split() == [*wanted.split(), "For", "R-1"]
        assert seen.stamps == ("s-1",)


def test_words_stand_where_they_stood_but_in_lines_that_are_set_anew() -> None:
    _, data, found = offered()
    sites = pdf_sites(all_sites(), found.mapping)
    places = [place for _, place in ordered_places(sites)]
    template = make_rendition_template(data, found.pdf, places)
    texts = [place.texts[0] if place.start < place.end else "" for place in places]
    plain = page_words(data, found.pdf)
    copy = template.render(texts, notice=None, stamp=None)
    for before, after, moving in zip(plain, page_words(copy, found.pdf), template.moving, strict=True):
        assert 0 < moving.sum() < 0.6 * len(moving)
        assert before.boxes[~moving] == pytest.approx(after.boxes[~moving], abs=0.03)
        # the words as they were, set anew, stand where they stood: kerns and spaces are those of the page
        assert before.boxes[moving] == pytest.approx(after.boxes[moving], abs=0.25)


def test_lines_set_anew_begin_and_end_where_they_did() -> None:
    _, data, found = offered()
    sites = pdf_sites(found.sites, found.mapping)
    places = [place for _, place in ordered_places(sites)]
    template = make_rendition_template(data, found.pdf, places)
    copy = template.render([place.texts[1] for place in places], notice=None, stamp=None)
    seen = Pdf().read(copy, declarations=False)
    before, after = page_words(data, found.pdf)[0], page_words(copy, seen)[0]
    lines = find_setting(data, found.pdf).lines
    stretched = 0
    for line in np.unique(before.lines[template.moving[0]]).tolist():
        old, new = before.boxes[before.lines == line], after.boxes[after.lines == line]
        assert new[0, 0] == pytest.approx(old[0, 0], abs=0.03)
        assert new[-1, 2] <= old[-1, 2] + max(0.0, lines[0, line].room) + 0.05
        if lines[0, line].room < 0:
            stretched += 1
            assert new[-1, 2] == pytest.approx(old[-1, 2], abs=0.05)
    assert stretched > 2


def test_no_shift_and_no_letter_is_offered_in_a_line_that_is_set_anew() -> None:
    content, data, found = offered()
    free = rendition_content(content, data)
    assert set(found.shifts) < set(free.shifts) and set(found.insertions) < set(free.insertions)
    places = [place for _, place in ordered_places(pdf_sites(found.sites, found.mapping))]
    template = make_rendition_template(data, found.pdf, places)
    starts = {
        int(start)
        for page, moving in zip(page_words(data, found.pdf), template.moving, strict=True)
        for start in page.starts[moving]
    }
    assert not starts & {found.mapping.pdf_offset(at) for at in (*found.shifts, *found.insertions)}


@pytest.mark.parametrize(
    ("variant", "fits"),
    [
        ("wording", True),
        ("", True),
        ("words of all kinds and many more of them than any line of this page could hold", False),
        ("\u4e00\u4e8c", False),
    ],
)
def test_a_variant_has_to_fit_its_line_and_its_font(variant: str, fits: bool) -> None:
    content, data = rendition("txt", "Some words stand in a line of their own and that is all of it.\n")
    site = word_site(content, " words ", f" {variant} ", carrier="declared/1")
    assert bool(rendition_content(content, data, [site]).sites) is fits


def test_declared_variants_come_first_and_others_leave_most_lines_alone() -> None:
    content, data = rendition("txt", SOURCE)
    words = list(dict.fromkeys(re.findall(r"(?<= )[a-z]{6,}(?= )", content.text)))
    wording = [word_site(content, f" {word} ", f" {word[1:]} ") for word in words[::2]]
    declared = [
        word_site(content, f" {word} ", f" {word[1:]} ", carrier="declared/1") for word in words[1::6]
    ]
    found = rendition_content(content, data, [*wording, *declared], lines_share=0.1)
    alone = rendition_content(content, data, declared, lines_share=0.0)
    kinds = [site.carrier for site in found.sites]
    assert kinds.count("declared/1") == len(alone.sites) > len(declared) / 3
    assert kinds.count("wording/1") < len(wording) / 3
    assert [site.id for site in found.sites] == [s.id for s in (*wording, *declared) if s in found.sites]


def test_a_place_that_was_not_offered_is_refused() -> None:
    content, data, found = offered()
    at = content.text.index(" ")
    for place in (Place(at, at, ("", "\u200c\u200c\u200c")), Place(0, len(content.text), ("a", "b"))):
        with pytest.raises(ValueError):  # noqa: PT011 - two causes
            make_rendition_template(data, found.pdf, [place])
